"""The first entry of an index is taken for the columns."""

EXERCISE = "q1"
FAILS = {"last_is_a_view": "this is the last row"}
FAILS_HIDDEN = {"a_wide_table": "The last column differs"}


def pieces(t):
    last = t[-1:]
    positive = t[t[:, 0] > 0]
    corners = t[[0, -1]][:, [0, -1]]
    return last, positive, corners
