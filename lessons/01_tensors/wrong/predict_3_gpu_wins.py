"""The GPU is thought to win, as float wins over int."""

EXERCISE = "predict-3"
FAILS = {"devices_must_agree": "not a better dtype"}

predict_3 = "a"
