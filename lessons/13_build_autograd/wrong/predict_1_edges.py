"""Paths are counted like edges."""

EXERCISE = "predict-1"
FAILS = {"paths_double": "20 is the number of edges"}

predict_1 = "c"
