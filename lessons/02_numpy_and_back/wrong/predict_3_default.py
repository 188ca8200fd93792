"""The default dtype is thought to rule over what tensors have."""

EXERCISE = "predict-3"
FAILS = {"the_larger_dtype_wins": "no dtype yet"}

predict_3 = "a"
