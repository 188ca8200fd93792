"""Each colour is thought to lie in one piece."""

EXERCISE = "q3"
FAILS = {"names_the_red_places": "neighbours"}

read_places = [0, 1, 2, 3, 4, 5]
red_places = [0, 1, 2, 3, 4, 5]


def channels_first(pixels):
    return pixels.permute(2, 0, 1)
