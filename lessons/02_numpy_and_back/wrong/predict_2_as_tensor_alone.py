"""from_numpy is thought to convert, and to convert is thought to copy."""

EXERCISE = "predict-2"
FAILS = {"names_who_shares": "makes no copy either"}

predict_2 = ["taken"]
