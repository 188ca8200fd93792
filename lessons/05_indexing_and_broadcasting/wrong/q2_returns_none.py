"""No result is thought to be as good as an error."""

EXERCISE = "q2"
FAILS = {"the_rest_raises": "You returned nothing"}
FAILS_HIDDEN = {"many_pairs": "TypeError"}


def meet(first, second):
    result = []
    for place in range(1, max(len(first), len(second)) + 1):
        one = first[-place] if place <= len(first) else 1
        other = second[-place] if place <= len(second) else 1
        if one != other and 1 not in (one, other):
            return None
        result.append(other if one == 1 else one)
    return tuple(reversed(result))
