"""A number and a slice of one element are thought to be the same."""

EXERCISE = "q1"
FAILS = {"last_is_a_view": "a number in an index removes"}
FAILS_HIDDEN = {"a_wide_table": "The last column differs"}


def pieces(t):
    last = t[:, -1]
    positive = t[t[:, 0] > 0]
    corners = t[[0, -1]][:, [0, -1]]
    return last, positive, corners
