"""tensor is known to copy, and the class is thought to wrap the array."""

EXERCISE = "predict-2"
FAILS = {"names_who_shares": "so it has a copy"}

predict_2 = ["viewed", "taken", "classic"]
