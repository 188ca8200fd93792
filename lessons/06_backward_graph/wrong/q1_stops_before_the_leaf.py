"""AccumulateGrad is not counted as a node."""

EXERCISE = "q1"
FAILS = {"ends_at_the_leaf": "Its `AccumulateGrad` is a node too"}
FAILS_HIDDEN = {"another_path": "The path differs"}


def first_path(tensor):
    names = []
    node = tensor.grad_fn
    while node is not None and node.next_functions:
        names.append(node.name())
        node = node.next_functions[0][0]
    return names
