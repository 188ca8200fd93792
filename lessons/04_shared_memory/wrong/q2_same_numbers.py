"""Equal numbers are taken for shared ones."""

EXERCISE = "q2"
FAILS = {"knows_a_copy": "Equal numbers are not shared numbers"}


def sees(a, b):
    return not set(a.flatten().tolist()).isdisjoint(b.flatten().tolist())
