"""Pooling as it is called: numbers for several dimensions, one plane without a batch, and what PyTorch refuses."""

from __future__ import annotations

from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.pooling import (
    avg_pool2d_of,
    avg_pool3d_of,
    max_pool2d_with_indices,
    max_pool3d_with_indices,
    places_of,
)
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor

COUNTED = {2: "two", 3: "three"}


def for_each(name: str, argument: str, given: Any, dimensions: int, said: str) -> tuple[int, ...]:
    """A number for each dimension: one may stand for all."""
    if isinstance(given, int):
        return (given,) * dimensions
    given = tuple(given)
    if len(given) not in (1, dimensions):
        raise RuntimeError(
            f"{name}: {argument} must {said} a single int, or a tuple of {COUNTED[dimensions]} ints"
        )
    return given * dimensions if len(given) == 1 else given


def only(name: str, argument: str, given: Any) -> int:
    """The number for the only dimension."""
    if isinstance(given, int):
        return given
    if len(given) != 1:
        raise RuntimeError(f"{name}() argument '{argument}' should contain one int (got {len(given)})")
    return int(given[0])


def by_place(names: str, numbers: Any, separator: str = " ") -> str:
    return separator.join(f"{name}: {each}" for name, each in zip(names.split(), numbers, strict=True))


def refuse_padding(kernel: Any, stride: Any, padding: Any, dilation: Any) -> None:
    """Raise what PyTorch says while it counts windows."""
    for k, step, pad, apart in zip(kernel, stride, padding, dilation, strict=True):
        if not step:
            raise RuntimeError("stride should not be zero")
        if pad < 0:
            raise RuntimeError(f"pad must be non-negative, but got pad: {pad}")
        if pad > ((k - 1) * apart + 1) // 2:
            raise RuntimeError(
                f"pad should be at most half of effective kernel size, but got pad={pad}, kernel_size={k} and "
                f"dilation={apart}"
            )


def refuse_windows(name: str, input: Tensor, kernel: Any, dilation: Any, places: Any) -> None:
    """Raise what PyTorch says of windows that do not fit."""
    volume = len(kernel) == 3
    if any(k <= 0 for k in kernel):
        names = "kT kH kW" if volume else "kH kW"
        raise RuntimeError(f"kernel size should be greater than zero, but got {by_place(names, kernel)}")
    if any(apart <= 0 for apart in dilation):
        names = "dilationT dilationH dilationW" if volume else "dilationH dilationW"
        raise RuntimeError(f"dilation should be greater than zero, but got {by_place(names, dilation)}")
    _refuse_nothing(name, input, volume)
    if min(places) < 1:
        size = input.shape[input.ndim - len(kernel) - 1 :]
        raise RuntimeError(
            f"Given input size: ({'x'.join(map(str, size))}). Calculated output size: "
            f"({'x'.join(map(str, (size[0], *places)))}). Output size is too small"
        )


def _refuse_nothing(name: str, input: Tensor, volume: bool) -> None:
    """Only a batch may be empty."""
    if volume and 0 in input.shape[input.ndim - 4 :]:
        where = "max_pool3d_with_indices_out_cpu_template()" if name == "max_pool3d" else f"{name}()"
        raise RuntimeError(
            f"{where}: Expected input's non-batch dimensions to have positive length, but input has a shape of "
            f"{listed(input.shape)} and non-batch dimension 0 has length zero!"
        )
    if not volume and (input.ndim not in (3, 4) or 0 in input.shape[input.ndim - 3 :]):
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input, but got:"
            f"{listed(input.shape)}"
        )


def _refuse_dimensions(name: str, input: Tensor, dimensions: int) -> None:
    """Raise where the input has no such dimensions at all."""
    if name == "avg_pool2d" and input.ndim < 3:
        raise IndexError(
            f"Dimension out of range (expected to be in range of [-{input.ndim}, {input.ndim - 1}], but got -3)"
        )
    if name != "avg_pool2d" and input.ndim not in (dimensions + 1, dimensions + 2):
        raise RuntimeError(
            f"non-empty {dimensions + 1}D or {dimensions + 2}D (batch mode) tensor expected for input"
        )


def pooled(
    name: str,
    dimensions: int,
    input: Tensor,
    kernel: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: bool,
) -> tuple[Tensor, Tensor]:
    """The greatest of each window, and where they are."""
    bare = name.removesuffix("_with_indices")
    kernel = for_each(bare, "kernel_size", kernel, dimensions, "either be")
    stride = [] if stride is None else stride
    omitted = not isinstance(stride, int) and not len(stride)
    stride = kernel if omitted else for_each(bare, "stride", stride, dimensions, "either be omitted,")
    padding = for_each(bare, "padding", padding, dimensions, "either be")
    dilation = for_each(bare, "dilation", dilation, dimensions, "be either")
    _refuse_dimensions(bare, input, dimensions)
    refuse_padding(kernel, stride, padding, dilation)
    places = places_of(input.shape[-dimensions:], kernel, stride, padding, dilation, ceil_mode)
    refuse_windows(bare, input, kernel, dilation, places)
    if input.dtype.category in (0, 3):
        refuse_kernel(bare, input.dtype)
    card: Any = max_pool2d_with_indices if dimensions == 2 else max_pool3d_with_indices
    found: tuple[Tensor, Tensor] = card(input, kernel, stride, padding, dilation, bool(ceil_mode))
    return found


