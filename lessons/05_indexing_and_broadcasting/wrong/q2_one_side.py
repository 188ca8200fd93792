"""Only the second shape is stretched."""

EXERCISE = "q2"
FAILS = {"ones_are_stretched": "either side may be stretched"}
FAILS_HIDDEN = {"many_pairs": "and"}


def meet(first, second):
    result = []
    for place in range(1, max(len(first), len(second)) + 1):
        one = first[-place] if place <= len(first) else 1
        other = second[-place] if place <= len(second) else 1
        if place <= len(first) and other not in (1, one):
            raise ValueError(f"{one} against {other}")
        result.append(other if one == 1 else one)
    return tuple(reversed(result))
