"""PyTorch checks that backward uses the incoming gradient."""

EXERCISE = "predict-2"
FAILS = {"ones_hide_it": "PyTorch believes what a `backward` returns"}

predict_2 = "d"
