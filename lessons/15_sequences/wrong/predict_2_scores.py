"""A softmax over one number is thought to depend on it."""

EXERCISE = "predict-2"
FAILS = {"first_looks_at_itself": "There is one score left"}

predict_2 = "d"
