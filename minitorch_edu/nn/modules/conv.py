"""Convolutions: a window of weights slides over a signal, a plane or a volume; transposed, it spreads each number out.

Note [Sizes of a convolution]
Along a dimension of n numbers, a window of k weights that lie d apart covers d (k - 1) + 1 of them. With padding p at
both ends and steps of s it finds (n + 2 p - d (k - 1) - 1) // s + 1 places. A transposed convolution goes the other
way, from n places to (n - 1) s - 2 p + d (k - 1) + 1 numbers. With s > 1 several sizes lead to the same number of
places: `output_padding`, or `output_size` in the call, says which of them is meant.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

from minitorch_edu.nn import functional, init
from minitorch_edu.nn.modules.lazy import LazyModuleMixin
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.nn.modules.utils import OwnConstructor, _ntuple, _reverse_repeat_tuple
from minitorch_edu.nn.parameter import UninitializedParameter
from minitorch_edu.ops.creation import empty
from minitorch_edu.parameter import Parameter
from minitorch_edu.tensor import Tensor

PADDINGS = ("zeros", "reflect", "replicate", "circular")


class _ConvNd(Module):
    """What all convolutions have: their numbers, a tuple for each dimension, and weights.

    weight: (out_channels, in_channels / groups, *kernel_size), transposed (in_channels, out_channels / groups, ...);
    bias: (out_channels,). Both are drawn from U(-b, b) with b = 1 / sqrt(numbers that each output adds up).
    """

    _dimensions: ClassVar[int]
    _convolve: ClassVar[Callable[..., Tensor]]

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: tuple[int, ...],
        stride: tuple[int, ...],
        padding: str | tuple[int, ...],
        dilation: tuple[int, ...],
        transposed: bool,
        output_padding: tuple[int, ...],
        groups: int,
        bias: bool,
        padding_mode: str,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__()
        _refuse(in_channels, out_channels, stride, padding, groups, padding_mode)
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = kernel_size
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.transposed = transposed
        self.output_padding = output_padding
        self.groups = groups
        self.padding_mode = padding_mode
        self._reversed_padding_repeated_twice = _sides(padding, kernel_size, dilation)
        self.weight = Parameter(empty(self._weight_shape(), device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_channels, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def _weight_shape(self) -> tuple[int, ...]:
        if self.transposed:
            return (self.in_channels, self.out_channels // self.groups, *self.kernel_size)
        return (self.out_channels, self.in_channels // self.groups, *self.kernel_size)

    def reset_parameters(self) -> None:
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            fan_in, _ = init._calculate_fan_in_and_fan_out(self.weight)
            bound = 1 / math.sqrt(fan_in) if fan_in > 0 else 0
            init.uniform_(self.bias, -bound, bound)

    def extra_repr(self) -> str:
        parts = [
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
        ]
        for name, usual in (("padding", 0), ("dilation", 1), ("output_padding", 0)):
            given = getattr(self, name)
            if given != (usual,) * len(given):
                parts.append(f"{name}={given}")
        if self.groups != 1:
            parts.append(f"groups={self.groups}")
        if self.bias is None:
            parts.append("bias=False")
        if self.padding_mode != "zeros":
            parts.append(f"padding_mode={self.padding_mode}")
        return ", ".join(parts)


def _refuse(
    in_channels: int, out_channels: int, stride: Any, padding: Any, groups: int, padding_mode: str
) -> None:
    """Raise what PyTorch says of a convolution that cannot be."""
    if groups <= 0:
        raise ValueError("groups must be a positive integer")
    if in_channels % groups:
        raise ValueError("in_channels must be divisible by groups")
    if out_channels % groups:
        raise ValueError("out_channels must be divisible by groups")
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            raise ValueError(f"Invalid padding string {padding!r}, should be one of {{'same', 'valid'}}")
        if padding == "same" and any(step != 1 for step in stride):
            raise ValueError("padding='same' is not supported for strided convolutions")
    if padding_mode not in PADDINGS:
        known = ", ".join(map(repr, PADDINGS))
        raise ValueError(f"padding_mode must be one of {{{known}}}, but got padding_mode='{padding_mode}'")


def _sides(padding: Any, kernel_size: tuple[int, ...], dilation: tuple[int, ...]) -> tuple[int, ...]:
    """The padding as `functional.pad` takes it: before and after, the last dimension first."""
    if not isinstance(padding, str):
        return _reverse_repeat_tuple(padding, 2)
    sides: list[int] = []
    for size, apart in zip(reversed(kernel_size), reversed(dilation), strict=True):
        whole = apart * (size - 1) if padding == "same" else 0
        sides += [whole // 2, whole - whole // 2]
    return tuple(sides)


# --- convolutions -----------------------------------------------------------------------------------------------------


class _Convolution(OwnConstructor, _ConvNd):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        each = _ntuple(self._dimensions)
        super().__init__(
            in_channels,
            out_channels,
            each(kernel_size),
            each(stride),
            padding if isinstance(padding, str) else each(padding),
            each(dilation),
            False,
            each(0),
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def forward(self, input: Tensor) -> Tensor:
        return self._conv_forward(input, self.weight, self.bias)

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        """`forward` with other weights: what layers that change their weights before each use call."""
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            input = functional.pad(input, self._reversed_padding_repeated_twice, self.padding_mode)
            padding = 0
        return self._convolve(input, weight, bias, self.stride, padding, self.dilation, self.groups)


class Conv1d(_Convolution):
    r"""A convolution of signals: $z_{o,t} = b_o + \sum_{c,i} w_{o,c,i} x_{c, st + di - p}$.

    (N, C, L) or (C, L) in; see Note [Sizes of a convolution].

    >>> torch.nn.Conv1d(16, 33, 3, stride=2)(torch.randn(20, 16, 50)).shape
    torch.Size([20, 33, 24])
    """

    _dimensions = 1
    _convolve = staticmethod(functional.conv1d)


class Conv2d(_Convolution):
    r"""A convolution of planes: $z_{o,u,v} = b_o + \sum_{c,i,j} w_{o,c,i,j} x_{c, su + di - p, sv + dj - p}$.

    (N, C, H, W) or (C, H, W) in; see Note [Sizes of a convolution].

    padding: a number for each dimension, "valid" for none, or "same" for a result as large as the input.
    groups: so many convolutions beside each other, each of its share of the channels.

    >>> torch.nn.Conv2d(3, 8, kernel_size=3, padding=1)
    Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
    >>> torch.nn.Conv2d(3, 8, (3, 5), stride=(2, 1), padding="valid")(torch.randn(20, 3, 9, 9)).shape
    torch.Size([20, 8, 4, 5])
    """

    _dimensions = 2
    _convolve = staticmethod(functional.conv2d)


class Conv3d(_Convolution):
    """A convolution of volumes, as `Conv2d` is one of planes: (N, C, D, H, W) or (C, D, H, W) in.

    >>> torch.nn.Conv3d(2, 4, (1, 3, 3), padding="same")(torch.randn(1, 2, 5, 6, 7)).shape
    torch.Size([1, 4, 5, 6, 7])
    """

    _dimensions = 3
    _convolve = staticmethod(functional.conv3d)


# --- transposed -------------------------------------------------------------------------------------------------------


class _ConvTransposeNd(OwnConstructor, _ConvNd):
    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(f'Only "zeros" padding mode is supported for {type(self).__name__}')
        each = _ntuple(self._dimensions)
        super().__init__(
            in_channels,
            out_channels,
            each(kernel_size),
            each(stride),
            each(padding),
            each(dilation),
            True,
            each(output_padding),
            groups,
            bias,
            padding_mode,
            device,
            dtype,
        )

    def forward(self, input: Tensor, output_size: Any = None) -> Tensor:
        more = self.output_padding if output_size is None else self._more_for(input, output_size)
        return self._convolve(
            input, self.weight, self.bias, self.stride, self.padding, more, self.groups, self.dilation
        )

    def _more_for(self, input: Tensor, output_size: Any) -> list[int]:
        """The `output_padding` that leads to this size, of all dimensions or of those that the window slides along."""
        count = self._dimensions
        before = 2 if input.ndim == count + 2 else 1
        wanted = output_size[before:] if len(output_size) == before + count else output_size
        if len(wanted) != count:
            raise ValueError(
                f"ConvTranspose{count}D: for {input.ndim}D input, output_size must have {count} or {before + count} "
                f"elements (got {len(wanted)})"
            )
        numbers: Any = zip(
            input.shape[before:], self.stride, self.padding, self.dilation, self.kernel_size, strict=True
        )
        least = [(n - 1) * step - 2 * pad + d * (k - 1) + 1 for n, step, pad, d, k in numbers]
        greatest = [size + step - 1 for size, step in zip(least, self.stride, strict=True)]
        if any(not low <= size <= high for size, low, high in zip(wanted, least, greatest, strict=True)):
            raise ValueError(
                f"requested an output size of {wanted}, but valid sizes range from {least} to {greatest} (for an input "
                f"of {input.size()[2:]})"
            )
        return [size - low for size, low in zip(wanted, least, strict=True)]


class ConvTranspose1d(_ConvTransposeNd):
    """A convolution of signals the other way: what `Conv1d` does to gradients.

    >>> torch.nn.ConvTranspose1d(4, 2, 3, stride=2)(torch.randn(1, 4, 5)).shape
    torch.Size([1, 2, 11])
    """

    _dimensions = 1
    _convolve = staticmethod(functional.conv_transpose1d)


class ConvTranspose2d(_ConvTransposeNd):
    """A convolution of planes the other way: each number, times a window of weights, is added where the window lies.

    (N, C, H, W) or (C, H, W) in; see Note [Sizes of a convolution].

    >>> smaller = torch.nn.Conv2d(4, 4, 3, stride=2, padding=1)
    >>> larger = torch.nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1)
    >>> image = torch.randn(1, 4, 12, 12)
    >>> larger(smaller(image)).shape, larger(smaller(image), output_size=image.size()).shape
    (torch.Size([1, 4, 11, 11]), torch.Size([1, 4, 12, 12]))
    """

    _dimensions = 2
    _convolve = staticmethod(functional.conv_transpose2d)


class ConvTranspose3d(_ConvTransposeNd):
    """A convolution of volumes the other way, as `ConvTranspose2d` is one of planes.

    >>> torch.nn.ConvTranspose3d(2, 1, 2, stride=2)(torch.randn(2, 3, 4, 5)).shape
    torch.Size([1, 6, 8, 10])
    """

    _dimensions = 3
    _convolve = staticmethod(functional.conv_transpose3d)


# --- lazy -------------------------------------------------------------------------------------------------------------


class _LazyConvXdMixin(LazyModuleMixin, _ConvNd):
    """The first input says how many channels there are."""

    weight: Any
    bias: Any

    def _leave_open(self, out_channels: int, bias: bool, device: Any, dtype: Any) -> None:
        self.weight = UninitializedParameter(device=device, dtype=dtype)
        self.out_channels = out_channels
        if bias:
            self.bias = UninitializedParameter(device=device, dtype=dtype)

    def reset_parameters(self) -> None:
        if not self.has_uninitialized_params() and self.in_channels:
            super().reset_parameters()

    def initialize_parameters(self, input: Tensor, *args: Any, **kwargs: Any) -> None:
        if not self.has_uninitialized_params():
            return
        without, batched = self._dimensions + 1, self._dimensions + 2
        if input.ndim not in (without, batched):
            raise RuntimeError(
                f"Expected {without}D (unbatched) or {batched}D (batched) input to {type(self).__name__}, but got "
                f"input of size: {input.shape}"
            )
        self.in_channels = input.shape[-without]
        if self.in_channels % self.groups:
            raise ValueError("in_channels must be divisible by groups")
        self.weight.materialize(self._weight_shape())
        if self.bias is not None:
            self.bias.materialize((self.out_channels,))
        self.reset_parameters()


class _LazyConvolution(_LazyConvXdMixin, _Convolution):
    def __init__(
        self,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        numbers = kernel_size, stride, padding, dilation, groups
        super().__init__(0, 0, *numbers, False, padding_mode, device, dtype)
        self._leave_open(out_channels, bias, device, dtype)


class LazyConv1d(_LazyConvolution, Conv1d):
    """A `Conv1d` that learns from its first input how many channels there are."""

    cls_to_become = Conv1d


class LazyConv2d(_LazyConvolution, Conv2d):
    """A `Conv2d` that learns from its first input how many channels there are.

    >>> layer = torch.nn.LazyConv2d(8, 3)
    >>> layer(torch.randn(1, 5, 4, 4)).shape, layer
    (torch.Size([1, 8, 2, 2]), Conv2d(5, 8, kernel_size=(3, 3), stride=(1, 1)))
    """

    cls_to_become = Conv2d


class LazyConv3d(_LazyConvolution, Conv3d):
    """A `Conv3d` that learns from its first input how many channels there are."""

    cls_to_become = Conv3d


class _LazyConvTranspose(_LazyConvXdMixin, _ConvTransposeNd):
    def __init__(
        self,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        numbers = kernel_size, stride, padding, output_padding, groups
        super().__init__(0, 0, *numbers, False, dilation, padding_mode, device, dtype)
        self._leave_open(out_channels, bias, device, dtype)


class LazyConvTranspose1d(_LazyConvTranspose, ConvTranspose1d):
    """A `ConvTranspose1d` that learns from its first input how many channels there are."""

    cls_to_become = ConvTranspose1d


class LazyConvTranspose2d(_LazyConvTranspose, ConvTranspose2d):
    """A `ConvTranspose2d` that learns from its first input how many channels there are."""

    cls_to_become = ConvTranspose2d


class LazyConvTranspose3d(_LazyConvTranspose, ConvTranspose3d):
    """A `ConvTranspose3d` that learns from its first input how many channels there are."""

    cls_to_become = ConvTranspose3d
