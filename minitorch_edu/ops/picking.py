"""Picking: elements, rows and columns by a list of indices or by a mask; and writing to what was picked."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.backends.gpus import seen
from minitorch_edu.ops import registry
from minitorch_edu.ops.indexing import add_rows
from minitorch_edu.ops.op import op
from minitorch_edu.ops.overlap import refuse_overlap, refuse_write
from minitorch_edu.ops.reduction import count, sum_all

# --- along a dimension: index_select and its kin --------------------------------------------------------------------
from minitorch_edu.ops.rooms import number_in
from minitorch_edu.ops.scans import meet
from minitorch_edu.ops.scatter import INDEX, refuse_outside, scatter_value, scattered_along
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import reshape_to
from minitorch_edu.shape import listed, wrap_dim
from minitorch_edu.tensor import Tensor


def across(index, dim):
    """A NumPy index that takes `index` along one dimension, and everything along those before it."""
    return (slice(None),) * dim + (index.reshape(-1),)


@op
class index_select_dim:
    r"""Rows, columns, ... picked by a list of indices: $z_{j} = x_{k_j}$."""

    kernel = "index_select(self, index)"
    node = "IndexSelectBackward0"
    widened_backward = True

    def forward(xp, input, index, dim: int):
        return xp.take(input, index.reshape(-1), dim) if input.ndim else input.copy()

    def grad_input(grad, input_shape, index, dim):
        r"$\partial L / \partial x_k = \sum_{j : k_j = k} \bar z_j$"
        return added_at(grad, index, input_shape, dim)


@op
class added_at:
    r"""Zeros to which each slice is added at its index along a dimension: $z_k = \sum_{j : k_j = k} x_j$."""

    def forward(xp, input, index, shape: tuple, dim: int):
        if not shape:
            return input.copy()
        result = xp.zeros(shape, input.dtype)
        if dim == 0:
            add_rows(xp, result, index, input)
        else:
            meet(xp, xp.add, result, across(index, dim), input)
        return result

    def grad_input(grad, index, dim):
        r"$\partial L / \partial x_j = \bar z_{k_j}$"
        return index_select_dim(grad, index, dim)


@op
class index_add_dim:
    r"""A copy to which slices are added at indices: $z_k = x_k + \alpha \sum_{j : k_j = k} y_j$."""

    kernel = "index_add(self, index, source)"
    structured = True
    inplace = True
    node = "IndexAddBackward0"
    widens = True

    def forward(xp, input, source, index, dim: int, alpha: float = 1):
        result = xp.array(input)
        scaled = source if alpha == 1 else (source * alpha).astype(input.dtype)
        if input.ndim:
            scaled = scaled.reshape(scaled.shape or (1,) * input.ndim)
            meet(xp, xp.add, result, across(index, dim), scaled)
        else:
            result += scaled.reshape(())
        return result

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad

    def grad_source(grad, source_shape, index, dim, alpha):
        r"$\partial L / \partial y_j = \alpha \, \bar z_{k_j}$"
        return reshape_to(index_select_dim(grad, index, dim), source_shape) * alpha


@op
class index_copy_dim:
    r"""A copy with slices replaced at indices: $z_{k_j} = y_j$, elsewhere $x$."""

    kernel = "index_copy(self, index, source)"
    structured = True
    domain = "where no place is written twice"
    inplace = True
    node = "IndexCopyBackward0"

    def forward(xp, input, source, index, dim: int):
        result = xp.array(input)
        if input.ndim:
            result[across(index, dim)] = source.reshape(source.shape or (1,) * input.ndim)
            return result
        return source.reshape(()).copy()

    def grad_input(grad, index, dim):
        r"$\partial L / \partial x_k = \bar z_k$ where nothing was put, $0$ elsewhere"
        return index_fill_value(grad, index, dim, 0)

    def grad_source(grad, source_shape, index, dim):
        r"$\partial L / \partial y_j = \bar z_{k_j}$"
        return reshape_to(index_select_dim(grad, index, dim), source_shape)


@op
class index_fill_value:
    r"""A copy with one value in whole slices: $z_{k_j} = v$, elsewhere $x$."""

    inplace = True
    node = "IndexFillBackward0"

    def forward(xp, input, index, dim: int, value: float):
        result = xp.array(input)
        result[across(index, dim) if input.ndim else ...] = value
        return result

    def grad_input(grad, index, dim):
        r"$\partial L / \partial x_k = \bar z_k$ where nothing was filled, $0$ elsewhere"
        return index_fill_value(grad, index, dim, 0)


@op
class index_fill_tensor:
    r"""The same with the value of a zero-dim tensor: $z_{k_j} = v$, elsewhere $x$."""

    inplace = True
    node = "IndexFillBackward1"
    crosses = ("value",)

    def forward(xp, input, value, index, dim: int):
        result = xp.array(input)
        result[across(index, dim) if input.ndim else ...] = value
        return result

    def grad_input(grad, index, dim):
        r"$\partial L / \partial x_k = \bar z_k$ where nothing was filled, $0$ elsewhere"
        return index_fill_value(grad, index, dim, 0)

    def grad_value(grad, index, dim):
        r"$\partial L / \partial v = \sum_k \bar z_k$ over what was filled"
        return sum_all(grad - index_fill_value(grad, index, dim, 0))


@registry.method
@reads("Tensor input, int dim, Tensor index, *, Tensor out = None")
def index_select(input: Tensor, dim: int, index: Tensor) -> Tensor:
    """Rows (`dim` 0), columns (`dim` 1), ... by a list of indices. Unlike `x[index]`, none is counted from the end.

    >>> torch.index_select(torch.tensor([[1, 2], [3, 4], [5, 6]]), 0, torch.tensor([2, 0]))
    tensor([[5, 6],
            [1, 2]])
    """
    dim = wrap_dim(dim, input.ndim)
    if index.ndim > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    if not input.ndim and index.numel() != 1:
        raise RuntimeError(
            f"index_select(): Index to scalar can have only 1 value, got {index.numel()} value(s)"
        )
    if index.dtype not in INDEX:
        raise RuntimeError("index_select(): Expected dtype int32 or int64 for index")
    size, array = input._array.shape[dim] if input.ndim else 1, index._array
    known = seen(array)
    if array.size and known is not None and (known.min() < 0 or known.max() >= size):
        raise IndexError("index out of range in self")
    return index_select_dim(input, index, dim)


def refuse_unfitting(name: str, input: Tensor, dim: int, index: Tensor, source: Tensor) -> None:
    """Raise PyTorch's error where the indices along a dimension, and what is to go there, do not fit the input."""
    if index.ndim > 1:
        raise IndexError(
            f"{name}(): Index is supposed to be a vector, but got dim: {index.ndim} with type: "
            f"{index.dtype.scalar_name} and size: {listed(index.shape)}"
        )
    if index.dtype not in INDEX:
        raise RuntimeError(
            f"{name}(): Expected dtype int32/int64 for index but got: {index.dtype.scalar_name}"
        )
    if source.dtype is not input.dtype:
        raise RuntimeError(
            f"{name}(): self ({input.dtype.scalar_name}) and source ({source.dtype.scalar_name}) must have the "
            "same scalar type"
        )
    size = source.shape[dim] if source.ndim > dim else 1
    if index.numel() != size:
        raise RuntimeError(
            f"{name}(): Number of indices ({index.numel()}) should be equal to source.size(dim): ({size}), for "
            f"dim: {dim}"
        )


