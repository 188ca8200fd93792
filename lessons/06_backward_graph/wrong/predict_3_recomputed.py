"""Backward computes the forward pass again."""

EXERCISE = "predict-3"
FAILS = {"backward_uses_the_bytes_of_now": "keeps its value of 3.5"}

predict_3 = "d"
