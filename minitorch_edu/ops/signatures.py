"""Signatures: what PyTorch says of a call that fits none of its own.

Functions read their arguments as Python does, and refuse with a TypeError what is not theirs. Only then is the call
held against PyTorch's signatures, which are written as its messages print them. (PyTorch's python_arg_parser.cpp and
invalid_arguments.cpp.)
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.devices import device
from minitorch_edu.layouts import layout, memory_format
from minitorch_edu.storage import Storage
from minitorch_edu.tensor import Tensor

OPTIONS = (
    "torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, bool pin_memory = False, "
    "bool requires_grad = False"
)
"""What every factory takes."""


class Parameter(NamedTuple):
    kind: str
    name: str
    default: str | None  # as printed; None where the argument is required
    keyword_only: bool


class Signature(NamedTuple):
    text: str
    parameters: tuple[Parameter, ...]

    @property
    def positional(self) -> int:
        return sum(not each.keyword_only for each in self.parameters)

    @property
    def required(self) -> int:
        return sum(each.default is None for each in self.parameters)


def reads(*texts: str, name: str | None = None, method: bool = False) -> Callable[[Any], Any]:
    """Let a call that fails with a TypeError be told what PyTorch would have said.

    method: the first argument is the tensor whose method this is; PyTorch does not count it.
    """
    signatures = tuple(parsed(text) for text in texts)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def call(*args: Any, **named: Any) -> Any:
            try:
                return function(*args, **named)
            except TypeError as error:
                refuse(name or function.__name__, signatures, args[method:], named)
                raise error

        return call

    return decorate


def refuse(name: str, signatures: tuple[Signature, ...], args: Any, named: dict[str, Any]) -> None:
    """Raise PyTorch's error, if the call fits none of the signatures."""
    if len(signatures) == 1:
        _check(name, signatures[0], args, named)
        return
    errors = []
    for signature in signatures:
        try:
            return _check(name, signature, args, named)
        except TypeError as error:
            errors.append((signature, error))
    given = len(args) + len(named)
    plausible = [error for each, error in errors if each.required <= given <= len(each.parameters)]
    if len(plausible) == 1:
        raise plausible[0] from None
    _refuse_all(name, signatures, args, named)


def parsed(text: str) -> Signature:
    parameters = []
    keyword_only = False
    for part in filter(None, text.split(", ")):
        if part == "*":
            keyword_only = True
            continue
        declared, _, default = part.partition(" = ")
        kind, _, name = declared.rpartition(" ")
        parameters.append(Parameter(kind, name, default or None, keyword_only))
    return Signature(f"({text})", tuple(parameters))


def _check(name: str, signature: Signature, args: Any, named: dict[str, Any]) -> None:
    """Raise what PyTorch raises where the call does not fit this signature."""
    parameters = signature.parameters
    spread = signature.positional == 1 and parameters[0].kind == "tuple of ints"
    spread = spread and bool(args) and _is_int(args[0])
    if len(args) > signature.positional and not spread:
        _refuse_count(name, signature, len(args))
    missing = [
        each.name
        for place, each in enumerate(parameters)
        if each.default is None and place >= len(args) and each.name not in named
    ]
    if missing:
        quoted = ", ".join(f'"{each}"' for each in missing)
        raise TypeError(f"{name}() missing {len(missing)} required positional arguments: {quoted}")
    known = set()
    for place, each in enumerate(parameters):
        positional = place < len(args) and not each.keyword_only
        if not positional and each.name not in named:
            continue
        value = args[place] if positional else named[each.name]
        if not positional:
            known.add(each.name)
        _check_argument(
            name, each, value, place if positional else None, args if spread and not place else None
        )
    for keyword in named:
        if keyword in known:
            continue
        if any(each.name == keyword for each in parameters):
            raise TypeError(f"{name}() got multiple values for argument '{keyword}'")
        raise TypeError(f"{name}() got an unexpected keyword argument '{keyword}'")


def _refuse_count(name: str, signature: Signature, given: int) -> NoReturn:
    most = signature.positional
    least = sum(each.default is None for each in signature.parameters if not each.keyword_only)
    were = "was" if given == 1 else "were"
    if least != most:
        raise TypeError(
            f"{name}() takes from {least} to {most} positional arguments but {given} {were} given"
        )
    plural = "" if most == 1 else "s"
    raise TypeError(f"{name}() takes {most} positional argument{plural} but {given} {were} given")


