"""from_numpy is thought to be the only way to share."""

EXERCISE = "predict-2"
FAILS = {"names_who_shares": "why should it copy"}

predict_2 = ["viewed"]
