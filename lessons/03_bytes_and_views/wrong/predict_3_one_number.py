"""A stride of 0 in one dimension is taken for 0 in all."""

EXERCISE = "predict-3"
FAILS = {"knows_the_bytes_of_expand": "one stored number is not enough"}

predict_3 = 4
