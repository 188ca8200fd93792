"""Slices copy and lists do not."""

EXERCISE = "predict-1"
FAILS = {"a_slice_is_a_view": "The other way round"}

predict_1 = "c"
