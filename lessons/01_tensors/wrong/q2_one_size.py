"""Every picture is thought to have the size of those in MNIST."""

EXERCISE = "q2"
FAILS = {"has_the_shape_of_a_batch": "Take height and width"}
FAILS_HIDDEN = {"another_picture": "Your code raised"}


def as_batch(image):
    return image.float().reshape(1, 1, 28, 28) / 255
