"""Flex attention: attention with scores and masks of one's own, as functions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from minitorch_edu import dtypes, missing
from minitorch_edu.nn.attention.block_mask import BlockMask as BlockMask
from minitorch_edu.nn.attention.block_mask import and_masks as and_masks
from minitorch_edu.nn.attention.block_mask import create_block_mask as create_block_mask
from minitorch_edu.nn.attention.block_mask import create_mask as create_mask
from minitorch_edu.nn.attention.block_mask import noop_mask as noop_mask
from minitorch_edu.nn.attention.block_mask import or_masks as or_masks
from minitorch_edu.nn.attention.block_mask import places, sliced_mask
from minitorch_edu.ops.attention import safe_softmax
from minitorch_edu.ops.linalg import matmul
from minitorch_edu.tensor import Tensor

FlexKernelOptions = dict[str, Any]
"""How the kernels of GPUs are tuned. Nothing here depends on it."""


class AuxRequest(NamedTuple):
    """What else `flex_attention` is to return: the logarithms of the sums of powers, the greatest scores."""

    lse: bool = False
    max_scores: bool = False


class AuxOutput(NamedTuple):
    """What was asked for by `AuxRequest`."""

    lse: Tensor | None = None
    max_scores: Tensor | None = None


def flex_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    score_mod: Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], Tensor] | None = None,
    block_mask: BlockMask | None = None,
    scale: float | None = None,
    enable_gqa: bool = False,
    return_lse: bool = False,
    kernel_options: FlexKernelOptions | None = None,
    *,
    return_aux: AuxRequest | None = None,
) -> Any:
    """Attention whose scores pass through `score_mod(score, batch, head, query, key)`, and which `block_mask` limits.

    query (B, H, places, numbers). The function gets all scores, and the numbers of their places in tensors that
    broadcast with them.

    >>> nearer = lambda score, b, h, q, kv: score - (q - kv).abs()
    >>> query = torch.zeros(1, 1, 2, 4); value = torch.tensor([[[[0.0], [1.0]]]])
    >>> flex_attention(query, query, value, score_mod=nearer)
    tensor([[[[0.2689],
              [0.7311]]]])
    """
    _check(query, key, value, block_mask, enable_gqa)
    if return_lse and return_aux is not None:
        raise ValueError(
            "Cannot specify both return_lse and return_aux. return_lse is deprecated, please use "
            "return_aux=AuxRequest(lse=True) instead."
        )
    times = query.size(1) // key.size(1)
    key, value = (each.repeat_interleave(times, 1) if times > 1 else each for each in (key, value))
    kind = dtypes.float64 if query.dtype is dtypes.float64 else dtypes.float32
    scores = matmul(query.to(kind), key.to(kind).transpose(-2, -1))
    scores = scores * (1.0 / math.sqrt(query.size(-1)) if scale is None else scale)
    found = places(*scores.shape, device=query.device)
    if score_mod is not None:
        scores = score_mod(scores, *found)
    if block_mask is not None:
        scores = scores.masked_fill(~block_mask.mask_mod(*found), -math.inf)
    softmax: Any = safe_softmax
    weights = softmax(scores)
    output = matmul(weights.to(query.dtype), value.to(query.dtype))
    if return_aux is None:
        return (output, scores.logsumexp(-1)) if return_lse else output
    sums = scores.logsumexp(-1) if return_aux.lse else None
    return output, AuxOutput(sums, scores.amax(-1) if return_aux.max_scores else None)


def _check(query: Tensor, key: Tensor, value: Tensor, mask: BlockMask | None, enable_gqa: bool) -> None:
    dims = [each.dim() for each in (query, key, value)]
    if min(dims) < 2:
        raise ValueError(
            "Expected query, key, and value to all be  at least 2 dimensional, but got query.dim: "
            f"{dims[0]}, key.dim: {dims[1]} and value.dim: {dims[2]} instead."
        )
    if query.size(-1) != key.size(-1):
        raise ValueError(
            "Expect query and key/value to have the same embedding dimension but got "
            f"E={query.size(-1)} and E={key.size(-1)}."
        )
    if dims != [4, 4, 4]:
        raise NotImplementedError("NYI: query, key, and value must be 4D tensors")
    heads, shared = query.size(1), key.size(1)
    if not enable_gqa and heads != shared:
        raise ValueError(
            f"Expect query and key/value to have the same number of heads but got Hq={heads} and Hkv={shared}. Try "
            "setting enable_gqa=True for GQA."
        )
    if heads % shared:
        raise ValueError(
            "Expect number of query heads to be a multiple of kv heads for GQA but got "
            f"Hq={heads} and Hkv={shared}."
        )
    if query.size(0) != key.size(0) and mask is None:
        raise ValueError(
            "Expect query and key/value to have the same batch size, or non-none block_mask, but got block_mask=None, "
            f"Bq={query.size(0)}, and Bkv={key.size(0)}."
        )
    if mask is not None:
        _check_mask(mask, query.size(-2), key.size(-2))


def _check_mask(mask: BlockMask, queries: int, keys: int) -> None:
    if mask.mask_mod is sliced_mask:
        raise RuntimeError("Cannot use mask_mod from a sliced BlockMask")
    made = f"block_mask was created for block_mask.shape={mask.shape} but got q_len={queries} and kv_len={keys}. "
    if queries > mask.shape[-2] or keys > mask.shape[-1]:
        raise ValueError(
            f"{made}As the block mask was created for a smaller length than you're using it for, you likely need to "
            "create a new block mask."
        )
    if (queries, keys) != tuple(mask.shape[-2:]):
        raise ValueError(
            f"{made}As the block mask was created for a larger length than you're using it for, you can either 1. "
            "create a new block mask with the correct length, or 2. 'adjust' the existing block mask to the correct "
            "length by calling block_mask._adjust(q_len, kv_len). This essentially 'crops' the block mask to the upper "
            "left corner, which does not work for all mask_mods!"
        )


__getattr__ = missing.names_of(__name__)
