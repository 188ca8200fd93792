"""PyTorch is thought to follow NumPy's rules for dtypes."""

EXERCISE = "predict-2"
FAILS = {"a_mean_needs_floats": "what NumPy does"}

predict_2 = "c"
