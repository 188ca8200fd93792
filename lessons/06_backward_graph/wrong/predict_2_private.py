"""requires_grad stays with the tensor it was set on."""

EXERCISE = "predict-2"
FAILS = {"spreads_from_any_input": "no private matter"}

predict_2 = "a"
