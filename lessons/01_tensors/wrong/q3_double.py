"""float64 is thought to be the dtype that is always safe."""

EXERCISE = "q3"
FAILS = {"stays_single": "as `float64`"}

first_trouble = "shape"
second_trouble = "dtype"


def weighted(readings, importance):
    return readings.double() @ importance.double().T
