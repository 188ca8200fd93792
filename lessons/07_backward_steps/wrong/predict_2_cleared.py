"""A second backward clears what the first left."""

EXERCISE = "predict-2"
FAILS = {"a_second_gradient_is_added": "Nothing is cleared"}

predict_2 = 0
