"""The length of a tensor is taken for its number of dimensions."""

EXERCISE = "q1"
FAILS = {"counts_the_dimensions": "the length along dimension 0"}
FAILS_HIDDEN = {"one_number_and_none": "Your code raised"}


def facts(tensor):
    dims = len(tensor)
    elements = tensor.numel()
    size = elements * tensor.element_size()
    return dims, elements, size
