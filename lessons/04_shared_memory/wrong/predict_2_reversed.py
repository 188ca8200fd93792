"""Rebinding and mutation change places."""

EXERCISE = "predict-2"
FAILS = {"tells_rebinding_from_mutation": "The other way round"}

predict_2 = "d"
