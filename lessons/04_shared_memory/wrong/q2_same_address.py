"""Tensors are thought to share only when they begin at one address."""

EXERCISE = "q2"
FAILS = {"finds_shared_bytes": "begins at another address"}
FAILS_HIDDEN = {"other_layouts": "the answer should be"}


def sees(a, b):
    return a.data_ptr() == b.data_ptr()
