"""Progress is proportional to the learning rate."""

EXERCISE = "predict-2"
FAILS = {"knows_what_too_large_does": "in one step"}

predict_2 = "a"
