"""Places are counted in bytes."""

EXERCISE = "q3"
FAILS = {"names_the_red_places": "You counted bytes"}

read_places = [0, 1, 2, 3, 4, 5]
red_places = [0, 24, 48, 72, 96, 120]


def channels_first(pixels):
    return pixels.permute(2, 0, 1)
