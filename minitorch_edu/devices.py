"""device: where a tensor's bytes live."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NoReturn

from minitorch_edu.naming import Named

TYPES = (
    "cpu", "cuda", "ipu", "xpu", "mkldnn", "opengl", "opencl", "ideep", "hip", "ve", "fpga", "maia", "xla", "lazy",
    "vulkan", "mps", "meta", "hpu", "mtia", "privateuseone",
)  # fmt: skip
"""The types that have a name. Tensors can be made on the CPU."""


class device(metaclass=Named):
    """A device such as `cpu` or `cuda:0`. Equal devices are one object.

    >>> device("cuda:1").index
    1
    >>> device("cpu") is device("cpu")
    True
    """

    _called = "torch.device"

    __slots__ = ("type", "index")
    _interned: dict[tuple[str, int | None], device] = {}

    type: str
    index: int | None

    def __new__(cls, *args: Any, **named: Any) -> device:
        kind, number = _asked_for(args, named)
        found = cls._interned.get((kind, number))
        if found is None:
            found = object.__new__(cls)
            found.type, found.index = kind, number
            cls._interned[kind, number] = found
        return found

    def __enter__(self) -> device:
        """Make tensors on this device by default, until the end of the block."""
        chosen.append(self)
        return self

    def __exit__(self, *error: Any) -> None:
        chosen.pop()

    def __repr__(self) -> str:
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type='{self.type}'{index})"

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def _without_order(self, other: object) -> NoReturn:
        raise TypeError("comparison not implemented")

    __lt__ = __le__ = __gt__ = __ge__ = _without_order

    def __reduce__(self) -> tuple[Any, ...]:
        return device, (self.type, self.index)


accelerator: Callable[[], str | None] = lambda: None
"""The type of device that a bare index stands for; None where there is only the CPU. `backends.gpus` knows."""

chosen: list[device] = []
"""The devices on which tensors are made by default, the innermost last; none stands for the CPU."""
_base: list[device] = []


def set_default_device(device: Any) -> None:
    """Make tensors on this device where nothing else is said; None for the CPU.

    >>> torch.set_default_device("cpu")
    """
    wanted = [] if device is None else [_device(device)]
    chosen[: len(_base)] = wanted
    _base[:] = wanted


def get_default_device() -> device:
    """The device on which tensors are made where nothing else is said.

    >>> torch.get_default_device()
    device(type='cpu')
    """
    return chosen[-1] if chosen else _device("cpu")


_device = device  # `device` is the name of an argument as well


def _asked_for(args: tuple[Any, ...], named: dict[str, Any]) -> tuple[str, int | None]:
    """The type and the index that a call of `device` asks for."""
    given = dict(zip(("type", "index"), args, strict=False)) | named
    first = given.get("device", given.get("type"))
    if len(args) > 2 or not given.keys() <= {"type", "index"} and given.keys() != {"device"} or first is None:
        _refuse(args, named)
    index = given.get("index")
    if isinstance(first, device) and len(given) == 1 and "type" not in named:
        return first.type, first.index
    if type(first) is int and len(given) == 1 and "type" not in named:
        if first < 0:
            raise RuntimeError("Device index must not be negative")
        kind = accelerator()
        if kind is None:
            raise RuntimeError("Cannot access accelerator device when none is available.")
        return kind, first
    if not isinstance(first, str):
        if len(given) == 1:
            _refuse(args, named)
        raise TypeError(f"device(): argument 'type' (position 1) must be str, not {_type_name(first)}")
    if index is not None and type(index) is not int:
        raise TypeError(f"device(): argument 'index' (position 2) must be int, not {_type_name(index)}")
    if index is not None and index < 0:
        raise RuntimeError("Device index must not be negative")
    return _parsed(first, index)


def _refuse(args: tuple[Any, ...], named: dict[str, Any]) -> NoReturn:
    """The error of a call that fits neither way to call `device`."""
    typed = [*map(_type_name, args), *(f"{key}={_type_name(value)}" for key, value in named.items())]
    got = ", ".join(typed) + (", " if named and not args else "")
    lines = [f"device() received an invalid combination of arguments - got ({got}), but expected one of:"]
    lines.append(" * (torch.device device)")
    if len(typed) == 1 and named:
        lines.append(f"      didn't match because some of the keywords were incorrect: {next(iter(named))}")
    elif len(typed) == 1:
        lines.append(f"      didn't match because some of the arguments have invalid types: (!{typed[0]}!)")
    raise TypeError("\n".join([*lines, " * (str type, int index = -1)\n"]))


def _type_name(value: Any) -> str:
    return f"torch.{type(value).__name__}" if isinstance(value, device) else type(value).__name__


def _parsed(text: str, index: int | None) -> tuple[str, int | None]:
    if not text:
        raise RuntimeError("Device string must not be empty")
    match = re.fullmatch(r"([a-zA-Z_]+)(?::(0|[1-9]\d*))?", text)
    if match is None:
        raise RuntimeError(f"Invalid device string: '{text}'")
    kind, number = match.groups()
    if kind not in TYPES:
        raise RuntimeError(
            f"Expected one of {', '.join(TYPES)} device type at start of device string: {kind}"
        )
    if number is not None and index is not None:
        raise RuntimeError(
            f"type (string) must not include an index because index was passed explicitly: {text}"
        )
    return kind, index if number is None else int(number)
