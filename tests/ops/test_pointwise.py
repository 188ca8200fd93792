"""Pointwise ops against PyTorch: which dtype comes out, which shapes meet, what is refused."""

# ruff: noqa: B023  (what is given to `agree` is called at once)
from __future__ import annotations

import itertools
import operator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ops.calls import agree

DTYPES = "uint8 int8 int16 int32 int64 float16 float32 float64 bool".split()
OPERATORS = {name: getattr(operator, name) for name in "add sub mul truediv pow eq ne lt le gt ge and_ or_".split()}
IN_PLACE = {name: getattr(operator, name) for name in "iadd isub imul itruediv ipow".split()}
NUMBERS = [True, 2, -1, 2.5, 300, np.float64(1.5), np.int32(2)]
RANKS = list(itertools.product(["row", "zero-dim"], repeat=2))


def operand(engine, dtype, rank):
    values = [0, 1, 1, 0] if dtype == "bool" else [0, 1, 2, 3]
    tensor = engine.tensor(values, dtype=getattr(engine, dtype))
    return tensor[2] if rank == "zero-dim" else tensor.clone()


def precision(*dtypes):
    return 1e-3 if "float16" in dtypes else 1e-6


def differs_on_purpose(name, *kinds):
    """PyTorch computes no powers of bools by bools, and has an error of its own for them."""
    return "pow" in name and all(kind in ("bool", True) for kind in kinds)


@pytest.mark.parametrize("name", OPERATORS)
def test_two_tensors_meet_in_pytorchs_dtype(name):
    act = OPERATORS[name]
    for left, right, (one, other) in itertools.product(DTYPES, DTYPES, RANKS):
        if name in ("and_", "or_") and "float" in left + right:
            continue
        if not differs_on_purpose(name, left, right):
            agree(lambda e: act(operand(e, left, one), operand(e, right, other)), rtol=precision(left, right))


@pytest.mark.parametrize("name", [name for name in OPERATORS if not name.endswith("_")])
def test_a_tensor_and_a_number_meet_in_pytorchs_dtype(name):
    act = OPERATORS[name]
    for dtype, rank, number in itertools.product(DTYPES, ["row", "zero-dim"], NUMBERS):
        if not differs_on_purpose(name, dtype, number):
            agree(lambda e: act(operand(e, dtype, rank), number), rtol=precision(dtype))
            if not isinstance(number, np.generic):  # NumPy's numbers ask the tensor for an array first
                agree(lambda e: act(number, operand(e, dtype, rank)), rtol=precision(dtype))


@pytest.mark.parametrize("name", IN_PLACE)
def test_in_place_the_first_operand_keeps_its_dtype_or_refuses(name):
    act = IN_PLACE[name]
    for left, right, (one, other) in itertools.product(DTYPES, DTYPES, RANKS):
        if not differs_on_purpose(name, left, right):
            agree(lambda e: act(operand(e, left, one), operand(e, right, other)), rtol=precision(left, right))
    for dtype, rank, number in itertools.product(DTYPES, ["row", "zero-dim"], NUMBERS):
        if "pow" not in name or dtype != "bool":
            agree(lambda e: act(operand(e, dtype, rank), number), rtol=precision(dtype))


@pytest.mark.parametrize("name", "exp log sqrt sin cos tanh sigmoid reciprocal relu abs neg sign square".split())
def test_one_tensor_keeps_its_dtype_or_becomes_floating_point(name):
    for dtype, rank in itertools.product(DTYPES, ["row", "zero-dim"]):
        if (name, dtype) in {("sign", "bool"), ("abs", "bool"), ("relu", "bool"), ("square", "bool")}:
            continue
        agree(lambda e: getattr(e, name)(operand(e, dtype, rank)), rtol=precision(dtype))


shapes = st.lists(st.sampled_from([0, 1, 1, 2, 3]), max_size=4).map(tuple)


@given(shapes, shapes)
def test_shapes_broadcast_or_are_refused_as_in_pytorch(one, other):
    agree(lambda e: e.zeros(one) + e.ones(other))
    agree(lambda e: e.zeros(one).mul_(e.ones(other)))
    agree(lambda e: e.where(e.zeros(one, dtype=e.bool), e.ones(other), e.zeros(one)))


@given(shapes, shapes)
def test_the_gradient_of_a_broadcast_operand_is_summed_back(one, other):
    def gradients(engine):
        x = engine.ones(one, requires_grad=True)
        y = engine.full(other, 2.0, requires_grad=True)
        (x * y + x / y - y).sum().backward()
        return x.grad, y.grad

    agree(gradients, rtol=1e-6)


