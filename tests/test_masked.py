"""torch.masked against PyTorch's: every function on some masks, and what they refuse."""

from __future__ import annotations

import pytest

import minitorch_edu
from tests.ops.calls import agree

REDUCTIONS = "sum prod amax amin argmax argmin mean logsumexp var std norm".split()
ALONG = "cumsum cumprod softmax log_softmax softmin median".split()
MASKS = {
    "none": lambda e: None,
    "all": lambda e: e.ones(2, 3, dtype=e.bool),
    "some": lambda e: e.tensor([[True, False, True], [False, False, True]]),
    "a row": lambda e: e.tensor([True, False, True]),
    "whole numbers": lambda e: e.tensor([[1, 0, 2], [0, 0, 1]]),
    "nothing in a row": lambda e: e.tensor([[True, False, True], [False, False, False]]),
    "too many dimensions": lambda e: e.ones(1, 2, 3, dtype=e.bool),
    "another size": lambda e: e.ones(2, dtype=e.bool),
}
INPUTS = {
    "floats": lambda e: e.tensor([[1.0, -2.0, 3.0], [0.5, 4.0, -1.0]], dtype=e.float64),
    "ints": lambda e: e.tensor([[1, -2, 3], [5, 4, -1]]),
    "bools": lambda e: e.tensor([[True, False, True], [False, True, True]]),
}


@pytest.mark.parametrize("input", INPUTS)
@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("name", [*REDUCTIONS, *ALONG])
def test_the_result_or_the_error_is_pytorchs(name, mask, input):
    def call(engine, *args):
        return getattr(engine.masked, name)(INPUTS[input](engine), *args, mask=MASKS[mask](engine))

    dims = [1, 5] if name in ALONG else [0, 1] if name.startswith("arg") else [None, 1, (0, 1), (0, 0), 5]
    for dim in dims:
        given = (2.0, dim) if name == "norm" else (dim,)
        agree(lambda e, given=given: call(e, *given), rtol=1e-12)


def test_normalize_and_logaddexp_are_pytorchs():
    mask = MASKS["some"]
    agree(lambda e: e.masked.normalize(INPUTS["floats"](e), 2.0, 1, mask=mask(e)), rtol=1e-12)
    agree(lambda e: e.masked.logaddexp(*[INPUTS["floats"](e)] * 2, input_mask=mask(e)), rtol=1e-12)


def test_variance_takes_one_of_two_corrections():
    agree(lambda e: e.masked.var(INPUTS["floats"](e), 1, True, correction=1, mask=MASKS["some"](e)))
    agree(lambda e: e.masked.var(INPUTS["floats"](e), 1, correction=0, mask=MASKS["some"](e)), rtol=1e-12)


def test_what_a_mask_leaves_out_has_no_gradient():
    x = minitorch_edu.tensor([1.0, 2.0, 3.0], requires_grad=True)
    minitorch_edu.masked.sum(x, mask=minitorch_edu.tensor([True, False, True])).backward()
    assert x.grad.tolist() == [1.0, 0.0, 1.0]
