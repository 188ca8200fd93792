"""Tensors of different shapes cannot meet."""

EXERCISE = "predict-2"
FAILS = {"both_are_stretched": "Different shapes are no error"}

predict_2 = "d"
