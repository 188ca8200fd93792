"""Weight normalization: the length of each slice given by one tensor, its direction by another."""

from __future__ import annotations

from minitorch_edu.ops.norms import others_than
from minitorch_edu.ops.op import op
from minitorch_edu.ops.reduction import sum_dim


def lengths(v, dims):
    """The norms over some dimensions, which are kept."""
    return sum_dim(v * v, dims, True) ** 0.5


def along(grad, v, dims):
    """How much of a gradient points in the direction of v, times the length of v."""
    return sum_dim(grad * v, dims, True)


@op
class weight_norm_interface:
    r"""Slices along a dimension, each with a length that is given: $w_j = g_j \, v_j / \|v_j\|$."""

    def forward(xp, v, g, dim: int):
        norms = xp.sqrt(xp.add.reduce(v * v, others_than(dim, v.ndim), keepdims=True))
        return v * (g / norms)

    def grad_v(grad, v, g, dim):
        r"$\bar v_j = \frac{g_j}{n_j} (\bar w_j - \frac{\langle \bar w_j, v_j \rangle}{n_j^2} v_j)$, $n_j = \|v_j\|$"
        dims = others_than(dim, v.ndim)
        norms = lengths(v, dims)
        return g / norms * (grad - v * (along(grad, v, dims) / norms**2))

    def grad_g(grad, v, dim):
        r"$\bar g_j = \langle \bar w_j, v_j \rangle / \|v_j\|$"
        dims = others_than(dim, v.ndim)
        return along(grad, v, dims) / lengths(v, dims)
