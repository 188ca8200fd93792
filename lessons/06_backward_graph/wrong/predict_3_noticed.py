"""PyTorch notices every write."""

EXERCISE = "predict-3"
FAILS = {"backward_uses_the_bytes_of_now": "knows nothing of PyTorch"}

predict_3 = "a"
