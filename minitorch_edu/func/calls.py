"""Calls of modules with parameters that are given, and not their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from minitorch_edu.ops.joining import stack
from minitorch_edu.tensor import Tensor

NOTHING: Any = object()
"""Stands for a name that an owner does not have."""


def functional_call(
    module: Any,
    parameter_and_buffer_dicts: Any,
    args: Any = None,
    kwargs: dict[str, Any] | None = None,
    *,
    tie_weights: bool = True,
    strict: bool = False,
) -> Any:
    """Call a module with the parameters and buffers of a dict, or of several, in the place of its own.

    tie_weights: what is given for one name of a tensor is used for its other names, too.
    strict: the names must be all that the module has.

    >>> torch.func.functional_call(torch.nn.Linear(1, 1), {"weight": torch.ones(1, 1), "bias": torch.ones(1)}, torch.ones(1))
    tensor([2.])
    """  # fmt: skip  # noqa: E501
    given = parameter_and_buffer_dicts
    if isinstance(given, Sequence):
        if not all(isinstance(each, dict) for each in given):
            raise ValueError("Expected all elements of parameter_and_buffer_dicts to be dictionaries")
        names = [name for each in given for name in each]
        repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
        if repeated:
            raise ValueError(
                f"{repeated} appeared in multiple dictionaries; behavior of functional call is ambiguous"
            )
        given = {name: value for each in given for name, value in each.items()}
    elif not isinstance(given, dict):
        raise ValueError(
            f"Expected parameter_and_buffer_dicts to be a dict, or a list/tuple of dicts, but got {type(given)}"
        )
    return called_with(module, given, args, kwargs, tie_weights, strict)


def called_with(
    module: Any, given: dict[str, Tensor], args: Any, kwargs: Any, tie_weights: bool, strict: bool
) -> Any:
    """Call a module with tensors in the place of its own."""
    if type(module).__qualname__ == "DataParallel":
        raise RuntimeError("The stateless API can't be used with nn.DataParallel module")
    args = () if args is None else args if isinstance(args, tuple) else (args,)
    with _exchanged(module, given, tie_weights, strict):
        return module(*args, **(kwargs or {}))


@contextmanager
def _exchanged(module: Any, given: dict[str, Tensor], tie_weights: bool, strict: bool) -> Iterator[None]:
    """The module with other tensors under its names, for as long as the block runs."""
    own = dict(module.named_parameters(remove_duplicate=False))
    own.update(module.named_buffers(remove_duplicate=False))
    exchanged = _tied(own, given) if tie_weights else given
    if strict:
        _check_names(module, own.keys(), exchanged.keys())
    kept: list[tuple[Any, str, str, Any]] = []
    try:
        for path, value in exchanged.items():
            owner, name = _owner(module, path)
            kept.append((owner, name, path, _exchange(owner, name, value)))
        yield
    finally:
        for owner, name, path, value in kept:
            changed = _exchange(owner, name, value)
            if path in given and changed is not NOTHING:
                given[path] = changed  # what the call put in a place of its own, as a buffer of statistics


def _tied(own: dict[str, Tensor], given: dict[str, Tensor]) -> dict[str, Tensor]:
    """What is given, and the same for all other names of the tensors it stands for."""
    names_of: dict[int, list[str]] = {}
    for name, tensor in own.items():
        names_of.setdefault(id(tensor), []).append(name)
    tied = dict(given)
    for names in names_of.values():
        told = [name for name in names if name in given]
        if len(told) > 1 and len({id(given.get(name)) for name in names}) > 1:
            raise ValueError(
                f"functional_call got multiple values for keys {sorted(names)}, which are tied. Consider using "
                "tie_weights=False"
            )
        tied.update({name: given[told[0]] for name in names if told})
    return tied


def _check_names(module: Any, own: Any, given: Any) -> None:
    wrong = [("Unexpected", sorted(given - own)), ("Missing", sorted(own - given))]
    lines = [f"{kind} key(s): {', '.join(map(repr, names))}." for kind, names in wrong if names]
    if lines:
        text = "\n\t".join(lines)
        raise RuntimeError(f"Error(s) in reparametrizing for {module._get_name()}:\n\t{text}")


def _owner(module: Any, path: str) -> tuple[Any, str]:
    """The part of a module that a dotted path leads to, and the name there."""
    *places, name = path.split(".")
    walked = ""
    for place in places:
        if not hasattr(module, place):
            raise AttributeError(f"{module._get_name()} has no attribute `{place}`")
        module, walked = getattr(module, place), f"{walked}.{place}".lstrip(".")
        if not hasattr(module, "_parameters"):
            raise TypeError(f"submodule `{walked}`: {module} is not an instance of torch.nn.Module")
    return module, name


def _exchange(owner: Any, name: str, value: Any) -> Any:
    """Put a tensor under a name, and return what was there."""
    if value is not NOTHING and value is not None and not isinstance(value, Tensor):
        raise TypeError(f"{value} is not an instance of torch.Tensor")
    if name == "":
        raise KeyError('tensor name can\'t be empty string ""')
    for table in (owner._parameters, owner._buffers):
        if name in table:
            kept = table[name]
            if value is NOTHING:
                del table[name]
            else:
                table[name] = value
            return kept
    kept = getattr(owner, name, NOTHING)
    if kept is not NOTHING and kept is not None and not isinstance(kept, Tensor):
        raise TypeError(f"attribute `{name}`: {kept} is not an instance of torch.Tensor")
    if value is not NOTHING:
        setattr(owner, name, value)
    elif kept is not NOTHING:
        delattr(owner, name)
    return kept


def stack_module_state(models: Any) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The parameters and the buffers of several modules of one kind, stacked: for `vmap` over models.

    >>> params, _ = torch.func.stack_module_state([torch.nn.Linear(2, 3) for _ in range(5)])
    >>> params["weight"].shape
    torch.Size([5, 3, 2])
    """
    if not len(models):
        raise RuntimeError("stack_module_state: Expected at least one model, got 0.")
    if len({model.training for model in models}) > 1:
        raise RuntimeError("stack_module_state: Expected all models to have the same training/eval mode.")
    if len({type(model) for model in models}) > 1:
        raise RuntimeError("stack_module_state: Expected all models to be of the same class.")
    return _stacked([dict(each.named_parameters()) for each in models]), _stacked(
        [dict(each.named_buffers()) for each in models]
    )


def _stacked(tables: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    found = {}
    for name in tables[0]:
        layers = [table[name] for table in tables]
        learning = {each.requires_grad for each in layers}
        if len(learning) > 1:
            raise RuntimeError(f"Expected {name} from each model to have the same .requires_grad")
        found[name] = stack(layers).detach().requires_grad_() if True in learning else stack(layers)
    return found
