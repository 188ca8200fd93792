"""Every number is thought to take 4 bytes."""

EXERCISE = "q1"
FAILS = {"counts_the_bytes": "4 bytes for every element"}
FAILS_HIDDEN = {"one_number_and_none": "another tensor differ"}


def facts(tensor):
    dims = tensor.dim()
    elements = tensor.numel()
    size = elements * 4
    return dims, elements, size
