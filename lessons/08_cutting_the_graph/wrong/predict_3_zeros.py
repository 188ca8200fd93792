"""No gradient is thought to be a gradient of zero."""

EXERCISE = "predict-3"
FAILS = {"small_is_no_leaf": "does not fill in zeros"}

predict_3 = "c"
