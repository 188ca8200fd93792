"""Every tensor is thought to be a table."""

EXERCISE = "q1"
FAILS = {"counts_the_elements": "more dimensions than a table"}
FAILS_HIDDEN = {"one_number_and_none": "Your code raised"}


def facts(tensor):
    dims = tensor.dim()
    elements = tensor.shape[0] * tensor.shape[1]
    size = elements * tensor.element_size()
    return dims, elements, size
