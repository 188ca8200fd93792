"""A mask of the whole table is thought to select rows."""

EXERCISE = "q1"
FAILS = {"positive_selects_rows": "picks single numbers"}
FAILS_HIDDEN = {"a_wide_table": "The rows differ"}


def pieces(t):
    last = t[:, -1:]
    positive = t[t > 0]
    corners = t[[0, -1]][:, [0, -1]]
    return last, positive, corners
