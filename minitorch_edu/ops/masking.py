"""Masking: elements picked and written where a mask of bools holds, and the places where it does."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.gpus import seen
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import refusal
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.indexing import padded
from minitorch_edu.ops.op import op
from minitorch_edu.ops.outputs import into
from minitorch_edu.ops.overlap import refuse_partial_overlap, refuse_shared
from minitorch_edu.ops.reduction import count, sum_all
from minitorch_edu.ops.rooms import number_in
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.splitting import unbind_dim
from minitorch_edu.ops.view import reshape_to, unsqueeze_dim
from minitorch_edu.shape import broadcast, listed
from minitorch_edu.tensor import Tensor


def of_mask(input, *rest):
    """What PyTorch says of a mask on another device."""
    mask = rest[-1]
    if mask.device is not input.device:
        places = f"mask on {mask.device} and self on {input.device}"
        raise refusal(f"expected self and mask to be on the same device, but got {places}", input, mask)


@op
class masked_fill:
    r"""A copy with one value where a mask holds: $z = (1 - m) \, x + m \, v$."""

    inplace = True
    apart = of_mask

    def forward(xp, input, mask, value: float):
        if mask.dtype != bool:
            raise ValueError("a mask of bools")
        return xp.where(mask, xp.asarray(value, input.dtype), input)

    def grad_input(grad, mask):
        r"$\partial z / \partial x = 1 - m$"
        return where(mask, 0, grad)

    def explain(input, mask, value):
        refuse_no_mask("masked_fill_ only supports boolean masks, but got mask with dtype", mask)
        broadcast(mask.shape, input.shape)


def refuse_no_mask(text, mask):
    """A mask is made of bools."""
    if mask.dtype is not dtypes.bool_:
        raise RuntimeError(f"{text} {mask.dtype.c_name}")


@op
class masked_fill_tensor:
    r"""The same with the value of a zero-dim tensor: $z = (1 - m) \, x + m \, v$."""

    inplace = True
    node = "MaskedFillBackward1"
    apart = of_mask
    crosses = ("value",)

    def forward(xp, input, value, mask):
        if mask.dtype != bool:
            raise ValueError("a mask of bools")
        return xp.where(mask, value.astype(input.dtype), input)

    def grad_input(grad, mask):
        r"$\partial z / \partial x = 1 - m$"
        return where(mask, 0, grad)

    def grad_value(grad, mask):
        r"$\partial L / \partial v = \sum_{i : m_i} \bar z_i$"
        return sum_all(where(mask, grad, 0))

    def explain(input, value, mask):
        refuse_no_mask("masked_fill_ only supports boolean masks, but got mask with dtype", mask)
        broadcast(mask.shape, input.shape)


_fill, _fill_ = masked_fill, registry.functions["masked_fill_"]


@registry.method
@reads("Tensor input, Tensor mask, Tensor value", "Tensor input, Tensor mask, Number value")
def masked_fill(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """A copy with one value where a mask holds.

    >>> torch.masked_fill(torch.tensor([1., 2.]), torch.tensor([True, False]), 0)
    tensor([0., 2.])
    """
    if isinstance(value, Tensor):
        _refuse_value(input, value)
        if value._requires_grad:
            return masked_fill_tensor(input, value.to(input.dtype), mask)
    return _fill(input, mask, number_in(value, input.dtype))


@registry.method
@reads("Tensor mask, Tensor value", "Tensor mask, Number value", method=True)
def masked_fill_(input: Tensor, mask: Tensor, value: Any) -> Tensor:
    """`masked_fill` in place."""
    refuse_partial_overlap(input, mask)
    if isinstance(value, Tensor):
        _refuse_value(input, value)
        if value._requires_grad:
            return registry.functions["masked_fill_tensor_"](input, value.to(input.dtype), mask)
    return _fill_(input, mask, number_in(value, input.dtype))


def _refuse_value(input: Tensor, value: Tensor) -> None:
    if input.is_cpu and not value.is_cpu:
        raise RuntimeError("masked_fill_: Expected inputs to be on same device")
    if value.ndim:
        raise RuntimeError(
            "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value.ndim} dimension(s)."
        )


# --- picking and putting --------------------------------------------------------------------------------------------


@op
class masked_select:
    r"""The elements where a mask holds, in their order, as one line: $z_j = x_{i_j}$.

    >>> torch.masked_select(torch.tensor([1, 2, 3]), torch.tensor([True, False, True]))
    tensor([1, 3])
    """

    kernel = "masked_select(self, mask)"
    signatures = ("Tensor input, Tensor mask, *, Tensor out = None",)

    def forward(xp, input, mask):
        if mask.dtype != bool:
            raise ValueError("a mask of bools")
        input, mask = xp.broadcast_arrays(input, mask)
        return input[mask]

    def grad_input(grad, input_shape, mask):
        r"$\partial L / \partial x_{i_j} = \bar z_j$, elsewhere $0$"
        return spread(grad, mask, broadcast(input_shape, mask.shape))

    def explain(input, mask):
        if mask.dtype is not dtypes.bool_:
            raise RuntimeError("masked_select: expected BoolTensor for mask")
        broadcast(mask.shape, input.shape)


@op
class spread:
    r"""Zeros with the elements of a line, in their order, where a mask holds: $z_{i_j} = x_j$."""

    def forward(xp, input, mask, shape: tuple):
        result = xp.zeros(shape, input.dtype)
        result[xp.broadcast_to(mask, shape)] = input
        return result

    def grad_input(grad, mask):
        r"$\partial L / \partial x_j = \bar z_{i_j}$"
        return masked_select(grad, mask)


def handed_out(xp, input, source, mask):
    """The elements of `source` where a mask holds. Each place counts whose turn it is, so that nobody has to wait."""
    if not source.size:
        return input.copy()
    turn = xp.cumsum(mask.reshape(-1)).reshape(mask.shape) - 1
    return xp.where(mask, xp.take(source.reshape(-1), xp.clip(turn, 0, source.size - 1)), input)


@op
class masked_scatter_source:
    r"""A copy with the elements of `source`, in their order, where a mask holds: $z_{i_j} = y_j$, elsewhere $x$."""

    kernel = "masked_scatter_(self, mask, source)"
    inplace = True
    node = "MaskedScatterBackward0"

    def forward(xp, input, source, mask):
        if mask.dtype != bool or source.dtype != input.dtype:
            raise ValueError("a mask of bools, and one dtype")
        input, mask = xp.broadcast_arrays(input, mask)
        known = seen(mask)
        number = 0 if known is None else int(known.sum())
        if number > source.size:
            raise ValueError("too few elements")
        if xp is not np:
            return handed_out(xp, input, source, mask)
        result = input.copy()
        result[mask] = source.reshape(-1)[:number]
        return result

    def grad_input(grad, mask):
        r"$\partial z / \partial x = 1 - m$"
        return where(mask, 0, grad)

    def grad_source(grad, source_shape, mask):
        r"$\partial L / \partial y_j = \bar z_{i_j}$, $0$ for elements that were not used"
        used = masked_select(grad, mask)
        whole = padded(used, (count(source_shape),), (slice(0, used.shape[0]),))
        return reshape_to(whole, source_shape)

    def explain(input, source, mask):
        if source.dtype is not input.dtype:
            raise RuntimeError(
                "masked_scatter: expected self and source to have same dtypes but got"
                f"{input.dtype.scalar_name} and {source.dtype.scalar_name}"
            )
        if mask.dtype is not dtypes.bool_:
            raise RuntimeError(
                f"masked_scatter_ only supports boolean masks, but got mask with dtype {mask.dtype.scalar_name}"
            )
        broadcast(mask.shape, input.shape)
        raise RuntimeError("Number of elements of source < number of ones in mask")


@registry.method
@reads("Tensor input, Tensor mask, Tensor source, *, Tensor out = None")
def masked_scatter(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """A copy with the elements of `source`, in their order, where a mask holds.

    >>> torch.masked_scatter(torch.zeros(3), torch.tensor([True, False, True]), torch.tensor([1., 2.]))
    tensor([1., 0., 2.])
    """
    return masked_scatter_source(input, source, mask)


@registry.method
@reads("Tensor mask, Tensor source", method=True)
def masked_scatter_(input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    """`masked_scatter` in place."""
    refuse_shared(input._array)
    if mask.ndim > input.ndim:
        raise RuntimeError(
            f"expand(CPU{mask.dtype.scalar_name}Type{{{listed(mask.shape)}}}, size={listed(input.shape)}): the number "
            f"of sizes provided ({input.ndim}) must be greater or equal to the number of dimensions in the tensor "
            f"({mask.ndim})"
        )
    return registry.functions["masked_scatter_source_"](input, source, mask)


# --- where a condition holds ----------------------------------------------------------------------------------------


@op
class nonzero_places:
    r"""Where elements are not zero: a row of indices for each."""

    def forward(xp, input):
        if not input.ndim:
            return xp.zeros((int(input.item() != 0), 0), xp.int64)
        return xp.argwhere(input)


@registry.method
@reads("Tensor input, *, Tensor out = None", methods=("", "*, bool as_tuple"))
def nonzero(input: Tensor, *, as_tuple: bool = False, out: Tensor | None = None) -> Any:
    """Where elements are not zero: a row of indices for each; `as_tuple`: a line for each dimension, for x[...].

    >>> torch.nonzero(torch.tensor([[1, 0], [0, 5]]))
    tensor([[0, 0],
            [1, 1]])
    """
    if out is not None:
        if as_tuple:
            raise RuntimeError("nonzero does not support the out kwarg when as_tuple is True")
        return into("nonzero", out, nonzero_places, (input,), {})
    if not as_tuple:
        return nonzero_places(input)
    return unbind_dim(nonzero_places(input if input.ndim else unsqueeze_dim(input, 0)), 1)


@registry.method
@reads("Tensor input")
def argwhere(input: Tensor) -> Tensor:
    """Where elements are not zero: a row of indices for each.

    >>> torch.argwhere(torch.tensor([0, 7, 7]))
    tensor([[1],
            [2]])
    """
    return nonzero_places(input)
