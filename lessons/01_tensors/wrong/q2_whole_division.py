"""Whole numbers are divided first and made floats afterwards."""

EXERCISE = "q2"
FAILS = {"goes_from_0_to_1": "Only 0 and 1 are left"}
FAILS_HIDDEN = {"another_picture": "Another picture differs"}


def as_batch(image):
    return (image // 255).float().unsqueeze(0).unsqueeze(0)
