"""The busy threads of the last block are counted."""

EXERCISE = "predict-1"
FAILS = {"counts_idle_threads": "The question is for the others"}

predict_1 = "c"
