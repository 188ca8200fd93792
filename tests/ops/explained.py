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

_BY_HAND = (
    "Python calls this with what is no tensor; called by hand, it answers NotImplemented or takes what it can"
)
EXPLAINED |= {
    (f"__r{name}__", "refusal"): _BY_HAND for name in "add sub mul div mod pow and or xor matmul".split()
}
EXPLAINED |= {(f"__r{name}__", "shape"): _BY_HAND for name in "and or xor mod pow".split()}
EXPLAINED[("__rsub__", "gradient")] = "Python calls this with a number, which has no gradient"

_CONJUGATE = (
    "there is no conjugate that is a view of the same memory with a bit set: the numbers are computed at once"
)
EXPLAINED |= {(name, "view"): _CONJUGATE for name in ("conj", "H", "mH", "adjoint")}

_NEGATIVE = (
    "the database's sample has an index -1, which PyTorch refuses too unless its quickest loop is taken"
)
EXPLAINED |= {("take_along_dim", "error"): _NEGATIVE, ("take_along_dim", "gradient"): _NEGATIVE}

EXPLAINED[("addbmm", "in-place")] = (
    "PyTorch lets addbmm_ make a larger tensor of one with a single element; that is refused here"
)

EXPLAINED[("nn.functional.binary_cross_entropy", "second")] = (
    "PyTorch's second derivative has 1e-12 added to its denominator; this one is the derivative of the first"
)

_ROUNDED_ZERO = (
    "of two observations it is zero, and what both engines make of it is rounding: test_statistics.py compares more of them"
)
EXPLAINED[("linalg.norm.subgradients_at_zero", "second")] = "zero, where PyTorch has nan"
EXPLAINED[("linalg.vector_norm", "second")] = "of a single number it is zero, and what is left of it is rounding"
EXPLAINED[("logcumsumexp", "second")] = "beside 10000 the others count for nothing: zero here, rounding there"
EXPLAINED |= {("corrcoef", aspect): _ROUNDED_ZERO for aspect in ("gradient", "second")}

_SIXTEEN = "what PyTorch rounds to 16 bits on the way is kept in 32 here, and rounded once, at the end"
EXPLAINED |= {
    (f"nn.functional.{name}", "value", "bfloat16"): _SIXTEEN
    for name in ("conv_transpose2d", "conv_transpose3d", "grid_sample", "interpolate.trilinear")
}
EXPLAINED |= {(f"grid_sampler_{size}d", "value", "bfloat16"): _SIXTEEN for size in (2, 3)}

_TRIANGLE = "PyTorch's formula writes into the triangle that is not read; here the gradient is 0 there"
EXPLAINED |= {
    (name, aspect): _TRIANGLE
    for name in ("cholesky_solve", "cholesky_inverse")
    for aspect in ("gradient", "second")
}
EXPLAINED[("matrix_exp", "value", "bfloat16")] = (
    "16 bits are computed in float32 and rounded; PyTorch adds up rounded powers, which overflow or are far off"
)
EXPLAINED[("matrix_exp", "method", "bfloat16")] = EXPLAINED[("matrix_exp", "value", "bfloat16")]

_SIX_DIGITS = "PyTorch's series end after six to eight digits; SciPy's numbers are exact to the last one or two"
EXPLAINED |= {
    (f"special.{name}", "value", "float64"): _SIX_DIGITS
    for name in ("airy_ai", "bessel_j0", "bessel_j1", "bessel_y0", "bessel_y1")
}
EXPLAINED[("special.hermite_polynomial_he", "value", "float32")] = (
    "the same recurrence, whose large terms cancel: rounding, and less of it here"
)
EXPLAINED |= {
    (name, "second"): "zero, and what both engines make of it is rounding"
    for name in ("copysign", "masked.prod", "masked.norm")
}

_WINDOW = (
    "PyTorch's gradient for the tensor that is written into stands where the window looks; here it stands everywhere else"
)
EXPLAINED |= {("as_strided_scatter", aspect): _WINDOW for aspect in ("gradient", "second")}

# What is wrong here and known to be: operators whose difference awaits mending, and what it is.
_OVERLAP = "out= that shares memory with itself or with an input is written to"
AWAITING: dict[tuple[str, ...], str] = {
    **{
        (name, "refusal"): _OVERLAP
        for name in "kthvalue bernoulli cat".split()
    },
    ("multinomial", "refusal"): "out= of another dtype is refused in the words of all functions",
    ("cat", "gradient"): "an empty tensor that is left out gets no gradient, instead of an empty one",
}

# --- functions of networks ---
_ROUNDED = "PyTorch rounds to 16 bits after steps that are one here"
EXPLAINED |= {
    (f"nn.functional.{name}", "value", "bfloat16"): _ROUNDED
    for name in ("bilinear", "embedding_bag", "instance_norm", "scaled_dot_product_attention")
}
EXPLAINED[("nn.functional.scaled_dot_product_attention", "gradient")] = (
    "PyTorch's fused attention cannot be differentiated twice; here it can"
)
_NEAR_ZERO = "a derivative that is zero but for rounding, which is rounded otherwise"
EXPLAINED |= {
    ("nn.functional.layer_norm", "gradient"): _NEAR_ZERO,
    ("nn.functional.cosine_similarity", "gradient"): _NEAR_ZERO,
    ("nn.functional.normalize", "gradient"): _NEAR_ZERO,
    ("nn.functional.normalize", "second"): _NEAR_ZERO,
}
EXPLAINED[("nn.functional.multi_head_attention_forward", "value", "float32")] = (
    "a softmax of numbers in the thousands, whose last digits decide"
)
_MODULE = "the samples hold a module of PyTorch's, which takes no tensors but PyTorch's"
EXPLAINED |= {
    ("nn.functional.triplet_margin_with_distance_loss", aspect): _MODULE for aspect in ("error", "gradient")
}
AWAITING[("nn.functional.pdist", "gradient")] = "the count of differences, p = 0, has no gradient instead of zeros"
