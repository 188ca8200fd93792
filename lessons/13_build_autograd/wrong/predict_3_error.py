"""Somebody compares the shapes."""

EXERCISE = "predict-3"
FAILS = {"shares_of_the_result": "`.grad` is an attribute like any other"}

predict_3 = "d"
