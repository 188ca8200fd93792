"""The gradient is the direction in which the parameter should go."""

EXERCISE = "predict-1"
FAILS = {"knows_the_sign": "does not point to the goal"}

predict_1 = "a"
