"""Embedding: rows of a table, one by one or in bags."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.backends.gpus import seen
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import same_device
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.indexing import add_rows
from minitorch_edu.ops.op import op
from minitorch_edu.ops.reduction import sum_dim
from minitorch_edu.ops.scans import over_runs, tally
from minitorch_edu.ops.scatter import scattered_along
from minitorch_edu.ops.signatures import reads, type_name
from minitorch_edu.ops.view import reshape_to
from minitorch_edu.tensor import Tensor, wrap

INDICES = ("int64", "int32")


@op
class embedding_rows:
    r"""Rows of a table: $z_i = w_{k_i}$. What is looked up at `padding_idx` gives its row no gradient."""

    kernel = "index_select(self=weight, index=indices)"
    domain = "but for the row `padding_idx` and for `scale_grad_by_freq`"
    node = "EmbeddingBackward0"

    def forward(xp, weight, indices, padding_idx: int, scale_grad_by_freq: bool, sparse: bool):
        rows, known = len(weight), seen(indices)
        if indices.size and known is not None and not (0 <= known.min() and known.max() < rows):
            raise IndexError("index out of range in self")
        return weight[indices]

    def grad_weight(grad, indices, weight_shape, padding_idx, scale_grad_by_freq):
        r"$\partial L / \partial w_k = \sum_{i : k_i = k} \bar z_i$, which `scale_grad_by_freq` divides by their number"
        return rows_summed(grad, indices, weight_shape[0], padding_idx, scale_grad_by_freq)


def counts(xp: Any, indices: Any, rows: int, dtype: Any) -> Any:
    """How often each row is looked up, as a column; 1 for those that never are."""
    return xp.maximum(tally(xp, indices.reshape(-1), rows), 1).astype(dtype)[:, None]


@op
class rows_summed:
    r"""The sum of all rows that belong to an index: $z_k = \sum_{i : k_i = k} x_i$, or their mean; 0 for padding."""

    def forward(xp, input, indices, rows: int, padding_idx: int, mean: bool):
        flat, places = input.reshape(-1, input.shape[-1]), indices.reshape(-1)
        result = xp.zeros((rows, input.shape[-1]), input.dtype)
        add_rows(xp, result, places, flat)
        if padding_idx >= 0:
            result[padding_idx] = 0
        return result / counts(xp, places, rows, input.dtype) if mean else result

    def grad_input(grad, indices, rows, padding_idx, mean):
        r"$\partial L / \partial x_i = \bar z_{k_i}$"
        return rows_given(grad, indices, padding_idx, mean)


@op
class rows_given:
    r"""Rows of a table, without padding, over how often each is looked up: the derivative of a sum of rows."""

    def forward(xp, input, indices, padding_idx: int, mean: bool):
        table = input / counts(xp, indices, len(input), input.dtype) if mean else input
        result = table[indices]
        if padding_idx >= 0:
            result = xp.where((indices == padding_idx)[..., None], 0, result)
        return result.astype(input.dtype, copy=False)

    def grad_input(grad, indices, input_shape, padding_idx, mean):
        r"$\partial L / \partial x_k = \sum_{i : k_i = k} \bar z_i$"
        return rows_summed(grad, indices, input_shape[0], padding_idx, mean)


def check_indices(function: str, indices: Tensor) -> None:
    if indices.dtype.name not in INDICES:
        kind = indices.dtype.scalar_name
        old = kind != "Bool" and not indices.dtype.is_complex  # dtypes that had a class of their own once
        kind = f"torch.{kind}Tensor" if old else f"CPU{kind}Type"
        raise RuntimeError(
            "Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got "
            f"{kind} instead (while checking arguments for {function})"
        )


@reads(
    "Tensor weight, Tensor indices, int padding_idx = -1, bool scale_grad_by_freq = False, bool sparse = False, *, "
    "Tensor out = None"
)
def embedding(
    weight: Tensor,
    indices: Tensor,
    padding_idx: int = -1,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """Rows of a table. The gradient is dense, also where a sparse one is asked for.

    >>> torch.embedding(torch.tensor([[1.0, 2.0], [3.0, 4.0]]), torch.tensor([1, 0, 1]))
    tensor([[3., 4.],
            [1., 2.],
            [3., 4.]])
    """
    if not isinstance(indices, Tensor):
        raise TypeError(
            f"embedding(): argument 'indices' (position 2) must be Tensor, not {type_name(indices)}"
        )
    if weight.ndim != 2:
        raise RuntimeError("'weight' must be 2-D")
    check_indices("embedding", indices)
    return embedding_rows(weight, indices, padding_idx, scale_grad_by_freq, sparse)


def renorm_rows(weight: Tensor, indices: Tensor, max_norm: float, norm_type: float) -> None:
    """Make the rows that are looked up no longer than `max_norm`, in place."""
    same_device("embedding_renorm_(self=weight, indices)", {"weight": weight, "indices": indices})
    array = weight.detach()
    if weight._storage.backend is not cpu:  # all at once; the same row twice becomes the same
        places = indices.reshape(-1)
        rows = array[places]
        lengths = registry.functions["norm"](rows, norm_type, 1, True)
        array[places] = rows * where(lengths > max_norm, max_norm / (lengths + 1e-7), 1)
        return
    looked_up = registry.functions["unique"](indices.reshape(-1)).tolist()
    for row in looked_up:
        length = float(registry.functions["norm"](array[row], norm_type))
        if length > max_norm:
            array[row].mul_(max_norm / (length + 1e-7))


# --- bags -------------------------------------------------------------------------------------------------------------


@op
class bag_sums:
    r"""The weighted sum of the rows of each bag: $z_b = \sum_{i \in b} s_i w_{k_i}$. Padding counts for nothing."""

    node = "EmbeddingBagBackward0"
    meeting = ("weight",)
    widens = True

    def forward(xp, weight, scales, indices, bags, count: int, padding_idx: int, by_freq: bool):
        result = xp.zeros((count, weight.shape[1]), weight.dtype)
        rows = weight[indices] * scales[:, None]
        add_rows(xp, result, bags, not_padding(xp, indices, padding_idx, rows))
        return result

    def grad_weight(grad, weight_shape, scales, indices, bags, padding_idx, by_freq):
        r"$\partial L / \partial w_k = \sum_{i : k_i = k} s_i \bar z_b$, where $i$ is in bag $b$"
        rows = rows_given(grad, bags, -1, False) * reshape_to(scales, (-1, 1))
        return rows_summed(rows, indices, weight_shape[0], padding_idx, by_freq)

    def grad_scales(grad, weight, indices, bags, padding_idx):
        r"$\partial L / \partial s_i = w_{k_i} \cdot \bar z_b$"
        rows = rows_given(weight, indices, padding_idx, False)
        return sum_dim(rows_given(grad, bags, -1, False) * rows, (1,), False)


def not_padding(xp: Any, indices: Any, padding_idx: int, rows: Any) -> Any:
    """The rows, with zeros for padding."""
    return (
        rows if padding_idx < 0 else xp.where((indices == padding_idx)[:, None], 0, rows).astype(rows.dtype)
    )


def countable(rows: Any, kept: Any, starts: Any) -> Any:
    """Which elements of the kept rows may be the greatest of a bag: a nan only where the bag begins with it.

    starts: for each row, where its bag begins.
    """
    before = kept.cumsum() - kept
    begins = kept & (before == before[starts])
    return kept[:, None] & (begins[:, None] | (rows == rows))


@op
class bag_maxima:
    r"""The greatest of the rows of each bag: $z_{bc} = \max_{i \in b} w_{k_i c}$; 0 for an empty bag."""

    domain = "where the greatest value of each bag stands alone"
    node = "EmbeddingBagBackward0"
    outputs = ("result", "places")
    differentiable = 1

    def forward(xp, weight, indices, bags, count: int, padding_idx: int):
        if not indices.size:
            shape = (count, weight.shape[1])
            return xp.zeros(shape, weight.dtype), xp.full(shape, -1, xp.int64)
        rows, numbers, order = weight[indices], xp.arange(count), xp.arange(len(indices))
        starts, ends = xp.searchsorted(bags, numbers), xp.searchsorted(bags, numbers, "right")
        counts = countable(rows, indices != padding_idx, starts[bags])
        best = over_runs(xp, xp.maximum, xp.where(counts, rows, rows.dtype.type(-xp.inf)), starts, ends)
        chosen = counts & ((rows == best[bags]) | (rows != rows))
        first = over_runs(xp, xp.minimum, xp.where(chosen, order[:, None], len(order)), starts, ends)
        found = (starts < ends)[:, None] & (first < len(order))
        places = indices[xp.minimum(first, len(order) - 1)]
        return xp.where(found, best, best.dtype.type(0)), xp.where(found, places, -1)

    def grad_weight(grad, weight_shape, places):
        r"$\partial L / \partial w_{kc} = \sum_b \bar z_{bc}$ over the bags whose greatest it is"
        return scattered_along(where(places < 0, 0, grad), where(places < 0, 0, places), weight_shape, 0)


def check_bags(weight: Tensor, indices: Tensor, offsets: Tensor, scales: Tensor | None) -> None:
    """Raise what PyTorch says of bags that cannot be."""
    check_indices("embedding_bag", indices)
    check_indices("embedding_bag", offsets)
    if scales is not None and scales.dtype is not weight.dtype:
        raise RuntimeError(
            "Expected tensor for argument #1 'weight' to have the same type as tensor for argument #1 "
            f"'per_sample_weights'; but type torch.{weight.dtype.scalar_name}Tensor does not equal "
            f"torch.{scales.dtype.scalar_name}Tensor (while checking arguments for embedding_bag)"
        )
    starts, places = seen(offsets._array), seen(indices._array)
    if starts is None or places is None:
        return
    count, rows = len(places), weight.shape[0]
    if starts.size and starts[0] != 0:
        raise RuntimeError(
            "offsets[0] has to be 0, i.e., the first sequence in the mini-batch has to start from position 0. However, "
            f"got {starts[0]}\n[ torch.{offsets.dtype.scalar_name}Tensor{{}} ]"
        )
    if starts.size and starts[-1] > count:
        raise RuntimeError(
            f"offsets[-1] can not be greater than input's length {count} but got offsets[-1] of {starts[-1]}"
        )
    outside = (places < 0) | (places >= rows)
    if outside.any():
        place = int(outside.argmax())
        raise RuntimeError(
            f"Index {place} of input takes value {places[place]} which is not in the valid range [0, {rows})"
        )


def bags(
    weight: Tensor,
    indices: Tensor,
    offsets: Tensor,
    by_freq: bool,
    mode: str,
    scales: Tensor | None,
    include_last_offset: bool,
    padding_idx: int,
) -> Tensor:
    """The sum, the mean or the greatest of the rows of each bag; a bag begins at each offset."""
    check_bags(weight, indices, offsets, scales)
    backend = weight._storage.backend
    xp, starts, places = backend.xp, offsets._array, indices._array
    starts = starts[:-1] if include_last_offset else starts
    if include_last_offset and backend is cpu:  # on a GPU the last bag goes on to the end, as in PyTorch
        indices = indices[: int(offsets._array[-1])]
        places = indices._array
    owners = xp.searchsorted(starts, xp.arange(len(places)), side="right") - 1
    found = wrap(owners.astype(xp.int64), backend)
    if mode == "max":
        return bag_maxima(weight, indices, found, len(starts), padding_idx)[0]
    if scales is None:
        array = xp.ones(len(places), weight._array.dtype)
        if mode == "mean":
            counted = xp.where(places != padding_idx, owners, len(starts))  # the last one is for padding
            sizes = tally(xp, counted, len(starts) + 1)[:-1]
            array = array / xp.maximum(sizes, 1)[owners].astype(array.dtype)
        scales = wrap(array, backend)
    return bag_sums(weight, scales, indices, found, len(starts), padding_idx, by_freq)


@reads("Tensor input, int num_classes = -1")
def one_hot(input: Tensor, num_classes: int = -1) -> Tensor:
    """Ones at the classes and zeros elsewhere.

    >>> torch.nn.functional.one_hot(torch.tensor([1, 0]), 3)
    tensor([[0, 1, 0],
            [1, 0, 0]])
    """
    if input.dtype is not dtypes.int64:
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    array, known = input._array, seen(input._array)
    if not array.size:
        if num_classes <= 0:
            raise RuntimeError("Can not infer total number of classes from empty tensor.")
    elif known is not None and known.min() < 0:
        raise RuntimeError("Class values must be non-negative.")
    elif num_classes == -1:
        num_classes = int(array.max()) + 1
    elif known is not None and known.max() >= num_classes:
        raise RuntimeError("Class values must be smaller than num_classes.")
    xp = input._storage.backend.xp
    return wrap((array[..., None] == xp.arange(num_classes)).astype(xp.int64), input._storage.backend)
