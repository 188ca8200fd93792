"""Exchanging the first and the last dimension is thought to bring the colours to the front."""

EXERCISE = "q3"
FAILS = {"puts_the_colours_first": "lies on its side"}
FAILS_HIDDEN = {"another_image": "wrong place"}

read_places = [0, 1, 2, 3, 4, 5]
red_places = [0, 3, 6, 9, 12, 15]


def channels_first(pixels):
    return pixels.transpose(0, 2)
