"""Names: which tensors and arrays a namespace holds, and what a student types to get each."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from minitorch_widgets.facts.reading import is_array, is_tensor

IPYTHON_NAMES = frozenset({"In", "Out", "exit", "quit", "get_ipython"})
MOST_IN_A_CONTAINER = 64
MOST_PARAMETERS = 200


class Named(NamedTuple):
    """A tensor or array and the expression that leads to it."""

    name: str
    value: Any


def find(namespace: Mapping[str, object], omitted: list[str]) -> Iterator[Named]:
    """Everything to show, in the namespace's own order; what is left out is said in `omitted`.

    Variables, tensors one level deep in a list, tuple or dict, parameters and buffers of modules, and what optimizers
    keep for each parameter. Names with a leading underscore, and those that IPython keeps for itself, are not the
    student's.

    >>> import numpy as np
    >>> [each.name for each in find({"a": np.ones(2), "_1": np.ones(2), "pair": [np.ones(1), 3]}, [])]
    ['a', 'pair[0]']
    """
    names: dict[int, str] = {}
    optimizers = []
    for name, value in list(namespace.items()):  # a copy: another thread may be running a cell
        if not isinstance(name, str) or name.startswith("_") or name in IPYTHON_NAMES:
            continue
        try:
            if _is_optimizer(value):
                optimizers.append((name, value))
                continue
            for each in _in_value(name, value, omitted):
                names.setdefault(id(each.value), each.name)
                yield each
        except Exception as error:  # one odd object must not cost the picture
            omitted.append(f"{name} was left out: looking at it raised {type(error).__name__}")
    for name, value in optimizers:  # last, since their entries are called after the parameters
        try:
            yield from _in_optimizer(name, value, names)
        except Exception as error:
            omitted.append(f"{name} was left out: looking at it raised {type(error).__name__}")


def _in_value(name: str, value: Any, omitted: list[str]) -> Iterator[Named]:
    if is_tensor(value) or is_array(value):
        yield Named(name, value)
    elif isinstance(value, (list, tuple, dict)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        yield from _in_container(name, items, len(value), omitted)
    elif callable(getattr(type(value), "named_parameters", None)) and not isinstance(value, type):
        yield from _in_module(name, value, omitted)


def _in_container(name: str, items: Any, length: int, omitted: list[str]) -> Iterator[Named]:
    shown = 0
    for key, value in items:
        if not (is_tensor(value) or is_array(value)):
            if shown == 0 and isinstance(key, int) and key > MOST_IN_A_CONTAINER:
                return  # a long list of something else
            continue
        if shown == MOST_IN_A_CONTAINER:
            omitted.append(f"{name} has {length} entries; the first {shown} tensors are shown")
            return
        shown += 1
        yield Named(f"{name}[{key!r}]", value)


def _is_optimizer(value: Any) -> bool:
    kind = type(value)
    return all(callable(getattr(kind, word, None)) for word in ("step", "zero_grad", "add_param_group"))


def _in_optimizer(name: str, optimizer: Any, names: Mapping[int, str]) -> Iterator[Named]:
    """`opt.state[w]['momentum_buffer']`: what is kept from step to step, for each parameter that has a name."""
    for parameter, kept in list(optimizer.state.items()):
        called = names.get(id(parameter))
        if called is None or not isinstance(kept, Mapping):
            continue
        for key, value in list(kept.items()):
            if is_tensor(value):
                yield Named(f"{name}.state[{called}][{key!r}]", value)


def is_optimizers(name: str) -> bool:
    """Whether this is the name of something that an optimizer keeps.

    >>> is_optimizers("opt.state[w]['momentum_buffer']"), is_optimizers("w.grad")
    (True, False)
    """
    return ".state[" in name and name.endswith("']")


def _in_module(name: str, module: Any, omitted: list[str]) -> Iterator[Named]:
    buffers: Iterable[tuple[str, Any]] = getattr(module, "named_buffers", tuple)()
    for count, (path, value) in enumerate(itertools.chain(module.named_parameters(), buffers)):
        if count == MOST_PARAMETERS:
            omitted.append(f"{name} has more than {count} parameters and buffers; the first {count} are shown")
            return
        if is_tensor(value):
            # a child that is a number is an entry of a Sequential: model[0].weight
            steps = "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in path.split("."))
            yield Named(name + steps, value)


def caller_names(tensors: Iterable[Any], depth: int) -> dict[str, Any]:
    """The variables of the frame `depth` calls up, and made-up names for those of `tensors` that have none there."""
    frame = sys._getframe(depth)
    named = {each.name: each.value for each in find({**frame.f_globals, **frame.f_locals}, [])}
    held = {id(value) for value in named.values()}
    for number, tensor in enumerate(tensors):
        if id(tensor) not in held:
            named[f"output{number or ''}"] = tensor  # show(x * 2)
    return named
