"""The last window is counted though it does not fit."""

EXERCISE = "predict-3"
FAILS = {"counts_the_places": "You rounded up"}

predict_3 = 5
