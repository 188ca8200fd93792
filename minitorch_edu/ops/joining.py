"""Joining: tensors put together, one behind the other or side by side."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Sequence
from typing import Any

from minitorch_edu.callers import outside
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import refusal, strangers
from minitorch_edu.ops.creation import zeros
from minitorch_edu.ops.indexing import part
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import expand, reshape, view
from minitorch_edu.shape import listed, wrap_dim
from minitorch_edu.tensor import Tensor, wrap


@op
class cat_dim:
    r"""Tensors one behind the other along a dimension: $z = [x_1, x_2, \ldots]$."""

    kernel = "cat(tensors)"
    structured = True
    node = "CatBackward0"

    def forward(xp, tensors: Sequence, dim: int):
        return xp.concatenate(tensors, dim)

    def grad_tensors(grad, tensors_shape, dim):
        r"$\partial L / \partial x_k = $ the $k$-th part of $\bar z$"
        return parts(grad, [shape[dim] for shape in tensors_shape], dim)

    def explain(tensors, dim):
        for number, tensor in enumerate(tensors):
            if tensor.ndim != tensors[0].ndim:
                raise RuntimeError(
                    f"Tensors must have same number of dimensions: got {tensors[0].ndim} and {tensor.ndim}"
                )
            for each, (have, first) in enumerate(zip(tensor.shape, tensors[0].shape, strict=True)):
                if each != dim and have != first:
                    raise RuntimeError(
                        f"Sizes of tensors must match except in dimension {dim}. Expected size {first} but "
                        f"got size {have} "
                        f"for tensor number {number} in the list."
                    )


def parts(whole, sizes, dim):
    """A tensor cut into parts of the given sizes."""
    start, result = 0, []
    for size in sizes:
        result.append(part(whole, (slice(None),) * dim + (slice(start, start + size),)))
        start += size
    return result


@op
class stack_dim:
    r"""Tensors of one shape side by side in a new dimension: $z_k = x_k$."""

    kernel = "cat(tensors)"
    structured = True
    node = "StackBackward0"

    def forward(xp, tensors: Sequence, dim: int):
        return xp.stack(tensors, dim)

    def grad_tensors(grad, tensors_shape, dim):
        r"$\partial L / \partial x_k = \bar z_k$"
        return layers(grad, len(tensors_shape), dim)

    def explain(tensors, dim):
        for number, tensor in enumerate(tensors):
            if tensor.shape != tensors[0].shape:
                raise RuntimeError(
                    f"stack expects each tensor to be equal size, but got {listed(tensors[0].shape)} at entry 0 and "
                    f"{listed(tensor.shape)} at entry {number}"
                )


def layers(whole, count, dim):
    """The indices of a dimension, one by one."""
    return [part(whole, (slice(None),) * dim + (number,)) for number in range(count)]


@reads("tuple of Tensors tensors, int dim = 0, *, Tensor out = None")
def cat(tensors: Sequence[Tensor], dim: int = 0, *, axis: int | None = None) -> Tensor:
    """Tensors one behind the other along `dim`.

    >>> torch.cat([torch.tensor([1, 2]), torch.tensor([3])])
    tensor([1, 2, 3])
    """
    dim = dim if axis is None else axis
    if isinstance(tensors, Tensor):
        raise TypeError("cat(): argument 'tensors' (position 1) must be tuple of Tensors, not Tensor")
    for position, each in enumerate(tensors):
        if isinstance(each, Tensor) and not each.ndim:
            raise RuntimeError(f"zero-dimensional tensor (at position {position}) cannot be concatenated")
    first = next((each for each in tensors if isinstance(each, Tensor) and each.shape != EMPTY), None)
    if first is None:
        return cat_dim(tensors, 0)  # of nothing
    dim = wrap_dim(dim, first.ndim)
    if first.ndim > 1 and any(isinstance(each, Tensor) and each.shape == EMPTY for each in tensors):
        tensors = _of_one_shape(tensors, (*first.shape[:dim], 0, *first.shape[dim + 1 :]))
    return cat_dim(tensors, dim)


EMPTY = (0,)


def _of_one_shape(tensors: Sequence[Tensor], empty: tuple[int, ...]) -> list[Tensor]:
    """The tensors to be joined. Those of nothing may have another number of dimensions than the others."""
    return [
        reshape(each, empty) if isinstance(each, Tensor) and each.shape == EMPTY else each for each in tensors
    ]


@reads("tuple of Tensors tensors, int dim = 0, *, Tensor out = None")
def stack(tensors: Sequence[Tensor], dim: int = 0) -> Tensor:
    """Tensors of one shape side by side in a new dimension.

    >>> torch.stack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    first = tensors[0] if tensors and isinstance(tensors[0], Tensor) else None
    return stack_dim(tensors, wrap_dim(dim, first.ndim + 1) if first is not None else dim)


