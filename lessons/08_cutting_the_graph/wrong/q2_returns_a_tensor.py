"""A detached tensor is taken for an array."""

EXERCISE = "q2"
FAILS = {
    "gives_the_numbers": "should return a NumPy array",
    "has_its_own_bytes": "should return a NumPy array",
    "keeps_the_type": "should return a NumPy array",
    "leaves_the_tensor_alone": "should return a NumPy array",
}
FAILS_HIDDEN = {"a_column": "The column is 4, 8"}


def to_array(tensor):
    return tensor.detach().clone()
