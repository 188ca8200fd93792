"""What differs from PyTorch on purpose among the operators of its database: (operator, aspect[, dtype]) and a sentence.

The aspects are those of tests/ops/opinfo.py. README's readers find these sentences in DIFFERENCES.md.
"""

from __future__ import annotations

_MEMORY = "what memory holds before it is written is nobody's claim"

EXPLAINED: dict[tuple[str, ...], str] = {
    **{(name, "value"): _MEMORY for name in ("empty", "empty_like", "empty_strided", "empty_permuted")},
    **{(name, "value"): _MEMORY for name in ("new_empty", "new_empty_strided", "resize_", "resize_as_")},
    **{(name, "method"): _MEMORY for name in ("new_empty", "new_empty_strided")},
    ("resize_", "in-place"): _MEMORY,
}

_DESCRIPTOR = (
    "Python's own methods are plain functions here: called by hand on a number, they name no descriptor"
)
EXPLAINED |= {
    (f"__r{name}__", "refusal"): _DESCRIPTOR for name in "add sub mul div mod pow and or xor matmul".split()
}

# What is wrong here and known to be: operators whose difference awaits mending, and what it is.
AWAITING: dict[tuple[str, ...], str] = {
    ("abs", "in-place"): "to be looked at",
    ("addmm", "in-place"): "to be looked at",
    ("addmm.decomposed", "in-place"): "to be looked at",
    ("bitwise_left_shift", "refusal"): "to be looked at",
    ("bitwise_right_shift", "refusal"): "to be looked at",
    ("conj", "view"): "to be looked at",
    ("div.trunc_rounding", "error"): "to be looked at",
    ("div.floor_rounding", "error"): "to be looked at",
    ("true_divide", "in-place"): "to be looked at",
    ("eq", "in-place"): "to be looked at",
    ("flip", "error"): "to be looked at",
    ("ge", "in-place"): "to be looked at",
    ("gt", "in-place"): "to be looked at",
    ("kthvalue", "refusal"): "to be looked at",
    ("le", "in-place"): "to be looked at",
    ("lt", "in-place"): "to be looked at",
    ("masked_fill", "refusal"): "to be looked at",
    ("masked_scatter", "in-place"): "to be looked at",
    ("masked_select", "refusal"): "to be looked at",
    ("bitwise_and", "refusal"): "to be looked at",
    ("bitwise_or", "refusal"): "to be looked at",
    ("bitwise_xor", "refusal"): "to be looked at",
    ("isclose", "refusal"): "to be looked at",
    ("as_strided.partial_views", "error"): "to be looked at",
    ("ne", "in-place"): "to be looked at",
    ("narrow", "refusal"): "to be looked at",
    ("__rand__", "shape"): "to be looked at",
    ("__ror__", "shape"): "to be looked at",
    ("__rxor__", "shape"): "to be looked at",
    ("__rmod__", "shape"): "to be looked at",
    ("__rpow__", "shape"): "to be looked at",
    ("__rsub__", "gradient"): "to be looked at",
    ("rsub", "gradient"): "to be looked at",
    ("square", "in-place"): "to be looked at",
    ("gather", "refusal"): "to be looked at",
    ("index_select", "refusal"): "to be looked at",
    ("take", "refusal"): "to be looked at",
    ("empty_permuted", "refusal"): "to be looked at",
    ("multinomial", "refusal"): "to be looked at",
    ("normal.number_mean", "error"): "to be looked at",
    ("normal.number_mean", "gradient"): "to be looked at",
    ("bernoulli", "refusal"): "to be looked at",
    ("cat", "gradient"): "to be looked at",
    ("cat", "refusal"): "to be looked at",
    ("resize_as_", "error"): "to be looked at",
    ("take_along_dim", "error"): "to be looked at",
    ("zero_", "error"): "to be looked at",
    ("logsumexp", "value"): "to be looked at",
    ("H", "view"): "to be looked at",
    ("mH", "view"): "to be looked at",
    ("scatter_reduce.prod", "second"): "to be looked at",
    ("scatter_reduce.mean", "value"): "to be looked at",
    ("scatter_reduce.amin", "error"): "to be looked at",
    ("scatter_reduce.amax", "error"): "to be looked at",
    ("div.trunc_rounding", "gradient"): "to be looked at",
    ("div.floor_rounding", "gradient"): "to be looked at",
    ("flip", "gradient"): "to be looked at",
    ("as_strided.partial_views", "gradient"): "to be looked at",
    ("take_along_dim", "gradient"): "to be looked at",
    ("zero_", "gradient"): "to be looked at",
}
