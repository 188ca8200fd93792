"""Indexing is thought to cut the graph."""

EXERCISE = "predict-1"
FAILS = {"adds_up_over_equal_tokens": "The index has no derivative, that is true"}

predict_1 = "c"
