"""A number is given where a letter was asked for."""

EXERCISE = "predict-1"
FAILS = {"adds_up_over_equal_tokens": "Answer with one letter"}

predict_1 = "2"