def _tensors(name: str, tensors: Any) -> Sequence[Tensor]:
    """A list argument, looked at before anything else is."""
    if isinstance(tensors, Tensor) or not isinstance(tensors, list | tuple):
        kind = type(tensors).__name__
        raise TypeError(f"{name}(): argument 'tensors' (position 1) must be tuple of Tensors, not {kind}")
    if not tensors:
        raise RuntimeError(f"{name} expects a non-empty TensorList")
    for position, each in enumerate(tensors):
        if not isinstance(each, Tensor):
            raise TypeError(
                f"expected Tensor as element {position} in argument 0, but got {type(each).__name__}"
            )
    return tensors


def _at_least(ndim: int, tensor: Tensor) -> Tensor:
    """The tensor with new dimensions of size 1, where PyTorch's atleast_1d, 2d and 3d have them."""
    unsqueeze = registry.functions["unsqueeze"]
    if not tensor.ndim:
        return reshape(tensor, (1,) * ndim)
    if tensor.ndim == 1 and ndim > 1:
        tensor = unsqueeze(tensor, 0)
    return unsqueeze(tensor, -1) if tensor.ndim == 2 and ndim > 2 else tensor


@reads("tuple of Tensors tensors, *, Tensor out = None")
def hstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors beside each other: along the second dimension, lines along their only one.

    >>> torch.hstack([torch.tensor([[1], [2]]), torch.tensor([[3], [4]])])
    tensor([[1, 3],
            [2, 4]])
    """
    several = [_at_least(1, each) for each in _tensors("hstack", tensors)]
    return cat(several, 0 if several[0].ndim == 1 else 1)


@reads("tuple of Tensors tensors, *, Tensor out = None")
def vstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors below each other: along the first dimension, where a line is a row.

    >>> torch.vstack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[1, 2],
            [3, 4]])
    """
    return cat([_at_least(2, each) for each in _tensors("vstack", tensors)], 0)


@reads("tuple of Tensors tensors, *, Tensor out = None")
def row_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Another name of `vstack`."""
    return cat([_at_least(2, each) for each in _tensors("row_stack", tensors)], 0)


@reads("tuple of Tensors tensors, *, Tensor out = None")
def dstack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors behind each other: along the third dimension.

    >>> torch.dstack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[[1, 3],
             [2, 4]]])
    """
    return cat([_at_least(3, each) for each in _tensors("dstack", tensors)], 2)


@reads("tuple of Tensors tensors, *, Tensor out = None")
def column_stack(tensors: Sequence[Tensor]) -> Tensor:
    """Tensors beside each other, where a line is a column.

    >>> torch.column_stack([torch.tensor([1, 2]), torch.tensor([3, 4])])
    tensor([[1, 3],
            [2, 4]])
    """
    several = _tensors("column_stack", tensors)
    return hstack([each if each.ndim > 1 else reshape(each, (each.numel(), 1)) for each in several])


@op
class block_diagonal:
    r"""Matrices one by one along the diagonal, zeros elsewhere: $z = \operatorname{diag}(x_1, x_2, \ldots)$."""

    node = "BlockDiagBackward0"

    def forward(xp, tensors: Sequence):
        shape = [sum(each.shape[dim] for each in tensors) for dim in (0, 1)]
        result = xp.zeros(shape, tensors[0].dtype)
        for each, place in zip(tensors, blocks([each.shape for each in tensors]), strict=True):
            result[place] = each
        return result

    def grad_tensors(grad, tensors_shape):
        r"$\partial L / \partial x_k = $ the $k$-th block of $\bar z$"
        return [part(grad, place) for place in blocks(tensors_shape)]


def blocks(shapes):
    """Where matrices lie that follow each other along the diagonal."""
    row, column, places = 0, 0, []
    for rows, columns in shapes:
        places.append((slice(row, row + rows), slice(column, column + columns)))
        row, column = row + rows, column + columns
    return places


