"""The mean is thought to be divided as whole numbers are."""

EXERCISE = "predict-2"
FAILS = {"a_mean_needs_floats": "cut off would be wrong"}

predict_2 = "b"
