"""Trees: tuples, lists and dicts of tensors, taken apart and put together again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any


def flattened(tree: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """The leaves of a tree, and what makes a tree of the same form from as many others."""
    leaves: list[Any] = []

    def take(node: Any) -> Callable[[Any], Any]:
        """Collect the leaves below a node; what comes back rebuilds it from an iterator over leaves."""
        if isinstance(node, dict):
            parts = {key: take(value) for key, value in node.items()}
            kind = OrderedDict if isinstance(node, OrderedDict) else dict
            return lambda source: kind((key, part(source)) for key, part in parts.items())
        if isinstance(node, tuple | list):
            several = [take(value) for value in node]
            if hasattr(node, "_make"):
                return lambda source: node._make([part(source) for part in several])
            return lambda source: type(node)([part(source) for part in several])
        leaves.append(node)
        return next

    rebuild = take(tree)
    return leaves, lambda values: rebuild(iter(values))


def mapped(function: Callable[..., Any], tree: Any) -> Any:
    """The tree with a function applied to every leaf."""
    leaves, rebuild = flattened(tree)
    return rebuild([function(leaf) for leaf in leaves])


def spread_over(prefix: Any, tree: Any) -> list[Any] | None:
    """For each leaf of `tree` the leaf of `prefix` above it; None where the two do not fit."""
    if isinstance(tree, tuple | list | dict):
        if isinstance(prefix, tuple | list | dict):
            if type(prefix) is not type(tree) or len(prefix) != len(tree):
                return None
            keys = list(tree) if isinstance(tree, dict) else range(len(tree))
            found: list[Any] = []
            for key in keys:
                part = spread_over(prefix[key], tree[key])
                if part is None:
                    return None
                found += part
            return found
        return [prefix] * len(flattened(tree)[0])
    return None if isinstance(prefix, tuple | list | dict) else [prefix]


def structure(tree: Any) -> str:
    """The form of a tree as PyTorch's messages print it."""
    if isinstance(tree, dict):
        inner = ", ".join(structure(value) for value in tree.values())
        return f"TreeSpec(dict, {list(tree)}, [{inner}])"
    if isinstance(tree, tuple | list):
        inner = ",\n  ".join(structure(value) for value in tree)
        return f"TreeSpec({type(tree).__name__}, None, [{inner}])"
    return "*"
