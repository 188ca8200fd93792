"""Special functions, and division that rounds: names, messages, edges, and what is imported for them."""

from __future__ import annotations

import subprocess
import sys
import warnings
from typing import Any

import numpy as np
import pytest

import minitorch_edu
import minitorch_edu.special
from tests.ops.calls import agree
from tests.oracle import torch

NAMES = [name for name in torch.special.__all__ if name not in ("common_args", "multivariate_t")]
EDGES = np.array([0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 30.0, -30.0, np.inf, -np.inf, np.nan])
WRONG: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}),
    ((3,), {}),
    (("x", 1), {"foo": 1}),
    (("x", "y"), {}),
    ((1.5, 2.5), {}),
    (("x", None, None, None, None), {}),
]


def given(t: Any, values: tuple[Any, ...]) -> list[Any]:
    x = t.tensor([0.25, 0.75])
    return [{"x": x, "y": "some text"}[each] if isinstance(each, str) else each for each in values]


@pytest.mark.parametrize("name", NAMES)
def test_every_special_function_is_here(name):
    assert getattr(minitorch_edu.special, name).__doc__


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_call_of_a_special_function_is_refused_in_pytorchs_words(name):
    for values, named in WRONG:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                getattr(minitorch_edu.special, name)(*given(minitorch_edu, values), **named)
        except TypeError:
            agree(lambda t, values=values, named=named: getattr(t.special, name)(*given(t, values), **named))


UNARY = """
    digamma entr erf erfc erfcx erfinv exp2 expit expm1 gammaln i0 i0e i1 i1e log1p log_ndtr logit ndtr ndtri psi sinc
    modified_bessel_i0 modified_bessel_i1 modified_bessel_k0 modified_bessel_k1 scaled_modified_bessel_k0
    scaled_modified_bessel_k1 spherical_bessel_j0
""".split()


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("kind", ["float64", "float32"])
def test_a_special_function_agrees_at_the_edges(name, kind):
    def act(t: Any) -> Any:
        return getattr(t.special, name)(t.from_numpy(EDGES.copy()).to(getattr(t, kind)))

    agree(act, rtol=1e-9 if kind == "float64" else 2e-6)


@pytest.mark.parametrize("name", UNARY)
def test_whole_numbers_become_floats_and_out_takes_them(name):
    def act(t: Any) -> Any:
        out = t.empty(0)
        result = getattr(t.special, name)(t.tensor([1, 0], dtype=t.int8), out=out)
        return result, result is out, result.dtype is t.float32

    agree(act, rtol=2e-6)


@pytest.mark.parametrize("mode", ["floor", "trunc", None, "up"])
@pytest.mark.parametrize("kind", ["int64", "float32", "uint8", "bool"])
def test_division_rounds_as_it_is_told(mode, kind):
    def act(t: Any) -> Any:
        x = t.tensor([7, 6, 5, 0]).to(getattr(t, kind))
        y = t.tensor([2, 3, 4, 1]).to(getattr(t, kind))
        results = [t.div(x, y, rounding_mode=mode), x.divide(2, rounding_mode=mode)]
        z = x.clone().float()
        return [*results, z.div_(3, rounding_mode=mode), t.div(z, 2, rounding_mode=mode, out=t.empty(0))]

    agree(act)


def test_a_division_by_zero_is_refused_of_whole_numbers_only():
    for mode in ("floor", "trunc"):
        agree(lambda t, mode=mode: t.div(t.tensor([1, 2]), 0, rounding_mode=mode))
        agree(lambda t, mode=mode: t.div(t.tensor([1.0, -2.0, 0.0]), 0, rounding_mode=mode))


def test_no_derivative_is_known_where_pytorch_knows_none():
    for name in ("igamma", "igammac"):
        agree(
            lambda t, name=name: getattr(t, name)(t.ones(2, requires_grad=True), t.ones(2)).sum().backward()
        )
    agree(lambda t: t.special.zeta(t.tensor([2.0], requires_grad=True), 1.0).sum().backward())
    agree(lambda t: t.heaviside(t.ones(2, requires_grad=True), t.ones(2)).sum().backward())


def test_scipy_is_imported_when_it_is_first_needed():
    program = "import sys, minitorch_edu as t; assert 'scipy' not in sys.modules; t.erf(t.ones(1))"
    subprocess.run([sys.executable, "-c", program], check=True)
