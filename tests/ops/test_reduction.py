"""Reductions against PyTorch: dimensions, keepdim, dtypes, nothing to reduce, ties."""

# ruff: noqa: B023  (what is given to `agree` is called at once)
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ops.calls import agree

DTYPES = "uint8 int8 int32 int64 float16 float32 float64 bool".split()
MANY = ["sum", "mean", "any", "all", "logsumexp"]
ONE = ["max", "min", "argmax", "argmin"]

shapes = st.lists(st.sampled_from([0, 1, 2, 3]), max_size=3).map(tuple)
dims = st.one_of(st.none(), st.integers(-4, 3), st.lists(st.integers(-4, 3), max_size=3).map(tuple))


def numbers(engine, shape, dtype="float32", seed=1):
    count = 1
    for size in shape:
        count *= size
    values = [(7 * place * seed + 3) % 5 for place in range(count)]
    return engine.tensor(values, dtype=getattr(engine, dtype)).reshape(shape)


@pytest.mark.parametrize("name", MANY)
@given(shape=shapes, dim=dims, keepdim=st.booleans())
def test_over_some_dimensions(name, shape, dim, keepdim):
    if name == "logsumexp" and dim in (None, ()):
        return
    agree(lambda e: getattr(e, name)(numbers(e, shape), dim, keepdim), rtol=1e-6)
    agree(lambda e: getattr(numbers(e, shape), name)(dim=dim, keepdim=keepdim), rtol=1e-6)


@pytest.mark.parametrize("name", ONE)
@given(shape=shapes, dim=st.one_of(st.none(), st.integers(-4, 3)), keepdim=st.booleans())
def test_along_one_dimension(name, shape, dim, keepdim):
    if dim is None and keepdim:
        return
    # values only where there are ties: PyTorch does not say which of several it finds
    agree(lambda e: getattr(e, name)(e.arange(24.0)[: numbers(e, shape).numel()].reshape(shape), dim, keepdim) if dim is not None
          else getattr(e, name)(e.arange(27.0)[: numbers(e, shape).numel()].reshape(shape)))  # fmt: skip


@pytest.mark.parametrize("name", [*MANY, *ONE])
@pytest.mark.parametrize("dtype", DTYPES)
def test_of_every_dtype(name, dtype):
    if name in ("argmax", "argmin", "max", "min") and dtype == "bool":
        return
    agree(lambda e: getattr(e, name)(numbers(e, (2, 3), dtype), 1), rtol=1e-3 if dtype == "float16" else 1e-6)
    if name != "logsumexp":
        agree(lambda e: getattr(e, name)(numbers(e, (2, 3), dtype)), rtol=1e-3 if dtype == "float16" else 1e-6)


@pytest.mark.parametrize("name", ["sum", "mean"])
@pytest.mark.parametrize("wanted", DTYPES)
def test_in_a_dtype_that_was_asked_for(name, wanted):
    agree(lambda e: getattr(e, name)(numbers(e, (2, 3)), dtype=getattr(e, wanted)), rtol=1e-3)
    agree(lambda e: getattr(e, name)(numbers(e, (2, 3), "int32"), 0, dtype=getattr(e, wanted)), rtol=1e-3)


@given(shape=shapes, dim=dims, keepdim=st.booleans(), name=st.sampled_from(["sum", "mean", "logsumexp"]))
def test_the_gradient_goes_back_over_the_dimensions(shape, dim, keepdim, name):
    if name == "logsumexp" and dim in (None, ()):
        return

    def gradient(engine):
        x = numbers(engine, shape, "float64").requires_grad_()
        y = getattr(x, name)(dim, keepdim)
        (y * numbers(engine, tuple(y.shape), "float64", 2)).sum().backward()
        return x.grad

    agree(gradient, rtol=1e-9)


@pytest.mark.parametrize("name", ["max", "min"])
def test_ties_share_the_gradient_of_the_greatest_of_all_but_not_along_a_dimension(name):
    def whole(engine):
        x = engine.tensor([1.0, 3.0, 3.0, 1.0], requires_grad=True)
        getattr(x, name)().backward()
        return x.grad

    def along(engine):
        x = engine.tensor([[1.0, 3.0, 3.0, 1.0], [0.0, 0.0, 0.0, 0.0]], requires_grad=True)
        values, indices = getattr(x, name)(1)
        values.sum().backward()
        return x.grad, indices, values

    agree(whole)
    agree(along)


def test_pairs_have_names_and_print_as_in_pytorch():
    for name in ("max", "min"):
        agree(lambda e: repr(getattr(e.arange(6).reshape(2, 3), name)(1)))
        agree(lambda e: getattr(e.arange(6).reshape(2, 3), name)(1).indices)
        agree(lambda e: getattr(e.arange(6).reshape(2, 3), name)(dim=1, keepdim=True).values)


CASES = {
    "nan is the greatest": lambda e: e.tensor([1.0, float("nan"), 2.0]).max(),
    "nan is the smallest": lambda e: e.tensor([[1.0, float("nan"), 2.0]]).min(1),
    "argmax of nan": lambda e: e.tensor([1.0, float("nan"), 2.0]).argmax(),
    "axis": lambda e: e.ones(2, 3).sum(axis=1),
    "no dimensions": lambda e: e.ones(2, 3).sum(()),
    "keepdim of all": lambda e: e.ones(2, 3).sum(None, True),
    "a repeated dimension": lambda e: e.ones(2, 3).sum((0, 0)),
    "the same dimension twice": lambda e: e.ones(2, 3).sum((1, -1)),
    "the greatest of nothing": lambda e: e.zeros(0).max(),
    "the place of the greatest of nothing": lambda e: e.zeros(0).argmax(),
    "the greatest along nothing": lambda e: e.zeros(2, 0).max(1),
    "the place along nothing": lambda e: e.zeros(2, 0).argmin(1),
    "nothing along something": lambda e: e.zeros(2, 0).max(0),
    "the mean of integers": lambda e: e.arange(3).mean(),
    "the mean of nothing": lambda e: e.zeros(0).mean(),
    "a sum beyond float16": lambda e: e.full((70000,), 1.0, dtype=e.float16).sum(),
    "a long sum": lambda e: e.ones(100_000).sum(),
    "small integers": lambda e: e.full((300,), 100, dtype=e.uint8).sum(),
    "counting a mask": lambda e: (e.arange(10) > 4).sum(),
    "any of an integer": lambda e: e.tensor([0, 2]).any(),
    "any of bytes stays bytes": lambda e: e.tensor([0, 2], dtype=e.uint8).any(),
    "softmax of integers": lambda e: e.softmax(e.arange(3), 0),
    "softmax in another dtype": lambda e: e.arange(3).softmax(0, dtype=e.float64),
    "softmax in no such dimension": lambda e: e.ones(2).softmax(1),
    "logsumexp of infinities": lambda e: e.tensor([float("-inf")] * 2).logsumexp(0),
}  # fmt: skip


@pytest.mark.parametrize("act", CASES.values(), ids=CASES)
def test_corner(act):
    agree(act, rtol=1e-6)
