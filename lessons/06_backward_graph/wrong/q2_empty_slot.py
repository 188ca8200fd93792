"""Every slot is thought to hold a node."""

EXERCISE = "q2"
FAILS = {"passes_over_empty_slots": "Pass over it"}
FAILS_HIDDEN = {"a_long_graph": "Your code raised", "outside_the_graph": "Your code raised"}


def leaves_behind(tensor):
    if tensor.grad_fn is None:
        return []
    leaves = []
    seen = set()
    waiting = [tensor.grad_fn]
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        if hasattr(node, "variable"):
            leaves.append(node.variable)
        waiting.extend(parent for parent, index in node.next_functions)
    return leaves
