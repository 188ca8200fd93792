"""A module looks into its lists."""

EXERCISE = "predict-1"
FAILS = {"knows_what_is_found": "a list was assigned"}

predict_1 = "a"
