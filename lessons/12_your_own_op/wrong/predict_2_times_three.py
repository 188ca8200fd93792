"""A sum of three multiplies the gradient by three."""

EXERCISE = "predict-2"
FAILS = {"ones_hide_it": "A sum of three elements does not multiply by three"}

predict_2 = "b"
