"""view and reshape read the storage in its order."""

EXERCISE = "predict-2"
FAILS = {"knows_view_and_reshape": "not the order of the storage"}

predict_2 = "c"
