"""What a later operation uses is a leaf of it."""

EXERCISE = "predict-1"
FAILS = {"names_the_leaves": "it is a result first"}

predict_1 = ["x", "w", "b", "product"]
