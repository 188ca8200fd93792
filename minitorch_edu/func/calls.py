"""Calls of modules with parameters that are given, and not their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from minitorch_edu.ops.joining import stack
from minitorch_edu.tensor import Tensor


def functional_call(
    module: Any,
    parameter_and_buffer_dicts: Any,
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Call a module with the parameters and buffers of a dict, or of several, in the place of its own."""
    given = parameter_and_buffer_dicts
    if isinstance(given, Sequence):
        merged: dict[str, Tensor] = {}
        for each in given:
            repeated = merged.keys() & each.keys()
            if repeated:
                raise ValueError(
                    f"{sorted(repeated)} appeared in multiple dictionaries; behavior of functional call is ambiguous"
                )
            merged |= each
        given = merged
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    with _exchanged(module, given, strict):
        return module(*args, **(kwargs or {}))


@contextmanager
def _exchanged(module: Any, given: dict[str, Tensor], strict: bool) -> Iterator[None]:
    """The module with other tensors under its names, for as long as the block runs."""
    own = {name for name, _ in module.named_parameters(remove_duplicate=False)}
    own |= {name for name, _ in module.named_buffers(remove_duplicate=False)}
    if strict and own != given.keys():
        missing, unknown = sorted(own - given.keys()), sorted(given.keys() - own)
        raise RuntimeError(f"Missing key(s): {missing}. Unexpected key(s): {unknown}.")
    kept = []
    try:
        for path, value in given.items():
            place, _, name = path.rpartition(".")
            owner = module.get_submodule(place)
            table = owner._parameters if name in owner._parameters else owner._buffers
            if name not in table:
                raise KeyError(f"{name} is not a parameter or buffer of the module")
            kept.append((table, name, table[name]))
            table[name] = value
        yield
    finally:
        for table, name, value in reversed(kept):
            table[name] = value


def stack_module_state(models: Sequence[Any]) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The parameters and the buffers of several modules of one kind, stacked: for `vmap` over models."""
    if not models:
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if len({type(model) for model in models}) > 1:
        raise RuntimeError("stack_module_state: Expected all models to be of the same class.")
    tables = []
    for named in ("named_parameters", "named_buffers"):
        several = [dict(getattr(model, named)()) for model in models]
        table = {}
        for name, first in several[0].items():
            table[name] = stack([each[name] for each in several]).detach().requires_grad_(first.requires_grad)
        tables.append(table)
    return tables[0], tables[1]
