"""item() is thought to be put into the queue."""

EXERCISE = "predict-3"
FAILS = {"waits_each_time": "cannot be promised for later"}

predict_3 = "a"
