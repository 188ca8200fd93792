"""Normal numbers with means and deviations from tensors: written to `out`, and part of a graph."""

from __future__ import annotations

import pytest

from tests.ops.test_random import same

WRITTEN = {
    "a mean": lambda e: e.normal(e.zeros(20), 1.0, out=e.zeros(40)[::2]),
    "a mean, of another dtype": lambda e: e.normal(e.zeros(3), 1.0, out=e.zeros(3, dtype=e.float64)),
    "a mean, too short": lambda e: e.normal(e.zeros(3), 1.0, out=e.zeros(2)),
    "a mean, integers": lambda e: e.normal(e.zeros(3), 1.0, out=e.zeros(3, dtype=e.int64)),
    "a mean that requires grad": lambda e: e.normal(e.zeros(3, requires_grad=True), 1.0, out=e.zeros(3)),
    "a deviation": lambda e: e.normal(2.0, e.ones(3), out=e.zeros(3)),
    "both": lambda e: e.normal(e.ones(3, 1), e.ones(4), out=e.zeros(0)),
    "numbers": lambda e: e.normal(2.0, 3.0, (3,), out=e.zeros(3, dtype=e.float64)),
    "numbers, in another dtype": lambda e: e.normal(2.0, 3.0, (3,), out=e.zeros(3), dtype=e.float64),
}


@pytest.mark.parametrize("act", WRITTEN.values(), ids=WRITTEN)
def test_out_is_filled_as_in_pytorch(act):
    same(act)


def _history(e, *given):
    mean, std = e.zeros(2, 3, requires_grad=True), e.ones(3, dtype=e.float64, requires_grad=True)
    drawn = e.normal(*[{"mean": mean, "std": std}.get(each, each) for each in given])
    slopes = e.autograd.grad(drawn.sum(), [mean, std], allow_unused=True)
    return drawn, drawn.grad_fn.name(), slopes


@pytest.mark.parametrize("given", [("mean", "std"), ("mean", 2.0), (1.0, "std")], ids=str)
def test_the_gradient_of_what_is_drawn_is_zero(given):
    same(lambda e: _history(e, *given))
