"""A division in NumPy is thought to end in the same dtype."""

import minitorch_edu as torch

EXERCISE = "q2"
FAILS = {"is_float32": "NumPy's default"}
FAILS_HIDDEN = {"another_picture": "Another picture differs"}


def as_batch(image):
    return torch.tensor(image.numpy() / 255.0).unsqueeze(0).unsqueeze(0)
