"""The results change places."""

EXERCISE = "predict-2"
FAILS = {"spreads_from_any_input": "The other way round"}

predict_2 = "b"
