"""einsum against PyTorch: all forms of an equation, gradients, nodes, and what it says of a wrong one."""

from __future__ import annotations

import pytest

from tests.ops.calls import agree


def numbers(engine, *shape):
    count = 1
    for size in shape:
        count *= size
    return (engine.arange(count, dtype=engine.float64) * 0.7).sin().reshape(shape)


EQUATIONS = [
    ("ij,jk->ik", (2, 3), (3, 4)), ("ij,jk", (2, 3), (3, 4)), ("ij->ji", (2, 3)), ("ij->", (2, 3)), ("ij->i", (2, 3)),
    ("ii", (3, 3)), ("ii->i", (3, 3)), ("iij->ij", (2, 2, 3)), ("iii->i", (2, 2, 2)), ("i,i", (3,), (3,)),
    ("i,j->ij", (2,), (3,)), ("i,j->", (2,), (3,)), ("ij,j->i", (2, 3), (3,)), ("ij,j->i", (2, 3), (1,)),
    ("bij,bjk->bik", (2, 1, 3), (2, 3, 2)), ("...ij,...jk", (2, 2, 3), (2, 3, 1)), ("...,...", (2, 3), (3,)),
    ("...i->...", (2, 3)), ("i...->...", (2, 3)), ("ij...->", (2, 3)), ("...ij->ij", (2, 2, 3)), ("i->...i", (3,)),
    ("i j , j -> i", (2, 3), (3,)), ("aB->Ba", (2, 3)), ("IJ,Jk", (2, 3), (3, 2)), ("->", ()), (",", (), ()),
    ("bn,anm,bm->ba", (2, 5), (3, 5, 4), (2, 4)), ("i,ij,j", (2,), (2, 3), (3,)), ("i,->i", (3,), ()),
    ("i,j->ij", (0,), (2,)), ("ij,ij->ij", (2, 3), (2, 3)), ("ij,jk->ik", (2, 0), (0, 3)),
    ("bhqd,bhkd->bhqk", (2, 2, 3, 4), (2, 2, 3, 4)), ("ij,kj,k->i", (2, 1), (3, 1), (3,)), ("abc,cd->abd", (2, 3, 4), (4, 5)),
]  # fmt: skip


@pytest.mark.parametrize("equation, shapes", [(text, shapes) for text, *shapes in EQUATIONS])
def test_values_and_gradients_are_pytorchs(equation, shapes):
    def act(engine):
        given = [numbers(engine, *shape).requires_grad_() for shape in shapes]
        result = engine.einsum(equation, *given)
        (result * result).sum().backward()
        return result, [each.grad for each in given], type(result.grad_fn).__name__

    agree(act, rtol=1e-12)


LISTS = {
    "without a result": lambda e, x, v: e.einsum(x, [0, 1], v, [1]),
    "with one": lambda e, x, v: e.einsum(x, [0, 1], [1, 0]),
    "with an ellipsis": lambda e, x, v: e.einsum(x, [0, ...], [..., 0]),
    "of small letters": lambda e, x, v: e.einsum(x, [26, 51], v, [51], [26]),
    "operands in a list": lambda e, x, v: e.einsum("ij,j", [x, v]),
    "integers": lambda e, x, v: e.einsum("ij->ji", x.to(e.int32)),
    "complex": lambda e, x, v: e.einsum("ij,j", x * 1j, v * 1j),
    "too high": lambda e, x, v: e.einsum(x, [0, 60]),
    "too low": lambda e, x, v: e.einsum(x, [-1, 0]),
    "no number": lambda e, x, v: e.einsum(x, [0, "a"]),
    "no tensor": lambda e, x, v: e.einsum("ij,j", x, 2),
    "no equation": lambda e, x, v: e.einsum(2, x),
    "two dtypes": lambda e, x, v: e.einsum("ij,j", x, v.float()),
    "nothing": lambda e, x, v: e.einsum(),
    "no operand": lambda e, x, v: e.einsum("ij"),
}


@pytest.mark.parametrize("act", LISTS.values(), ids=LISTS)
def test_lists_of_numbers_and_other_calls(act):
    agree(lambda engine: act(engine, numbers(engine, 2, 3), numbers(engine, 3)), rtol=1e-12)


WRONG = [
    "ij,jk->ik", "ij->ii", "ij->k", "ijk", "i", "ii", "i1", "i-j", "ij->i>", "i..j", "i....j", "...i...", "ij->i...j...",
    "ij->..i", "", "ij->i i", "ij->i.j", "ij-i", "ij->ijk", "...->i...", "i->i->i", "ij->ji,", "...ijk",
]  # fmt: skip


@pytest.mark.parametrize("equation", WRONG)
def test_a_wrong_equation_is_refused_in_pytorchs_words(equation):
    agree(lambda engine: engine.einsum(equation, numbers(engine, 2, 3)))


@pytest.mark.parametrize(
    "equation, one, other",
    [
        ("ij,jk", (2, 3), (2, 3)), ("i,i", (2,), (3,)), ("ij,kj", (2, 3), (4, 2)), ("...ij,...jk", (2, 3, 4), (5, 4, 6)),
        ("i", (2,), (3,)), ("i,j,k", (2,), (3,)), ("ij,j->i", (2, 3), (3, 1)),
    ],
)  # fmt: skip
def test_sizes_that_do_not_fit_are_refused_in_pytorchs_words(equation, one, other):
    agree(lambda engine: engine.einsum(equation, numbers(engine, *one), numbers(engine, *other)))
