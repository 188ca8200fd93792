"""A kernel is thought to see edges of every direction."""

EXERCISE = "predict-1"
FAILS = {"sees_its_own_direction": "The kernel was not turned with the picture"}

predict_1 = "a"
