"""Shared memory is thought to be shared by all blocks."""

EXERCISE = "predict-3"
FAILS = {"reads_by_tiles": "shared memory ends with the block"}

predict_3 = "d"
