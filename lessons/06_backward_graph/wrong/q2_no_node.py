"""Every tensor is thought to have a node."""

EXERCISE = "q2"
FAILS = {"nothing_without_a_node": "there is no node to begin with"}


def leaves_behind(tensor):
    leaves = []
    seen = set()
    waiting = [tensor.grad_fn]
    while waiting:
        node = waiting.pop()
        seen.add(node)
        if hasattr(node, "variable"):
            leaves.append(node.variable)
        parents = [parent for parent, index in node.next_functions]
        waiting.extend(parent for parent in parents if parent is not None and parent not in seen)
        seen.update(parents)
    return leaves
