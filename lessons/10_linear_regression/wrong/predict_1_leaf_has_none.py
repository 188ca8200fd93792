"""Leaves have no gradient."""

EXERCISE = "predict-1"
FAILS = {"knows_the_sign": "just where"}

predict_1 = "d"
