"""no_grad is thought to keep a tensor from being written to."""

EXERCISE = "predict-3"
FAILS = {"detach_is_no_snapshot": "turns off recording and nothing else"}

predict_3 = "c"
