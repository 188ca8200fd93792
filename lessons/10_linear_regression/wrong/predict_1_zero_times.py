"""A parameter that is zero has a gradient of zero."""

EXERCISE = "predict-1"
FAILS = {"knows_the_sign": "not made of"}

predict_1 = "c"
