"""Powers: where numbers are whole, zero or negative, and what their gradients are there."""

from __future__ import annotations

import pytest

from tests.ops.calls import agree

EDGES = [0.0, 2.0, -1.0, 0.5, -2.0]


def gradients(engine, act, *values):
    """The result and the gradients of everything that `act` was given."""
    leaves = [engine.tensor(value, dtype=engine.float64, requires_grad=True) for value in values]
    result = act(*leaves)
    result.sum().backward()
    return result.detach(), [leaf.grad for leaf in leaves]


@pytest.mark.parametrize("exponent", [0, 0.0, 1, 2, 0.5, -1, 3, -0.5])
def test_a_number_as_the_exponent(exponent):
    agree(lambda e: gradients(e, lambda x: x**exponent, EDGES), rtol=1e-15)


@pytest.mark.parametrize("base", [0, 0.0, 2, -2.0, 1, 0.5])
def test_a_number_as_the_base(base):
    agree(lambda e: gradients(e, lambda x: base**x, EDGES), rtol=1e-15)


def test_tensors_as_both():
    pairs = [(base, exponent) for base in EDGES for exponent in EDGES]
    bases, exponents = map(list, zip(*pairs, strict=True))
    agree(lambda e: gradients(e, lambda x, y: x**y, bases, exponents), rtol=1e-15)


def test_a_gradient_of_infinity():
    def act(engine):
        x = engine.tensor([0.0, 2.0], requires_grad=True)
        y = engine.tensor([0.0, 0.0], requires_grad=True)
        (x**y).backward(engine.tensor([float("inf"), 1.0]))
        return x.grad, y.grad

    agree(act, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64"])
def test_whole_numbers_to_negative_powers(dtype):
    def act(engine):
        base = engine.tensor([-2, -1, 0, 1, 2], dtype=getattr(engine, dtype))
        return [base ** (base * 0 + exponent) for exponent in (-3, -2, -1, 0, 1, 2)]

    agree(act)
    agree(lambda e: e.tensor([1, 2], dtype=getattr(e, dtype)) ** -1)


def test_zero_to_the_power_of_zero_is_one():
    agree(
        lambda e: [
            e.tensor(0) ** 0,
            e.tensor(0.0) ** 0,
            0 ** e.tensor(0),
            e.tensor(0) ** e.tensor(0),
            e.tensor(0j) ** 0,
        ]
    )


@pytest.mark.parametrize("sign", ["x ** 'a'", "'a' ** x", "x ** None", "pow(x, 2, 3)", "[2] ** x"])
def test_what_is_no_number_is_left_to_python(sign):
    agree(lambda e: eval(sign, {"x": e.ones(2)}))


def test_double_precision_powers():
    agree(
        lambda e: [
            e.float_power(e.tensor([1, 2]), -1),
            e.float_power(2, e.tensor([1, 2])),
            e.ones(2).float_power(2),
        ]
    )
    agree(lambda e: e.ones(2).float_power_(2))
    agree(lambda e: e.ones(2, dtype=e.float64).float_power_(e.tensor([2, 3])))
    agree(lambda e: e.float_power(2, 3))
