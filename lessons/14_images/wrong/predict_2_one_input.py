"""An output channel is thought to look at one input channel, or at their sum."""

EXERCISE = "predict-2"
FAILS = {"counts_the_weights": "looks at all three input channels"}

predict_2 = "b"
