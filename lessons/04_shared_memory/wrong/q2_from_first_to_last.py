"""A tensor is thought to own everything between its first and its last element."""

EXERCISE = "q2"
FAILS = {"tells_views_apart": "where two tensors begin and end"}
FAILS_HIDDEN = {"other_layouts": "the answer should be"}


def sees(a, b):
    def ends(t):
        steps = sum((size - 1) * stride for size, stride in zip(t.shape, t.stride(), strict=True))
        return t.data_ptr(), t.data_ptr() + steps * t.element_size()

    (first_a, last_a), (first_b, last_b) = ends(a), ends(b)
    return first_a <= last_b and first_b <= last_a
