"""device: where a tensor's bytes live."""

from __future__ import annotations

import re
from typing import Any

TYPES = ("cpu", "cuda")
_KNOWN_TO_PYTORCH = (
    "cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, mps, meta, hpu, "
    "mtia, privateuseone"
)


class device:
    """A device such as `cpu` or `cuda:0`. Equal devices are one object.

    >>> device("cuda:1").index
    1
    >>> device("cpu") is device("cpu")
    True
    """

    __slots__ = ("type", "index")
    _interned: dict[tuple[str, int | None], device] = {}

    type: str
    index: int | None

    def __new__(cls, type: str | int | device, index: int | None = None) -> device:
        if isinstance(type, device):
            return type
        kind, number = ("cuda", type) if isinstance(type, int) else _parsed(type, index)
        found = cls._interned.get((kind, number))
        if found is None:
            found = object.__new__(cls)
            found.type, found.index = kind, number
            cls._interned[kind, number] = found
        return found

    def __repr__(self) -> str:
        index = "" if self.index is None else f", index={self.index}"
        return f"device(type='{self.type}'{index})"

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __reduce__(self) -> tuple[Any, ...]:
        return device, (self.type, self.index)


def _parsed(text: str, index: int | None) -> tuple[str, int | None]:
    if not text:
        raise RuntimeError("Device string must not be empty")
    match = re.fullmatch(r"([a-zA-Z_]+)(?::(0|[1-9]\d*))?", text)
    if match is None:
        raise RuntimeError(f"Invalid device string: '{text}'")
    kind, number = match.groups()
    if kind not in TYPES:
        raise RuntimeError(
            f"Expected one of {_KNOWN_TO_PYTORCH} device type at start of device string: {kind}"
        )
    if number is not None and index is not None:
        raise RuntimeError(
            f"type (string) must not include an index because index was passed explicitly: {text}"
        )
    return kind, index if number is None else int(number)
