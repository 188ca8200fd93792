"""A grey picture is thought to need no channel."""

EXERCISE = "q2"
FAILS = {"has_the_shape_of_a_batch": "One dimension is missing"}
FAILS_HIDDEN = {"another_picture": "Another picture differs"}


def as_batch(image):
    return image.float().unsqueeze(0) / 255
