"""Bits are taken for bytes."""

EXERCISE = "q1"
FAILS = {"counts_the_bytes": "those are bits"}
FAILS_HIDDEN = {"one_number_and_none": "another tensor differ"}


def facts(tensor):
    dims = tensor.dim()
    elements = tensor.numel()
    size = 8 * elements * tensor.element_size()
    return dims, elements, size
