"""Attention: each place takes from other places what it needs, in several heads at once."""

from __future__ import annotations

from typing import Any

from minitorch_edu.nn import functional
from minitorch_edu.nn.functional.attention import numbers_of
from minitorch_edu.nn.init import constant_, xavier_normal_, xavier_uniform_
from minitorch_edu.nn.modules.linear import NonDynamicallyQuantizableLinear
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.ops.creation import empty
from minitorch_edu.parameter import Parameter
from minitorch_edu.tensor import Tensor


class MultiheadAttention(Module):
    """Attention in several heads: $\\mathrm{softmax}(Q K^T / \\sqrt d) \\, V$ in each, then a linear map of all.

    query, key, value: (places, samples, numbers), with `batch_first` (samples, places, numbers), or without samples.
    in_proj_weight: the maps to queries, keys and values, one below the other; they are three parameters where keys or
    values have another size (`kdim`, `vdim`). add_bias_kv: one more key and value, which are learned; add_zero_attn:
    one more of zeros. The result is (output, weights of attention or None); see `forward`.

    >>> attention = torch.nn.MultiheadAttention(4, num_heads=2, batch_first=True)
    >>> x = torch.zeros(1, 3, 4)
    >>> output, weights = attention(x, x, x)
    >>> output.shape, weights[0, 0]
    (torch.Size([1, 3, 4]), tensor([0.3333, 0.3333, 0.3333], grad_fn=<SelectBackward0>))
    """

    in_proj_weight: Parameter | None
    q_proj_weight: Parameter | None
    k_proj_weight: Parameter | None
    v_proj_weight: Parameter | None
    in_proj_bias: Parameter | None
    bias_k: Parameter | None
    bias_v: Parameter | None

    def __init__(
        self,
        embed_dim: int,
        num_heads: int,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: int | None = None,
        vdim: int | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if embed_dim <= 0 or num_heads <= 0:
            raise ValueError(
                f"embed_dim and num_heads must be greater than 0, got embed_dim={embed_dim} and num_heads={num_heads} "
                "instead"
            )
        super().__init__()
        self.embed_dim = embed_dim
        self.kdim = embed_dim if kdim is None else kdim
        self.vdim = embed_dim if vdim is None else vdim
        self._qkv_same_embed_dim = self.kdim == self.vdim == embed_dim
        self.num_heads = num_heads
        self.dropout = dropout
        self.batch_first = batch_first
        self.head_dim = embed_dim // num_heads
        if self.head_dim * num_heads != embed_dim:
            raise AssertionError("embed_dim must be divisible by num_heads")

        def learned(*shape: int) -> Parameter:
            return Parameter(empty(shape, device=device, dtype=dtype))

        together = self._qkv_same_embed_dim
        self.register_parameter("in_proj_weight", learned(3 * embed_dim, embed_dim) if together else None)
        for name, size in (("q", embed_dim), ("k", self.kdim), ("v", self.vdim)):
            self.register_parameter(f"{name}_proj_weight", None if together else learned(embed_dim, size))
        self.register_parameter("in_proj_bias", learned(3 * embed_dim) if bias else None)
        self.out_proj = NonDynamicallyQuantizableLinear(embed_dim, embed_dim, bias, device, dtype)
        self.bias_k = learned(1, 1, embed_dim) if add_bias_kv else None
        self.bias_v = learned(1, 1, embed_dim) if add_bias_kv else None
        self.add_zero_attn = add_zero_attn
        self._reset_parameters()

    def _reset_parameters(self) -> None:
        for weight in (self.in_proj_weight, self.q_proj_weight, self.k_proj_weight, self.v_proj_weight):
            if weight is not None:
                xavier_uniform_(weight)
        if self.in_proj_bias is not None:
            constant_(self.in_proj_bias, 0.0)
            constant_(self.out_proj.bias, 0.0)
        for extra in (self.bias_k, self.bias_v):
            if extra is not None:
                xavier_normal_(extra)

    def forward(
        self,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        """What each query takes from the values, and the weights with which it does, as the mean over the heads.

        key_padding_mask: (samples, keys), True for keys that nobody attends to. attn_mask: (queries, keys), or (samples
        * heads, queries, keys), True where a query does not attend to a key. Masks of numbers are added to the scores.
        need_weights=False: without the weights it is quicker. is_causal: says that `attn_mask` is the causal one.
        """
        key_padding_mask = numbers_of(
            key_padding_mask, "key_padding_mask", query.dtype, attn_mask, "attn_mask"
        )
        attn_mask = numbers_of(attn_mask, "attn_mask", query.dtype)
        turned = self.batch_first and query.dim() == 3
        if turned:
            query, key, value = _places_first(query, key, value)
        output, weights = functional.multi_head_attention_forward(
            query,
            key,
            value,
            self.embed_dim,
            self.num_heads,
            self.in_proj_weight,
            self.in_proj_bias,
            self.bias_k,
            self.bias_v,
            self.add_zero_attn,
            self.dropout,
            self.out_proj.weight,
            self.out_proj.bias,
            self.training,
            key_padding_mask,
            need_weights,
            attn_mask,
            not self._qkv_same_embed_dim,
            self.q_proj_weight,
            self.k_proj_weight,
            self.v_proj_weight,
            average_attn_weights=average_attn_weights,
            is_causal=is_causal,
        )
        return (output.transpose(1, 0) if turned else output), weights

    def merge_masks(
        self, attn_mask: Tensor | None, key_padding_mask: Tensor | None, query: Tensor
    ) -> tuple[Tensor | None, int | None]:
        """Both masks as one of (samples, heads, queries, keys), and 2; a padding mask alone as it is, and 1."""
        if attn_mask is None:
            return key_padding_mask, None if key_padding_mask is None else 1
        samples, places, _ = query.shape
        if attn_mask.dim() == 3:
            merged = attn_mask.view(samples, -1, places, places)
        else:
            merged = attn_mask.view(1, 1, places, places).expand(samples, self.num_heads, -1, -1)
        if key_padding_mask is not None:
            padding = key_padding_mask.view(samples, 1, 1, places)
            merged = merged + padding.expand(-1, self.num_heads, -1, -1)
        return merged, 2


def _places_first(*given: Tensor) -> tuple[Tensor, ...]:
    """(samples, places, numbers) as (places, samples, numbers). What was one tensor stays one: it is mapped at once."""
    turned = {id(each): each.transpose(1, 0) for each in given}
    return tuple(turned[id(each)] for each in given)
