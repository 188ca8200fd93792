"""The elements of a tensor are thought to stand side by side."""

EXERCISE = "q2"
FAILS = {"finds_shared_bytes": "do not stand side by side"}
FAILS_HIDDEN = {"other_layouts": "the answer should be"}


def sees(a, b):
    def addresses(t):
        return {t.data_ptr() + k * t.element_size() for k in range(t.numel())}

    return not addresses(a).isdisjoint(addresses(b))
