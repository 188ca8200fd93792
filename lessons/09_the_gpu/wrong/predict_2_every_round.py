"""Every result is thought to come back."""

EXERCISE = "predict-2"
FAILS = {"one_number_comes_back": "never leave the GPU"}

predict_2 = "c"
