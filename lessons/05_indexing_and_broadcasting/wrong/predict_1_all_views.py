"""Every index gives a view."""

EXERCISE = "predict-1"
FAILS = {"a_slice_is_a_view": "You took both for views"}

predict_1 = "a"
