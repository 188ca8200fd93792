"""A leaf is listed for each path that ends there."""

EXERCISE = "q2"
FAILS = {"each_leaf_once": "Three paths lead to the one leaf here"}


def leaves_behind(tensor):
    leaves = []
    seen = set()
    waiting = [tensor.grad_fn]
    while waiting:
        node = waiting.pop()
        if hasattr(node, "variable"):
            leaves.append(node.variable)
        elif node is not None and node not in seen:
            seen.add(node)
            waiting.extend(parent for parent, index in node.next_functions)
    return leaves
