"""expand writes each number a thousand times."""

EXERCISE = "predict-3"
FAILS = {"knows_the_bytes_of_expand": "not in memory"}

predict_3 = 12000
