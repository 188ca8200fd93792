"""The default dtype is thought to be taken wherever floats are needed."""

EXERCISE = "predict-2"
FAILS = {"a_mean_needs_floats": "does not look at that default"}

predict_2 = "a"
