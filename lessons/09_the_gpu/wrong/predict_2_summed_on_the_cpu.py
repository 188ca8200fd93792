"""A sum is thought to be made by Python."""

EXERCISE = "predict-2"
FAILS = {"one_number_comes_back": "The sum is not made on the CPU"}

predict_2 = "b"
