"""A grid is thought to have as many threads as there are elements."""

EXERCISE = "predict-1"
FAILS = {"counts_idle_threads": "consists of whole blocks"}

predict_1 = "a"
