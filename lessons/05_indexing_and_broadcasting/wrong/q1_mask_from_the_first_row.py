"""The first number of each row is looked for in the first row."""

EXERCISE = "q1"
FAILS = {"positive_selects_rows": "an entry for each column"}
FAILS_HIDDEN = {"a_wide_table": "IndexError"}


def pieces(t):
    last = t[:, -1:]
    positive = t[t[0] > 0]
    corners = t[[0, -1]][:, [0, -1]]
    return last, positive, corners
