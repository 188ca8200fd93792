"""More errors make a larger loss."""

EXERCISE = "predict-3"
FAILS = {"learns_the_mean": "`mean` divides by 400"}

predict_3 = "c"
