"""Multi-head attention: projections in, attention in each head, one projection out."""

from __future__ import annotations

import math
import warnings
from typing import Any, NamedTuple

from minitorch_edu import dtypes
from minitorch_edu.callers import outside
from minitorch_edu.nn.functional.dropout import dropout
from minitorch_edu.nn.functional.linear import linear
from minitorch_edu.ops.attention import scaled_dot_product_attention
from minitorch_edu.ops.creation import zeros, zeros_like
from minitorch_edu.ops.joining import cat
from minitorch_edu.ops.linalg import bmm
from minitorch_edu.ops.padding import pad
from minitorch_edu.ops.products import baddbmm
from minitorch_edu.tensor import Tensor


class Masks(NamedTuple):
    """What may not be attended to, as numbers to add to the scores: of all, and of each sample's keys."""

    attention: Tensor | None
    padding: Tensor | None
    is_causal: bool


def multi_head_attention_forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: int,
    num_heads: int,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention in several heads: (the output, the weights of each head or their mean, or None).

    Inputs are (places, samples, numbers), or (places, numbers) for one sample.
    """
    batched = _check_dimensions(query, key, value, key_padding_mask, attn_mask, num_heads)
    if not batched:
        query, key, value = (each.unsqueeze(1) for each in (query, key, value))
        key_padding_mask = None if key_padding_mask is None else key_padding_mask.unsqueeze(0)
    places, samples, size = query.shape
    masks = _numbers(query, key_padding_mask, attn_mask, is_causal, need_weights)
    _check_sizes(query, key, value, embed_dim_to_check, num_heads, use_separate_proj_weight)
    if use_separate_proj_weight:
        weights = (q_proj_weight, k_proj_weight, v_proj_weight)
        q, k, v = _projected_apart(query, key, value, weights, in_proj_bias)
    else:
        q, k, v = _projected(query, key, value, in_proj_weight, in_proj_bias)
    masks = masks._replace(attention=_of_three(masks.attention, places, key.shape[0], samples * num_heads))
    if (bias_k is None) != (bias_v is None):
        missing, there = ("v", "k") if bias_v is None else ("k", "v")
        raise AssertionError(f"bias_{there} is set but bias_{missing} is None")
    if bias_k is not None and bias_v is not None:
        for name, given in (("key", static_k), ("value", static_v)):
            if given is not None:
                raise AssertionError(f"bias cannot be added to static {name}.")
        k, v = cat([k, bias_k.repeat(1, samples, 1)]), cat([v, bias_v.repeat(1, samples, 1)])
        masks = _longer(masks)
    heads, head = samples * num_heads, size // num_heads
    q = q.view(places, heads, head).transpose(0, 1)
    k, v = _by_head("k", k, static_k, heads, head), _by_head("v", v, static_v, heads, head)
    if add_zero_attn:
        nothing = zeros(heads, 1, head, dtype=k.dtype, device=k.device)
        k, v = cat([k, nothing], dim=1), cat([v, nothing], dim=1)
        masks = _longer(masks)
    mask = _merged(masks, samples, num_heads, k.size(1))
    p = dropout_p if training else 0.0
    if need_weights:
        found, attended = _with_weights(q, k, v, mask, p, masks.is_causal)
        output = linear(found.transpose(0, 1).reshape(places * samples, size), out_proj_weight, out_proj_bias)
        attended = attended.view(samples, num_heads, places, k.size(1))
        attended = attended.mean(dim=1) if average_attn_weights else attended
        output = output.view(places, samples, output.size(1))
        return (output, attended) if batched else (output.squeeze(1), attended.squeeze(0))
    if mask is not None:
        whole = mask.size(0) == 1 and mask.ndim == 3
        mask = mask.unsqueeze(0) if whole else mask.view(samples, num_heads, -1, k.size(1))
    q, k, v = (each.view(samples, num_heads, each.size(1), head) for each in (q, k, v))
    found = scaled_dot_product_attention(q, k, v, mask, p, masks.is_causal)
    found = found.permute(2, 0, 1, 3).reshape(samples * places, size)
    output = linear(found, out_proj_weight, out_proj_bias)
    output = output.view(places, samples, output.size(1))
    return (output if batched else output.squeeze(1)), None


def _check_dimensions(
    query: Tensor, key: Tensor, value: Tensor, padding: Tensor | None, mask: Tensor | None, num_heads: int
) -> bool:
    """Whether there are several samples."""
    if query.ndim not in (2, 3):
        raise AssertionError(
            f"query should be unbatched 2D or batched 3D tensor but received {query.ndim}-D query tensor"
        )
    kind = "batched (3-D)" if query.ndim == 3 else "unbatched (2-D)"
    if key.ndim != query.ndim or value.ndim != query.ndim:
        raise AssertionError(
            f"For {kind} `query`, expected `key` and `value` to be {query.ndim}-D but found {key.ndim}-D and "
            f"{value.ndim}-D tensors respectively"
        )
    if padding is not None and padding.ndim != query.ndim - 1:
        raise AssertionError(
            f"For {kind} `query`, expected `key_padding_mask` to be `None` or {query.ndim - 1}-D but found "
            f"{padding.ndim}-D tensor instead"
        )
    if mask is not None and mask.ndim not in (2, 3):
        raise AssertionError(
            f"For {kind} `query`, expected `attn_mask` to be `None`, 2-D or 3-D but found {mask.ndim}-D tensor instead"
        )
    if query.ndim == 2 and mask is not None and mask.ndim == 3:
        expected = (num_heads, query.shape[0], key.shape[0])
        if tuple(mask.shape) != expected:
            raise AssertionError(f"Expected `attn_mask` shape to be {expected} but got {mask.shape}")
    return query.ndim == 3


def numbers_of(
    mask: Tensor | None, name: str, kind: dtypes.dtype, beside: Tensor | None = None, beside_name: str = ""
) -> Tensor | None:
    """A mask as numbers to add to the scores: minus infinity where one of bools says not to attend.

    beside: another mask, which should be of the same dtype.
    """
    if mask is None:
        return None
    is_number = mask.is_floating_point()
    if not is_number and mask.dtype is not dtypes.bool_:
        raise AssertionError(f"only bool and floating types of {name} are supported")
    if beside is not None and mask.dtype is not beside.dtype:
        warnings.warn(
            f"Support for mismatched {name} and {beside_name} is deprecated. Use same type for both instead.",
            stacklevel=outside(),
        )
    return mask if is_number else zeros_like(mask, dtype=kind).masked_fill_(mask, -math.inf)


def _numbers(
    query: Tensor, padding: Tensor | None, mask: Tensor | None, is_causal: bool, need_weights: bool
) -> Masks:
    """The masks as numbers; a causal one that attention knows by itself is left out."""
    padding = numbers_of(padding, "key_padding_mask", query.dtype, mask, "attn_mask")
    if is_causal and mask is None:
        raise RuntimeError(
            "Need attn_mask if specifying the is_causal hint. You may use the Transformer module method "
            "`generate_square_subsequent_mask` to create this mask."
        )
    if is_causal and padding is None and not need_weights:
        return Masks(None, None, True)
    mask = numbers_of(mask, "attn_mask", query.dtype)
    return Masks(mask, padding, is_causal and padding is None)


def _check_sizes(
    query: Tensor, key: Tensor, value: Tensor, expected: int, num_heads: int, separate: bool
) -> None:
    size = query.shape[2]
    if size != expected:
        raise AssertionError(f"was expecting embedding dimension of {expected}, but got {size}")
    if size % num_heads:
        raise AssertionError(f"embed_dim {size} not divisible by num_heads {num_heads}")
    if separate:
        if key.shape[:2] != value.shape[:2]:
            raise AssertionError(
                f"key's sequence and batch dims {key.shape[:2]} do not match value's {value.shape[:2]}"
            )
    elif key.shape != value.shape:
        raise AssertionError(f"key shape {key.shape} does not match value shape {value.shape}")


def _projected(query: Tensor, key: Tensor, value: Tensor, weight: Any, bias: Any) -> tuple[Tensor, ...]:
    """Queries, keys and values, by one matrix: in one product where they are made of the same."""
    if weight is None:
        raise AssertionError("use_separate_proj_weight is False but in_proj_weight is None")
    size = query.size(-1)
    if key is value and query is key:
        found = linear(query, weight, bias)
        found = found.unflatten(-1, (3, size)).unsqueeze(0).transpose(0, -2).squeeze(-2).contiguous()
        return found[0], found[1], found[2]
    if key is value:
        of_query, of_both = weight.split([size, size * 2])
        one, both = (None, None) if bias is None else bias.split([size, size * 2])
        found = linear(key, of_both, both)
        found = found.unflatten(-1, (2, size)).unsqueeze(0).transpose(0, -2).squeeze(-2).contiguous()
        return linear(query, of_query, one), found[0], found[1]
    weights = weight.chunk(3)
    biases = (None,) * 3 if bias is None else bias.chunk(3)
    return tuple(map(linear, (query, key, value), weights, biases))


def _projected_apart(
    query: Tensor, key: Tensor, value: Tensor, weights: tuple[Any, ...], bias: Any
) -> tuple[Tensor, ...]:
    for name, weight in zip("qkv", weights, strict=True):
        if weight is None:
            raise AssertionError(f"use_separate_proj_weight is True but {name}_proj_weight is None")
    biases = (None,) * 3 if bias is None else bias.chunk(3)
    return tuple(map(linear, (query, key, value), weights, biases))


def _of_three(mask: Tensor | None, places: int, sources: int, heads: int) -> Tensor | None:
    """The mask in three dimensions."""
    if mask is None:
        return None
    expected = (places, sources) if mask.ndim == 2 else (heads, places, sources)
    if tuple(mask.shape) != expected:
        raise RuntimeError(
            f"The shape of the {mask.ndim}D attn_mask is {mask.shape}, but should be {expected}."
        )
    return mask.unsqueeze(0) if mask.ndim == 2 else mask


def _longer(masks: Masks) -> Masks:
    """The masks for one more key, which everybody may attend to."""
    longer = [None if each is None else pad(each, (0, 1)) for each in masks[:2]]
    return Masks(longer[0], longer[1], masks.is_causal)


def _by_head(name: str, found: Tensor, static: Tensor | None, heads: int, head: int) -> Tensor:
    if static is None:
        return found.view(found.shape[0], heads, head).transpose(0, 1)
    for dim, expected in ((0, heads), (2, head)):
        if static.size(dim) != expected:
            raise AssertionError(
                f"expecting static_{name}.size({dim}) of {expected}, but got {static.size(dim)}"
            )
    return static


def _merged(masks: Masks, samples: int, num_heads: int, sources: int) -> Tensor | None:
    """Both masks as one."""
    if masks.padding is None:
        return masks.attention
    for dim, expected in enumerate((samples, sources)):
        if masks.padding.shape[dim] != expected:
            raise AssertionError(
                f"Expected key_padded_mask.shape[{dim}] to be {expected}, but got {masks.padding.shape[dim]}"
            )
    padding = masks.padding.view(samples, 1, 1, sources).expand(-1, num_heads, -1, -1)
    padding = padding.reshape(samples * num_heads, 1, sources)
    return padding if masks.attention is None else masks.attention + padding


def _with_weights(
    q: Tensor, k: Tensor, v: Tensor, mask: Tensor | None, p: float, is_causal: bool
) -> tuple[Tensor, Tensor]:
    """Attention step by step, with its weights."""
    q = q * math.sqrt(1.0 / q.shape[2])
    if is_causal and mask is None:
        raise AssertionError("FIXME: is_causal not implemented for need_weights")
    keys = k.transpose(-2, -1)
    weights = (bmm(q, keys) if mask is None else baddbmm(mask, q, keys)).softmax(-1)
    if p > 0:
        weights = dropout(weights, p)
    return bmm(weights, v), weights
