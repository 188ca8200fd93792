"""It is enough that shares are added; the order does not matter."""

EXERCISE = "predict-2"
FAILS = {"too_early": "All shares are added"}

predict_2 = "a"
