"""Different shapes cannot be subtracted."""

EXERCISE = "predict-3"
FAILS = {"knows_the_shape": "neither is 1"}

predict_3 = "d"
