"""Every node is thought to have a slot 0."""

EXERCISE = "q1"
FAILS = {"ends_at_the_leaf": "`AccumulateGrad` is the end of the road"}
FAILS_HIDDEN = {"another_path": "Your code raised"}


def first_path(tensor):
    names = []
    node = tensor.grad_fn
    while node is not None:
        names.append(node.name())
        node = node.next_functions[0][0]
    return names
