"""The corners of a 3 by 3 table are taken for those of any."""

EXERCISE = "q1"
FAILS = {"corners_are_a_block": "3 by 3 table only"}
FAILS_HIDDEN = {"a_wide_table": "The corners differ"}


def pieces(t):
    last = t[:, -1:]
    positive = t[t[:, 0] > 0]
    corners = t[::2, ::2]
    return last, positive, corners
