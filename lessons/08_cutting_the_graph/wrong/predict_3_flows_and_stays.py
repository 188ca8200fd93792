"""Every tensor a gradient flows through is thought to keep it."""

EXERCISE = "predict-3"
FAILS = {"small_is_no_leaf": "they are not kept"}

predict_3 = "a"