def _added(form: str, input: Tensor, dim: int, index: Tensor, source: Tensor, alpha: Any) -> Tensor:
    dim = wrap_dim(dim, input.ndim)
    refuse_unfitting("index_add_", input, dim, index, source)
    if source.ndim and (source.ndim != input.ndim or _without(input, dim) != _without(source, dim)):
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. Got self.shape = "
            f"{listed(input.shape)} source.shape = {listed(source.shape)}"
        )
    if index.numel():
        refuse_outside(index, dim, input)
    if input.dtype.category == 1:
        alpha = int(alpha)
    if form:
        refuse_write(input, index, source)
    return registry.functions[f"index_add_dim{form}"](input, source, index, dim, alpha)


def _without(tensor: Tensor, dim: int) -> tuple[int, ...]:
    return tuple(tensor.shape[:dim]) + tuple(tensor.shape[dim + 1 :])


@registry.method
@reads("Tensor input, int dim, Tensor index, Tensor source, *, Number alpha = 1, Tensor out = None")
def index_add(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1) -> Tensor:
    """A copy to which `alpha * source` is added at indices along `dim`.

    >>> torch.index_add(torch.zeros(3), 0, torch.tensor([0, 0]), torch.tensor([1., 2.]))
    tensor([3., 0., 0.])
    """
    return _added("", input, dim, index, source, alpha)


@registry.method
@reads("int dim, Tensor index, Tensor source, *, Number alpha = 1", method=True)
def index_add_(input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: float = 1) -> Tensor:
    """`index_add` in place."""
    return _added("_", input, dim, index, source, alpha)


