"""A convolution is thought to have weights for each place, as a linear layer has."""

EXERCISE = "predict-2"
FAILS = {"counts_the_weights": "the same weights at every place"}

predict_2 = "d"
