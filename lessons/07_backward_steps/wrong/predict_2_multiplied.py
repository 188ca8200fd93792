"""The two gradients are multiplied."""

EXERCISE = "predict-2"
FAILS = {"a_second_gradient_is_added": "not multiplied"}

predict_2 = 225.0
