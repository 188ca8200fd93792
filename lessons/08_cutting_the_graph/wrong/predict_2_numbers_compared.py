"""PyTorch is thought to compare the numbers themselves."""

EXERCISE = "predict-2"
FAILS = {"detach_shares_the_version": "never compares the numbers"}

predict_2 = "a"
