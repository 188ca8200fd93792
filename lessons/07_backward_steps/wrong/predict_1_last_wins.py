"""The gradient that arrives last takes the place of the first."""

EXERCISE = "predict-1"
FAILS = {"gradients_are_added": "takes anything's place"}

predict_1 = "b"
