"""Tensor is thought to be another spelling of tensor."""

EXERCISE = "predict-1"
FAILS = {"a_number_is_a_length": "does not read its arguments that way"}

predict_1 = "a"