def test_what_was_not_chosen_gets_no_gradient_even_of_infinity():
    def gradients(engine):
        x, y = engine.ones(2, requires_grad=True), engine.ones(2, requires_grad=True)
        mask = engine.tensor([True, False])
        infinite = engine.full((2,), float("inf"))
        engine.where(mask, x, y).backward(infinite)
        z = engine.ones(2, requires_grad=True)
        z.masked_fill(mask, 0).backward(infinite)
        return x.grad, y.grad, z.grad

    agree(gradients)


MIXTURES = {
    "a float gradient for a double operand": lambda e: (e.ones(2, requires_grad=True), e.ones(2, dtype=e.float64)),
    "a double operand among floats": lambda e: (e.ones(2, dtype=e.float64, requires_grad=True), e.ones(2)),
    "an integer beside": lambda e: (e.ones(2, requires_grad=True), e.arange(2)),
}


@pytest.mark.parametrize("make", MIXTURES.values(), ids=MIXTURES)
def test_a_gradient_has_the_dtype_of_its_tensor(make):
    def gradient(engine):
        x, y = make(engine)
        (x * y).sum().backward()
        return x.grad

    agree(gradient)


BOUNDS = [(0, None), (None, 1), (-1, 1), (2, 1), (0.5, None), (None, None), (0, 1.5)]


@pytest.mark.parametrize("low, high", BOUNDS)
def test_clamp_keeps_within_its_bounds(low, high):
    for dtype in ("int64", "float32", "int8"):
        agree(lambda e: operand(e, dtype, "row").clamp(low, high))
        agree(lambda e: operand(e, dtype, "row").clamp_(low, high), text=False)  # there, `Long` is `long int`


REFUSED = {
    "negating bools": lambda e: -e.tensor([True]),
    "integers to negative powers": lambda e: e.tensor([2, 3]) ** -1,
    "a list for a tensor": lambda e: e.add([1.0], e.ones(1)),
    "adding text": lambda e: e.ones(2) + "text",
    "adding None": lambda e: e.ones(2) + None,
    "a leaf in place": lambda e: e.ones(2, requires_grad=True).add_(1),
    "a view of a leaf in place": lambda e: e.ones(2, requires_grad=True)[0].add_(1),
    "a broadcast result in place": lambda e: e.ones(2).add_(e.ones(3, 2)),
    "where without a bool": lambda e: e.where(e.ones(2), e.ones(2), e.zeros(2)),
    "no bounds": lambda e: e.ones(2).clamp(),
}


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED)
def test_what_pytorch_refuses_is_refused_in_its_words(act):
    agree(act)


CHOICES = {
    "numbers": lambda e: e.where(e.tensor([True, False]), 1.0, 0.0),
    "whole numbers": lambda e: e.where(e.tensor([True, False]), 1, 0),
    "a tensor and a number": lambda e: e.where(e.tensor([True, False]), e.ones(2), 0),
    "a number and an integer tensor": lambda e: e.where(e.tensor([True, False]), 2.5, e.arange(2)),
    "two dtypes": lambda e: e.where(e.tensor([True, False]), e.ones(2, dtype=e.float64), e.zeros(2)),
    "as a method": lambda e: e.ones(2).where(e.tensor([True, False]), e.zeros(2)),
    "maximum of two dtypes": lambda e: e.maximum(e.arange(3), e.ones(3)),
    "max of two tensors": lambda e: e.max(e.arange(3), e.ones(3, dtype=e.int64)),
    "alpha": lambda e: e.add(e.ones(2), e.ones(2), alpha=3) - e.sub(e.ones(2), 2, alpha=2),
    "zero to the power zero": lambda e: e.zeros(2) ** e.zeros(2),
    "a negative base": lambda e: e.tensor([-2.0]) ** e.tensor([0.5]),
    "floor of a negative power": lambda e: e.tensor([2.0]) ** -1,
    "division by zero": lambda e: e.tensor([1.0, -1.0, 0.0]) / 0,
    "integers divide": lambda e: e.tensor([7, -7]) / e.tensor([2, 2]),
    "rsub": lambda e: 1 - e.tensor([2.0]),
    "rdiv": lambda e: 1 / e.tensor([2, 4]),
    "rpow": lambda e: 2 ** e.tensor([1.0, 2.0]),
}


@pytest.mark.parametrize("act", CHOICES.values(), ids=CHOICES)
def test_the_result_is_pytorchs(act):
    agree(act, rtol=1e-6)
