"""torch.tensor is thought to share, as from_numpy does."""

EXERCISE = "predict-1"
FAILS = {"names_who_sees": "copies what it is given, always"}

predict_1 = ["shared", "own", "alias", "part"]
