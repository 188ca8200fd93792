"""A leaf is a tensor that requires a gradient."""

EXERCISE = "predict-1"
FAILS = {"names_the_leaves": "You named the tensors that require a gradient"}

predict_1 = ["w", "b"]
