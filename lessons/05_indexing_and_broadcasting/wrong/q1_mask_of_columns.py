"""A mask from the first row is put where the columns are chosen."""

EXERCISE = "q1"
FAILS = {"positive_selects_rows": "The question is for rows"}
FAILS_HIDDEN = {"a_wide_table": "The rows differ"}


def pieces(t):
    last = t[:, -1:]
    positive = t[:, t[0] > 0]
    corners = t[[0, -1]][:, [0, -1]]
    return last, positive, corners
