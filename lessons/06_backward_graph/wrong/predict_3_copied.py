"""The graph holds copies of the numbers."""

EXERCISE = "predict-3"
FAILS = {"backward_uses_the_bytes_of_now": "not a copy of its numbers"}

predict_3 = "b"
