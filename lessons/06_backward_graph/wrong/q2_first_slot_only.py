"""One path is taken for the whole graph."""

EXERCISE = "q2"
FAILS = {"follows_every_slot": "You found the leaf behind slot 0"}


def leaves_behind(tensor):
    node = tensor.grad_fn
    while node is not None and node.next_functions:
        node = node.next_functions[0][0]
    return [node.variable] if node is not None else []
