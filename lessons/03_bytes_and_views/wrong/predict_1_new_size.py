"""The long step is the new length of a row."""

EXERCISE = "predict-1"
FAILS = {"knows_the_transposed_stride": "still four places"}

predict_1 = "d"
