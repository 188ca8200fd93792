"""backward() sets .grad."""

EXERCISE = "predict-2"
FAILS = {"a_second_gradient_is_added": "if `.grad` were set anew"}

predict_2 = 15
