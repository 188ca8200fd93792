"""item() is thought to stay on the GPU."""

EXERCISE = "predict-2"
FAILS = {"one_number_comes_back": "Python runs on the CPU"}

predict_2 = "d"
