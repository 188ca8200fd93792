"""A second name is thought to be a second tensor."""

EXERCISE = "predict-1"
FAILS = {"names_who_sees": "now it has two names"}

predict_1 = ["shared", "part"]
