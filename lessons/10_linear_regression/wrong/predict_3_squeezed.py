"""Axes of length 1 are dropped."""

EXERCISE = "predict-3"
FAILS = {"knows_the_shape": "does not go away by itself"}

predict_3 = "a"
