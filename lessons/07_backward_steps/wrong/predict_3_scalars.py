"""What is freed depends on the shape of the loss."""

EXERCISE = "predict-3"
FAILS = {"saved_tensors_are_missed": "whatever shape the losses have"}

predict_3 = "d"
