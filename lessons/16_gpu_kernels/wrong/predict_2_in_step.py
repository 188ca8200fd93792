"""Threads are thought to march in step by law."""

EXERCISE = "predict-2"
FAILS = {"lost_additions": "nothing promises it"}

predict_2 = "b"
