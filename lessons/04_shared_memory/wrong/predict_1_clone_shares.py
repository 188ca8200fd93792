"""A clone is thought to follow its original."""

EXERCISE = "predict-1"
FAILS = {"names_who_sees": "makes bytes of its own"}

predict_1 = ["shared", "alias", "part", "copied"]
