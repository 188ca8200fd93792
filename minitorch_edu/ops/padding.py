"""Padding: more elements at the ends of dimensions: a constant, or what is there mirrored, repeated or in a circle."""

from __future__ import annotations

import operator
from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.ops.resampling import PADDINGS
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor


def inner(size: Any, pad: Any) -> tuple[Any, Any, list[int]]:
    """(where the input lies in the result, which part of the input that is, the size of the result).

    pad: from the last dimension on, how many more elements there are before and after; fewer where negative.
    """
    to, of, result = [], [], list(size)
    for axis in range(len(size)):
        place = 2 * (len(size) - 1 - axis)
        before, after = pad[place : place + 2] if place < len(pad) else (0, 0)
        result[axis] = size[axis] + before + after
        to.append(slice(max(before, 0), result[axis] - max(after, 0)))
        of.append(slice(max(-before, 0), size[axis] - max(-after, 0)))
    return tuple(to), tuple(of), result


@op
class constant_pad:
    r"""A constant around the elements: $z_{j + b} = x_j$, elsewhere $z = v$."""

    node = "ConstantPadNdBackward0"

    def forward(xp, input, pad: tuple, value: float):
        to, of, size = inner(input.shape, pad)
        result = xp.zeros(size, input.dtype)
        if value:
            result[...] = value
        result[to] = input[of]
        return result

    def grad_input(grad, pad):
        r"$\partial L / \partial x_j = \bar z_{j + b}$"
        return constant_pad(grad, less(pad), 0)


def less(pad):
    """As many elements fewer."""
    return tuple(-each for each in pad)


@registry.method
@reads("Tensor input, tuple of ints pad, Number value = 0")
def constant_pad_nd(input: Tensor, pad: Any, value: Any = 0) -> Tensor:
    """More elements at the ends of the last dimensions: `pad` has a pair (before, after) for each, the last one first.

    >>> torch.constant_pad_nd(torch.tensor([[1, 2]]), [1, 0, 0, 1])
    tensor([[0, 1, 2],
            [0, 0, 0]])
    """
    pad = tuple(map(operator.index, pad))
    if len(pad) % 2:
        raise RuntimeError(f"Length of pad must be even but instead it equals {len(pad)}")
    if len(pad) > 2 * input.ndim:
        raise RuntimeError(
            "Length of pad should be no more than twice the number of dimensions of the input. Pad length is "
            f"{len(pad)} while the input has {input.ndim} dimensions."
        )
    to, of, size = inner(input.shape, pad)
    for axis, each in enumerate(size):
        if each < 0 or of[axis].stop - of[axis].start < 0:
            raise RuntimeError("narrow(): length must be non-negative.")
    value = value.item() if isinstance(value, Tensor) else value
    return constant_pad(input, pad, _fitting(value, input))


def _fitting(value: Any, input: Tensor) -> Any:
    """The constant as an element of the input."""
    if input.dtype.category == 0:
        return bool(value)
    if input.dtype.category == 1:
        return int(value)
    return value


NEEDS = """
Supported combinations for non-constant padding:
  - 2D or 3D input: padding size = 2 (pads last dimension)
  - 3D or 4D input: padding size = 4 (pads last 2 dimensions)
  - 4D or 5D input: padding size = 6 (pads last 3 dimensions)"""


def pad_as(mode: str, input: Tensor, pad: tuple[int, ...]) -> Tensor:
    """Padding with what is there: "reflect", "replicate" or "circular"."""
    dimensions = len(pad) // 2
    if not 1 <= dimensions <= 3 or input.ndim not in (dimensions + 1, dimensions + 2):
        raise NotImplementedError(
            f"Padding size {len(pad)} is not supported for {input.ndim}D input tensor.{NEEDS}"
        )
    pairs = [pad[2 * place : 2 * place + 2] for place in reversed(range(dimensions))]
    sizes = input.shape[input.ndim - dimensions :]
    _refuse_padding(mode, input, pairs, sizes)
    size = tuple(n + before + after for n, (before, after) in zip(sizes, pairs, strict=True))
    how = tuple((mode, before) for before, _ in pairs)
    result: Tensor = PADDINGS[mode, dimensions](input, size, how)
    return result


def _refuse_padding(mode: str, input: Tensor, pairs: Any, sizes: Any) -> None:
    dimensions = len(pairs)
    if mode == "circular":
        for n, pair in zip(sizes, pairs, strict=True):
            if max(pair) > n:
                raise RuntimeError("Padding value causes wrapping around more than once.")
            if n + sum(pair) < 0:
                raise RuntimeError("Negative padding value is resulting in an empty dimension")
        return
    if 0 in input.shape[input.ndim - dimensions - 1 :]:
        raise RuntimeError(
            f"Expected {dimensions + 1}D or {dimensions + 2}D (batch mode) tensor with possibly 0 batch size and other "
            f"non-zero dimensions for input, but got: {listed(input.shape)}"
        )
    for axis, (n, pair) in reversed(list(enumerate(zip(sizes, pairs, strict=True), input.ndim - dimensions))):
        if mode == "reflect" and max(pair) >= n:
            number = 4 + 2 * (input.ndim - 1 - axis)
            raise RuntimeError(
                f"Argument #{number}: Padding size should be less than the corresponding input dimension, but got: "
                f"padding ({pair[0]}, {pair[1]}) at dimension {axis} of input {listed(input.shape)}"
            )
    made = [n + sum(pair) for n, pair in zip(sizes, pairs, strict=True)]
    if min(made) < 0:
        whole = (*input.shape[: input.ndim - dimensions], *made)
        raise RuntimeError(f"Trying to create tensor with negative dimension {min(made)}: {listed(whole)}")
    if not input.dtype.category:
        kernel = "reflection" if mode == "reflect" else "replication"
        refuse_kernel(f"{kernel}_pad{dimensions}d", input.dtype)


@reads('Tensor input, tuple of ints pad, str mode = "constant", float? value = None', name="pad")
def _pad(input: Tensor, pad: Any, mode: str = "constant", value: Any = None) -> Tensor:
    pad = tuple(map(operator.index, pad))
    if len(pad) % 2:
        raise RuntimeError("Padding length must be divisible by 2")
    if len(pad) > 2 * input.ndim:
        raise RuntimeError(
            "Padding length should be less than or equal to two times the input dimension but got padding length "
            f"{len(pad)} and input of dimension {input.ndim}"
        )
    if mode == "constant":
        return constant_pad_nd(input, pad, 0 if value is None else value)
    if value is not None and value != 0:
        raise RuntimeError(f'Padding mode "{mode}" doesn\'t take in value argument')
    if mode not in ("reflect", "replicate", "circular"):
        raise NotImplementedError(f"Unrecognised padding mode {mode}")
    return pad_as(mode, input, pad)


def pad(input: Tensor, pad: Any, mode: str = "constant", value: float | None = None) -> Tensor:
    """More elements at the ends of the last dimensions: `pad` has a pair (before, after) for each, the last one first.

    mode: "constant" (`value`, or 0), "reflect", "replicate" or "circular".

    >>> torch.nn.functional.pad(torch.tensor([[1, 2, 3]]), (1, 2))
    tensor([[0, 1, 2, 3, 0, 0]])
    >>> torch.nn.functional.pad(torch.tensor([[1, 2, 3]]), (1, 2), mode="reflect")
    tensor([[2, 1, 2, 3, 2, 1]])
    """
    return _pad(input, pad, mode, value)
