"""The channels are put last, as in other libraries."""

EXERCISE = "q2"
FAILS = {"has_the_shape_of_a_batch": "Your channels come last"}
FAILS_HIDDEN = {"another_picture": "Another picture differs"}


def as_batch(image):
    return image.float().unsqueeze(0).unsqueeze(-1) / 255
