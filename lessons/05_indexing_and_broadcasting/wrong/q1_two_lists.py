"""Two lists are thought to cut out a block."""

EXERCISE = "q1"
FAILS = {"corners_are_a_block": "read side by side"}
FAILS_HIDDEN = {"a_wide_table": "The corners differ"}


def pieces(t):
    last = t[:, -1:]
    positive = t[t[:, 0] > 0]
    corners = t[[0, -1], [0, -1]]
    return last, positive, corners
