"""With the error seen to, the larger size is thought to win."""

EXERCISE = "q2"
FAILS = {}
FAILS_HIDDEN = {"no_elements": "A 1 is stretched"}


def meet(first, second):
    result = []
    for place in range(1, max(len(first), len(second)) + 1):
        one = first[-place] if place <= len(first) else 1
        other = second[-place] if place <= len(second) else 1
        if one != other and 1 not in (one, other):
            raise ValueError(f"{one} against {other}")
        result.append(max(one, other))
    return tuple(reversed(result))
