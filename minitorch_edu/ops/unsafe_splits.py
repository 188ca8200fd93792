"""Parts of a tensor that count as no views: a copy, and those that share its memory though nobody watches over it."""

from __future__ import annotations

from collections.abc import Sequence

from minitorch_edu.ops import registry
from minitorch_edu.ops.indexing import padded
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.splitting import chunk, split, split_at, split_equal, split_with_sizes
from minitorch_edu.shape import wrap_dim
from minitorch_edu.tensor import Tensor


@op
class unsafe_split_equal(split_equal.__wrapped__):
    r"""Parts of one size along a dimension, which are no views to autograd: $x = (z_1, \ldots, z_n)$."""

    is_view = False
    node = "UnsafeSplitBackward0"


@op
class unsafe_split_at(split_at.__wrapped__):
    r"""Parts of given sizes along a dimension, which are no views to autograd: $x = (z_1, \ldots, z_n)$."""

    is_view = False
    node = "UnsafeSplitWithSizesBackward0"


def in_memory_of(input: Tensor, several: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """The parts, as tensors over the storage of the whole."""
    for each in several:
        each._storage = input._storage
    return several


@registry.method
@reads("Tensor input, int split_size, int dim = 0")
def unsafe_split(input: Tensor, split_size: int, dim: int = 0) -> tuple[Tensor, ...]:
    """`split`, whose parts may be written to, for they count as no views: their gradients do not know of each other.

    >>> torch.unsafe_split(torch.arange(3), 2)
    (tensor([0, 1]), tensor([2]))
    """
    split(input.detach(), split_size, dim)  # which refuses what does not fit
    return in_memory_of(input, unsafe_split_equal(input, split_size, wrap_dim(dim, input.ndim)))


@registry.method
@reads("Tensor input, tuple of ints split_sizes, int dim = 0")
def unsafe_split_with_sizes(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """`split_with_sizes`, whose parts count as no views: see `unsafe_split`.

    >>> torch.unsafe_split_with_sizes(torch.arange(3), (1, 2))
    (tensor([0]), tensor([1, 2]))
    """
    split_with_sizes(input.detach(), split_sizes, dim)
    return in_memory_of(input, unsafe_split_at(input, tuple(split_sizes), wrap_dim(dim, input.ndim)))


@registry.method
@reads("Tensor input, int chunks, int dim = 0")
def unsafe_chunk(input: Tensor, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """`chunk`, whose parts count as no views: see `unsafe_split`.

    >>> torch.unsafe_chunk(torch.arange(3), 2)
    (tensor([0, 1]), tensor([2]))
    """
    chunk(input.detach(), chunks, dim)
    dim = wrap_dim(dim, input.ndim)
    size = input.shape[dim]
    if not size:
        return unsafe_split_with_sizes(input, (0,) * chunks, dim)
    return unsafe_split(input, -(-size // chunks), dim)


@op
class narrow_copy_of:
    r"""A copy of a range of a dimension: $z_j = x_{s + j}$."""

    node = "NarrowCopyBackward0"

    def forward(xp, input, dim: int, start: int, length: int):
        return xp.array(input[(slice(None),) * dim + (slice(start, start + length),)], order="C")

    def grad_input(grad, input_shape, dim, start, length):
        r"$\partial L / \partial x_{s + j} = \bar z_j$, elsewhere $0$"
        return padded(grad, input_shape, (slice(None),) * dim + (slice(start, start + length),))


@registry.method
@reads("Tensor input, int dim, int start, int length, *, Tensor out = None")
def narrow_copy(input: Tensor, dim: int, start: int, length: int) -> Tensor:
    """`narrow` as a new tensor.

    >>> torch.narrow_copy(torch.arange(5), 0, 1, 2)
    tensor([1, 2])
    """
    if not input.ndim:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    if dim >= input.ndim:
        raise RuntimeError(
            "Expected dim < static_cast<int64_t>(self_sizes.size()) to be true, but got false.  (Could this error "
            "message be improved?  If so, please report an enhancement request to PyTorch.)"
        )
    dim = wrap_dim(dim, input.ndim)
    size = input.shape[dim]
    if not -size <= start <= size:
        raise IndexError(
            f"start out of range (expected to be in range of [{-size}, {size}], but got {start})"
        )
    start = start + size if start < 0 else start
    if length < 0 or start + length > size:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return narrow_copy_of(input, dim, start, length)
