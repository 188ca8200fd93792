"""Writes to memory that several elements share, or that is read in the same op, are refused in PyTorch's words."""

from __future__ import annotations

import pytest

from tests.ops.calls import agree


def expanded(engine):
    return engine.ones(1).expand(3)


def places(engine):
    return engine.tensor([0, 1])


def put(tensor, key, value):
    tensor[key] = value
    return tensor


SHARED = {
    "x[:] = 2": lambda e: put(expanded(e), slice(None), 2.0),
    "x[:2] = y": lambda e: put(expanded(e), slice(0, 2), e.ones(2)),
    "x[0] = 2": lambda e: put(expanded(e), 0, 2.0),
    "masked_scatter_": lambda e: expanded(e).masked_scatter_(e.tensor([True, False, True]), e.ones(3)),
    "index_add_": lambda e: expanded(e).index_add_(0, places(e), e.ones(2)),
    "index_copy_": lambda e: expanded(e).index_copy_(0, places(e), e.ones(2)),
    "put_": lambda e: expanded(e).put_(places(e), e.ones(2)),
    "scatter_": lambda e: expanded(e).scatter_(0, places(e), e.ones(2)),
    "scatter_ of a number": lambda e: expanded(e).scatter_(0, places(e), 2.0),
    "scatter_add_": lambda e: expanded(e).scatter_add_(0, places(e), e.ones(2)),
    "scatter_reduce_": lambda e: expanded(e).scatter_reduce_(0, places(e), e.ones(2), "sum"),
    "normal_": lambda e: expanded(e).normal_(),
    "bernoulli_": lambda e: expanded(e).bernoulli_(),
    "expanded to the same size": lambda e: put(e.ones(1).expand(1), slice(None), 2.0),
    "expanded, but empty": lambda e: put(e.ones(1, 0).expand(3, 0), slice(None), 2.0),
}


@pytest.mark.parametrize("name", SHARED)
def test_several_elements_in_one_place(name):
    agree(SHARED[name])


def six(engine):
    return engine.arange(6)


READ = {
    "x[1:] = x[:-1]": lambda e, x: put(x, slice(1, None), x[:-1]),
    "x[:3] = x[3:]": lambda e, x: put(x, slice(0, 3), x[3:]),
    "x[:] = x": lambda e, x: put(x, slice(None), x),
    "x[:] = its transpose": lambda e, x: put(x[:4].view(2, 2), slice(None), x[:4].view(2, 2).t()),
    "x[::2] = x[1::2]": lambda e, x: put(x, slice(None, None, 2), x[1::2]),
    "x[places] = x[:2]": lambda e, x: put(x, places(e), x[:2]),
    "x[mask] = x[:2]": lambda e, x: put(x, x > 3, x[:2]),
    "x[places] = y": lambda e, x: put(x, places(e), x[:2].clone()),
    "scatter_ itself": lambda e, x: x.scatter_(0, places(e), x),
    "scatter_ a part": lambda e, x: x[:3].scatter_(0, places(e), x[1:]),
    "scatter_ another part": lambda e, x: x[:3].scatter_(0, places(e), x[3:]),
    "scatter_ at itself": lambda e, x: x.scatter_(0, x[:2], 5),
    "scatter_add_": lambda e, x: x.scatter_add_(0, places(e), x),
    "scatter_reduce_": lambda e, x: x.scatter_reduce_(0, places(e), x, "sum"),
    "index_add_": lambda e, x: x[:3].index_add_(0, places(e), x[1:3]),
    "index_add_ at itself": lambda e, x: x.index_add_(0, x[:2], e.tensor([1, 1])),
    "index_copy_": lambda e, x: x[:3].index_copy_(0, places(e), x[1:3]),
    "index_fill_ at itself": lambda e, x: x.index_fill_(0, x[:2], 7),
    "put_": lambda e, x: x.put_(places(e), x[3:5]),
    "index_put_": lambda e, x: x[1:].index_put_((places(e),), x[:2]),
    "index_put_ at itself": lambda e, x: x.index_put_((x[:2],), e.tensor(5)),
    "masked_fill_ by itself": lambda e, x: (lambda mask: mask.masked_fill_(mask, False))(x > 2),
    "masked_fill_ by a part": lambda e, x: (lambda mask: mask[1:].masked_fill_(mask[:-1], False))(x > 2),
    "put_ at itself": lambda e, x: x.put_(x, e.ones(6, dtype=e.int64)),
    "kthvalue, out=": lambda e, x: e.kthvalue(x, 2, out=(x, e.empty(0, dtype=e.int64))),
    "kthvalue, out= of one place": lambda e, x: e.kthvalue(
        x, 2, out=(x[:1].clone().expand(6), e.empty(0, dtype=e.int64))
    ),
    "cat, out=": lambda e, x: e.cat([x[:3], x[3:]], out=x),
    "cat, out= a part": lambda e, x: e.cat([x, x], out=x[:3]),
    "cat, out= another part": lambda e, x: e.cat([x[:2]], out=x[4:]),
    "cat, out= what is empty": lambda e, x: (lambda none: e.cat([none, x], out=none))(x[:0].clone()),
    "cat of nothing, out=": lambda e, x: (lambda none: e.cat([none, none], out=none))(x[:0].clone()),
    "stack, out=": lambda e, x: e.stack([x[:3], x[3:]], out=x.view(2, 3)),
    "hstack, out=": lambda e, x: e.hstack([x[:3], x[3:]], out=x),
    "vstack, out=": lambda e, x: e.vstack([x[:3], x[3:]], out=x.view(2, 3)),
    "scatter, not in place": lambda e, x: x.scatter(0, places(e), x),
    "index_add, not in place": lambda e, x: x.index_add(0, x, x),
}


@pytest.mark.parametrize("name", READ)
def test_memory_that_is_written_and_read(name):
    agree(lambda e: (lambda x: (READ[name](e, x), x))(six(e)))
