"""What stands at a place is taken for the place."""

EXERCISE = "q3"
FAILS = {"names_the_read_places": "The question is for the places"}

read_places = [10, 20, 30, 11, 21, 31]
red_places = [0, 3, 6, 9, 12, 15]


def channels_first(pixels):
    return pixels.permute(2, 0, 1)
