"""The leaf is where the computation ends."""

EXERCISE = "predict-1"
FAILS = {"names_the_leaves": "Being last does not make a leaf"}

predict_1 = ["loss"]
