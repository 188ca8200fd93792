"""A stride belongs to the storage."""

EXERCISE = "predict-1"
FAILS = {"knows_the_transposed_stride": "belongs to the tensor, not to the storage"}

predict_1 = "a"