def _check_argument(name: str, each: Parameter, value: Any, place: int | None, spread: Any) -> None:
    if value is None and each.default in ("None", "False"):
        return
    if spread is None and not FITS[each.kind](value):
        where = "" if place is None else f" (position {place + 1})"
        found = f"not {type_name(value)}"
        if each.kind == "tuple of ints" and isinstance(value, list | tuple):
            found = f"but found element of type {type_name(value[0])} at pos 0"
        raise TypeError(f"{name}(): argument '{each.name}'{where} must be {each.kind}, {found}")
    if each.kind == "tuple of ints":
        for position, size in enumerate(value if spread is None else spread):
            wrong = f"type must be {each.kind},but got {type_name(size)}"
            if _is_int(size) or isinstance(size, bool):
                if -(2**63) <= int(size) < 2**63:
                    continue
                wrong = "Overflow when unpacking long long"
            raise TypeError(
                f"{name}(): argument '{each.name}' failed to unpack the object at pos {position + 1} with error "
                f'"{wrong}"'
            )


def _refuse_all(name: str, signatures: tuple[Signature, ...], args: Any, named: dict[str, Any]) -> NoReturn:
    """The message that lists all signatures."""
    typed = [*map(type_name, args), *(f"{key}={type_name(value)}" for key, value in named.items())]
    got = ", ".join(typed) + (", " if named and not args else "")  # PyTorch's own slip
    lines = [f"{name}() received an invalid combination of arguments - got ({got}), but expected one of:"]
    for signature in signatures:
        lines.append(f" * {signature.text}")
        stars = any(each.keyword_only for each in signature.parameters)  # PyTorch counts the star itself
        if len(signature.parameters) + stars != len(typed):
            continue
        unknown = [key for key in named if all(each.name != key for each in signature.parameters)]
        if unknown:
            lines.append(
                f"      didn't match because some of the keywords were incorrect: {', '.join(unknown)}"
            )
        else:
            lines.append(
                "      didn't match because some of the arguments have invalid types: "
                f"({', '.join(_marked(signature, args, named))})"
            )
    raise TypeError("\n".join(lines) + "\n")


def _marked(signature: Signature, args: Any, named: dict[str, Any]) -> list[str]:
    """The types of the arguments, with exclamation marks around those that are not literally the expected ones."""
    kinds = {each.name: each.kind for each in signature.parameters}
    found = [
        type_name(value) if type_name(value) == each.kind else f"!{type_name(value)}!"
        for each, value in zip(signature.parameters, args, strict=False)
    ]
    for key, value in named.items():
        text = type_name(value)
        found.append(f"{key}={text}" if text == kinds[key] else f"!{key}={text}!")
    return found


def type_name(value: Any) -> str:
    """The name of a value's type as PyTorch's messages print it."""
    kind = type(value)
    if isinstance(value, Tensor):
        return "Tensor"
    if kind.__module__.startswith("minitorch_edu."):
        return f"torch._C.{kind.__name__}" if kind.__name__ == "Generator" else f"torch.{kind.__name__}"
    heap_type = kind.__flags__ & (1 << 9)  # made by a class statement: such types do not name their module
    return (
        kind.__name__ if heap_type or kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    )


def _is_int(value: Any) -> bool:
    if isinstance(value, Tensor):
        return value.ndim == 0 and value.dtype.category == 1
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    if isinstance(value, Tensor):
        return value.ndim == 0 and not value._requires_grad
    return isinstance(value, int | float | complex | np.number | np.bool_)


FITS: dict[str, Callable[[Any], bool]] = {
    "Tensor": lambda value: isinstance(value, Tensor),
    "Number": _is_number,
    "float": lambda value: _is_number(value) and not isinstance(value, complex),
    "int": _is_int,
    "bool": lambda value: isinstance(value, bool | np.bool_),
    "tuple of ints": lambda value: isinstance(value, list | tuple) and (not value or _is_int(value[0])),
    "tuple of Tensors": lambda value: isinstance(value, list | tuple),
    "torch.dtype": lambda value: (
        isinstance(value, dtypes.dtype) or (isinstance(value, type) and value in dtypes.BY_PYTHON)
    ),
    "torch.layout": lambda value: isinstance(value, layout),
    "torch.memory_format": lambda value: isinstance(value, memory_format),
    "torch.device": lambda value: isinstance(value, str | device) or _is_int(value),
    "torch.Generator": lambda value: type(value).__name__ == "Generator",
    "torch.Storage": lambda value: isinstance(value, Storage),
    "str": lambda value: isinstance(value, str),
    "object": lambda value: True,
}
"""Which values an argument of each kind takes."""
