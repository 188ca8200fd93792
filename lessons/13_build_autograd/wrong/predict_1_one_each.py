"""Each addition has one way back."""

EXERCISE = "predict-1"
FAILS = {"paths_double": "There are ten additions"}

predict_1 = "b"
