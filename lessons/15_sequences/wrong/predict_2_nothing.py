"""The mask is thought to hide a position from itself."""

EXERCISE = "predict-2"
FAILS = {"first_looks_at_itself": "does not hide a position from itself"}

predict_2 = "c"
