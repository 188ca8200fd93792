"""A cut anywhere is thought to stop backward."""

EXERCISE = "predict-1"
FAILS = {"one_factor_leads_back": "needs one path to a leaf"}

predict_1 = "d"
