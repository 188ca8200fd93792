"""Transposing puts the numbers into a new order."""

EXERCISE = "predict-1"
FAILS = {"knows_the_transposed_stride": "nobody moved them"}

predict_1 = "c"
