"""What differs from PyTorch on purpose among the operators of its database: which operators, in what, why, how far.

The aspects are those of tests/ops/opinfo.py. An explanation holds for a difference only where its numbers or words are
those that it speaks of, so that another mistake in the same operator is still found. README's readers find these
sentences in DIFFERENCES.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from tests.ops.calls import Raised


class Explanation(NamedTuple):
    """holds: whether a difference (tests/ops/opinfo.py) is the one that is explained."""

    names: tuple[str, ...]
    aspect: str
    why: str
    holds: Callable[[Any], bool]


def explained(found: Any) -> Explanation | None:
    """What explains a difference, where it is on purpose."""
    for each in EXPLAINED:
        if found.name in each.names and found.aspect == each.aspect and each.holds(found):
            return each
    return None


OF_THE_HOST = {
    "tensor_split": "a tensor of indices has to be there",
    "logcumsumexp-complex64": "a GPU adds in another order, and comes to other logarithms, 2 pi i apart",
}
"""What a GPU answers otherwise than the CPU, in PyTorch too."""


def on_devices(cases: list[tuple[str, str]]) -> list[Any]:
    """Operators and dtypes as parameters of a test; those where a GPU has another answer are the host's."""
    host = [pytest.mark.host]
    return [
        pytest.param(*case, id="-".join(case), marks=host if {case[0], "-".join(case)} & set(OF_THE_HOST) else [])
        for case in cases
    ]


# What may be said of a difference -----------------------------------------------------------------------------------


def within(share: float, *dtypes: str) -> Callable[[Any], bool]:
    """Numbers that are not further apart than a share of the largest one."""

    def holds(found: Any) -> bool:
        if not isinstance(found.theirs, np.ndarray) or (dtypes and found.dtype not in dtypes):
            return False
        ours, theirs = (each.astype(np.complex128) for each in (found.ours, found.theirs))
        finite = np.isfinite(theirs)
        same = ours[~finite].astype(str) == theirs[~finite].astype(str)
        apart = np.abs(ours[finite] - theirs[finite])
        return bool(same.all()) and bool((apart <= share * np.abs(theirs[finite]).max(initial=0)).all())

    return holds


def nothing(found: Any, largest: float = 1e-12) -> bool:
    """Numbers that are zero on both engines, but for rounding."""
    return isinstance(found.theirs, np.ndarray) and all(
        bool((np.abs(each) < largest).all()) for each in (found.ours, found.theirs)
    )


def always(found: Any) -> bool:
    """The numbers: dtype and shape were the same."""
    return True


def raised(found: Any, start: str, here: bool = False) -> bool:
    """An error of one engine alone; its text begins so."""
    one, other = (found.ours, found.theirs) if here else (found.theirs, found.ours)
    return isinstance(one, Raised) and one.text.startswith(start) and not isinstance(other, Raised)


# What is explained --------------------------------------------------------------------------------------------------

EXPLAINED: list[Explanation] = []


def explain(names: str, aspect: str, why: str, holds: Callable[[Any], bool]) -> None:
    EXPLAINED.append(Explanation(tuple(names.split()), aspect, why, holds))


explain(
    "empty empty_like empty_strided empty_permuted new_empty new_empty_strided resize_ resize_as_",
    "value",
    "what memory holds before it is written is nobody's claim",
    always,
)
explain(
    "nn.functional.linear_cross_entropy.chunked nn.functional.linear_cross_entropy.chunked_none",
    "second",
    "in pieces PyTorch's gradient counts as a constant; ours has a derivative, as the whole has",
    lambda found: isinstance(found.theirs, np.ndarray) and not found.theirs.any(),
)
explain(
    "__radd__ __rmul__ __rdiv__ __rand__ __ror__ __rxor__",
    "refusal",
    "a method called by hand, with a number where a tensor is wanted: Python's own words for functions written in C",
    lambda found: found.theirs.text.startswith(
        ("descriptor '__r", "'int' object has no attribute 'reciprocal'")
    ),
)
explain(
    "__rsub__",
    "gradient",
    "Python calls this with a number, which has no gradient; called by hand with a tensor, this one gets none either",
    lambda found: found.ours is None,
)
explain(
    "conj H mH",
    "view",
    "there is no conjugate that is a view of the same memory with a bit set: the numbers are computed at once",
    lambda found: (found.ours, found.theirs) == ([()], [(0,)]),
)
for aspect in ("error", "gradient"):
    explain(
        "take_along_dim",
        aspect,
        "the database's sample has an index -1, which PyTorch refuses too unless its quickest loop is taken",
        lambda found: raised(found, "index -1 is out of bounds", here=True),
    )
explain(
    "addbmm",
    "error",
    "PyTorch lets addbmm_ make a larger tensor of one with a single element; that is refused here",
    lambda found: (
        found.where == "in-place"
        and found.sample.input.numel() == 1
        and raised(found, "Bad in-place call: input tensor size", here=True)
    ),
)
explain(
    "nn.functional.binary_cross_entropy",
    "second",
    "PyTorch's second derivative has 1e-12 added to its denominator; this one is the derivative of the first",
    within(1e-8),
)

# Zeros --------------------------------------------------------------------------------------------------------------

