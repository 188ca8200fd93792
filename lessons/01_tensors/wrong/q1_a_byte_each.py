"""Every number is thought to take a byte."""

EXERCISE = "q1"
FAILS = {"counts_the_bytes": "one byte for every element"}
FAILS_HIDDEN = {"one_number_and_none": "another tensor differ"}


def facts(tensor):
    dims = tensor.dim()
    elements = tensor.numel()
    size = elements
    return dims, elements, size
