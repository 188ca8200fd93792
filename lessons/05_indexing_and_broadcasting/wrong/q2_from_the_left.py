"""Shapes are aligned on the left."""

EXERCISE = "q2"
FAILS = {"aligned_on_the_right": "You aligned them on the left"}
FAILS_HIDDEN = {"many_pairs": "and", "no_elements": "0 against 5"}


def meet(first, second):
    size = max(len(first), len(second))
    first = first + (1,) * (size - len(first))
    second = second + (1,) * (size - len(second))
    result = []
    for one, other in zip(first, second, strict=True):
        if one != other and 1 not in (one, other):
            raise ValueError(f"{one} against {other}")
        result.append(other if one == 1 else one)
    return tuple(result)
