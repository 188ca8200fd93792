"""The same dtype is thought to mean the same bytes."""

EXERCISE = "predict-2"
FAILS = {"names_who_shares": "does not mean the same bytes"}

predict_2 = ["viewed", "copied", "taken"]
