"""The padding is left out."""

EXERCISE = "predict-3"
FAILS = {"counts_the_places": "the size without padding"}

predict_3 = 3
