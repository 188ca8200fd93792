"""The first check is thought to be the one that needs the history."""

EXERCISE = "predict-3"
FAILS = {"a_constant_has_no_slope": "The first derivative needs only the right numbers"}

predict_3 = "c"
