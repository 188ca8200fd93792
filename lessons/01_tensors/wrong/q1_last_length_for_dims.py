"""The entries of the shape are thought to count dimensions."""

EXERCISE = "q1"
FAILS = {"counts_the_dimensions": "along the last dimension"}
FAILS_HIDDEN = {"one_number_and_none": "Your code raised"}


def facts(tensor):
    dims = tensor.shape[-1]
    elements = tensor.numel()
    size = elements * tensor.element_size()
    return dims, elements, size