def _copied(form: str, input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    dim = wrap_dim(dim, input.ndim)
    if index.ndim > 1:
        raise IndexError(f"index_copy_(): Index should have dimension 1 or 0 (got {index.ndim})")
    if not source.ndim and index.numel() != 1:
        raise IndexError(
            f"index_copy_(): When source is scalar, index should have one element (got {index.numel()})"
        )
    if source.ndim != input.ndim and source.ndim and input.ndim:
        raise IndexError(
            "index_copy_(): When source and destination are not scalars, their dimensionality must match. "
            f"Source dimensionality ({source.ndim}), destination dimensionality ({input.ndim})"
        )
    if index.dtype is not dtypes.int64:
        raise RuntimeError(
            f"index_copy_(): Expected a long tensor for index, but got {index.dtype.scalar_name}"
        )
    if source.dtype is not input.dtype:
        raise RuntimeError(
            "index_copy_(): self and source expected to have the same dtype, but got (self) "
            f"{input.dtype.scalar_name} and (source) {source.dtype.scalar_name}"
        )
    own, others = _without(input, dim), _without(source, dim)
    if own != others and source.ndim:
        raise RuntimeError(
            "index_copy_(): Source/destination tensor must have same slice shapes. Destination slice shape: "
            f"{' '.join(map(str, own))} at dimension {dim} and source slice shape: {' '.join(map(str, others))} at "
            "dimension 0."
        )
    if source.ndim and index.numel() != source.shape[dim]:
        raise IndexError(
            f"index_copy_(): Number of indices ({index.numel()}) should be equal to source.size(dim) "
            f"({source.shape[dim]})"
        )
    _refuse_places("index_copy_(): ", index, dim, input, negative=False)
    if form:
        refuse_write(input, index, source)
    return registry.functions[f"index_copy_dim{form}"](input, source, index, dim)


def _refuse_places(name: str, index: Tensor, dim: int, input: Tensor, negative: bool) -> None:
    size, known = input._array.shape[dim] if input.ndim else 1, seen(index._array)
    if known is None:
        return
    outside = known[(known < (-size if negative else 0)) | (known >= size)]
    if outside.size:
        number = int(outside.reshape(-1)[0])
        raise IndexError(f"{name}index {number} is out of bounds for dimension {dim} with size {size}")


@registry.method
@reads("Tensor input, int dim, Tensor index, Tensor source, *, Tensor out = None")
def index_copy(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """A copy with the slices of `source` at indices along `dim`.

    >>> torch.index_copy(torch.zeros(3), 0, torch.tensor([2, 0]), torch.tensor([1., 2.]))
    tensor([2., 0., 1.])
    """
    return _copied("", input, dim, index, source)


@registry.method
@reads("int dim, Tensor index, Tensor source", method=True)
def index_copy_(input: Tensor, dim: int, index: Tensor, source: Tensor) -> Tensor:
    """`index_copy` in place."""
    return _copied("_", input, dim, index, source)


def _filled(form: str, input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    dim = wrap_dim(dim, input.ndim)
    tensor = isinstance(value, Tensor)
    if tensor and value.ndim:
        raise RuntimeError(
            "index_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value.ndim} dimension(s)."
        )
    if index.dtype is not dtypes.int64:
        raise IndexError("index_fill_(): Expected dtype int64 for index.")
    if index.ndim > 1:
        raise RuntimeError("Index has to be a vector/scalar")
    if (value.is_complex() if tensor else isinstance(value, complex)) and not input.is_complex():
        raise RuntimeError("index_fill_(): Converting complex Scalar to non-complex type is not supported")
    _refuse_places("", index, dim, input, negative=True)
    if form:
        refuse_overlap(input, index)
    if tensor and value._requires_grad:
        return registry.functions[f"index_fill_tensor{form}"](input, value, index, dim)
    return registry.functions[f"index_fill_value{form}"](input, index, dim, number_in(value, input.dtype))


@registry.method
@reads(
    "Tensor input, int dim, Tensor index, Tensor value",
    "Tensor input, int dim, Tensor index, Number value",
)
def index_fill(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """A copy with one value in whole slices along `dim`.

    >>> torch.index_fill(torch.zeros(2, 3), 1, torch.tensor([0, 2]), 5.)
    tensor([[5., 0., 5.],
            [5., 0., 5.]])
    """
    return _filled("", input, dim, index, value)


@registry.method
@reads("int dim, Tensor index, Tensor value", "int dim, Tensor index, Number value", method=True)
def index_fill_(input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    """`index_fill` in place."""
    return _filled("_", input, dim, index, value)


# --- of the flat tensor: take and put -------------------------------------------------------------------------------


@op
class take_flat:
    r"""Elements by their places in the flattened tensor: $z_j = x_{k_j}$."""

    kernel = "take(self, index)"
    node = "TakeBackward0"

    def forward(xp, input, index):
        return input.reshape(-1)[index]

    def grad_input(grad, input_shape, index):
        r"$\partial L / \partial x_k = \sum_{j : k_j = k} \bar z_j$"
        flat = scattered_along(line(grad), line(index), (count(input_shape),), 0)
        return reshape_to(flat, input_shape)


def line(tensor):
    """A tensor as one dimension."""
    return reshape_to(tensor, (count(tensor.shape),))


@op
class put_flat:
    r"""A copy with elements replaced, or added to, at places of the flattened tensor: $z_{k_j} = y_j$."""

    kernel = "put_(self, index, source)"
    domain = "where no place is written twice"
    inplace = True
    node = "PutBackward0"

    def forward(xp, input, source, index, accumulate: bool = False):
        result = xp.array(input, order="C")
        flat = result.reshape(-1)
        if accumulate:
            meet(xp, xp.add, flat, index.reshape(-1), source.reshape(-1))
        else:
            flat[index.reshape(-1)] = source.reshape(-1)
        return result

    def grad_input(grad, index, accumulate):
        r"$\partial L / \partial x_k = \bar z_k$ where nothing was put or it was added, $0$ elsewhere"
        return grad if accumulate else reshape_to(scatter_value(line(grad), line(index), 0, 0), grad.shape)

    def grad_source(grad, source_shape, index):
        r"$\partial L / \partial y_j = \bar z_{k_j}$"
        return reshape_to(take_flat(grad, line(index)), source_shape)


def _flat_places(name: str, input: Tensor, index: Tensor) -> None:
    if index.dtype is not dtypes.int64:
        raise RuntimeError(f"{name}: Expected a long tensor for index, but got {index.dtype.scalar_name}")


def _refuse_flat(input: Tensor, index: Tensor) -> None:
    size, known = input.numel(), seen(index._array)
    if known is None:
        return
    outside = known[(known < -size) | (known >= size)]
    if outside.size:
        raise IndexError(
            f"out of range: tried to access index {int(outside.reshape(-1)[0])} on a tensor of {size} elements."
        )


@registry.method
@reads("Tensor input, Tensor index, *, Tensor out = None")
def take(input: Tensor, index: Tensor) -> Tensor:
    """Elements by their places in the flattened tensor; the result has the shape of `index`.

    >>> torch.take(torch.tensor([[1, 2], [3, 4]]), torch.tensor([0, 3]))
    tensor([1, 4])
    """
    _flat_places("take()", input, index)
    if index.numel() and not input.numel():
        raise IndexError("take(): tried to take from an empty tensor")
    _refuse_flat(input, index)
    return take_flat(input, index)


def _put(form: str, input: Tensor, index: Tensor, source: Tensor, accumulate: bool) -> Tensor:
    _flat_places("put_()", input, index)
    if source.dtype is not input.dtype:
        raise RuntimeError(
            "put_(): self and source expected to have the same dtype, but got self.dtype = "
            f"{input.dtype.scalar_name} and source.dtype = {source.dtype.scalar_name}"
        )
    if source.numel() != index.numel():
        raise IndexError(
            "put_(): Expected source and index to have the same number of elements, but got source.numel() = "
            f"{source.numel()}, index.numel() = {index.numel()}"
        )
    if index.numel() and not input.numel():
        raise IndexError("put_(): Tried to put elements into an empty tensor")
    _refuse_flat(input, index)
    if form:
        refuse_write(input, index, source)
    return registry.functions[f"put_flat{form}"](input, source, index, accumulate)


@registry.method
@reads("Tensor input, Tensor index, Tensor source, bool accumulate = False, *, Tensor out = None")
def put(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """A copy with elements replaced, or added to, at places of the flattened tensor."""
    return _put("", input, index, source, accumulate)


@registry.method
@reads("Tensor index, Tensor source, bool accumulate = False", method=True)
def put_(input: Tensor, index: Tensor, source: Tensor, accumulate: bool = False) -> Tensor:
    """`put` in place.

    >>> torch.zeros(2, 2).put_(torch.tensor([0, 3]), torch.tensor([5., 6.]))
    tensor([[5., 0.],
            [0., 6.]])
    """
    return _put("_", input, index, source, accumulate)
