"""A slice is thought to copy, as with a list."""

EXERCISE = "predict-1"
FAILS = {"names_who_sees": "In a Python list it would be a copy"}

predict_1 = ["shared", "alias"]
