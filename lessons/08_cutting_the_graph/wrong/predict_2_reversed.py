"""The two are exchanged."""

EXERCISE = "predict-2"
FAILS = {"detach_shares_the_version": "The other way round"}

predict_2 = "c"
