"""to() is thought to move a tensor."""

EXERCISE = "predict-1"
FAILS = {"a_module_moves_and_a_tensor_does_not": "a tensor never moves by itself"}

predict_1 = "a"
