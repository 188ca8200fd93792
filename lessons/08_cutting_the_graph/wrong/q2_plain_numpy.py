"""numpy() is thought to work for every tensor."""

EXERCISE = "q2"
FAILS = {"gives_the_numbers": "asks you to say that you are leaving the graph"}
FAILS_HIDDEN = {"a_column": "Your code raised"}


def to_array(tensor):
    return tensor.numpy().copy()
