"""One number is thought not to be a tensor."""

EXERCISE = "predict-1"
FAILS = {"one_number_has_an_empty_shape": "like any other"}

predict_1 = "d"
