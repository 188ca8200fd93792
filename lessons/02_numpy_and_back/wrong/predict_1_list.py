"""A number is thought to be taken for a list of one number."""

EXERCISE = "predict-1"
FAILS = {"a_number_is_a_length": "Here there is no list"}

predict_1 = "b"
