"""The right shape is taken for the right order."""

EXERCISE = "q3"
FAILS = {"puts_the_colours_first": "no dimension has moved"}
FAILS_HIDDEN = {"another_image": "wrong place"}

read_places = [0, 1, 2, 3, 4, 5]
red_places = [0, 3, 6, 9, 12, 15]


def channels_first(pixels):
    return pixels.reshape(pixels.shape[2], pixels.shape[0], pixels.shape[1])
