"""Gradients of two paths are multiplied."""

EXERCISE = "predict-1"
FAILS = {"gradients_are_added": "two paths, side by side"}

predict_1 = "d"
