"""Elements of the tensor are taken for bytes of the storage."""

EXERCISE = "predict-3"
FAILS = {"knows_the_bytes_of_expand": "the number of elements"}

predict_3 = 3000
