"""Index put: `x[indices] = values`, as functions."""

from __future__ import annotations

from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.indexing import as_arrays, consumes, index_put_values, met
from minitorch_edu.ops.overlap import refuse_overlap
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor


@registry.method
@reads(
    "Tensor input, tuple of Tensors indices, Tensor values, bool accumulate = False, *, Tensor out = None",
)
def index_put(input: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Tensor:
    """A copy with `values` at a tuple of index tensors, as `x[indices] = values` writes them; or added there.

    >>> torch.index_put(torch.zeros(3), (torch.tensor([0, 0]),), torch.tensor([1., 2.]), accumulate=True)
    tensor([3., 0., 0.])
    """
    places = _put_places("index_put", input, indices, values)
    return index_put_values(input, _met(input, indices, values, accumulate), places, accumulate)


@registry.method
@reads("Tensor input, tuple of Tensors indices, Tensor values, bool accumulate = False")
def index_put_(input: Tensor, indices: Any, values: Tensor, accumulate: bool = False) -> Tensor:
    """`index_put` in place."""
    places = _put_places("index_put_", input, indices, values)
    refuse_overlap(input, values, *indices)
    values = _met(input, indices, values, accumulate)
    return registry.functions["index_put_values_"](input, values, places, accumulate)


def _met(input: Tensor, indices: Any, values: Tensor, accumulate: bool) -> Tensor:
    masked = len(indices) == 1 and not indices[0].dtype.category and not accumulate
    values = met(input, values, masked)
    if accumulate and input.is_cuda and values.device is not input.device:
        raise RuntimeError(f"expected device {input.device} but got device {values.device} for value tensor")
    return values


def _put_places(name: str, input: Tensor, indices: Any, values: Tensor) -> tuple[Any, ...]:
    """The indices of `index_put` as NumPy takes them."""
    if not isinstance(indices, list | tuple):
        kind = type(indices).__name__
        raise TypeError(f"{name}(): argument 'indices' (position 1) must be tuple of Tensors, not {kind}")
    picks: dict[int, Any] = {}
    dim = 0
    for position, each in enumerate(indices):
        if not isinstance(each, Tensor):
            raise TypeError(
                f"expected Tensor as element {position} in argument 0, but got {type(each).__name__}"
            )
        picks[dim] = each
        dim += consumes(each)
    if dim > input.ndim:
        raise IndexError(f"too many indices for tensor of dimension {input.ndim} (got {dim})")
    if values.dtype is not input.dtype:
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, got "
            f"{input.dtype.scalar_name} for the destination and {values.dtype.scalar_name} for the source."
        )
    return as_arrays(input, picks)
