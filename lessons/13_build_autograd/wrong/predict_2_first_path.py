"""Only the first path back counts."""

EXERCISE = "predict-2"
FAILS = {"too_early": "6 is what comes through the sum"}

predict_2 = "c"
