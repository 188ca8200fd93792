"""Another order is thought to need a contiguous copy."""

EXERCISE = "q3"
FAILS = {"keeps_the_bytes": "needs no copy"}
FAILS_HIDDEN = {"another_image": "copied"}

read_places = [0, 1, 2, 3, 4, 5]
red_places = [0, 3, 6, 9, 12, 15]


def channels_first(pixels):
    return pixels.permute(2, 0, 1).contiguous()
