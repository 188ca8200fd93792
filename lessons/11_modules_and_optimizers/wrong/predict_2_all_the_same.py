"""A second sigmoid does no harm."""

EXERCISE = "predict-2"
FAILS = {"knows_the_floor": "must be large"}

predict_2 = "a"
