"""The gradient is thought to follow from the value alone."""

EXERCISE = "predict-1"
FAILS = {"one_factor_leads_back": "belongs to the recorded path"}

predict_1 = "c"
