"""Padding: more elements around the last one, two or three dimensions; none where a number is negative."""

from __future__ import annotations

from typing import Any, ClassVar

from minitorch_edu.nn import functional
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.nn.modules.utils import OwnConstructor, _ntuple
from minitorch_edu.tensor import Tensor


class _Pad(OwnConstructor, Module):
    """padding: one number for all sides, or (before, after) for each dimension, the last dimension first."""

    _dimensions: ClassVar[int]
    _mode: ClassVar[str]

    def __init__(self, padding: Any) -> None:
        super().__init__()
        self.padding = _ntuple(2 * self._dimensions)(padding)

    def forward(self, input: Tensor) -> Tensor:
        return functional.pad(input, self.padding, self._mode)

    def extra_repr(self) -> str:
        return f"{self.padding}"


# --- a constant -------------------------------------------------------------------------------------------------------


class _ConstantPadNd(_Pad):
    def __init__(self, padding: Any, value: float) -> None:
        super().__init__(padding)
        self.value = value

    def forward(self, input: Tensor) -> Tensor:
        return functional.pad(input, self.padding, "constant", self.value)

    def extra_repr(self) -> str:
        return f"padding={self.padding}, value={self.value}"


class ConstantPad1d(_ConstantPadNd):
    """A constant around (N, C, W) or (C, W).

    >>> torch.nn.ConstantPad1d((1, 2), 9)(torch.tensor([[1, 2]]))
    tensor([[9, 1, 2, 9, 9]])
    """

    _dimensions = 1


class ConstantPad2d(_ConstantPadNd):
    """A constant around (N, C, H, W) or (C, H, W): left, right, top, bottom.

    >>> torch.nn.ConstantPad2d((1, 0, 0, 1), 9)(torch.tensor([[[1, 2]]]))
    tensor([[[9, 1, 2],
             [9, 9, 9]]])
    """

    _dimensions = 2


class ConstantPad3d(_ConstantPadNd):
    """A constant around (N, C, D, H, W) or (C, D, H, W).

    >>> torch.nn.ConstantPad3d(1, 9)(torch.zeros(1, 2, 2, 2)).shape
    torch.Size([1, 4, 4, 4])
    """

    _dimensions = 3


class _ZeroPadNd(_ConstantPadNd):
    def __init__(self, padding: Any) -> None:
        super().__init__(padding, 0.0)

    extra_repr = _Pad.extra_repr


class ZeroPad1d(_ZeroPadNd, ConstantPad1d):
    """Zeros around (N, C, W) or (C, W).

    >>> torch.nn.ZeroPad1d((1, 2))(torch.tensor([[1, 2]]))
    tensor([[0, 1, 2, 0, 0]])
    """


class ZeroPad2d(_ZeroPadNd, ConstantPad2d):
    """Zeros around (N, C, H, W) or (C, H, W): left, right, top, bottom.

    >>> torch.nn.ZeroPad2d((1, 0, 0, 1))(torch.tensor([[[1, 2]]]))
    tensor([[[0, 1, 2],
             [0, 0, 0]]])
    """


class ZeroPad3d(_ZeroPadNd, ConstantPad3d):
    """Zeros around (N, C, D, H, W) or (C, D, H, W).

    >>> torch.nn.ZeroPad3d(1)(torch.ones(1, 2, 2, 2)).sum()
    tensor(8.)
    """


# --- a mirror ---------------------------------------------------------------------------------------------------------


class _ReflectionPadNd(_Pad):
    _mode = "reflect"


class ReflectionPad1d(_ReflectionPadNd):
    """What is there, mirrored at the ends of (N, C, W) or (C, W); the ends themselves are not repeated.

    >>> torch.nn.ReflectionPad1d((1, 2))(torch.tensor([[1, 2, 3]]))
    tensor([[2, 1, 2, 3, 2, 1]])
    """

    _dimensions = 1


class ReflectionPad2d(_ReflectionPadNd):
    """What is there, mirrored at the edges of (N, C, H, W) or (C, H, W).

    >>> torch.nn.ReflectionPad2d((1, 0, 1, 0))(torch.tensor([[[1, 2], [3, 4]]]))
    tensor([[[4, 3, 4],
             [2, 1, 2],
             [4, 3, 4]]])
    """

    _dimensions = 2


class ReflectionPad3d(_ReflectionPadNd):
    """What is there, mirrored at the faces of (N, C, D, H, W) or (C, D, H, W).

    >>> torch.nn.ReflectionPad3d(1)(torch.zeros(1, 2, 2, 2)).shape
    torch.Size([1, 4, 4, 4])
    """

    _dimensions = 3


# --- the last element, again ------------------------------------------------------------------------------------------


class _ReplicationPadNd(_Pad):
    _mode = "replicate"


class ReplicationPad1d(_ReplicationPadNd):
    """The first and the last element of (N, C, W) or (C, W), repeated.

    >>> torch.nn.ReplicationPad1d((1, 2))(torch.tensor([[1, 2, 3]]))
    tensor([[1, 1, 2, 3, 3, 3]])
    """

    _dimensions = 1


class ReplicationPad2d(_ReplicationPadNd):
    """The edges of (N, C, H, W) or (C, H, W), repeated.

    >>> torch.nn.ReplicationPad2d((1, 0, 1, 0))(torch.tensor([[[1, 2], [3, 4]]]))
    tensor([[[1, 1, 2],
             [1, 1, 2],
             [3, 3, 4]]])
    """

    _dimensions = 2


class ReplicationPad3d(_ReplicationPadNd):
    """The faces of (N, C, D, H, W) or (C, D, H, W), repeated.

    >>> torch.nn.ReplicationPad3d(1)(torch.ones(1, 1, 1, 1)).sum()
    tensor(27.)
    """

    _dimensions = 3


# --- a circle ---------------------------------------------------------------------------------------------------------


class _CircularPadNd(_Pad):
    _mode = "circular"

    def forward(self, input: Tensor) -> Tensor:
        fewer, more = self._dimensions + 1, self._dimensions + 2
        if input.dim() not in (fewer, more):
            raise ValueError(f"expected {fewer}D or {more}D input (got {input.dim()}D input)")
        return super().forward(input)


class CircularPad1d(_CircularPadNd):
    """(N, C, W) or (C, W) as a circle: its end before its beginning, and its beginning after its end.

    >>> torch.nn.CircularPad1d((1, 2))(torch.tensor([[1, 2, 3]]))
    tensor([[3, 1, 2, 3, 1, 2]])
    """

    _dimensions = 1


class CircularPad2d(_CircularPadNd):
    """(N, C, H, W) or (C, H, W) as a torus.

    >>> torch.nn.CircularPad2d((1, 0, 1, 0))(torch.tensor([[[1, 2], [3, 4]]]))
    tensor([[[4, 3, 4],
             [2, 1, 2],
             [4, 3, 4]]])
    """

    _dimensions = 2


class CircularPad3d(_CircularPadNd):
    """(N, C, D, H, W) or (C, D, H, W) in circles.

    >>> torch.nn.CircularPad3d(1)(torch.ones(1, 1, 1, 1)).sum()
    tensor(27.)
    """

    _dimensions = 3
