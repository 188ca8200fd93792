"""Custom outputs: what `forward` of a custom Function returned, put in its place in the graph."""

from __future__ import annotations

import warnings
from typing import Any

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.callers import outside
from minitorch_edu.ops import registry
from minitorch_edu.ops.operands import may_write
from minitorch_edu.tensor import Tensor


def placed(ctx: Any, inputs: tuple[Any, ...], output: Any, recorded: bool) -> tuple[Any, ...]:
    """The results with `ctx` as their history, where it was recorded."""
    results = output if isinstance(output, tuple) else (output,)
    dirty = _tensors_of(ctx.dirty_tensors, "mark_dirty can only accept variables, but argument ")
    for each in dirty:
        each._version_counter.value += 1
    constant = _tensors_of(
        ctx.non_differentiable, "mark_non_differentiable only accepts variable arguments, but got {}"
    )
    found = tuple(
        _placed(ctx, number, each, inputs, dirty, constant, recorded) if isinstance(each, Tensor) else each
        for number, each in enumerate(results)
    )
    _refuse_what_is_not_returned(dirty, results)
    arrays = [each._array if isinstance(each, Tensor) else None for each in found]
    shapes = tuple(None if each is None else each.shape for each in arrays)
    kinds = tuple(None if each is None else each.dtype for each in arrays)
    ctx.output_count = len(found)
    ctx.shape, ctx.dtype = (shapes[0], kinds[0]) if len(found) == 1 else (shapes, kinds)
    ctx._backends = [each._storage.backend if isinstance(each, Tensor) else cpu for each in found]
    return found


def _tensors_of(given: tuple[Any, ...], text: str) -> tuple[Tensor, ...]:
    for each in given:
        if not isinstance(each, Tensor):
            raise RuntimeError(text.format(type(each).__name__))
    return given


def _is_in(tensor: Tensor, others: tuple[Any, ...]) -> bool:
    return any(each is tensor for each in others)


def _placed(
    ctx: Any,
    number: int,
    tensor: Tensor,
    inputs: tuple[Any, ...],
    dirty: tuple[Tensor, ...],
    constant: tuple[Tensor, ...],
    recorded: bool,
) -> Tensor:
    is_input, written = _is_in(tensor, inputs), _is_in(tensor, dirty)
    if written and not is_input:
        warnings.warn(
            "Only input Tensors should be given to ctx.mark_dirty(). If a Tensor is not an input, there is no need to "
            "pass it to mark_dirty().",
            UserWarning,
            stacklevel=outside(),
        )
    if not recorded or _is_in(tensor, constant) or tensor.dtype.category < 2:
        if tensor.requires_grad:
            return tensor.detach()
        return _as_it_is(tensor) if is_input and not written else tensor
    if written:
        _refuse_leaves(tensor)
        registry.functions["rebase_history"](tensor, ctx)
        if tensor._base is None:
            tensor._output_nr = number
        return tensor
    if is_input:
        tensor = _as_it_is(tensor)
    tensor._grad_fn, tensor._output_nr, tensor._requires_grad = ctx, number, True
    if tensor._base is not None:
        tensor._made = "function"
    return tensor


def _refuse_leaves(tensor: Tensor) -> None:
    if not tensor.requires_grad:
        return
    if tensor._base is not None:
        may_write(tensor)
    elif tensor.is_leaf:
        raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")


def _as_it_is(tensor: Tensor) -> Tensor:
    """An input that was returned: a view of it, which can have a history of its own."""
    with no_grad():
        return registry.functions["view_as"](tensor, tensor)


def _refuse_what_is_not_returned(dirty: tuple[Tensor, ...], results: tuple[Any, ...]) -> None:
    if not all(_is_in(each, results) for each in dirty):
        raise RuntimeError(
            "Some elements marked as dirty during the forward method were not returned as output. The inputs that are "
            "modified inplace must all be outputs of the Function."
        )
