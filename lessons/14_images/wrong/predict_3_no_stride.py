"""Padding is thought to keep the size, whatever the stride."""

EXERCISE = "predict-3"
FAILS = {"counts_the_places": "the size with stride 1"}

predict_3 = 8
