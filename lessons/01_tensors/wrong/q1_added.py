"""The lengths of the shape are added."""

EXERCISE = "q1"
FAILS = {"counts_the_elements": "you added the lengths"}
FAILS_HIDDEN = {"one_number_and_none": "another tensor differ"}


def facts(tensor):
    dims = tensor.dim()
    elements = sum(tensor.shape)
    size = elements * tensor.element_size()
    return dims, elements, size
