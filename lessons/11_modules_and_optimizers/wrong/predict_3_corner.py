"""Each layer adds a corner of its own."""

EXERCISE = "predict-3"
FAILS = {"knows_the_border": "needs a function with a corner"}

predict_3 = "c"
