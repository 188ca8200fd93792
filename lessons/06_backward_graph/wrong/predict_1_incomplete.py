"""Only the weights are leaves."""

EXERCISE = "predict-1"
FAILS = {"names_the_leaves": "There are more"}

predict_1 = ["w"]
