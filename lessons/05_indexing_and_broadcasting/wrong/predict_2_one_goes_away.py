"""A dimension of size 1 does not count."""

EXERCISE = "predict-2"
FAILS = {"both_are_stretched": "does not go away by itself"}

predict_2 = "b"
