"""Tensor is thought to take nothing but lists and arrays."""

EXERCISE = "predict-1"
FAILS = {"a_number_is_a_length": "It has a use for them"}

predict_1 = "d"
