"""A tensor that is not contiguous cannot be given another shape."""

EXERCISE = "predict-2"
FAILS = {"knows_view_and_reshape": "it is allowed to copy"}

predict_2 = "d"
