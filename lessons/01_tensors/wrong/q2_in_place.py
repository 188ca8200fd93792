"""unsqueeze_ is thought to be unsqueeze."""

EXERCISE = "q2"
FAILS = {"leaves_the_picture": "ends in `_`"}


def as_batch(image):
    return image.unsqueeze_(0).unsqueeze_(0).float() / 255
