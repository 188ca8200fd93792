"""All output channels are thought to share one kernel."""

EXERCISE = "predict-2"
FAILS = {"counts_the_weights": "enough for one output channel"}

predict_2 = "a"
