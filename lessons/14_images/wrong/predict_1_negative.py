"""A turn of the picture is taken for a change of sign."""

EXERCISE = "predict-1"
FAILS = {"sees_its_own_direction": "needs a left column that is brighter"}

predict_1 = "c"
