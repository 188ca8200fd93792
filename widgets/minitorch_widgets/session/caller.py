"""Caller: an inspector for the caller of `show(x)`, over the caller's variables, keeping none of them alive."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from minitorch_widgets.facts.names import caller_names
from minitorch_widgets.session.inspector import Inspector


def inspector_for(
    tensors: tuple[Any, ...],
    function: str,
    depth: int = 2,
    *,
    views: Sequence[str] = (),
    parts: Callable[[dict[int, str]], Mapping[str, Callable[[], Any]]] | None = None,
) -> tuple[Inspector, dict[int, str]]:
    """An inspector narrowed to what these tensors have to do with, and their names by identity.

    `parts` makes the parts of its pictures, given the names.
    """
    from minitorch_widgets.session.live import lines

    named = caller_names(tensors, depth + 1)
    references = {name: reference(value) for name, value in named.items()}
    chosen = [reference(tensor) for tensor in tensors]
    names = {id(value): name for name, value in reversed(named.items())}

    def namespace() -> dict[str, object]:
        return {name: value for name, reference in references.items() if (value := reference()) is not None}

    def focus() -> list[object] | None:
        return [reference() for reference in chosen] if chosen else None

    inspector = Inspector(namespace, focus=focus, views=views, parts=parts(names) if parts else None)
    inspector.sources.update(lines())
    inspector.refresh(f"{function}({', '.join(names[id(each)] for each in tensors)})" if tensors else "")
    return inspector, names


def reference(value: Any) -> Any:
    """A weak reference: a widget stays in the notebook for long, and the tensors shall not."""
    try:
        return weakref.ref(value)
    except TypeError:
        return lambda: value
