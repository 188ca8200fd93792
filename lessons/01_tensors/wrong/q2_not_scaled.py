"""float() is thought to bring the numbers between 0 and 1."""

EXERCISE = "q2"
FAILS = {"goes_from_0_to_1": "larger than 1"}
FAILS_HIDDEN = {"another_picture": "Another picture differs"}


def as_batch(image):
    return image.float().unsqueeze(0).unsqueeze(0)
