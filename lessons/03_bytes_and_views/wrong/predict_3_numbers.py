"""Numbers are taken for bytes."""

EXERCISE = "predict-3"
FAILS = {"knows_the_bytes_of_expand": "the question is for bytes"}

predict_3 = 3
