"""Every assignment inside a function is thought to reach the argument."""

EXERCISE = "predict-2"
FAILS = {"tells_rebinding_from_mutation": "gives the name"}

predict_2 = "a"
