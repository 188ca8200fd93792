"""NumPy adds up what it had broadcast."""

EXERCISE = "predict-3"
FAILS = {"shares_of_the_result": "3 is the right gradient for `b`"}

predict_3 = "b"
