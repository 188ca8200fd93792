"""Products against PyTorch: every combination of ranks, and the errors that students meet most."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ops.calls import agree

SHAPES = [(), (3,), (2, 3), (3, 2), (2, 3, 3), (4, 1, 2, 3), (1, 3, 2), (0, 3), (3, 0), (2, 0, 3)]


def numbers(engine, shape, seed=0, dtype="float64"):
    count = 1
    for size in shape:
        count *= size
    values = [((7 * place + seed) % 11 - 5) / 2 for place in range(count)]
    return engine.tensor(values, dtype=getattr(engine, dtype)).reshape(shape)


@pytest.mark.parametrize("one, other", itertools.product(SHAPES, SHAPES))
def test_matmul_of_all_ranks(one, other):
    # a vector before a batch: PyTorch's message depends on how it folds
    agree(lambda e: numbers(e, one) @ numbers(e, other, 1), rtol=1e-12, text=len(one) != 1 or len(other) < 3)


sizes = st.sampled_from([1, 2, 3])
batches = st.lists(st.sampled_from([1, 1, 2]), max_size=2)


@given(batches, batches, sizes, sizes, sizes, st.booleans(), st.booleans())
def test_the_gradients_of_a_batched_product(batch, other_batch, n, k, m, turned, other_turned):
    def gradients(engine):
        x = numbers(engine, (*batch, k, n) if turned else (*batch, n, k)).requires_grad_()
        y = numbers(engine, (*other_batch, m, k) if other_turned else (*other_batch, k, m), 1).requires_grad_()
        z = (x.transpose(-1, -2) if turned else x) @ (y.transpose(-1, -2) if other_turned else y)
        (z * numbers(engine, tuple(z.shape), 2)).sum().backward()
        return z, x.grad, y.grad

    agree(gradients, rtol=1e-12)


@pytest.mark.parametrize("one, other", [((3,), (3,)), ((2, 3), (3,)), ((3,), (3, 2)), ((2, 2, 3), (3,)), ((3,), (2, 3, 2))])
def test_the_gradients_where_a_vector_takes_part(one, other):
    def gradients(engine):
        x, y = numbers(engine, one).requires_grad_(), numbers(engine, other, 1).requires_grad_()
        (x @ y).sum().backward()
        return x.grad, y.grad

    agree(gradients, rtol=1e-12)


DTYPES = ("float32", "float64", "float64")


def mixed(name, *shapes):
    return lambda e: getattr(e, name)(*(numbers(e, shape, dtype=dtype) for shape, dtype in zip(shapes, DTYPES, strict=False)))


ERRORS = {
    "mm of vectors": lambda e: e.mm(e.ones(3), e.ones(3, 2)),
    "mm by a vector": lambda e: e.mm(e.ones(2, 3), e.ones(3)),
    "mm of mismatched shapes": lambda e: e.mm(e.ones(2, 3), e.ones(4, 5)),
    "mm of two dtypes": mixed("mm", (2, 3), (3, 2)),
    "mm of integers by floats": lambda e: e.mm(e.ones(2, 3, dtype=e.int64), e.ones(3, 2)),
    "matmul of two dtypes": mixed("matmul", (2, 3), (3, 2)),
    "batched matmul of two dtypes": mixed("matmul", (2, 2, 3), (2, 3, 2)),
    "matmul of mismatched shapes": lambda e: e.ones(2, 3) @ e.ones(2, 3),
    "matmul of mismatched batches": lambda e: e.ones(2, 2, 3) @ e.ones(3, 3, 2),
    "matmul of mismatched matrices in batches": lambda e: e.ones(2, 2, 3) @ e.ones(2, 4, 2),
    "a folded batch that does not fit": lambda e: e.ones(2, 2, 3) @ e.ones(4, 2),
    "a matrix by a vector that does not fit": lambda e: e.ones(2, 3) @ e.ones(4),
    "a vector by a matrix that does not fit": lambda e: e.ones(4) @ e.ones(2, 3),
    "vectors that do not fit": lambda e: e.ones(4) @ e.ones(3),
    "matmul by a number": lambda e: e.ones(2, 3) @ 2,
    "matmul with a list": lambda e: e.matmul(e.ones(2), [1.0, 2.0]),
    "mv of two vectors": lambda e: e.mv(e.ones(3), e.ones(3)),
    "mv that does not fit": lambda e: e.mv(e.ones(2, 3), e.ones(2)),
    "mv of two dtypes": mixed("mv", (2, 3), (3,)),
    "dot of matrices": lambda e: e.dot(e.ones(2, 3), e.ones(3)),
    "dot that does not fit": lambda e: e.dot(e.ones(2), e.ones(3)),
    "dot of two dtypes": mixed("dot", (3,), (3,)),
    "bmm of matrices": lambda e: e.bmm(e.ones(2, 3), e.ones(2, 3, 2)),
    "bmm by a matrix": lambda e: e.bmm(e.ones(2, 2, 3), e.ones(3, 2)),
    "bmm of different batches": lambda e: e.bmm(e.ones(2, 2, 3), e.ones(3, 3, 2)),
    "bmm that does not fit": lambda e: e.bmm(e.ones(2, 2, 3), e.ones(2, 2, 2)),
    "bmm of two dtypes": mixed("bmm", (2, 2, 3), (2, 3, 2)),
    "addmm that does not fit": lambda e: e.addmm(e.ones(2), e.ones(2, 3), e.ones(2, 3)),
    "addmm with a bias that does not fit": lambda e: e.addmm(e.ones(3), e.ones(2, 3), e.ones(3, 2)),
    "addmm of two dtypes": mixed("addmm", (2,), (2, 3), (3, 2)),
    "outer of matrices": lambda e: e.outer(e.ones(2, 2), e.ones(2)),
    "outer by a matrix": lambda e: e.outer(e.ones(2), e.ones(2, 2)),
    "numbers": lambda e: e.tensor(2.0) @ e.ones(2),
}


@pytest.mark.parametrize("act", ERRORS.values(), ids=ERRORS)
def test_the_error_is_pytorchs(act):
    agree(act)


RESULTS = {
    "integers": lambda e: e.arange(6).reshape(2, 3) @ e.arange(6).reshape(3, 2),
    "integer vectors": lambda e: e.arange(3) @ e.arange(3),
    "small integers": lambda e: e.full((1, 4), 100, dtype=e.int8) @ e.full((4, 1), 2, dtype=e.int8),
    "outer": lambda e: e.outer(e.arange(2), e.arange(3.0)),
    "T of a matrix": lambda e: e.ones(2, 3).T @ e.ones(2, 3),
    "mT of a batch": lambda e: e.ones(2, 2, 3).mT @ e.ones(2, 2, 3),
    "methods": lambda e: (e.ones(2, 3).mm(e.ones(3, 1)), e.ones(2, 3).mv(e.ones(3)), e.ones(3).dot(e.ones(3)), e.ones(2).outer(e.ones(2))),
    "names of nodes": lambda e: [
        (x.requires_grad_() @ y).grad_fn.name() for x, y in (
            (e.ones(3), e.ones(3)), (e.ones(2, 3), e.ones(3)), (e.ones(3), e.ones(3, 2)), (e.ones(2, 3), e.ones(3, 2)),
            (e.ones(2, 2, 3), e.ones(3, 2)), (e.ones(2, 2, 3), e.ones(2, 3, 2)), (e.ones(2, 2, 3), e.ones(3)),
            (e.ones(3), e.ones(2, 3, 2)),
        )
    ],
}  # fmt: skip


@pytest.mark.parametrize("act", RESULTS.values(), ids=RESULTS)
def test_the_result_is_pytorchs(act):
    agree(act)
