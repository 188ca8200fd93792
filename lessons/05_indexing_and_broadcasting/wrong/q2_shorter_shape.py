"""What the shorter shape does not have is dropped."""

EXERCISE = "q2"
FAILS = {"aligned_on_the_right": "where the shorter shape ends"}
FAILS_HIDDEN = {"many_pairs": "and", "no_elements": "A 1 is stretched"}


def meet(first, second):
    result = []
    for one, other in zip(reversed(first), reversed(second), strict=False):
        if one != other and 1 not in (one, other):
            raise ValueError(f"{one} against {other}")
        result.append(other if one == 1 else one)
    return tuple(reversed(result))
