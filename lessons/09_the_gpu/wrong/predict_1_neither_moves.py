"""A module's to() is thought to return a copy."""

EXERCISE = "predict-1"
FAILS = {"a_module_moves_and_a_tensor_does_not": "A module is a box"}

predict_1 = "b"
