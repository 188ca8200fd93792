"""Only the print at the end is thought to wait."""

EXERCISE = "predict-3"
FAILS = {"waits_each_time": "at once and not at the end"}

predict_3 = "b"
