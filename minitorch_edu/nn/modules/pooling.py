"""Pooling: one number for each window of a signal, a plane or a volume: the greatest, the mean, a norm.

All take (N, C, *sizes) or (C, *sizes), and pool each channel alone. Where a window goes on to the next place, `stride`,
is as far as it is long, `kernel_size`, unless something else is said: windows do not overlap.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from minitorch_edu.nn import functional
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.nn.modules.utils import OwnConstructor, OwnForward, _ntuple
from minitorch_edu.tensor import Tensor


class _Pool(OwnForward, Module):
    """A module for each number of dimensions: it knows how many, and which function pools."""

    _dimensions: ClassVar[int]
    _pool: ClassVar[Callable[..., Any]]


# --- the greatest -----------------------------------------------------------------------------------------------------


class _MaxPoolNd(_Pool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.dilation = dilation
        self.return_indices = return_indices
        self.ceil_mode = ceil_mode

    def forward(self, input: Tensor) -> Any:
        return self._pool(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.dilation,
            ceil_mode=self.ceil_mode,
            return_indices=self.return_indices,
        )

    def extra_repr(self) -> str:
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, dilation={self.dilation}, "
            f"ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPoolNd):
    """The greatest number of each window of a signal.

    >>> torch.nn.MaxPool1d(2)(torch.tensor([[1.0, 5.0, 2.0, 4.0]]))
    tensor([[5., 4.]])
    """

    _pool = staticmethod(functional.max_pool1d)


class MaxPool2d(_MaxPoolNd):
    """The greatest number of each window of a plane; only that one gets a gradient.

    padding: so many places of minus infinity around. ceil_mode: windows may hang over the end.
    return_indices: also where they are, which `MaxUnpool2d` wants to know.

    >>> torch.nn.MaxPool2d(2)(torch.arange(16.0).view(1, 4, 4))
    tensor([[[ 5.,  7.],
             [13., 15.]]])
    """

    _pool = staticmethod(functional.max_pool2d)


class MaxPool3d(_MaxPoolNd):
    """The greatest number of each window of a volume.

    >>> torch.nn.MaxPool3d((3, 2, 2), stride=(2, 1, 2))(torch.randn(2, 5, 4, 6)).shape
    torch.Size([2, 2, 3, 3])
    """

    _pool = staticmethod(functional.max_pool3d)


class _MaxUnpoolNd(OwnConstructor, _Pool):
    def __init__(self, kernel_size: Any, stride: Any = None, padding: Any = 0) -> None:
        super().__init__()
        each = _ntuple(self._dimensions)
        self.kernel_size = each(kernel_size)
        self.stride = each(kernel_size if stride is None else stride)
        self.padding = each(padding)

    def forward(self, input: Tensor, indices: Tensor, output_size: Any = None) -> Tensor:
        return self._pool(input, indices, self.kernel_size, self.stride, self.padding, output_size)

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class MaxUnpool1d(_MaxUnpoolNd):
    """The greatest numbers of a signal back in their places, zeros elsewhere.

    >>> pool = torch.nn.MaxPool1d(2, return_indices=True)
    >>> torch.nn.MaxUnpool1d(2)(*pool(torch.tensor([[1.0, 5.0, 2.0, 4.0]])))
    tensor([[0., 5., 0., 4.]])
    """

    _dimensions = 1
    _pool = staticmethod(functional.max_unpool1d)


class MaxUnpool2d(_MaxUnpoolNd):
    """The greatest numbers of a plane back in their places, zeros elsewhere. `output_size` says the size before.

    >>> pool = torch.nn.MaxPool2d(2, return_indices=True)
    >>> torch.nn.MaxUnpool2d(2)(*pool(torch.tensor([[[1.0, 5.0], [2.0, 4.0]]])))
    tensor([[[0., 5.],
             [0., 0.]]])
    """

    _dimensions = 2
    _pool = staticmethod(functional.max_unpool2d)


class MaxUnpool3d(_MaxUnpoolNd):
    """The greatest numbers of a volume back in their places, zeros elsewhere."""

    _dimensions = 3
    _pool = staticmethod(functional.max_unpool3d)


class _FractionalMaxPoolNd(OwnConstructor, _Pool):
    def __init__(
        self,
        kernel_size: Any,
        output_size: Any = None,
        output_ratio: Any = None,
        return_indices: bool = False,
        _random_samples: Tensor | None = None,
    ) -> None:
        super().__init__()
        each, name = _ntuple(self._dimensions), type(self).__name__
        self.kernel_size = each(kernel_size)
        if self._dimensions == 3 and not all(size > 0 for size in self.kernel_size):
            raise ValueError(f"kernel_size must be greater than 0, but got {kernel_size}")
        self.return_indices = return_indices
        self.register_buffer("_random_samples", _random_samples)
        self.output_size = None if output_size is None else each(output_size)
        self.output_ratio = None if output_ratio is None else each(output_ratio)
        if output_size is None and output_ratio is None:
            raise ValueError(f"{name} requires specifying either an output size, or a pooling ratio")
        if output_size is not None and output_ratio is not None:
            raise ValueError("only one of output_size and output_ratio may be specified")
        if self.output_ratio is not None and not all(0 < ratio < 1 for ratio in self.output_ratio):
            raise ValueError(f"output_ratio must be between 0 and 1 (got {output_ratio})")

    def forward(self, input: Tensor) -> Any:
        return self._pool(
            input,
            self.kernel_size,
            self.output_size,
            self.output_ratio,
            self.return_indices,
            _random_samples=self._random_samples,
        )


class FractionalMaxPool2d(_FractionalMaxPoolNd):
    """The greatest number of each window of a plane, the windows at random, in steps whose mean is a fraction.

    Either `output_size` or `output_ratio` says how many windows there are.

    >>> torch.nn.FractionalMaxPool2d(3, output_ratio=(0.5, 0.7))(torch.randn(1, 10, 10)).shape
    torch.Size([1, 5, 7])
    """

    _dimensions = 2
    _pool = staticmethod(functional.fractional_max_pool2d)


class FractionalMaxPool3d(_FractionalMaxPoolNd):
    """The greatest number of each window of a volume, the windows at random.

    >>> torch.nn.FractionalMaxPool3d(2, output_size=3)(torch.randn(1, 5, 5, 5)).shape
    torch.Size([1, 3, 3, 3])
    """

    _dimensions = 3
    _pool = staticmethod(functional.fractional_max_pool3d)


# --- the mean, and norms ----------------------------------------------------------------------------------------------


class _AvgPoolNd(OwnConstructor, _Pool):
    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size = kernel_size
        self.stride = kernel_size if stride is None else stride
        self.padding = padding
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Tensor) -> Tensor:
        return self._pool(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            self.ceil_mode,
            self.count_include_pad,
            self.divisor_override,
        )

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool1d(_Pool):
    """The mean of each window of a signal.

    >>> torch.nn.AvgPool1d(2)(torch.tensor([[1.0, 5.0, 2.0, 4.0]]))
    tensor([[3., 3.]])
    """

    _pool = staticmethod(functional.avg_pool1d)

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        each = _ntuple(1)
        self.kernel_size = each(kernel_size)
        self.stride = each(kernel_size if stride is None else stride)
        self.padding = each(padding)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def forward(self, input: Tensor) -> Tensor:
        numbers = self.kernel_size, self.stride, self.padding
        return self._pool(input, *numbers, self.ceil_mode, self.count_include_pad)

    extra_repr = _AvgPoolNd.extra_repr


class AvgPool2d(_AvgPoolNd):
    """The mean of each window of a plane.

    count_include_pad: whether the zeros of the padding count. divisor_override: what to divide by instead.

    >>> torch.nn.AvgPool2d(2)(torch.arange(16.0).view(1, 4, 4))
    tensor([[[ 2.5000,  4.5000],
             [10.5000, 12.5000]]])
    """

    _pool = staticmethod(functional.avg_pool2d)


class AvgPool3d(_AvgPoolNd):
    """The mean of each window of a volume.

    >>> torch.nn.AvgPool3d(2)(torch.ones(1, 2, 2, 2))
    tensor([[[[1.]]]])
    """

    _pool = staticmethod(functional.avg_pool3d)


class _LPPoolNd(_Pool):
    def __init__(
        self, norm_type: float, kernel_size: Any, stride: Any = None, ceil_mode: bool = False
    ) -> None:
        super().__init__()
        self.norm_type = norm_type
        self.kernel_size = kernel_size
        self.stride = stride
        self.ceil_mode = ceil_mode

    def forward(self, input: Tensor) -> Tensor:
        return self._pool(input, float(self.norm_type), self.kernel_size, self.stride, self.ceil_mode)

    def extra_repr(self) -> str:
        return (
            f"norm_type={self.norm_type}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"ceil_mode={self.ceil_mode}"
        )


class LPPool1d(_LPPoolNd):
    r"""The norm of each window of a signal: $(\sum x^p)^{1/p}$. With p = 1 it is a sum, with p = inf a max pooling.

    >>> torch.nn.LPPool1d(2, 2)(torch.tensor([[3.0, 4.0, 6.0, 8.0]]))
    tensor([[ 5., 10.]])
    """

    _pool = staticmethod(functional.lp_pool1d)


class LPPool2d(_LPPoolNd):
    """The norm of each window of a plane.

    >>> torch.nn.LPPool2d(1, 2)(torch.ones(1, 2, 2))
    tensor([[[4.]]])
    """

    _pool = staticmethod(functional.lp_pool2d)


class LPPool3d(_LPPoolNd):
    """The norm of each window of a volume."""

    _pool = staticmethod(functional.lp_pool3d)


# --- windows for a size -----------------------------------------------------------------------------------------------


class _AdaptiveMaxPoolNd(_Pool):
    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__()
        self.output_size = output_size
        self.return_indices = return_indices

    def forward(self, input: Tensor) -> Any:
        return self._pool(input, self.output_size, self.return_indices)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveMaxPool1d(_AdaptiveMaxPoolNd):
    """The greatest numbers of as many windows as wanted, which cover a signal."""

    _pool = staticmethod(functional.adaptive_max_pool1d)


class AdaptiveMaxPool2d(_AdaptiveMaxPoolNd):
    """The greatest numbers of as many windows as wanted, which cover a plane; None keeps a dimension as it is.

    >>> torch.nn.AdaptiveMaxPool2d((None, 2))(torch.randn(1, 5, 7)).shape
    torch.Size([1, 5, 2])
    """

    _pool = staticmethod(functional.adaptive_max_pool2d)


class AdaptiveMaxPool3d(_AdaptiveMaxPoolNd):
    """The greatest numbers of as many windows as wanted, which cover a volume."""

    _pool = staticmethod(functional.adaptive_max_pool3d)


class _AdaptiveAvgPoolNd(_Pool):
    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size

    def forward(self, input: Tensor) -> Tensor:
        return self._pool(input, self.output_size)

    def extra_repr(self) -> str:
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_AdaptiveAvgPoolNd):
    """The means of as many windows as wanted, which cover a signal.

    >>> torch.nn.AdaptiveAvgPool1d(2)(torch.tensor([[1.0, 2.0, 3.0]]))
    tensor([[1.5000, 2.5000]])
    """

    _pool = staticmethod(functional.adaptive_avg_pool1d)


class AdaptiveAvgPool2d(_AdaptiveAvgPoolNd):
    """The means of as many windows as wanted, which cover a plane. With 1 it is the mean of each channel.

    >>> torch.nn.AdaptiveAvgPool2d(1)(torch.randn(8, 512, 7, 7)).shape
    torch.Size([8, 512, 1, 1])
    """

    _pool = staticmethod(functional.adaptive_avg_pool2d)


class AdaptiveAvgPool3d(_AdaptiveAvgPoolNd):
    """The means of as many windows as wanted, which cover a volume."""

    _pool = staticmethod(functional.adaptive_avg_pool3d)
