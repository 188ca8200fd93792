"""Parts, diagonals, windows and moved dimensions against PyTorch: every call on every kind of base, by table."""

from __future__ import annotations

import pytest

import minitorch_edu
from tests.ops.calls import agree, flat

BASES = {
    "a number": lambda e: e.arange(1.0, dtype=e.float64).reshape(()),
    "a vector": lambda e: e.arange(6.0, dtype=e.float64),
    "every second of a vector": lambda e: e.arange(12.0, dtype=e.float64)[1::2],
    "a matrix": lambda e: e.arange(12.0, dtype=e.float64).reshape(3, 4),
    "a transposed matrix": lambda e: e.arange(12.0, dtype=e.float64).reshape(4, 3).t(),
    "a part of a matrix": lambda e: e.arange(30.0, dtype=e.float64).reshape(5, 6)[1:4, 1:5],
    "a square of few columns": lambda e: e.arange(3.0, dtype=e.float64).reshape(3, 1).expand(3, 3),
    "a block": lambda e: e.arange(24.0, dtype=e.float64).reshape(2, 3, 4),
    "a block in another order": lambda e: e.arange(24.0, dtype=e.float64).reshape(2, 3, 4).permute(2, 0, 1),
    "a block of ones": lambda e: e.arange(4.0, dtype=e.float64).reshape(1, 4, 1),
}

CALLS = {
    "split": lambda e, x: x.split(2),
    "split along the last": lambda e, x: e.split(x, 3, dim=-1),
    "split into sizes": lambda e, x: x.split([1, 2]),
    "split into sizes along the last": lambda e, x: e.split(x, (1, 0, 3), -1),
    "split with sizes": lambda e, x: e.split_with_sizes(x, [2, 4]),
    "chunk": lambda e, x: x.chunk(2),
    "chunk along the last": lambda e, x: e.chunk(x, 3, dim=-1),
    "more chunks than there are": lambda e, x: x.chunk(100),
    "tensor split": lambda e, x: e.tensor_split(x, 4),
    "tensor split at": lambda e, x: x.tensor_split((1, 2), dim=-1),
    "tensor split behind": lambda e, x: e.tensor_split(x, (-2, 1, 9)),
    "hsplit": lambda e, x: x.hsplit(2),
    "hsplit at": lambda e, x: e.hsplit(x, [1, 2]),
    "vsplit": lambda e, x: e.vsplit(x, 3),
    "vsplit at": lambda e, x: x.vsplit((1,)),
    "dsplit": lambda e, x: e.dsplit(x, 2),
    "dsplit at": lambda e, x: x.dsplit([1]),
    "unbind": lambda e, x: x.unbind(),
    "unbind the last": lambda e, x: e.unbind(x, -1),
    "diagonal": lambda e, x: x.diagonal(),
    "diagonal above": lambda e, x: e.diagonal(x, 1),
    "diagonal below": lambda e, x: e.diagonal(x, offset=-1, dim1=-1, dim2=0),
    "diag": lambda e, x: x.diag(),
    "diag above": lambda e, x: e.diag(x, 1),
    "diag embed": lambda e, x: e.diag_embed(x),
    "diag embed elsewhere": lambda e, x: x.diag_embed(-1, 0, -1),
    "diagflat": lambda e, x: e.diagflat(x, 1),
    "unfold": lambda e, x: x.unfold(0, 2, 1),
    "unfold the last": lambda e, x: x.unfold(-1, 3, 2),
    "movedim": lambda e, x: e.movedim(x, 0, -1),
    "movedim of two": lambda e, x: x.movedim((0, 1), (1, 2)),
    "moveaxis": lambda e, x: e.moveaxis(x, -1, 0),
    "swapaxes": lambda e, x: x.swapaxes(0, -1),
    "swapdims": lambda e, x: e.swapdims(x, -1, -2),
    "adjoint": lambda e, x: e.adjoint(x),
    "H": lambda e, x: x.H,
    "mH": lambda e, x: x.mH,
    "mT": lambda e, x: x.mT,
    "unflatten": lambda e, x: x.unflatten(-1, (2, -1)),
    "unflatten the first": lambda e, x: e.unflatten(x, 0, (1, 3)),
    "ravel": lambda e, x: e.ravel(x),
    "flatten": lambda e, x: x.flatten(),
    "reshape as": lambda e, x: x.reshape_as(e.zeros(2, 6)),
    "at least one": lambda e, x: e.atleast_1d(x),
    "at least two": lambda e, x: e.atleast_2d(x),
    "at least three": lambda e, x: e.atleast_3d(x),
    "broadcast to": lambda e, x: e.broadcast_to(x, (2, 3, 4)),
    "expand": lambda e, x: x.expand(2, 2, -1, -1),
    "squeeze": lambda e, x: x.squeeze(),
    "squeeze one": lambda e, x: x.squeeze(-1),
    "squeeze two": lambda e, x: x.squeeze((0, -1)),
    "unsqueeze": lambda e, x: x.unsqueeze(-2),
    "narrow": lambda e, x: x.narrow(0, -2, 2),
    "select": lambda e, x: x.select(-1, -2),
    "as strided": lambda e, x: x.as_strided((2, 2), (1, 2)),
    "view as ints": lambda e, x: x.detach().view(e.int64),
    "view as bytes": lambda e, x: x.detach().view(e.int8),
    "rows": lambda e, x: list(x),
}


