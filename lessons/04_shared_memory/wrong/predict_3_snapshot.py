"""detach() is taken for a copy."""

EXERCISE = "predict-3"
FAILS = {"detach_is_no_snapshot": "detached from the graph"}

predict_3 = "a"
