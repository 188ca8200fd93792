"""The length of a tensor is thought to count its elements, as that of a flat list does."""

EXERCISE = "q1"
FAILS = {"counts_the_elements": "along dimension 0 only"}
FAILS_HIDDEN = {"one_number_and_none": "Your code raised"}


def facts(tensor):
    dims = tensor.dim()
    elements = len(tensor)
    size = elements * tensor.element_size()
    return dims, elements, size
