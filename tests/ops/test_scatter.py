"""Gathering, scattering, picking and masking against PyTorch: values, errors, in-place forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ops.calls import agree


def table(e, dtype="float32"):
    return e.arange(6, dtype=getattr(e, dtype)).reshape(2, 3)


def line(e, dtype="float32"):
    return e.tensor([5, 3, 9, 1], dtype=getattr(e, dtype))


PICKS = {
    "gather": lambda e: e.gather(table(e), 1, e.tensor([[0, 2], [1, 1]])),
    "gather by rows": lambda e: table(e).gather(0, e.tensor([[0, 1, 1]])),
    "gather from behind": lambda e: table(e).gather(-1, e.tensor([[2], [0]])),
    "gather by int32": lambda e: table(e).gather(1, e.tensor([[0]], dtype=e.int32)),
    "gather nothing": lambda e: table(e).gather(1, e.zeros(0, 3, dtype=e.int64)),
    "gather nothing by floats": lambda e: table(e).gather(1, e.zeros(0)),
    "gather from a number": lambda e: e.tensor(3.0).gather(0, e.tensor([0, 0])),
    "gather from a number by a number": lambda e: e.tensor(3.0).gather(0, e.tensor(0)),
    "gather in three dimensions": lambda e: e.arange(24).reshape(2, 3, 4).gather(1, e.tensor([[[0, 2, 1]]])),
    "take_along_dim": lambda e: e.take_along_dim(table(e), e.tensor([[1], [2]]), 1),
    "take_along_dim broadcasts": lambda e: e.take_along_dim(table(e), e.tensor([[1, 0]]), 1),
    "take_along_dim of the flat tensor": lambda e: e.take_along_dim(table(e), e.tensor([[5, 0]])),
    "take_along_dim with argsort": lambda e: e.take_along_dim(line(e), line(e).argsort(), 0),
    "index_select": lambda e: table(e).index_select(1, e.tensor([2, 0, 0])),
    "index_select by int32": lambda e: table(e).index_select(0, e.tensor([1], dtype=e.int32)),
    "index_select by a number": lambda e: table(e).index_select(0, e.tensor(1)),
    "index_select of a number": lambda e: e.tensor(2.0).index_select(0, e.tensor([0])),
    "index_select of nothing": lambda e: table(e).index_select(0, e.tensor([], dtype=e.int64)),
    "index_select from behind": lambda e: e.index_select(table(e), -2, e.tensor([1, 1])),
    "take": lambda e: table(e).take(e.tensor([[0, -1], [3, 2]])),
    "take transposed": lambda e: e.take(table(e).t(), e.tensor([0, 1, 2])),
    "take nothing": lambda e: e.zeros(0).take(e.tensor([], dtype=e.int64)),
    "take by a number": lambda e: table(e).take(e.tensor(4)),
    "masked_select": lambda e: table(e).masked_select(table(e) > 2),
    "masked_select broadcasts": lambda e: e.masked_select(e.tensor([[1], [2]]), e.tensor([True, False, True])),
    "masked_select nothing": lambda e: table(e).masked_select(table(e) > 9),
    "masked_select of a number": lambda e: e.tensor(3).masked_select(e.tensor(True)),
    "nonzero": lambda e: e.tensor([[0, 2], [3, 0]]).nonzero(),
    "nonzero as a tuple": lambda e: e.nonzero(e.tensor([[0, 2], [3, 0]]), as_tuple=True),
    "nonzero of a number": lambda e: (e.tensor(3).nonzero(), e.tensor(0).nonzero(), e.tensor(3).nonzero(as_tuple=True)),
    "nonzero with nan": lambda e: e.tensor([0.0, float("nan"), -0.0]).nonzero(),
    "nonzero of nothing": lambda e: e.zeros(0, 2).nonzero(),
    "nonzero of bools": lambda e: (table(e) > 2).nonzero(),
    "argwhere": lambda e: e.argwhere(table(e) > 3),
    "argwhere of a number": lambda e: e.argwhere(e.tensor(1)),
    "where alone": lambda e: e.where(table(e) > 3),
    "where alone of numbers": lambda e: e.where(table(e)),
    "where picks": lambda e: table(e)[e.where(table(e) > 3)],
}  # fmt: skip
WRITES = {
    "scatter a tensor": lambda e, x: e.scatter(x, 1, e.tensor([[2, 0], [0, 1]]), -table(e)),
    "scatter a number": lambda e, x: e.scatter(x, 1, e.tensor([[2], [0]]), 7.5),
    "scatter by name": lambda e, x: x.scatter(dim=0, index=e.tensor([[1, 0, 0]]), value=3),
    "scatter rows": lambda e, x: x.scatter(0, e.tensor([[1, 0, 1]]), table(e) + 10),
    "scatter twice to one place": lambda e, x: x.scatter(1, e.tensor([[1, 1, 1]]), table(e) + 10),
    "scatter by int32": lambda e, x: x.scatter(1, e.tensor([[1]], dtype=e.int32), 2),
    "scatter nothing": lambda e, x: x.scatter(1, e.zeros(0, 3, dtype=e.int64), -table(e)),
    "scatter a float among integers": lambda e, x: x.long().scatter(1, e.tensor([[1]]), 2.9),
    "scatter True": lambda e, x: x.scatter(1, e.tensor([[1]]), True),
    "scatter adding": lambda e, x: x.scatter(1, e.tensor([[1, 1]]), table(e), reduce="add"),
    "scatter multiplying by a number": lambda e, x: x.scatter(1, e.tensor([[1, 1]]), 3, reduce="multiply"),
    "scatter_": lambda e, x: x.scatter_(1, e.tensor([[2, 0]]), -table(e) - 1),
    "scatter_ a number": lambda e, x: x.scatter_(1, e.tensor([[2, 0]]), 4),
    "scatter_ one-hot": lambda e, x: e.zeros(3, 4).scatter_(1, e.tensor([[0], [3], [1]]), 1.0),
    "scatter_ into a column": lambda e, x: (x[:, ::2].scatter_(1, e.tensor([[1], [0]]), -5), x)[1],
    "scatter_add": lambda e, x: e.scatter_add(x, 1, e.tensor([[2, 2, 2], [0, 1, 0]]), table(e)),
    "scatter_add_": lambda e, x: x.scatter_add_(0, e.tensor([[1, 1, 0]]), table(e)),
    "scatter_add of integers": lambda e, x: x.long().scatter_add(0, e.tensor([[1, 1, 0]]), table(e, "int64")),
    "index_add": lambda e, x: x.index_add(1, e.tensor([0, 0]), e.ones(2, 2), alpha=3),
    "index_add_": lambda e, x: x.index_add_(0, e.tensor([1]), e.ones(1, 3)),
    "index_add of integers": lambda e, x: x.long().index_add(0, e.tensor([1, 1]), table(e, "int64"), alpha=2),
    "index_add to a number": lambda e, x: e.tensor(1.0).index_add(0, e.tensor([0]), e.tensor([4.0])),
    "index_copy": lambda e, x: x.index_copy(1, e.tensor([2, 0]), e.ones(2, 2) * 8),
    "index_copy_": lambda e, x: x.index_copy_(0, e.tensor([1]), e.ones(1, 3) * 8),
    "index_copy from behind": lambda e, x: x.index_copy(-1, e.tensor([1]), e.ones(2, 1)),
    "index_fill": lambda e, x: x.index_fill(1, e.tensor([2, -3]), 8),
    "index_fill_": lambda e, x: x.index_fill_(0, e.tensor([0]), 8.5),
    "index_fill by a tensor": lambda e, x: x.index_fill(0, e.tensor([1]), e.tensor(4.0)),
    "index_fill of integers": lambda e, x: x.long().index_fill(0, e.tensor([1]), 4.7),
    "index_put": lambda e, x: e.index_put(x, (e.tensor([0, 1]), e.tensor([2, 0])), e.tensor([7.0, 8.0])),
    "index_put_": lambda e, x: x.index_put_((e.tensor([1]),), e.tensor(9.0)),
    "index_put_ adds": lambda e, x: x.index_put_((e.tensor([1, 1]),), e.ones(2, 3), accumulate=True),
    "index_put_ does not add": lambda e, x: x.index_put_((e.tensor([1, 1]),), e.ones(2, 3)),
    "index_put by a mask": lambda e, x: x.index_put((x > 3,), e.tensor(-1.0)),
    "index_put by negative indices": lambda e, x: x.index_put([e.tensor([-1])], e.ones(3)),
    "put_": lambda e, x: x.put_(e.tensor([0, -1]), e.tensor([7.0, 8.0])),
    "put_ adds": lambda e, x: x.put_(e.tensor([2, 2]), e.tensor([7.0, 8.0]), accumulate=True),
    "put": lambda e, x: x.put(e.tensor([[4]]), e.tensor([7.0])),
    "put_ into a transposed tensor": lambda e, x: (x.t().put_(e.tensor([1]), e.tensor([70.0])), x)[1],
    "masked_fill": lambda e, x: x.masked_fill(x > 2, -1),
    "masked_fill by a tensor": lambda e, x: x.masked_fill(x > 2, e.tensor(-1)),
    "masked_fill by a double": lambda e, x: x.masked_fill(x > 2, e.tensor(0.1, dtype=e.float64)),
    "masked_fill_": lambda e, x: x.masked_fill_(x > 2, e.tensor(-2.0)),
    "masked_fill integers by a float": lambda e, x: x.long().masked_fill(x > 2, 1.7),
    "masked_fill larger": lambda e, x: x.masked_fill(e.tensor([[[True, False, True]]]), 2),
    "masked_scatter": lambda e, x: x.masked_scatter(x > 2, e.tensor([9.0, 8.0, 7.0, 6.0])),
    "masked_scatter_": lambda e, x: x.masked_scatter_(x > 2, -table(e)),
    "masked_scatter broadcasts": lambda e, x: e.masked_scatter(x, e.tensor([True, False, True]), -table(e)),
}  # fmt: skip
BAD = {
    "gather by a number": lambda e, x: x.gather(1, e.tensor(0)),
    "gather beyond the dimensions": lambda e, x: x.gather(5, e.tensor([[0]])),
    "gather below": lambda e, x: x.gather(1, e.tensor([[-1]])),
    "gather above": lambda e, x: x.gather(1, e.tensor([[3]])),
    "gather by int16": lambda e, x: x.gather(1, e.tensor([[0]], dtype=e.int16)),
    "gather too many rows": lambda e, x: x.gather(1, e.zeros(3, 1, dtype=e.int64)),
    "scatter by floats": lambda e, x: x.scatter(1, e.tensor([[0.0]]), x),
    "scatter above": lambda e, x: x.scatter(1, e.tensor([[7]]), x),
    "scatter a number above": lambda e, x: x.scatter(1, e.tensor([[7]]), 1),
    "scatter by another rank": lambda e, x: x.scatter(1, e.tensor([0]), x),
    "scatter from another rank": lambda e, x: x.scatter(1, e.tensor([[0]]), e.zeros(3)),
    "scatter from too little": lambda e, x: x.scatter(1, e.tensor([[0, 1, 2, 0]]), x),
    "scatter to too little": lambda e, x: x.scatter(0, e.tensor([[0, 1, 1, 0]]), 2.0),
    "scatter another dtype": lambda e, x: x.scatter(1, e.tensor([[0]]), x.double()),
    "scatter nothing at all": lambda e, x: x.scatter(1, e.tensor([[0]])),
    "scatter summing": lambda e, x: x.scatter(1, e.tensor([[0]]), x, reduce="sum"),
    "scatter_add another dtype": lambda e, x: x.scatter_add(1, e.tensor([[0]]), x.double()),
    "scatter_add above": lambda e, x: x.scatter_add(1, e.tensor([[9]]), x),
    "scatter_reduce by another name": lambda e, x: x.scatter_reduce(1, e.tensor([[0]]), x, "sums"),
    "scatter_reduce above": lambda e, x: x.scatter_reduce(1, e.tensor([[4]]), x, "sum"),
    "scatter_ into a leaf": lambda e, x: x.requires_grad_().scatter_(1, e.tensor([[0]]), 1),
    "index_select above": lambda e, x: x.index_select(0, e.tensor([5])),
    "index_select below": lambda e, x: x.index_select(0, e.tensor([-1])),
    "index_select by a table": lambda e, x: x.index_select(0, e.tensor([[0]])),
    "index_select by floats": lambda e, x: x.index_select(0, e.tensor([0.0])),
    "index_select twice a number": lambda e, x: e.tensor(1.0).index_select(0, e.tensor([0, 0])),
    "index_add above": lambda e, x: x.index_add(0, e.tensor([5]), x[:1]),
    "index_add too much": lambda e, x: x.index_add(0, e.tensor([0]), x),
    "index_add another shape": lambda e, x: x.index_add(0, e.tensor([0, 1]), e.zeros(2, 2)),
    "index_add another dtype": lambda e, x: x.index_add(0, e.tensor([0]), x[:1].double()),
    "index_add by a table": lambda e, x: x.index_add(0, e.tensor([[0]]), x),
    "index_add by floats": lambda e, x: x.index_add(0, e.tensor([0.0]), x[:1]),
    "index_copy above": lambda e, x: x.index_copy(0, e.tensor([5]), x[:1]),
    "index_copy below": lambda e, x: x.index_copy(0, e.tensor([-1]), x[:1]),
    "index_copy too much": lambda e, x: x.index_copy(0, e.tensor([0]), x),
    "index_copy another shape": lambda e, x: x.index_copy(0, e.tensor([0, 1]), e.zeros(2, 2)),
    "index_copy another dtype": lambda e, x: x.index_copy(0, e.tensor([0]), x[:1].double()),
    "index_copy by a table": lambda e, x: x.index_copy(0, e.tensor([[0]]), x),
    "index_copy by int32": lambda e, x: x.index_copy(0, e.tensor([0], dtype=e.int32), x[:1]),
    "index_fill above": lambda e, x: x.index_fill(0, e.tensor([5]), 1.0),
    "index_fill below": lambda e, x: x.index_fill(0, e.tensor([-3]), 1.0),
    "index_fill by a table": lambda e, x: x.index_fill(0, e.tensor([[0]]), 1.0),
    "index_fill by floats": lambda e, x: x.index_fill(0, e.tensor([0.0]), 1.0),
    "index_fill with two": lambda e, x: x.index_fill(0, e.tensor([0]), e.zeros(2)),
    "index_fill with a complex number": lambda e, x: x.index_fill(0, e.tensor([0]), 1j),
    "index_put above": lambda e, x: x.index_put((e.tensor([5]),), e.tensor(1.0)),
    "index_put another dtype": lambda e, x: x.index_put((e.tensor([0]),), e.tensor(1.0, dtype=e.float64)),
    "index_put another shape": lambda e, x: x.index_put((e.tensor([0]),), e.zeros(4)),
    "index_put by floats": lambda e, x: x.index_put((e.tensor([0.0]),), e.tensor(1.0)),
    "index_put by a tensor": lambda e, x: x.index_put(e.tensor([0]), e.tensor(1.0)),
    "index_put by too many": lambda e, x: x.index_put((e.tensor([0]),) * 3, e.tensor(1.0)),
    "masked_select by integers": lambda e, x: x.masked_select(e.tensor([1, 0, 1])),
    "masked_select by another shape": lambda e, x: x.masked_select(e.tensor([True, False])),
    "masked_scatter from too little": lambda e, x: x.masked_scatter(e.tensor([True, False, True]), e.ones(2)),
    "masked_scatter by integers": lambda e, x: x.masked_scatter(e.tensor([1, 0, 1]), e.ones(9)),
    "masked_scatter another dtype": lambda e, x: x.masked_scatter(e.tensor([True, False, True]), e.ones(9).double()),
    "masked_scatter by another shape": lambda e, x: x.masked_scatter(e.tensor([True, False]), e.ones(9)),
    "masked_fill with two": lambda e, x: x.masked_fill(e.tensor([True, False, True]), e.ones(2)),
    "masked_fill by another shape": lambda e, x: x.masked_fill(e.tensor([True, False]), 2),
    "masked_fill_ larger": lambda e, x: x.masked_fill_(e.tensor([[[True, False, True]]]), 2),
    "masked_fill by bytes": lambda e, x: x.masked_fill(e.tensor([1, 0, 1], dtype=e.uint8), 2),
    "take above": lambda e, x: x.take(e.tensor([6])),
    "take below": lambda e, x: x.take(e.tensor([-7])),
    "take by floats": lambda e, x: x.take(e.tensor([0.0])),
    "take by int32": lambda e, x: x.take(e.tensor([0], dtype=e.int32)),
    "take from nothing": lambda e, x: e.zeros(0).take(e.tensor([0])),
    "take_along_dim by int32": lambda e, x: e.take_along_dim(x, e.tensor([[0]], dtype=e.int32), 1),
    "take_along_dim by another rank": lambda e, x: e.take_along_dim(x, e.tensor([0]), 1),
    "put_ another number": lambda e, x: x.put_(e.tensor([0, 1]), e.ones(3)),
    "put_ above": lambda e, x: x.put_(e.tensor([6]), e.ones(1)),
    "put_ by floats": lambda e, x: x.put_(e.tensor([0.0]), e.ones(1)),
    "put_ another dtype": lambda e, x: x.put_(e.tensor([0]), e.ones(1).double()),
    "where by numbers": lambda e, x: e.where(x, x, e.tensor(1)),
}  # fmt: skip


@pytest.mark.parametrize("act", PICKS.values(), ids=PICKS)
def test_what_is_picked_is_pytorchs(act):
    agree(act)


@pytest.mark.parametrize("act", WRITES.values(), ids=WRITES)
def test_what_is_written_is_pytorchs(act):
    def both(engine):
        x = table(engine)
        return act(engine, x), x, x._version

    agree(both)


@pytest.mark.parametrize("act", BAD.values(), ids=BAD)
def test_a_refusal_is_pytorchs(act):
    def both(engine):
        x = table(engine)
        return act(engine, x), x

    agree(both)


@pytest.mark.parametrize("reduce", ["sum", "prod", "mean", "amax", "amin"])
@pytest.mark.parametrize("include_self", [True, False])
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64", "int32", "uint8"])
def test_a_reduction_by_index_is_pytorchs(reduce, include_self, dtype):
    def act(engine):
        index = engine.tensor([[0, 0, 1], [1, 1, 1]])
        source = table(engine, dtype) + 3
        first = table(engine, dtype).scatter_reduce(1, index, source, reduce, include_self=include_self)
        second = table(engine, dtype)
        second.scatter_reduce_(0, index, source, reduce, include_self=include_self)
        return first, second

    agree(act, rtol=1e-6)


def test_nan_wins_among_the_greatest_by_index():
    def act(engine):
        source = engine.tensor([1.0, float("nan"), 3.0])
        index = engine.tensor([0, 0, 1])
        return [engine.zeros(2).scatter_reduce(0, index, source, reduce) for reduce in ("amax", "amin", "sum")]

    agree(act)


shapes = st.lists(st.integers(1, 4), min_size=1, max_size=3).map(tuple)


@st.composite
def indexed(draw):
    """A shape, a dimension, and an index that fits."""
    shape = draw(shapes)
    dim = draw(st.integers(0, len(shape) - 1))
    sizes = [draw(st.integers(1, size)) for size in shape]
    sizes[dim] = draw(st.integers(1, shape[dim]))
    count = 1
    for size in sizes:
        count *= size
    index = draw(st.lists(st.integers(0, shape[dim] - 1), min_size=count, max_size=count))
    return shape, dim, tuple(sizes), index


def counted(engine, shape):
    count = 1
    for size in shape:
        count *= size
    return engine.arange(count, dtype=engine.float64).reshape(shape)


@given(indexed(), st.sampled_from(["sum", "prod", "mean", "amax", "amin"]), st.booleans())
def test_values_and_gradients_of_any_scatter_are_pytorchs(case, reduce, include_self):
    shape, dim, sizes, flat = case

    def act(engine):
        index = engine.tensor(flat).reshape(sizes)
        x = (counted(engine, shape) * 0.5 + 1).requires_grad_()
        src = (counted(engine, sizes) * 0.25 + 2.1).requires_grad_()  # unlike PyTorch, an x left out takes no share of equals
        results = [
            x.gather(dim, index),
            x.scatter_add(dim, index, src),
            x.scatter_reduce(dim, index, src, reduce, include_self=include_self),
        ]
        loss = sum((each * (each.detach() * 0 + counted(engine, tuple(each.shape)) + 1)).sum() for each in results)
        loss.backward()
        return results, x.grad, src.grad

    agree(act, rtol=1e-9)
