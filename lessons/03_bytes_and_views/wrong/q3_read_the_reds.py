"""reshape is believed to have found the reds."""

EXERCISE = "q3"
FAILS = {"names_the_read_places": "the second green"}

read_places = [0, 3, 6, 9, 12, 15]
red_places = [0, 3, 6, 9, 12, 15]


def channels_first(pixels):
    return pixels.permute(2, 0, 1)
