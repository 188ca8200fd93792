"""A row is thought to have one gradient however often it is read."""

EXERCISE = "predict-1"
FAILS = {"adds_up_over_equal_tokens": "is looked up more than once"}

predict_1 = "a"
