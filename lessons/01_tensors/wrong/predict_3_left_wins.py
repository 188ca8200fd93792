"""The left operand is thought to decide where the result is."""

EXERCISE = "predict-3"
FAILS = {"devices_must_agree": "has no say"}

predict_3 = "d"
