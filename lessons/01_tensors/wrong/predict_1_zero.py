"""No dimensions is thought to be written as a length of 0."""

EXERCISE = "predict-1"
FAILS = {"one_number_has_an_empty_shape": "there are no elements"}

predict_1 = "c"
