"""A GPU is thought to notice collisions."""

EXERCISE = "predict-2"
FAILS = {"lost_additions": "undoes nothing"}

predict_2 = "d"
