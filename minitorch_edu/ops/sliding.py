"""Sliding windows over a dimension, as a view."""

from __future__ import annotations

from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import wrap_dim
from minitorch_edu.tensor import Tensor


@op
class unfold_windows:
    r"""All windows of a size along a dimension: $z_{i j} = x_{i s + j}$, $j$ in a new last dimension."""

    is_view = True
    node = "UnfoldBackward0"

    def forward(xp, input, dimension: int, size: int, step: int):
        if not input.ndim:
            return xp.lib.stride_tricks.as_strided(input, (size,), (input.itemsize,))
        shape, strides = [*input.shape, size], [*input.strides, input.strides[dimension]]
        shape[dimension] = (input.shape[dimension] - size) // step + 1
        strides[dimension] *= step
        return xp.lib.stride_tricks.as_strided(input, shape, strides)

    def grad_input(grad, input_shape, dimension, size, step):
        r"$\partial L / \partial x_k = \sum_{i s + j = k} \bar z_{i j}$"
        return folded(grad, input_shape, dimension, size, step)


@op
class folded:
    r"""Windows added up where they were: $z_k = \sum_{i s + j = k} x_{i j}$."""

    node = "UnfoldBackwardBackward0"

    def forward(xp, input, shape: tuple, dimension: int, size: int, step: int):
        result = xp.zeros(shape, input.dtype)
        if not shape:
            return result + input.sum()
        for place in range(size):
            reached = (*(slice(None),) * dimension, slice(place, place + step * input.shape[dimension], step))
            result[reached] += input[..., place]
        return result

    def grad_input(grad, dimension, size, step):
        r"$\partial L / \partial x_{i j} = \bar z_{i s + j}$"
        return unfold_windows(grad, dimension, size, step)


@registry.method
@reads("int dimension, int size, int step", method=True)
def unfold(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """A view of all windows of `size` elements, `step` apart, along a dimension.

    >>> torch.arange(5).unfold(0, 3, 1)
    tensor([[0, 1, 2],
            [1, 2, 3],
            [2, 3, 4]])
    """
    wrapped = wrap_dim(dimension, input.ndim)
    if size < 0:
        raise RuntimeError(f"size is {size} but must be >= 0")
    longest = input.shape[wrapped] if input.ndim else 1
    if size > longest:
        raise RuntimeError(f"maximum size for tensor at dimension {wrapped} is {longest} but size is {size}")
    if step <= 0:
        raise RuntimeError(f"step is {step} but must be > 0")
    return unfold_windows(input, wrapped, size, step)
