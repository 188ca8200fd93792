"""Gradient descent always finds the valley in the end."""

EXERCISE = "predict-2"
FAILS = {"knows_what_too_large_does": "wider than the last"}

predict_2 = "b"
