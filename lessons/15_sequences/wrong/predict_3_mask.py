"""The mask is thought to tell positions apart that it lets through."""

EXERCISE = "predict-3"
FAILS = {"does_not_know_the_order": "From the last position nothing is hidden"}

predict_3 = "c"
