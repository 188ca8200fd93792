"""A number is given for a letter."""

EXERCISE = "predict-3"
FAILS = {"waits_each_time": "Answer with one letter"}

predict_3 = "100"
