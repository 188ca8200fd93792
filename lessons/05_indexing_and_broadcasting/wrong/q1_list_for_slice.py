"""A list of one column is thought to be a view."""

EXERCISE = "q1"
FAILS = {"last_is_a_view": "they are a copy"}


def pieces(t):
    last = t[:, [-1]]
    positive = t[t[:, 0] > 0]
    corners = t[[0, -1]][:, [0, -1]]
    return last, positive, corners
