"""A list is thought to keep the type."""

import numpy as np

EXERCISE = "q2"
FAILS = {"keeps_the_type": "The tensor is float32, and the array is float64"}


def to_array(tensor):
    return np.array(tensor.tolist())
