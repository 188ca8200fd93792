"""Right numbers are all that a derivative of any order needs."""

EXERCISE = "predict-3"
FAILS = {"a_constant_has_no_slope": "The numbers are right"}

predict_3 = "a"
