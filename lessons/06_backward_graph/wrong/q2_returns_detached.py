"""A tensor outside the graph with the leaf's numbers is taken for the leaf."""

EXERCISE = "q2"
FAILS = {"returns_tensors": "it is another tensor"}
FAILS_HIDDEN = {"a_long_graph": "The one leaf was not found", "outside_the_graph": "detach"}


def leaves_behind(tensor):
    leaves = []
    seen = set()
    waiting = [tensor.grad_fn]
    while waiting:
        node = waiting.pop()
        if node is None or node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            leaves.append(node.variable.detach())
        waiting.extend(parent for parent, index in node.next_functions)
    return leaves
