"""Rearranging against PyTorch: flip, roll, rot90, repeat, triangles: values, nodes, errors."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ops.calls import agree


def table(e):
    return e.arange(6.0).reshape(2, 3)


def cube(e):
    return e.arange(24).reshape(2, 3, 4)


CASES = {
    "tril": lambda e: e.tril(table(e)),
    "tril above": lambda e: table(e).tril(1),
    "tril below": lambda e: table(e).tril(diagonal=-1),
    "tril of a batch": lambda e: cube(e).tril(),
    "tril_": lambda e: (x := table(e), x.tril_(), x._version),
    "triu": lambda e: e.triu(table(e)),
    "triu above": lambda e: e.triu(table(e), 2),
    "triu_": lambda e: (x := table(e), x.triu_(-1)),
    "triu of bools": lambda e: e.triu(e.ones(2, 2, dtype=e.bool)),
    "tril of a line": lambda e: e.tril(e.tensor([1])),
    "triu of a line": lambda e: e.triu(e.tensor([1])),
    "tril_indices": lambda e: e.tril_indices(3, 3),
    "tril_indices above": lambda e: e.tril_indices(2, 4, 1),
    "triu_indices": lambda e: e.triu_indices(3, 2),
    "triu_indices below": lambda e: e.triu_indices(3, 3, offset=-1, dtype=e.int32),
    "triu_indices of nothing": lambda e: e.triu_indices(0, 3),
    "tril_indices of negative rows": lambda e: e.tril_indices(-1, 2),
    "tril_indices of negative columns": lambda e: e.tril_indices(2, -1),
    "tril_indices as floats": lambda e: e.tril_indices(2, 2, dtype=e.float32),
    "flip": lambda e: e.flip(table(e), (0,)),
    "flip both": lambda e: table(e).flip(0, 1),
    "flip a list": lambda e: table(e).flip([-1]),
    "flip nothing": lambda e: table(e).flip(()),
    "flip twice": lambda e: table(e).flip(0, 0),
    "flip beyond": lambda e: table(e).flip(3),
    "flip without": lambda e: table(e).flip(),
    "fliplr": lambda e: table(e).fliplr(),
    "flipud": lambda e: e.flipud(table(e)),
    "flipud of a line": lambda e: e.flipud(e.tensor([1, 2])),
    "fliplr of a line": lambda e: e.fliplr(e.tensor([1])),
    "flipud of a number": lambda e: e.flipud(e.tensor(1)),
    "rot90": lambda e: table(e).rot90(),
    "rot90 twice": lambda e: e.rot90(table(e), 2),
    "rot90 back": lambda e: e.rot90(table(e), -1, (0, 1)),
    "rot90 of other dimensions": lambda e: e.rot90(cube(e), 1, [2, 0]),
    "rot90 five times": lambda e: e.rot90(table(e), k=5),
    "rot90 of one dimension": lambda e: table(e).rot90(1, (0,)),
    "rot90 of the same": lambda e: table(e).rot90(1, (0, 0)),
    "rot90 of the same from behind": lambda e: table(e).rot90(1, (0, -2)),
    "rot90 beyond": lambda e: table(e).rot90(1, (0, 5)),
    "rot90 of a line": lambda e: e.tensor([1]).rot90(),
    "roll": lambda e: table(e).roll(1),
    "roll along": lambda e: e.roll(table(e), 1, 0),
    "roll back": lambda e: e.roll(table(e), -4, 1),
    "roll both": lambda e: e.roll(table(e), (1, 2), (0, 1)),
    "roll by name": lambda e: e.roll(table(e), shifts=(1, 1), dims=(0, 0)),
    "roll a number": lambda e: e.tensor(1).roll(1),
    "roll out of step": lambda e: table(e).roll((1, 2), 0),
    "roll flat by two": lambda e: table(e).roll((1, 2)),
    "roll beyond": lambda e: table(e).roll(1, 5),
    "roll by nothing": lambda e: table(e).roll(()),
    "repeat": lambda e: table(e).repeat(2, 1),
    "repeat in front": lambda e: table(e).repeat((2, 1, 1)),
    "repeat to nothing": lambda e: table(e).repeat(2, 0),
    "repeat a number": lambda e: e.tensor(3).repeat(2),
    "repeat by a size": lambda e: e.tensor([1, 2]).repeat(e.zeros(2, 2).shape),
    "repeat too little": lambda e: table(e).repeat(2),
    "repeat without": lambda e: table(e).repeat(),
    "repeat negatively": lambda e: table(e).repeat(-1, 2),
    "tile": lambda e: e.tile(table(e), (2,)),
    "tile in front": lambda e: table(e).tile(2, 1, 1),
    "tile by nothing": lambda e: table(e).tile(()),
    "tile negatively": lambda e: table(e).tile(2, -1),
    "repeat_interleave": lambda e: table(e).repeat_interleave(2),
    "repeat_interleave rows": lambda e: e.repeat_interleave(table(e), 2, 0),
    "repeat_interleave columns": lambda e: e.repeat_interleave(table(e), e.tensor([1, 0, 2]), dim=1),
    "repeat_interleave by one": lambda e: e.repeat_interleave(table(e), e.tensor([2]), dim=1),
    "repeat_interleave by a number": lambda e: e.repeat_interleave(table(e), e.tensor(2), dim=0),
    "repeat_interleave of places": lambda e: e.repeat_interleave(e.tensor([1, 0, 2])),
    "repeat_interleave of places in int32": lambda e: e.repeat_interleave(e.tensor([1, 2], dtype=e.int32)),
    "repeat_interleave to nothing": lambda e: table(e).repeat_interleave(0, 1),
    "repeat_interleave to a size": lambda e: table(e).repeat_interleave(e.tensor([1, 2]), 0, output_size=3),
    "repeat_interleave to another size": lambda e: table(e).repeat_interleave(e.tensor([1, 2]), 0, output_size=5),
    "repeat_interleave negatively": lambda e: table(e).repeat_interleave(-1),
    "repeat_interleave by negatives": lambda e: table(e).repeat_interleave(e.tensor([-1, 2]), 0),
    "repeat_interleave by others": lambda e: table(e).repeat_interleave(e.tensor([1, 2, 3]), 0),
    "repeat_interleave by floats": lambda e: table(e).repeat_interleave(e.tensor([1.0, 2.0]), 0),
    "repeat_interleave by a table": lambda e: table(e).repeat_interleave(e.tensor([[1, 2]]), 0),
}  # fmt: skip


@pytest.mark.parametrize("act", CASES.values(), ids=CASES)
def test_the_result_or_the_error_is_pytorchs(act):
    agree(act)


shapes = st.lists(st.integers(0, 4), min_size=0, max_size=3).map(tuple)


def numbers(engine, shape):
    count = 1
    for size in shape:
        count *= size
    return engine.arange(count, dtype=engine.float64).reshape(shape)


ACTS = {
    "flip": lambda x, n, dim: x.flip(dim),
    "roll": lambda x, n, dim: x.roll(n, dim),
    "roll flat": lambda x, n, dim: x.roll(n),
    "repeat": lambda x, n, dim: x.repeat(*([1] * (x.ndim - 1) + [abs(n)])),
    "tile": lambda x, n, dim: x.tile((abs(n), 2)),
    "repeat_interleave": lambda x, n, dim: x.repeat_interleave(abs(n), dim),
    "repeat_interleave flat": lambda x, n, dim: x.repeat_interleave(abs(n)),
    "rot90": lambda x, n, dim: x.rot90(n, (dim, 0)),
    "tril": lambda x, n, dim: x.tril(n),
    "triu": lambda x, n, dim: x.triu(n),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
@given(shape=shapes, n=st.integers(-3, 3), dim=st.integers(-3, 2))
def test_any_shape_with_its_gradient(act, shape, n, dim):
    def both(engine):
        x = numbers(engine, shape).requires_grad_()
        result = act(x, n, dim)
        (result * (numbers(engine, tuple(result.shape)) + 1)).sum().backward()
        return result, x.grad, result.stride() if result.numel() else ()

    agree(both)
