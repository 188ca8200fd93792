"""The loss can tell a probability from a logit."""

EXERCISE = "predict-2"
FAILS = {"knows_the_floor": "is a possible logit"}

predict_2 = "c"
