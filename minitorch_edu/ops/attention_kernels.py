"""Attention kernels: which ones a program allows, and whether one of them can do what is asked.

There are two on the CPU. "flash" is one op with a gradient of its own; it takes batches of heads alone. "math" consists
of ops that take anything. `torch.nn.attention.sdpa_kernel` allows one, or some.
"""

from __future__ import annotations

import warnings
from typing import Any

from minitorch_edu.callers import outside
from minitorch_edu.settings import attention_kernels
from minitorch_edu.shape import listed


def allowed(fits: bool, query: Any, key: Any, value: Any, mask: Any, dropout_p: float) -> bool:
    """Whether the flash kernel is to be used, where not both are allowed. fits: whether it could be."""
    if attention_kernels["math"]:
        return False
    if not attention_kernels["flash"]:
        raise RuntimeError(
            "No viable backend for scaled_dot_product_attention was found. This is likely due to turning off both the "
            "math kernel and the fused kernels."
        )
    fits = fits and query.is_floating_point()
    if not fits and (query.numel() and key.numel() or query.ndim != 4):
        for text in ("Flash attention kernel not used because:", _reason(query, key, value, mask, dropout_p)):
            if text:
                warnings.warn(text, stacklevel=outside())
        raise RuntimeError("No available kernel.  Aborting execution.")
    return fits


def _reason(query: Any, key: Any, value: Any, mask: Any, dropout_p: float) -> str:
    three = (query, key, value)
    if not query.is_floating_point():
        kinds = [each.dtype.c_name for each in three]
        return (
            "Expected query, key and value to all be of dtype: {Float, Double, BFloat16, Half}. Got Query dtype: "
            f"{kinds[0]}, Key dtype: {kinds[1]}, and Value dtype: {kinds[2]} instead."
        )
    if dropout_p:
        return "Both fused kernels do not support non-zero dropout."
    if not query.ndim == key.ndim == value.ndim == 4:
        return (
            "All fused kernels requires query, key and value to be 4 dimensional, but got Query dim: "
            f"{query.ndim}, Key dim: {key.ndim}, Value dim: {value.ndim} instead."
        )
    sizes = [listed(each.shape) for each in three]
    if not query.shape[0] == key.shape[0] == value.shape[0]:
        return (
            "For dense inputs, both fused kernels require query, key and value to have the same batch_size. "
            f"Query.sizes(): {sizes[0]}, Key.sizes(): {sizes[1]}, Value.sizes(): {sizes[2]} instead. {BROADCAST}"
        )
    if not query.shape[1] == key.shape[1] == value.shape[1]:
        return (
            "For dense input, both fused kernels require query, key and value to have the same num_heads. "
            f"Query.sizes(): {sizes[0]}, Key sizes(): {sizes[1]}, Value sizes(): {sizes[2]} instead. {BROADCAST}"
        )
    last = [each.shape[-1] for each in three]
    if not last[0] == last[1] == last[2]:
        return (
            "Flash attention requires q,k,v to have the same last dimension. Got Query.size(-1): "
            f"{last[0]}, Key.size(-1): {last[1]}, Value.size(-1): {last[2]} instead."
        )
    return ""


BROADCAST = (
    "To broadcast dense inputs, try using unsqueeze and expand_to before passing them into the kernel."
)
