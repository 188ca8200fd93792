"""Recursion, which a long graph exhausts."""

EXERCISE = "q2"
FAILS = {}
FAILS_HIDDEN = {"a_long_graph": "calls itself too deeply"}


def leaves_behind(tensor):
    leaves = []
    seen = set()

    def visit(node):
        if node is None or node in seen:
            return
        seen.add(node)
        if hasattr(node, "variable"):
            leaves.append(node.variable)
        for parent, _ in node.next_functions:
            visit(parent)

    visit(tensor.grad_fn)
    return leaves
