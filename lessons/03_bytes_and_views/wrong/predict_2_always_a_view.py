"""Every shape with as many elements is a view."""

EXERCISE = "predict-2"
FAILS = {"knows_view_and_reshape": "then back to the 1"}

predict_2 = "a"
