"""A list of sizes is taken for a shape."""

EXERCISE = "q2"
FAILS = {"returns_a_tuple": "A shape is a tuple"}


def meet(first, second):
    result = []
    for place in range(1, max(len(first), len(second)) + 1):
        one = first[-place] if place <= len(first) else 1
        other = second[-place] if place <= len(second) else 1
        if one != other and 1 not in (one, other):
            raise ValueError(f"{one} against {other}")
        result.append(other if one == 1 else one)
    return result[::-1]
