"""Every operation is thought to be as strict as the matrix product."""

EXERCISE = "predict-3"
FAILS = {"the_larger_dtype_wins": "The matrix product is that strict"}

predict_3 = "c"
