"""Threads are thought to come one after the other."""

EXERCISE = "predict-2"
FAILS = {"lost_additions": "Nothing makes them wait"}

predict_2 = "a"
