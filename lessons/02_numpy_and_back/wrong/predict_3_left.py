"""The left operand is thought to decide."""

EXERCISE = "predict-3"
FAILS = {"the_larger_dtype_wins": "The order does not matter"}

predict_3 = "d"
