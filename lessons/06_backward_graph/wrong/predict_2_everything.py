"""Every operation on tensors is recorded."""

EXERCISE = "predict-2"
FAILS = {"spreads_from_any_input": "Computing is not recording"}

predict_2 = "d"
