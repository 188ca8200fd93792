"""Each path is walked to its end, and only the leaves are kept apart."""

EXERCISE = "q2"
FAILS = {"visits_each_node_once": "once for each path"}


def leaves_behind(tensor):
    leaves = []
    waiting = [tensor.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        if hasattr(node, "variable") and not any(node.variable is leaf for leaf in leaves):
            leaves.append(node.variable)
        waiting.extend(parent for parent, index in node.next_functions)
    return leaves
