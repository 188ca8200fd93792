"""Layouts: how elements lie in memory, as far as PyTorch has names for it. Here all tensors are strided."""

from __future__ import annotations

from typing import Any

from minitorch_edu.naming import Named


class _Named:
    """An object that is its name; there is one for each."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> Any:
        return self.name


class layout(_Named, metaclass=Named):
    """How the elements of a tensor are kept: `torch.strided` for all tensors here."""

    _called = "torch.layout"


class memory_format(_Named, metaclass=Named):
    """In which order a copy lies in memory: that of its source, or row after row."""

    _called = "torch.memory_format"


strided = layout("strided")
contiguous_format = memory_format("contiguous_format")
preserve_format = memory_format("preserve_format")
channels_last = memory_format("channels_last")
channels_last_3d = memory_format("channels_last_3d")
