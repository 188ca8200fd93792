"""The library watches over the training."""

EXERCISE = "predict-2"
FAILS = {"knows_what_too_large_does": "a number like any other"}

predict_2 = "d"
