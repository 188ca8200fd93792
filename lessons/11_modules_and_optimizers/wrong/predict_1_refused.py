"""A module takes modules only."""

EXERCISE = "predict-1"
FAILS = {"knows_what_is_found": "You may assign anything"}

predict_1 = "d"
