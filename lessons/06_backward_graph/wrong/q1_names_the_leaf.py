"""A tensor without a node is given one."""

EXERCISE = "q1"
FAILS = {"empty_without_a_node": "there is nothing to follow"}


def first_path(tensor):
    names = [] if tensor.grad_fn is not None else ["torch::autograd::AccumulateGrad"]
    node = tensor.grad_fn
    while node is not None:
        names.append(node.name())
        node = node.next_functions[0][0] if node.next_functions else None
    return names
