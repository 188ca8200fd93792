"""Errors of both signs cancel each other."""

EXERCISE = "predict-3"
FAILS = {"learns_the_mean": "none can cancel another"}

predict_3 = "d"
