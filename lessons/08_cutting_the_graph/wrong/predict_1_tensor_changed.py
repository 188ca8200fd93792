"""detach() is thought to change the tensor it is called on."""

EXERCISE = "predict-1"
FAILS = {"one_factor_leads_back": "does nothing to"}

predict_1 = "a"
