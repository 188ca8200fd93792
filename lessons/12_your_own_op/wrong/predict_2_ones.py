"""What arrives at x is what the sum sent, whatever backward does."""

EXERCISE = "predict-2"
FAILS = {"ones_hide_it": "The sum sends ones"}

predict_2 = "c"
