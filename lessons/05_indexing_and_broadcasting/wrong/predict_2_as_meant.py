"""Shapes are aligned on the left, as one reads them."""

EXERCISE = "predict-2"
FAILS = {"both_are_stretched": "aligned on the right"}

predict_2 = "a"
