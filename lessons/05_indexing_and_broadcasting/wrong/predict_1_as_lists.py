"""A slice is a copy, as it is of a Python list."""

EXERCISE = "predict-1"
FAILS = {"a_slice_is_a_view": "You took both for copies"}

predict_1 = "d"
