"""The mask is left out."""

EXERCISE = "predict-2"
FAILS = {"first_looks_at_itself": "without a mask"}

predict_2 = "b"