explain(
    "linalg.norm.subgradients_at_zero",
    "second",
    "zero, where PyTorch has nan",
    lambda found: not np.asarray(found.ours).any() and np.isnan(found.theirs).all(),
)
explain("corrcoef", "gradient", "of two observations it is zero, and what is left of it is rounding", nothing)
explain("corrcoef", "second", "of two observations it is zero, and what is left of it is rounding", nothing)
explain(
    "copysign prod linalg.det masked.prod masked.cumprod masked.norm linalg.vector_norm nn.functional.cosine_similarity"
    " nn.functional.normalize",
    "second",
    "zero, and what both engines make of it is rounding",
    nothing,
)
explain(
    "nn.functional.layer_norm native_layer_norm nn.functional.cosine_similarity nn.functional.normalize",
    "gradient",
    "zero, and what both engines make of it is rounding",
    nothing,
)
explain(
    "nn.functional.layer_norm native_layer_norm",
    "gradient",
    "of two elements it is nearly zero: the difference of two large numbers",
    lambda found: nothing(found, 1e-5) and within(1e-8)(found),
)
explain(
    "cov",
    "second",
    "zero, as far as float32 can tell, in which the weights are",
    lambda found: found.theirs.dtype == np.float32 and nothing(found, 1e-4),
)
explain(
    "logcumsumexp",
    "second",
    "beside 10000 the others count for nothing: zero here, rounding there",
    lambda found: nothing(found, 1e-8),
)

# Rounding -----------------------------------------------------------------------------------------------------------

explain(
    "nn.functional.conv_transpose2d nn.functional.conv_transpose3d nn.functional.interpolate.trilinear"
    " nn.functional.bilinear nn.functional.embedding_bag nn.functional.instance_norm",
    "value",
    "what PyTorch rounds to 16 bits on the way is kept in 32 here, and rounded once, at the end",
    within(0.01, "bfloat16"),
)
explain(
    "nn.functional.grid_sample grid_sampler_2d grid_sampler_3d",
    "value",
    "places in an image are computed in 32 bits here, in 16 there, where they come out a part of a pixel away",
    within(0.75, "bfloat16"),
)
explain(
    "nn.functional.grid_sample grid_sampler_2d grid_sampler_3d",
    "value",
    "in 16 bits PyTorch comes to another pixel as the nearest one",
    lambda found: (
        found.dtype == "bfloat16"
        and ("nearest" in found.sample.kwargs.values() or found.sample.args[1:2] == (1,))
        and np.isin(found.ours[found.ours != 0], found.sample.input.float().numpy()).all()
    ),
)
explain(
    "native_layer_norm",
    "value",
    "of one element it is zero, which PyTorch's sums of 16 bits miss by a little",
    lambda found: found.dtype == "bfloat16" and nothing(found, 0.01),
)
explain(
    "nn.functional.scaled_dot_product_attention",
    "value",
    "PyTorch rounds the scores to 16 bits, and the softmax of large ones makes much of it",
    within(0.1, "bfloat16"),
)
explain(
    "nn.functional.multi_head_attention_forward",
    "value",
    "a softmax of numbers in the thousands, whose last digits decide",
    within(1e-3, "float32"),
)
explain(
    "matrix_exp",
    "value",
    "16 bits are computed in float32 and rounded; PyTorch adds up rounded powers, which overflow",
    lambda found: found.dtype == "bfloat16" and np.isnan(found.theirs).any(),
)
explain(
    "special.airy_ai special.bessel_j0 special.bessel_j1 special.bessel_y0 special.bessel_y1",
    "value",
    "PyTorch's series end after six to eight digits; SciPy's numbers are exact to the last one or two",
    within(1e-6, "float64"),
)
explain(
    "special.hermite_polynomial_he",
    "value",
    "the same recurrence, whose large terms cancel: rounding, and less of it here",
    within(1e-4, "float32"),
)

explain(
    "svd_lowrank pca_lowrank",
    "second",
    "drawn directions cancel out of it: the last digit of an input moves it as far in PyTorch itself",
    within(1e-6, "complex128"),
)

# Formulas -----------------------------------------------------------------------------------------------------------


def _unread_triangle(found: Any) -> bool:
    """Equal in the triangle that is read, zero in the other one."""
    upper = found.sample.kwargs.get("upper", False)
    read, unread = (np.triu, np.tril) if upper else (np.tril, np.triu)
    strictly = -1 if upper else 1
    return np.allclose(read(found.ours), read(found.theirs)) and not unread(found.ours, strictly).any()


explain(
    "cholesky_solve cholesky_inverse",
    "gradient",
    "PyTorch's formula writes into the triangle that is not read; here the gradient is 0 there",
    _unread_triangle,
)
explain(
    "cholesky_solve cholesky_inverse",
    "second",
    "the derivative of a gradient that is 0 in the triangle that is not read, and of PyTorch's, which is not",
    lambda found: isinstance(found.theirs, np.ndarray),
)
explain(
    "as_strided_scatter",
    "gradient",
    "PyTorch's gradient for the tensor that is written into stands where the window looks; here, everywhere else",
    lambda found: not (found.ours * found.theirs).any(),
)
explain(
    "nn.functional.scaled_dot_product_attention",
    "second",
    "PyTorch's fused attention cannot be differentiated twice; here it can",
    lambda found: raised(found, "derivative for aten::_scaled_dot_product_flash_attention_for_cpu_backward"),
)
explain(
    "native_layer_norm",
    "second",
    "PyTorch's cannot be differentiated twice where there is a bias and no weight; here it can",
    lambda found: raised(found, "Expected a proper Tensor but got None"),
)
explain(
    "linalg.lstsq linalg.lstsq.grad_oriented",
    "gradient",
    "residuals that nobody asked for, and that are empty, have a history in PyTorch alone",
    lambda found: found.ours is False and found.theirs is True,
)
explain(
    "linalg.householder_product",
    "gradient",
    "of no reflections PyTorch has a history without gradients; here there is none",
    lambda found: (
        not (found.sample.input.numel() and found.sample.args[0].numel())
        and isinstance(found.ours, bool | list)
        and not found.ours
    ),
)
explain(
    "linalg.householder_product",
    "second",
    "a product of many large factors, rounded otherwise",
    within(1e-8, "complex128"),
)
