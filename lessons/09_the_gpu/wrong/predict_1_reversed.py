"""The two are exchanged."""

EXERCISE = "predict-1"
FAILS = {"a_module_moves_and_a_tensor_does_not": "The other way round"}

predict_1 = "d"
