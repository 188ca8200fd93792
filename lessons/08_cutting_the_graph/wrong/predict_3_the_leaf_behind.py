"""The name is thought to stand for the leaf behind it."""

EXERCISE = "predict-3"
FAILS = {"small_is_no_leaf": "arrive at the tensor of ones"}

predict_3 = "b"
