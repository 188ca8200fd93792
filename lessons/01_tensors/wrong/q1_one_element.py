"""The size of one element is taken for the size of all."""

EXERCISE = "q1"
FAILS = {"counts_the_bytes": "the size of one element"}
FAILS_HIDDEN = {"one_number_and_none": "another tensor differ"}


def facts(tensor):
    dims = tensor.dim()
    elements = tensor.numel()
    size = tensor.element_size()
    return dims, elements, size