def block_diag(*tensors: Tensor) -> Tensor:
    """A matrix with the given ones along its diagonal.

    >>> torch.block_diag(torch.tensor([[1, 2]]), torch.tensor([3]))
    tensor([[1, 2, 0],
            [0, 0, 3]])
    """
    if not tensors:
        return zeros(1, 0)
    for position, each in enumerate(tensors):
        if not isinstance(each, Tensor):
            raise TypeError(
                f"expected Tensor as element {position} in argument 0, but got {type(each).__name__}"
            )
        if strangers(tensors[0], each) is not None:
            raise refusal(
                f"torch.block_diag: input tensors must all be on the same device. Input 0 is on device "
                f"{tensors[0].device} and input {position} is on device {each.device}",
                tensors[0],
                each,
            )
        if each.ndim > 2:
            raise RuntimeError(
                f"torch.block_diag: Input tensors must have 2 or fewer dimensions. Input {position} has {each.ndim} "
                "dimensions"
            )
    return block_diagonal([_at_least(2, each) for each in tensors])


def meshgrid(*tensors: Any, indexing: str | None = None) -> tuple[Tensor, ...]:
    """Grids of coordinates, one for each line of coordinates: views, no copies.

    >>> torch.meshgrid(torch.tensor([1, 2]), torch.tensor([3, 4]), indexing="ij")[0]
    tensor([[1, 1],
            [2, 2]])
    """
    if len(tensors) == 1 and isinstance(tensors[0], list | tuple):
        tensors = tuple(tensors[0])
    if indexing is None:
        warnings.warn(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.",
            stacklevel=outside(),
        )
    lines = _tensors("meshgrid", tensors)
    swapped = indexing == "xy" and len(lines) > 1
    if swapped:
        lines = (lines[1], lines[0], *lines[2:])
    if lines and (apart := strangers(*lines)) is not None:
        raise refusal("meshgrid expects all tensors to have the same device", *apart)
    for each in lines:
        if each.dtype is not lines[0].dtype:
            raise RuntimeError("meshgrid expects all tensors to have the same dtype")
        if each.ndim > 1:
            raise RuntimeError(
                f"torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: {_as_cpp(each)}"
            )
    if indexing not in (None, "ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    shape = [each.numel() for each in lines]
    grids = []
    for dim, each in enumerate(lines):
        standing = view(each, *((-1 if at == dim else 1) for at in range(len(lines))))
        grids.append(expand(standing, shape))
    if swapped:
        grids[0], grids[1] = grids[1], grids[0]
    return tuple(grids)


def _as_cpp(tensor: Tensor) -> str:
    """A tensor as PyTorch's C++ prints it in messages, for small whole numbers."""
    rows = "\n".join(
        " " + "  ".join(f"{each:g}" for each in row) for row in tensor._array.reshape(-1, tensor.shape[-1])
    )
    return f"{rows}\n[ torch.{tensor.dtype.tensor_type}{{{','.join(map(str, tensor.shape))}}} ]"


def cartesian_prod(*tensors: Tensor) -> Tensor:
    """Every combination of an element of each line, as the rows of a matrix.

    >>> torch.cartesian_prod(torch.tensor([1, 2]), torch.tensor([3, 4]))
    tensor([[1, 3],
            [1, 4],
            [2, 3],
            [2, 4]])
    """
    if len(tensors) == 1 and isinstance(tensors[0], list | tuple):
        tensors = tuple(tensors[0])
    for each in tensors:
        if each.ndim != 1:
            raise RuntimeError(f"Expect a 1D vector, but got shape {listed(each.shape)}")
    if len(tensors) == 1:
        return registry.functions["alias"](tensors[0])
    grids = meshgrid(*tensors, indexing="ij")
    return stack([reshape(each, -1) for each in grids], 1)


@reads("Tensor input, int r = 2, bool with_replacement = False")
def combinations(input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """Every choice of `r` elements in their order, as the rows of a matrix.

    >>> torch.combinations(torch.tensor([1, 2, 3]))
    tensor([[1, 2],
            [1, 3],
            [2, 3]])
    """
    if input.ndim != 1:
        raise RuntimeError(f"Expect a 1D vector, but got shape {listed(input.shape)}")
    if r < 0:
        raise RuntimeError(f"Expect a non-negative number, but got {r}")
    if not r:
        return registry.functions["clone"](input)[:0]
    choose = itertools.combinations_with_replacement if with_replacement else itertools.combinations
    backend = input._storage.backend
    places = backend.xp.array(list(choose(range(input.numel()), r)), "int64").reshape(-1, r)
    pick = registry.functions["index_select"]
    return stack([pick(input, 0, wrap(places[:, column], backend)) for column in range(r)], 1)
