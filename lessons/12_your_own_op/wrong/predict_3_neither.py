"""Only what save_for_backward keeps reaches backward."""

EXERCISE = "predict-3"
FAILS = {"a_constant_has_no_slope": "An attribute of `ctx` does reach `backward`"}

predict_3 = "d"
