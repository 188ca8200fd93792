"""More parameters bend the border."""

EXERCISE = "predict-3"
FAILS = {"knows_the_border": "not the number of parameters"}

predict_3 = "a"
