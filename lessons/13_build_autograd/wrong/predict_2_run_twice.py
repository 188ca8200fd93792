"""A rule is run again whenever something arrives."""

EXERCISE = "predict-2"
FAILS = {"too_early": "That would be the rule of `u` run twice"}

predict_2 = "d"
