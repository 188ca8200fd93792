"""Attention is thought to know where a key stands."""

EXERCISE = "predict-3"
FAILS = {"does_not_know_the_order": "does not say where the key stands"}

predict_3 = "b"
