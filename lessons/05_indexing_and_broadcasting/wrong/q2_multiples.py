"""A size is thought to be repeated until it fits."""

EXERCISE = "q2"
FAILS = {"the_rest_raises": "only a size of 1 is stretched"}
FAILS_HIDDEN = {"many_pairs": "(3,) and (6,)"}


def meet(first, second):
    result = []
    for place in range(1, max(len(first), len(second)) + 1):
        one = first[-place] if place <= len(first) else 1
        other = second[-place] if place <= len(second) else 1
        if max(one, other) % max(min(one, other), 1):
            raise ValueError(f"{one} against {other}")
        result.append(0 if 0 in (one, other) else max(one, other))
    return tuple(reversed(result))