@reads(
    "Tensor input, tuple of ints[2] kernel_size, tuple of ints[2] stride = None, tuple of ints[2] padding = 0, "
    "tuple of ints[2] dilation = 1, bool ceil_mode = False"
)
def max_pool2d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """The greatest element of each window of a plane. Input (N, C, H, W) or (C, H, W); steps of `kernel_size`.

    >>> torch.max_pool2d(torch.tensor([[[1., 2., 3., 4.], [5., 6., 7., 8.]]]), 2)
    tensor([[[6., 8.]]])
    """
    return pooled("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode)[0]


@reads(
    "Tensor input, tuple of ints[3] kernel_size, tuple of ints[3] stride = None, tuple of ints[3] padding = 0, "
    "tuple of ints[3] dilation = 1, bool ceil_mode = False"
)
def max_pool3d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """The greatest element of each window of a volume. Input (N, C, D, H, W) or (C, D, H, W).

    >>> torch.max_pool3d(torch.arange(8.).reshape(1, 2, 2, 2), 2)
    tensor([[[[7.]]]])
    """
    return pooled("max_pool3d", 3, input, kernel_size, stride, padding, dilation, ceil_mode)[0]


@reads(
    "Tensor input, tuple of ints[1] kernel_size, tuple of ints[1] stride = None, tuple of ints[1] padding = 0, "
    "tuple of ints[1] dilation = 1, bool ceil_mode = False"
)
def max_pool1d_with_indices(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> tuple[Tensor, Tensor]:
    """The greatest element of each window of a signal, and where it is. Input (N, C, L) or (C, L).

    >>> torch.max_pool1d_with_indices(torch.tensor([[1., 5., 2., 4.]]), 2)
    (tensor([[5., 4.]]), tensor([[1, 3]]))
    """
    refuse_dimensions("max_pool1d", input)
    line = registry.functions["unsqueeze"](input, -2)
    stride = None if stride is None or stride == [] or stride == () else only("max_pool1d", "stride", stride)
    kernel = only("max_pool1d", "kernel_size", kernel_size)
    values, indices = pooled(
        "max_pool2d", 2, line, (1, kernel), (1, kernel if stride is None else stride),
        (0, only("max_pool1d", "padding", padding)), (1, only("max_pool1d", "dilation", dilation)), ceil_mode,
    )  # fmt: skip
    squeeze = registry.functions["squeeze"]
    return squeeze(values, -2), squeeze(indices, -2)


def refuse_dimensions(name: str, input: Tensor) -> None:
    """A signal has two or three dimensions."""
    if input.ndim not in (2, 3):
        raise RuntimeError(
            f"Expected 2 to 3 dimensions, but got {input.ndim}-dimensional tensor for argument #1 'self' (while "
            f"checking arguments for {name})"
        )


@reads(
    "Tensor input, tuple of ints[1] kernel_size, tuple of ints[1] stride = None, tuple of ints[1] padding = 0, "
    "tuple of ints[1] dilation = 1, bool ceil_mode = False"
)
def max_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
) -> Tensor:
    """The greatest element of each window of a signal. Input (N, C, L) or (C, L).

    >>> torch.max_pool1d(torch.tensor([[1., 5., 2., 4.]]), 2)
    tensor([[5., 4.]])
    """
    _refuse_line(input, kernel_size, stride, padding, dilation, ceil_mode)
    return max_pool1d_with_indices(input, kernel_size, stride, padding, dilation, ceil_mode)[0]


def _refuse_line(
    input: Tensor, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> None:
    """What `max_pool1d` says itself."""
    said = "max_pool1d()"
    if input.ndim not in (2, 3) or 0 in input.shape[input.ndim - 2 :]:
        raise RuntimeError(
            "max_pool1d: Expected 2D or 3D (batch mode) tensor with optional 0 dim batch size for input, but got:"
            f"{listed(input.shape)}"
        )
    given: dict[str, Any] = {}
    for name, numbers in (
        ("kernel_size", kernel), ("stride", stride), ("padding", padding), ("dilation", dilation)
    ):  # fmt: skip
        several = () if numbers is None else (numbers,) if isinstance(numbers, int) else tuple(numbers)
        if len(several) > 1 or not (several or name == "stride"):
            kinds = (
                "None, an int, list of ints, or tuple of ints"
                if name == "stride"
                else "an int, list of ints or tuple of ints"
            )
            raise RuntimeError(f"{said} {name} must be {kinds} of size 1 but got size {len(several)}")
        given[name] = several[0] if several else given["kernel_size"]
    k, step, pad, apart = given.values()
    for name, number in (("kernel_size", k), ("stride", step)):
        if number <= 0:
            raise RuntimeError(f"{said} {name} must be greater than zero, but got {number}")
    if pad < 0:
        raise RuntimeError(f"{said} padding must be non-negative, but got {pad}")
    if pad > k // 2:
        raise RuntimeError(
            f"{said} padding should be at most half of kernel size, but got padding={pad} and kernel_size={k}"
        )
    if apart <= 0:
        raise RuntimeError(f"{said} dilation must be greater than zero, but got {apart}")
    (count,) = places_of(input.shape[-1:], (k,), (step,), (pad,), (apart,), ceil_mode)
    if count <= 0:
        raise RuntimeError(f"{said} Invalid computed output size: {count}")
    if input.dtype.category != 2:
        refuse_kernel("max_pool1d_impl", input.dtype)


# --- means ----------------------------------------------------------------------------------------------------------


def _averaged(
    dimensions: int,
    input: Tensor,
    kernel: Any,
    stride: Any,
    padding: Any,
    ceil_mode: bool,
    include: bool,
    override: Any,
) -> Tensor:
    name, be = f"avg_pool{dimensions}d", "either be" if dimensions == 2 else "be"
    kernel = for_each(name, "kernel_size", kernel, dimensions, be)
    stride = [] if stride is None else stride
    omitted = not isinstance(stride, int) and not len(stride)
    stride = kernel if omitted else for_each(name, "stride", stride, dimensions, f"{be} omitted,")
    padding = for_each(name, "padding", padding, dimensions, be)
    ones = (1,) * dimensions
    if override == 0:
        raise RuntimeError("divisor must be not zero")
    _refuse_dimensions(name, input, dimensions)
    refuse_padding(kernel, stride, padding, ones)
    size = input.shape[-dimensions:]
    places = places_of(size, kernel, stride, padding, ones, ceil_mode)
    small = any(n < k for n, k in zip(size, kernel, strict=True))  # padding does not count
    if dimensions == 3 and small and min(kernel) > 0 and 0 not in size:
        raise RuntimeError(
            f"input image ({by_place('T H W', size)}) smaller than kernel size ({by_place('kT kH kW', kernel)})"
        )
    refuse_windows(name, input, kernel, ones, places)
    if input.dtype.category != 2 and str(input.dtype) != "torch.int64":
        refuse_kernel(name if dimensions == 2 else "avg_pool3d_out_frame", input.dtype)
    card: Any = avg_pool2d_of if dimensions == 2 else avg_pool3d_of
    result: Tensor = card(input, kernel, stride, padding, bool(ceil_mode), bool(include), override)
    return result


@reads(
    "Tensor input, tuple of ints[2] kernel_size, tuple of ints[2] stride = None, tuple of ints[2] padding = 0, "
    "bool ceil_mode = False, bool count_include_pad = True, int divisor_override = None, *, Tensor out = None"
)
def avg_pool2d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of a plane. Input (N, C, H, W) or (C, H, W).

    >>> torch.nn.functional.avg_pool2d(torch.tensor([[[1., 2., 3., 4.], [5., 6., 7., 8.]]]), 2)
    tensor([[[3.5000, 5.5000]]])
    """
    return _averaged(2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


@reads(
    "Tensor input, tuple of ints[3] kernel_size, tuple of ints[3] stride = None, tuple of ints[3] padding = 0, "
    "bool ceil_mode = False, bool count_include_pad = True, int divisor_override = None, *, Tensor out = None"
)
def avg_pool3d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of a volume. Input (N, C, D, H, W) or (C, D, H, W).

    >>> torch.nn.functional.avg_pool3d(torch.arange(8.).reshape(1, 2, 2, 2), 2)
    tensor([[[[3.5000]]]])
    """
    return _averaged(3, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


@reads(
    "Tensor input, tuple of ints[1] kernel_size, tuple of ints[1] stride = None, tuple of ints[1] padding = 0, "
    "bool ceil_mode = False, bool count_include_pad = True"
)
def avg_pool1d(
    input: Tensor,
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window of a signal. Input (N, C, L) or (C, L).

    >>> torch.avg_pool1d(torch.tensor([[1., 5., 2., 4.]]), 2)
    tensor([[3., 3.]])
    """
    refuse_dimensions("avg_pool1d", input)
    kernel = only("avg_pool1d", "kernel_size", kernel_size)
    step = kernel if stride in (None, (), []) else only("avg_pool1d", "stride", stride)
    line = registry.functions["unsqueeze"](input, -2)
    pad = only("avg_pool1d", "padding", padding)
    found = _averaged(2, line, (1, kernel), (1, step), (0, pad), ceil_mode, count_include_pad, None)
    return registry.functions["squeeze"](found, -2)
