"""Arguments are thought to be copied."""

EXERCISE = "predict-2"
FAILS = {"tells_rebinding_from_mutation": "Python copies no argument"}

predict_2 = "c"