def look(engine, make, call):
    """All there is to see of the results: the layout, whose views they are, their history, and their gradient."""
    leaf = engine.arange(40, dtype=engine.float64).requires_grad_()
    plain = make(engine)
    x = (leaf * 1).as_strided(plain.shape, plain.stride(), plain.storage_offset())
    results = flat(call(engine, x))
    seen = []
    for result in results:
        node = result.grad_fn
        seen.append((
            tuple(result.shape), result.stride() if result.numel() else (), result.is_contiguous(), result._is_view(),
            result.requires_grad, None if node is None else node.name(), result.output_nr,
            result.storage_offset() if result.numel() and result._is_view() else 0, result,
        ))  # fmt: skip
    loss = sum(
        ((result * result).sum() * (1 + place) for place, result in enumerate(results)), engine.zeros(())
    )
    if loss.requires_grad:
        loss.backward()
    return len(results), seen, leaf.grad


TRACED = [("a number", "unflatten"), ("a number", "unflatten the first")]
"""Here the text of PyTorch's error ends in a C++ stack trace."""


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("base", BASES)
def test_the_results_or_the_error_are_pytorchs(base, call):
    agree(lambda e: look(e, BASES[base], CALLS[call]), text=(base, call) not in TRACED)


SHARED = [name for name in CALLS if name not in ("view as bytes",)]


@pytest.mark.parametrize("call", [CALLS[name] for name in SHARED], ids=SHARED)
def test_a_write_into_a_part_is_a_write_into_the_base_exactly_where_pytorch_says_so(call):
    def written(engine):
        base = engine.arange(12.0, dtype=engine.float64).reshape(3, 4)
        for part in flat(call(engine, base)):
            part.zero_()
        return base, base._version

    agree(written)


def matrix(e):
    return e.zeros(2, 3)


