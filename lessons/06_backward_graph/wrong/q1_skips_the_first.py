"""The path begins behind the tensor's own node."""

EXERCISE = "q1"
FAILS = {"begins_at_its_own_node": "you skipped the tensor"}
FAILS_HIDDEN = {"another_path": "The path differs"}


def first_path(tensor):
    names = []
    node = tensor.grad_fn.next_functions[0][0] if tensor.grad_fn is not None else None
    while node is not None:
        names.append(node.name())
        node = node.next_functions[0][0] if node.next_functions else None
    return names
