"""Every tensor made from an array is thought to read its bytes."""

EXERCISE = "predict-2"
FAILS = {"names_who_shares": "Can these be the same bytes"}

predict_2 = ["viewed", "copied", "taken", "classic"]
