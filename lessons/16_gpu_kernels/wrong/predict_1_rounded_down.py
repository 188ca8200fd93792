"""The number of blocks is rounded down."""

EXERCISE = "predict-1"
FAILS = {"counts_idle_threads": "a fourth block is needed"}

predict_1 = "d"
