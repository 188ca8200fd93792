"""What is outside the graph is thought to have no effect on it."""

EXERCISE = "predict-2"
FAILS = {"detach_shares_the_version": "stand on the bytes that"}

predict_2 = "d"
