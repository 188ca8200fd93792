"""A word is given where a letter was asked for."""

EXERCISE = "predict-3"
FAILS = {"does_not_know_the_order": "Answer with one letter"}

predict_3 = "nothing"
