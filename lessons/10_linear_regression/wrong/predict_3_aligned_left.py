"""Shapes are aligned at the left."""

EXERCISE = "predict-3"
FAILS = {"knows_the_shape": "aligns shapes at the right"}

predict_3 = "b"