REFUSED = {
    "movedim beyond": lambda e: e.movedim(matrix(e), 0, 5),
    "movedim of two to one": lambda e: matrix(e).movedim((0, 1), (0,)),
    "movedim of one twice": lambda e: matrix(e).movedim((0, 0), (0, 1)),
    "movedim to one twice": lambda e: matrix(e).movedim((0, 1), (1, 1)),
    "movedim of a number to a list": lambda e: matrix(e).movedim(0, (1,)),
    "movedim of a name": lambda e: matrix(e).movedim("a", 0),
    "swapaxes beyond": lambda e: matrix(e).swapaxes(0, 2),
    "swapdims beyond": lambda e: matrix(e).swapdims(5, 0),
    "unflatten that does not fit": lambda e: matrix(e).unflatten(0, (3, 1)),
    "unflatten into nothing": lambda e: matrix(e).unflatten(0, ()),
    "unflatten beyond": lambda e: matrix(e).unflatten(2, (1,)),
    "unflatten with a rest": lambda e: matrix(e).unflatten(1, (2, -1)),
    "unflatten into a number": lambda e: matrix(e).unflatten(1, 3),
    "split into negative": lambda e: matrix(e).split(-1),
    "split into nothing": lambda e: matrix(e).split(0),
    "split beyond": lambda e: matrix(e).split(1, 3),
    "split sizes that do not add up": lambda e: matrix(e).split([1, 2]),
    "split into a negative size": lambda e: matrix(e).split([3, -1]),
    "split by a float": lambda e: matrix(e).split(1.0),
    "split by a name": lambda e: matrix(e).split("a"),
    "split by nothing": lambda e: matrix(e).split(),
    "split sizes with a float": lambda e: matrix(e).split([1, 1.5]),
    "split a number": lambda e: e.tensor(1.0).split(1),
    "chunk into none": lambda e: matrix(e).chunk(0),
    "chunk into negative": lambda e: matrix(e).chunk(-1),
    "chunk beyond": lambda e: matrix(e).chunk(2, 4),
    "chunk by a float": lambda e: matrix(e).chunk(1.5),
    "chunk a number": lambda e: e.tensor(1.0).chunk(1),
    "tensor split into none": lambda e: matrix(e).tensor_split(0),
    "tensor split beyond": lambda e: matrix(e).tensor_split(2, 3),
    "tensor split by a float": lambda e: matrix(e).tensor_split(1.5),
    "tensor split a number": lambda e: e.tensor(1.0).tensor_split(2),
    "tensor split by floats": lambda e: matrix(e).tensor_split(e.tensor([1.0])),
    "tensor split by a matrix": lambda e: matrix(e).tensor_split(e.tensor([[1]])),
    "hsplit that leaves a rest": lambda e: matrix(e).hsplit(2),
    "hsplit a number": lambda e: e.tensor(1.0).hsplit(1),
    "hsplit into none": lambda e: matrix(e).hsplit(0),
    "vsplit that leaves a rest": lambda e: matrix(e).vsplit(5),
    "vsplit a vector": lambda e: e.zeros(3).vsplit(1),
    "dsplit a matrix": lambda e: matrix(e).dsplit(1),
    "dsplit that leaves a rest": lambda e: e.zeros(2, 2, 3).dsplit(2),
    "unbind beyond": lambda e: matrix(e).unbind(2),
    "unbind by a float": lambda e: matrix(e).unbind(1.0),
    "unbind a number": lambda e: e.tensor(1.0).unbind(),
    "rows of a number": lambda e: list(e.tensor(1.0)),
    "diagonal of one dimension twice": lambda e: matrix(e).diagonal(0, 0, 0),
    "diagonal of one dimension from both ends": lambda e: matrix(e).diagonal(0, 1, -1),
    "diagonal beyond": lambda e: matrix(e).diagonal(dim1=3),
    "diagonal of a vector": lambda e: e.zeros(3).diagonal(),
    "diag of a block": lambda e: e.zeros(2, 2, 2).diag(),
    "diag of a number": lambda e: e.tensor(1.0).diag(),
    "diag embed of one dimension twice": lambda e: matrix(e).diag_embed(0, 0, 0),
    "diag embed beyond": lambda e: matrix(e).diag_embed(0, 0, 5),
    "unfold longer than it is": lambda e: matrix(e).unfold(0, 3, 1),
    "unfold of a negative size": lambda e: matrix(e).unfold(1, -1, 1),
    "unfold without a step": lambda e: matrix(e).unfold(1, 1, 0),
    "unfold beyond": lambda e: matrix(e).unfold(2, 1, 1),
    "unfold a number": lambda e: e.tensor(1.0).unfold(0, 2, 1),
    "narrow beyond": lambda e: matrix(e).narrow(0, 0, 3),
    "narrow before": lambda e: matrix(e).narrow(0, -3, 1),
    "narrow to a negative length": lambda e: matrix(e).narrow(0, 0, -1),
    "narrow a number": lambda e: e.tensor(1.0).narrow(0, 0, 1),
    "select beyond": lambda e: matrix(e).select(0, 2),
    "select before": lambda e: matrix(e).select(0, -3),
    "adjoint of a vector": lambda e: e.zeros(3).adjoint(),
    "mH of a vector": lambda e: e.zeros(3).mH,
    "H of a vector": lambda e: e.zeros(3).H,
    "H of a block": lambda e: e.zeros(2, 2, 2).H,
    "at least one of a number of Python's": lambda e: e.atleast_1d(3),
    "broadcast to what is not one": lambda e: e.broadcast_to(matrix(e), (2, 4)),
    "broadcast to fewer": lambda e: e.broadcast_to(matrix(e), (3,)),
    "tensors that do not meet": lambda e: e.broadcast_tensors(matrix(e), e.zeros(4)),
    "shapes that do not meet": lambda e: e.broadcast_shapes((2,), (3,)),
    "shapes that do not meet further left": lambda e: e.broadcast_shapes((5,), (2, 5), (3, 5)),
    "a negative shape": lambda e: e.broadcast_shapes((2, 3), (-1,)),
}


ON_THE_HOST = {"tensor split by floats", "tensor split by a matrix"}
"""Whose tensor of places has to be on the CPU, before anything else is said of it."""


@pytest.mark.parametrize(
    "act",
    [pytest.param(act, id=name, marks=[pytest.mark.host] * (name in ON_THE_HOST)) for name, act in REFUSED.items()],
)
def test_bad_input_gets_pytorchs_words(act):
    with pytest.raises(Exception, match="."):
        act(minitorch_edu)
    agree(act)


def test_shapes_meet_as_in_pytorch():
    agree(
        lambda e: [
            tuple(e.broadcast_shapes(*each)) for each in ((), ((2, 3), (1,), 3), (2, (5, 1)), ((1,), (4, 1)))
        ]
    )


def test_several_tensors_at_least():
    agree(
        lambda e: [
            tuple(x.shape)
            for f in (e.atleast_1d, e.atleast_2d, e.atleast_3d)
            for x in f(e.tensor(1), e.zeros(2))
        ]
    )
    agree(lambda e: [tuple(x.shape) for x in e.atleast_2d([e.tensor(1), e.zeros(2)])])
    agree(lambda e: e.atleast_1d())


def test_nothing_splits_as_in_pytorch():
    agree(lambda e: [tuple(x.shape) for x in e.zeros(0).split(0) + e.zeros(0).split(2) + e.zeros(0).chunk(3)])
    agree(lambda e: [tuple(x.shape) for x in e.zeros(0, 2).unbind(1) + e.zeros(0, 2).unbind()])
    agree(lambda e: e.zeros(2, 3).diagonal(9).shape == e.zeros(2, 3).diag(5).shape)
