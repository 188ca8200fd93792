"""A graph is used up by walking through it."""

EXERCISE = "predict-3"
FAILS = {"saved_tensors_are_missed": "does not wear a graph out"}

predict_3 = "a"
