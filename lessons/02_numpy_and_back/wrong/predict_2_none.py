"""Every tensor is thought to have numbers of its own."""

EXERCISE = "predict-2"
FAILS = {"names_who_shares": "Not every tensor has a copy"}

predict_2 = []
