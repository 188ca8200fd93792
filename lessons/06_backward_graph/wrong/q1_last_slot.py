"""The last slot is taken for the first."""

EXERCISE = "q1"
FAILS = {"follows_slot_0": "which stands in the last slot"}
FAILS_HIDDEN = {"another_path": "The path differs"}


def first_path(tensor):
    names = []
    node = tensor.grad_fn
    while node is not None:
        names.append(node.name())
        node = node.next_functions[-1][0] if node.next_functions else None
    return names
