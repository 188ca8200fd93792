"""A gradient has the shape of its value by itself."""

EXERCISE = "predict-3"
FAILS = {"shares_of_the_result": "Nothing here makes one number of it"}

predict_3 = "a"
