"""One number is thought to be a list of one number."""

EXERCISE = "predict-1"
FAILS = {"one_number_has_an_empty_shape": "with brackets, would give"}

predict_1 = "a"
