"""The detached tensor is thought to hold the gradient."""

EXERCISE = "predict-3"
FAILS = {"detach_is_no_snapshot": "a tensor of its own"}

predict_3 = "d"
