"""Tensors and arrays are thought to have memory of their own."""

EXERCISE = "predict-1"
FAILS = {"names_who_sees": "Somebody does see it"}

predict_1 = []
