"""Indexing: parts of tensors, and writing into them."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.backends.gpus import seen
from minitorch_edu.callers import outside
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.overlap import refuse_overlap, refuse_partial_overlap, refuse_shared
from minitorch_edu.ops.rooms import number_in
from minitorch_edu.ops.scans import meet
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.transforms import innermost, levels
from minitorch_edu.ops.view import expand, unsqueeze_dim
from minitorch_edu.shape import listed, wrap_dim
from minitorch_edu.tensor import Tensor


@op
class select_index:
    r"""One index of a dimension, which goes: $z_{ik} = x_{i j k}$."""

    is_view = True
    node = "SelectBackward0"

    def forward(xp, input, dim: int, index: int):
        return input[(slice(None),) * dim + (index, ...)]

    def grad_input(grad, input_shape, dim, index):
        r"$\partial L / \partial x_{i j' k} = [j' = j] \, \bar z_{ik}$"
        return padded(grad, input_shape, (slice(None),) * dim + (index,))


@op
class slice_dim:
    r"""A range of a dimension: $z_j = x_{s + j t}$."""

    is_view = True
    node = "SliceBackward0"

    def forward(xp, input, dim: int, start: int, end: int, step: int):
        return input[(slice(None),) * dim + (slice(start, end, step),)]

    def grad_input(grad, input_shape, dim, start, end, step):
        r"$\partial L / \partial x_{s + j t} = \bar z_j$, elsewhere $0$"
        return padded(grad, input_shape, (slice(None),) * dim + (slice(start, end, step),))


@op
class padded:
    r"""Zeros with the input at a place: the gradient of a part, $z_{p(i)} = x_i$."""

    def forward(xp, input, shape: tuple, place: tuple):
        result = xp.zeros(shape, input.dtype)
        result[place] = input
        return result

    def grad_input(grad, place):
        r"$\partial L / \partial x_i = \bar z_{p(i)}$"
        return part(grad, place)


@op
class part:
    r"""A copy of a part: $z_i = x_{p(i)}$."""

    def forward(xp, input, place: tuple):
        return input[place].copy()

    def grad_input(grad, input_shape, place):
        r"$\partial L / \partial x_{p(i)} = \bar z_i$"
        return padded(grad, input_shape, place)


@op
class index:
    r"""Elements picked by lists of indices or by a mask: $z_j = x_{i(j)}$."""

    def forward(xp, input, indices: tuple):
        return input[indices]

    def grad_input(grad, input_shape, indices):
        r"$\partial L / \partial x_i = \sum_{j : i(j) = i} \bar z_j$"
        return scattered(grad, input_shape, indices)


@op
class scattered:
    r"""Zeros to which each element is added at its index: $z_i = \sum_{j : i(j) = i} x_j$."""

    def forward(xp, input, shape: tuple, indices: tuple):
        result = xp.zeros(shape, input.dtype)
        first = indices[0]
        if len(indices) == 1 and isinstance(first, xp.ndarray) and first.dtype.kind in "iu":
            add_rows(xp, result, first % max(len(result), 1), input)
        else:
            meet(xp, xp.add, result, indices, input)
        return result

    def grad_input(grad, indices):
        r"$\partial L / \partial x_j = \bar z_{i(j)}$"
        return index(grad, indices)


def add_rows(xp, target, index, rows):
    """`target[index] += rows`, where an index may occur several times. NumPy is quickest at it one number at a time."""
    width = math.prod(target.shape[1:])
    places = index.reshape(-1, 1).astype(xp.int64) * width + xp.arange(width)
    meet(xp, xp.add, target.reshape(-1), places.reshape(-1), rows.reshape(-1))


@registry.method
@reads("Tensor input, int dim, int index")
def select(input: Tensor, dim: int, index: int) -> Tensor:
    """One index of a dimension, which goes; a view.

    >>> torch.select(torch.tensor([[1, 2], [3, 4]]), 1, 0)
    tensor([1, 3])
    """
    if not input.ndim:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    dim = wrap_dim(dim, input.ndim)
    size = input.shape[dim]
    if not -size <= index < size:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size {listed(input.shape)} at dimension {dim}"
        )
    return select_index(input, dim, index % size)


@registry.method
@reads("Tensor input, int dim, Tensor start, int length", "Tensor input, int dim, int start, int length")
def narrow(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """`length` elements of a dimension from `start` on; a view.

    >>> torch.narrow(torch.arange(5), 0, 1, 2)
    tensor([1, 2])
    """
    if not input.ndim:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    if isinstance(start, Tensor):
        if start.ndim or start.dtype.category != 1:
            raise RuntimeError("start must be an 0-dim integral Tensor.")
        start = start.item()
    dim = wrap_dim(dim, input.ndim)
    size = input.shape[dim]
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if not -size <= start <= size:
        raise IndexError(
            f"start out of range (expected to be in range of [{-size}, {size}], but got {start})"
        )
    start = start + size if start < 0 else start
    if start + length > size:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return slice_dim(input, dim, start, start + length, 1)


@registry.method
def getitem(input: Tensor, key: Any) -> Tensor:
    """`x[key]`: integers, slices, None and ... give views; tensors, lists and masks give copies."""
    if key is None:  # the three commonest, at once
        return unsqueeze_dim(input, 0)
    if input._array.ndim:
        if type(key) is int:
            return _selected(input, 0, key, 0)
        if type(key) is slice:
            return _slice(input, 0, key)
    if levels.entered and (level := innermost(key if isinstance(key, tuple) else (key,))) is not None:
        return level.each(getitem, input, key)
    view, picks = _basic(input, key)
    if not picks:
        return registry.functions["alias"](view) if view is input else view
    return index(view, as_arrays(view, picks))


@registry.method
def delitem(input: Tensor, key: Any) -> NoReturn:
    """`del x[key]`: the bytes of a tensor stay as many as they are."""
    raise TypeError("Tensor does not support deleting items")


@registry.method
def setitem(input: Tensor, key: Any, value: Any) -> None:
    """`x[key] = value`: a write into a view, or, for picks, element by element."""
    view, picks = _basic(input, key)
    number = not isinstance(value, Tensor)
    value = registry.functions["scalar_like"](value, view) if number else value
    while value.ndim > (view.ndim if not picks else 0) and value.shape[0] == 1:
        value = select_index(value, 0, 0)
    if not picks:
        target = registry.functions["alias"](view) if view is input else view
        refuse_shared(view._array)
        refuse_partial_overlap(view, value)
        registry.functions["copy_"](target, value if value.shape == view.shape else expand(value, view.shape))
        return
    masked = (
        all(isinstance(each, Tensor) and not each.dtype.category for each in picks.values())
        and len(picks) == 1
    )
    if masked and not value.ndim and value.dtype is not view.dtype:  # as masked_fill does
        number_in(value.item(), view.dtype)  # which refuses what overflows
        value = value.to(view.dtype)
    if value.dtype is not view.dtype:
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, got "
            f"{view.dtype.scalar_name} for the destination and {value.dtype.scalar_name} for the source."
        )
    refuse_overlap(view, value, *picks.values())
    places = as_arrays(view, picks)
    registry.functions["index_put_values_"](view, met(view, value, masked), places)


def met(tensor: Tensor, value: Tensor, masked: bool) -> Tensor:
    """What is put into a tensor, on its device: only a number may come from another one."""
    if value._storage.backend is tensor._storage.backend:
        return value
    if value._array.ndim and not (masked and value._array.size == 1 and value._storage.backend is cpu):
        return value  # which is refused
    send = registry.functions["to"]
    return send(value, tensor.device, non_blocking=True)  # a number travels with the launch


def _keys(key: Any) -> tuple[Any, ...]:
    """The entries of an index. A list with more than numbers in it counts as a tuple: x[[[0, 1], [2, 0]]]."""
    if type(key) is tuple:
        return key
    if isinstance(key, list) and any(each is None or isinstance(each, _ENTRIES) for each in key):
        return tuple(key)
    return (key,)


_ENTRIES = (list, tuple, range, slice, Tensor, type(Ellipsis))


def _basic(input: Tensor, key: Any) -> tuple[Tensor, dict[int, Any]]:
    """Apply what a view can do, one dimension after the other; the picks are left, by the dimension they go over."""
    keys = _keys(key)
    consumed = sum(map(consumes, keys))
    alone = type(key) is not tuple and not isinstance(key, Tensor)  # it has errors of its own
    if consumed > input.ndim and not (alone and _is_integer(key)):
        if alone and isinstance(key, slice):
            _refuse_step(key)
        raise IndexError(
            "slice() cannot be applied to a 0-dim tensor."
            if alone and isinstance(key, slice)
            else f"too many indices for tensor of dimension {input.ndim}"
        )
    result, dim = input, 0
    picks: dict[int, Any] = {}
    for position, key in enumerate(keys):
        if key is Ellipsis:
            dim += input.ndim - consumed
        elif isinstance(key, slice):
            if key != COLON:  # a bare colon leaves no trace
                result = _slice(result, dim, key)
            dim += 1
        elif _is_integer(key):
            result = _selected(result, dim, int(key), position)
        elif key is None:
            result = unsqueeze_dim(result, dim)
            dim += 1
        elif consumes(key):
            picks[dim] = key
            dim += consumes(key)
        else:  # a bool: a new dimension that is there or not
            result = unsqueeze_dim(result, dim)
            picks[dim] = [bool(key)]
            dim += 1
    return result, picks


COLON = slice(None)


def consumes(key: Any) -> int:
    """How many dimensions a key goes over."""
    if type(key) is int or type(key) is slice:
        return 1
    if key is None or key is Ellipsis or isinstance(key, bool):
        return 0
    if isinstance(key, list | np.ndarray):
        shape = np.asarray(key)
        return shape.ndim if shape.dtype.kind == "b" else 1
    if isinstance(key, Tensor) and key.dtype in (dtypes.bool_, dtypes.uint8):
        return key.ndim
    return 1


def _is_integer(key: Any) -> bool:
    if type(key) is int:
        return True
    if isinstance(key, Tensor):
        return key.ndim == 0 and key.dtype.category == 1 and key.dtype is not dtypes.uint8
    return hasattr(key, "__index__") and not hasattr(key, "__len__") and not isinstance(key, bool)


def _refuse_step(key: slice) -> None:
    """A tensor is read forwards only: x.flip(0) turns it round."""
    if key.step is not None and int(key.step) <= 0:
        raise ValueError("step must be greater than zero" if key.step else "slice step cannot be zero")


def _slice(tensor: Tensor, dim: int, key: slice) -> Tensor:
    if key.step is not None:
        _refuse_step(key)
    start, end, step = key.indices(tensor._array.shape[dim])
    return slice_dim(tensor, dim, start, max(start, end), step)


def _selected(tensor: Tensor, dim: int, number: int, position: int) -> Tensor:
    """One index of a dimension; `position` is where it stands among the keys."""
    shape = tensor._array.shape
    if not shape and not number:
        raise IndexError(
            "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
            "0-dim tensor to a number"
        )
    size = shape[dim] if shape else 0
    if not -size <= number < size:
        raise IndexError(f"index {number} is out of bounds for dimension {position} with size {size}")
    return select_index(tensor, dim, number % size)


def as_arrays(tensor: Tensor, picks: dict[int, Any]) -> tuple[Any, ...]:
    """The picks as a NumPy index, with whole dimensions between them."""
    result: list[Any] = []
    untouched: list[int] = []  # the sizes of the dimensions that no pick goes over
    dim = 0
    for start, key in picks.items():
        result += [slice(None)] * (start - dim)
        untouched += tensor.shape[dim:start]
        array = _pick(tensor, start, key)
        result.append(array)
        dim = start + (array.ndim if array.dtype.kind == "b" else 1)
    untouched += tensor.shape[dim:]
    arrays = [each for each in result if not isinstance(each, slice)]
    if len(arrays) == 1 and arrays[0].dtype.kind == "b":  # nobody has to count where it holds
        return tuple(result)
    shapes: list[tuple[int, ...]] = []
    for each in arrays:  # a mask counts as the places where it holds, once for each of its dimensions
        shapes += [(int(each.sum()),)] * each.ndim if each.dtype.kind == "b" else [each.shape]
    try:
        picked = np.broadcast_shapes(*shapes)
    except ValueError:
        raise IndexError(
            "shape mismatch: indexing tensors could not be broadcast together with shapes "
            + ", ".join(map(listed, shapes))
        ) from None
    if 0 in picked or 0 in untouched:  # nothing is picked, and PyTorch looks at no index
        return tuple(
            [each if isinstance(each, slice) or each.dtype.kind == "b" else each * 0 for each in result]
        )
    for number, (array, dim) in enumerate(zip(arrays, picks, strict=True)):
        _refuse_outside(array, tensor.shape[dim], number)
    return tuple(result)


def _pick(tensor: Tensor, dim: int, key: Any) -> Any:
    """A list, a mask or a tensor of indices as an array."""
    if not isinstance(key, Tensor | np.ndarray | Sequence):
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got "
            f"{type(key).__name__})"
        )
    if isinstance(key, str):
        raise TypeError("new(): invalid data type 'str'")
    backend = tensor._storage.backend
    array = key._array if isinstance(key, Tensor) else backend.asarray(key)
    if isinstance(key, Tensor) and key._storage.backend is not backend:
        if key._storage.backend is not cpu:
            raise RuntimeError(
                f"indices should be either on cpu or on the same device as the indexed tensor ({tensor.device})"
            )
        array = backend.from_host(array)
    if tensor.requires_grad:
        array = array.copy()  # backward needs it as it is now
    if isinstance(key, Tensor) and key.dtype is dtypes.uint8:
        warnings.warn(
            "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead.",
            UserWarning,
            stacklevel=outside(),
        )
        array = array.astype(bool)
    if not array.size and array.dtype.kind == "f" and not isinstance(key, Tensor):
        return array.astype(np.int64)
    narrow = isinstance(key, Tensor) and array.ndim > 0 and array.dtype in NO_INDICES
    if array.dtype.kind not in "biu" or narrow:
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    if array.dtype.kind == "b":
        for offset, have in enumerate(array.shape):
            if have != tensor.shape[dim + offset]:
                raise IndexError(
                    f"The shape of the mask {listed(array.shape)} at index {offset} does not match the shape of the "
                    f"indexed tensor {listed(tensor.shape)} at index {dim + offset}"
                )
    return array


def _refuse_outside(array: Any, size: int, number: int) -> None:
    known = seen(array)
    if array.dtype.kind != "b" and known is not None:
        outside = known[(known < -size) | (known >= size)]
        if outside.size and not size:
            raise IndexError("index is out of bounds for dimension with size 0")
        if outside.size:
            raise IndexError(
                f"index {int(outside.reshape(-1)[0])} is out of bounds for dimension {number} with size {size}"
            )


@op
class index_put_values:
    r"""A copy with elements at indices replaced, or added to: $z_{i(j)} = y_j$, elsewhere $x$."""

    domain = "where no place is written twice"
    inplace = True
    node = "IndexPutBackward0"

    def forward(xp, input, values, indices: tuple, accumulate: bool = False):
        result = input.copy()
        if accumulate:
            meet(xp, xp.add, result, indices, values)
        else:
            result[indices] = values
        return result

    def grad_input(grad, indices, accumulate):
        r"$\partial L / \partial x_i = \bar z_i$ where nothing was put or it was added, $0$ elsewhere"
        return grad if accumulate else blanked(grad, indices)

    def grad_values(grad, indices):
        r"$\partial L / \partial y_j = \bar z_{i(j)}$"
        return index(grad, indices)

    def explain(input, values, indices, accumulate):
        shape = input._array[indices].shape
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {listed(values.shape)} cannot be broadcast to indexing result "
            f"of shape {listed(shape)}"
        )


@op
class blanked:
    r"""A copy with zeros at indices: $z_{i(j)} = 0$."""

    def forward(xp, input, indices: tuple):
        result = input.copy()
        result[indices] = 0
        return result

    def grad_input(grad, indices):
        r"$\partial L / \partial x_i = \bar z_i$ where nothing was blanked, $0$ elsewhere"
        return blanked(grad, indices)


NO_INDICES = (np.int8, np.int16, np.uint16, np.uint32, np.uint64)
"""Integers that PyTorch does not take for indices."""
