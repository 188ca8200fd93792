"""New dimensions are added behind the old ones."""

EXERCISE = "q2"
FAILS = {"has_the_shape_of_a_batch": "behind height and width"}
FAILS_HIDDEN = {"another_picture": "Another picture differs"}


def as_batch(image):
    return image.float().unsqueeze(-1).unsqueeze(-1) / 255
