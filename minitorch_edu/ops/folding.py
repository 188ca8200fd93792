"""Folding: sliding windows laid out as columns, and columns added up where they came from."""

from __future__ import annotations

from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.convolution import columns, output_size, summed_columns
from minitorch_edu.ops.op import op
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor


@op
class im2col:
    r"""What a window sees at each place, as columns: $z_{n,(ck),p} = x_{n,c,\,p s + k d}$."""

    def forward(xp, input, kernel_size: tuple, dilation: tuple, padding: tuple, stride: tuple):
        places = output_size(input.shape[2:], kernel_size, stride, padding, dilation)
        seen = columns(xp, input, kernel_size, stride, padding, dilation, places)
        return seen.copy() if xp.may_share_memory(seen, input) else seen

    def grad_input(grad, input_shape, kernel_size, dilation, padding, stride):
        r"$\partial L / \partial x_{n,c,q} = \sum_{p s + k d = q} \bar z_{n,(ck),p}$"
        return col2im(grad, tuple(input_shape[2:]), kernel_size, dilation, padding, stride)

    node = "Im2ColBackward0"


@op
class col2im:
    r"""Columns added up where a window would have seen them: $z_{n,c,q} = \sum_{p s + k d = q} x_{n,(ck),p}$."""

    node = "Col2ImBackward0"

    def forward(
        xp, input, output_size: tuple, kernel_size: tuple, dilation: tuple, padding: tuple, stride: tuple
    ):
        places = counted(output_size, kernel_size, stride, padding, dilation)
        return summed_columns(xp, input, output_size, kernel_size, stride, padding, dilation, places)

    def grad_input(grad, kernel_size, dilation, padding, stride):
        r"$\partial L / \partial x_{n,(ck),p} = \bar z_{n,c,\,p s + k d}$"
        return im2col(grad, kernel_size, dilation, padding, stride)


counted = output_size  # `output_size` is also the name of an argument


def pair(given: Any) -> tuple[Any, ...]:
    """One number for both dimensions."""
    return (given, given) if isinstance(given, int) else tuple(given)


def _named(names: str, numbers: tuple[int, ...]) -> str:
    return " ".join(f"{name}: {each}" for name, each in zip(names.split(), numbers, strict=True))


def _refuse(kernel: Any, dilation: Any, padding: Any, stride: Any, size: Any = None) -> None:
    """Raise what PyTorch says of the window."""
    first = () if size is None else (("output_size", size),)
    for name, given in (
        *first,
        ("kernel_size", kernel),
        ("dilation", dilation),
        ("padding", padding),
        ("stride", stride),
    ):
        if len(given) != 2:
            raise RuntimeError(f"It is expected {name} equals to 2, but got size {len(given)}")
    if min(kernel) <= 0:
        said = _named("kernel_height kernel_width", kernel)
        raise RuntimeError(f"kernel size should be greater than zero, but got {said}")
    if min(dilation) <= 0:
        said = _named("dilation_height dilation_width", dilation)
        raise RuntimeError(f"dilation should be greater than zero, but got {said}")
    if min(padding) < 0:
        said = _named("pad_height pad_width", padding)
        raise RuntimeError(f"padding should be non-negative, but got {said}")
    if min(stride) <= 0:
        said = _named("stride_height stride_width", stride)
        raise RuntimeError(f"stride should be greater than zero, but got {said}")


def unfold(input: Tensor, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> Tensor:
    """What a sliding window sees, as columns: (N, C, H, W) becomes (N, C * kernel, places).

    >>> torch.nn.functional.unfold(torch.tensor([[[[1., 2., 3.], [4., 5., 6.]]]]), 2)
    tensor([[[1., 2.],
             [2., 3.],
             [4., 5.],
             [5., 6.]]])
    """
    kernel, dilation, padding, stride = map(pair, (kernel_size, dilation, padding, stride))
    _refuse(kernel, dilation, padding, stride)
    if input.ndim in (1, 2):
        last = input.ndim - 1
        raise IndexError(
            f"Dimension out of range (expected to be in range of [{-input.ndim}, {last}], but got {input.ndim})"
        )
    if input.ndim not in (3, 4) or 0 in input.shape[1:] or (input.ndim == 3 and not input.shape[0]):
        raise RuntimeError(
            "Expected 3D or 4D (batch mode) tensor with possibly 0 batch size and other non-zero dimensions for input, "
            f"but got: {listed(input.shape)}"
        )
    size = input.shape[-2:]
    places = output_size(size, kernel, stride, padding, dilation)
    if min(places) < 1:
        raise RuntimeError(
            f"Given input with spatial size {tuple(size)}, kernel_size={kernel}, dilation={dilation}, "
            f"padding={padding}, calculated shape of the array of sliding blocks as {places}, but its components must "
            "be at least one."
        )
    if input.dtype.category == 1:
        refuse_kernel("im2col_out_cpu", input.dtype)
    batch = registry.functions["unsqueeze"](input, 0) if input.ndim == 3 else input
    found: Tensor = im2col(batch, kernel, dilation, padding, stride)
    return registry.functions["squeeze"](found, 0) if input.ndim == 3 else found


def fold(
    input: Tensor, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Tensor:
    """Columns added up where a window would have seen them: (N, C * kernel, places) becomes (N, C, *output_size).

    >>> torch.nn.functional.fold(torch.ones(1, 4, 2), (2, 3), 2)
    tensor([[[[1., 2., 1.],
              [1., 2., 1.]]]])
    """
    size, kernel, dilation, padding, stride = map(pair, (output_size, kernel_size, dilation, padding, stride))
    _refuse(kernel, dilation, padding, stride, size)
    if input.ndim not in (2, 3) or 0 in input.shape[input.ndim - 2 :]:
        raise RuntimeError(
            "Expected 2D or 3D (batch mode) tensor for input with possibly 0 batch size and non-zero dimensions for "
            f"input, but got: {listed(input.shape)}"
        )
    rows, count = input.shape[-2:]
    if rows % (kernel[0] * kernel[1]):
        raise RuntimeError(
            "Expected size of input's dimension 1 to be divisible by the product of kernel_size, but got "
            f"input.size(1)={rows} and kernel_size={kernel}."
        )
    places = counted(size, kernel, stride, padding, dilation)
    given = f"Given output_size={size}, kernel_size={kernel}, dilation={dilation}, padding={padding}, stride={stride}, "
    if places[0] * places[1] != count:
        raise RuntimeError(
            f"{given}expected size of input's dimension 2 to match the calculated number of sliding blocks {places[0]} "
            f"* {places[1]} = {places[0] * places[1]}, but got input.size(2)={count}."
        )
    if min(places) < 1:
        raise RuntimeError(
            f"{given}the calculated number of sliding blocks is {places}, but its components must be at least one."
        )
    if input.dtype.category == 1:
        refuse_kernel("col2im_out_cpu", input.dtype)
    batch = registry.functions["unsqueeze"](input, 0) if input.ndim == 2 else input
    found: Tensor = col2im(batch, size, kernel, dilation, padding, stride)
    return registry.functions["squeeze"](found, 0) if input.ndim == 2 else found
