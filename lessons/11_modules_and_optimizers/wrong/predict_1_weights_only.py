"""A bias is no parameter."""

EXERCISE = "predict-1"
FAILS = {"knows_what_is_found": "parameters alike"}

predict_1 = "c"
