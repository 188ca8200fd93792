"""Attention: each query takes from the values what its keys say."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.fusing import Fused
from minitorch_edu.ops import registry
from minitorch_edu.ops.activation import kept_product, powers
from minitorch_edu.ops.apart import refusal, strangers
from minitorch_edu.ops.attention_kernels import allowed as attention_kernels_allowed
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.creation import zeros
from minitorch_edu.ops.linalg import matmul
from minitorch_edu.ops.op import op
from minitorch_edu.ops.operands import namespace_of
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import transpose_dims
from minitorch_edu.settings import attention_kernels
from minitorch_edu.tensor import Tensor, wrap


@op
class safe_softmax:
    r"""The softmax of the last dimension; a row of $-\infty$ alone, with nothing to attend to, becomes zeros."""

    refuses = "biuc"
    widens = True
    widened_backward = True

    def forward(xp, input):
        power, total, _ = powers(xp, input, input.ndim - 1, finite_greatest)
        return power / xp.where(total == 0, 1, total)

    def grad_input(grad, result):
        r"$\partial L / \partial x_i = z_i \left( \bar z_i - \sum_j \bar z_j z_j \right)$"
        return result * (grad - kept_product(grad, result, grad.ndim - 1))


def finite_greatest(xp: Any, input: Any, dim: int) -> Any:
    """The greatest elements along a dimension; 0 where that is minus infinity, or there is none."""
    if not input.size:
        return 0
    found = xp.max(input, axis=dim, keepdims=True)
    return xp.where(found == -math.inf, 0, found)


def attending(xp, scores, mask, scale=None):
    """(what each query takes of each value, the logarithm of its sum of powers), in 4 dimensions."""
    scores = scores + mask if scale is None else scores * scale + mask
    power, total, shift = powers(xp, scores, 3, finite_greatest)
    logsumexp = (xp.log(total) + shift)[..., 0]
    power /= xp.where(total == 0, 1, total)
    return power, logsumexp


_attending = Fused("attention.weights", attending, takes_xp=True)


def weights_of(query, key, scale, mask, logsumexp):
    """What each query takes of each value, in 4 dimensions, by ops."""
    scores = product(query * scale, transpose_dims(key, 2, 3))
    return safe_softmax(scores + mask)


def weights_on_arrays(query, key, scale, mask, logsumexp):
    xp, keys = namespace_of(query), key.swapaxes(2, 3)
    if xp is not np:
        return _weights_again(xp, xp.matmul(query, keys), scale, mask, logsumexp[..., None])
    scores = xp.matmul(query * query.dtype.type(scale), keys)
    scores += mask
    scores -= xp.where(logsumexp == -math.inf, 0, logsumexp)[..., None]
    return xp.exp(scores, out=scores)


def weights_again(xp, scores, scale, mask, logsumexp):
    return xp.exp(scores * scale + mask - xp.where(logsumexp == -math.inf, 0, logsumexp))


_weights_again = Fused("attention.weights_again", weights_again, takes_xp=True)
weights_of.on_arrays = weights_on_arrays  # type: ignore[attr-defined]


def product(one, other):
    """The matrix product of two batches of heads."""
    return one @ other


def heads_matched(grad, scores):
    return scores * (grad - kept_product(grad, scores, 3))


def heads_matched_on_arrays(grad, scores):
    return scores * (grad - kept_product.on_arrays(grad, scores, 3))


_heads_matched = Fused("safe_softmax.grad_input", heads_matched_on_arrays)
heads_matched.on_arrays = lambda grad, scores: (  # type: ignore[attr-defined]
    heads_matched_on_arrays if type(grad) is np.ndarray else _heads_matched
)(grad, scores)


@op
class flash_attention:
    r"""Attention without a dropout: $Z = \mathrm{softmax}(Q K^T s + M) \, V$, of (samples, heads, places, numbers)."""

    node = "ScaledDotProductFlashAttentionForCpuBackward0"
    outputs = ("result", "logsumexp")
    differentiable = 1
    refuses = "biuc"
    widens = True
    widened_backward = True

    def forward(xp, query, key, value, mask, scale: float):
        keys = key.swapaxes(2, 3)
        if xp is np:  # the queries are fewer than the scores
            weights, logsumexp = attending(xp, xp.matmul(query * query.dtype.type(scale), keys), mask)
        else:  # one kernel scales as well
            weights, logsumexp = _attending(xp, xp.matmul(query, keys), mask, scale)
        return xp.matmul(weights, value), logsumexp

    def grad_query(grad, query, key, value, mask, logsumexp, scale):
        r"$\partial L / \partial Q = s \, \bar S \, K$, $\bar S = P \odot (\bar Z V^T - \sum_j P_j (\bar Z V^T)_j)$"
        weights = weights_of(query, key, scale, mask, logsumexp)
        return product(heads_matched(product(grad, transpose_dims(value, 2, 3)), weights), key) * scale

    def grad_key(grad, query, key, value, mask, logsumexp, scale):
        r"$\partial L / \partial K = s \, \bar S^T \, Q$"
        weights = weights_of(query, key, scale, mask, logsumexp)
        through = heads_matched(product(grad, transpose_dims(value, 2, 3)), weights)
        return product(transpose_dims(through, 2, 3), query) * scale

    def grad_value(grad, query, key, mask, logsumexp, scale):
        r"$\partial L / \partial V = P^T \bar Z$, $P = \mathrm{softmax}(Q K^T s + M)$"
        return product(transpose_dims(weights_of(query, key, scale, mask, logsumexp), 2, 3), grad)


@reads(
    "Tensor query, Tensor key, Tensor value, Tensor attn_mask = None, float dropout_p = 0.0, bool is_causal = False, "
    "*, float scale = None, bool enable_gqa = False"
)
def scaled_dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    *,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """Attention: the mean of the values, weighted by how well each query fits the keys.

    >>> query = key = torch.zeros(2, 4); value = torch.tensor([[1.0], [3.0]])
    >>> torch.nn.functional.scaled_dot_product_attention(query, key, value)
    tensor([[2.],
            [2.]])
    """
    _check(query, key, value, attn_mask, is_causal)
    if enable_gqa:
        key, value = (_repeated(each, query) for each in (key, value))
    mask = _causal(query, key) if is_causal else _added(attn_mask, query)
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    learned = mask is not None and mask._requires_grad
    fits = query.ndim == key.ndim == value.ndim == 4 and query.shape[-1] == value.shape[-1]
    same = query.shape[:2] == key.shape[:2] == value.shape[:2]
    quick = fits and same and not dropout_p and not learned and query.numel() and key.numel()
    if not (attention_kernels["flash"] and attention_kernels["math"]):
        quick = attention_kernels_allowed(bool(quick), query, key, value, mask, dropout_p)
    if quick:
        nothing = zeros((), dtype=query.dtype, device=query.device) if mask is None else mask
        return flash_attention(query, key, value, nothing, scale)[0]
    root = math.sqrt(scale) if scale >= 0 else scale
    scores = matmul(query * root, key.transpose(-2, -1) * (root if scale >= 0 else 1.0))
    weights = safe_softmax(scores if mask is None else scores + mask)
    if dropout_p:
        weights = registry.functions["native_dropout"](weights, dropout_p, True)[0]
    return matmul(weights, value)


def _check(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, is_causal: bool) -> None:
    kinds = [each.dtype for each in (query, key, value)]
    if not kinds[0] is kinds[1] is kinds[2]:
        raise RuntimeError(
            "Expected query, key, and value to have the same dtype, but got query.dtype: "
            f"{kinds[0].c_name} key.dtype: {kinds[1].c_name} and value.dtype: {kinds[2].c_name} instead."
        )
    if (apart := strangers(query, key, value)) is not None:
        raise refusal(
            f"Expected query, key, and value to have the same device type, but got query.device: {query.device} "
            f"key.device: {key.device} and value.device: {value.device} instead.",
            *apart,
        )
    if min(query.ndim, key.ndim, value.ndim) < 2:
        raise RuntimeError(
            "Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: "
            f"{query.ndim} key.dim: {key.ndim} and value.dim: {value.ndim} instead."
        )
    if mask is None:
        return
    if mask.dtype not in (dtypes.bool_, dtypes.float32, kinds[0]):
        raise RuntimeError(
            "Expected attn_mask dtype to be bool or float or to match query dtype, but got attn_mask.dtype: "
            f"{mask.dtype.c_name} and  query.dtype: {kinds[0].c_name} instead."
        )
    if is_causal:
        raise RuntimeError(
            "_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True"
        )


def _added(mask: Tensor | None, query: Tensor) -> Tensor | None:
    """A mask as what is added to the scores: minus infinity where it is False."""
    if mask is None or mask.dtype is not dtypes.bool_:
        return mask
    shape = zeros((), dtype=query.dtype, device=query.device)
    return where(mask, shape, shape - math.inf)


def _causal(query: Tensor, key: Tensor) -> Tensor:
    """The mask by which no query looks ahead."""
    backend, number = query._storage.backend, query._array.dtype.type
    seen = backend.xp.tri(query.shape[-2], key.shape[-2], dtype=bool)
    return wrap(backend.xp.where(seen, number(0), number(-math.inf)), backend)


def _repeated(side: Tensor, query: Tensor) -> Tensor:
    """The heads of keys or values, each as often as queries share it."""
    if query.shape[-3] % side.shape[-3]:
        raise RuntimeError("Number of heads in key and value must divide the number of heads in ")
    times = query.shape[-3] // side.shape[-3]
    return side if times == 1 else side.repeat_interleave(times, -3)
