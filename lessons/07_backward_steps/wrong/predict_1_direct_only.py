"""Only the direct use of a value counts."""

EXERCISE = "predict-1"
FAILS = {"gradients_are_added": "hands on to `a`"}

predict_1 = "a"
