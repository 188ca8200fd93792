"""Python functions for every element, diagonals filled in place, the order of dimensions: beside PyTorch."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from tests.ops.calls import agree

pytestmark = pytest.mark.host

MADE: dict[str, Any] = {
    "numbers": lambda e: e.eye(2),
    "asking for gradients": lambda e: e.eye(2, requires_grad=True),
    "whole": lambda e: e.eye(2, dtype=e.int64),
    "computed": lambda e: e.eye(2, requires_grad=True) * 1,
    "complex": lambda e: e.eye(2, dtype=e.complex64),
    "truths": lambda e: e.eye(2, dtype=e.bool),
    "a column": lambda e: e.zeros(2, 3)[:, 1:],
    "nothing": lambda e: e.zeros(0, 2),
}
CALLS: dict[str, Any] = {
    "apply_": lambda e, x: x.apply_(lambda value: value + 1),
    "apply_ to a fraction": lambda e, x: x.apply_(lambda value: 2.5),
    "apply_ to a tensor": lambda e, x: x.apply_(lambda value: e.tensor(3)),
    "apply_ to a text": lambda e, x: x.apply_(lambda value: "a"),
    "apply_ to nothing": lambda e, x: x.apply_(lambda value: None),
    "apply_ a number": lambda e, x: x.apply_(3),
    "map_": lambda e, x: x.map_(e.ones(2), lambda one, other: one + other),
    "map_ of a wrong shape": lambda e, x: x.map_(e.ones(3), max),
    "map_ of a number": lambda e, x: x.map_(3, max),
    "map_ without a function": lambda e, x: x.map_(x),
    "map_ a number": lambda e, x: x.map_(x.detach(), 3),
    "map2_": lambda e, x: x.map2_(x.detach(), x.detach(), lambda one, two, three: one + two + three),
    "map2_ of another dtype": lambda e, x: x.map2_(e.ones(2, 2), e.ones(2, 2), max),
    "fill_diagonal_": lambda e, x: x.fill_diagonal_(3),
    "fill_diagonal_ with a fraction": lambda e, x: x.fill_diagonal_(2.5),
    "fill_diagonal_ with nothing": lambda e, x: x.fill_diagonal_(),
    "fill_diagonal_ with a text": lambda e, x: x.fill_diagonal_("a"),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("made", MADE)
def test_elements_are_written_one_by_one(made, call):
    def act(engine: Any) -> Any:
        x = MADE[made](engine)
        result = CALLS[call](engine, x)
        return result.detach(), result is x, x._version if "fill" in call else 0

    agree(act, stride=True)


@pytest.mark.parametrize("wrap", [False, True])
@pytest.mark.parametrize("shape", [(), (2,), (2, 5), (7, 3), (4, 3), (3, 3, 3), (2, 3, 2), (0, 2)])
def test_a_diagonal_is_filled_and_may_go_on_below(shape, wrap):
    agree(lambda e: e.zeros(shape).fill_diagonal_(1, wrap))
    agree(lambda e: e.zeros((*shape, 2))[..., 1].fill_diagonal_(1, wrap=wrap))


def test_a_filled_diagonal_sends_no_gradient_back():
    def act(engine: Any) -> Any:
        x = engine.ones(3, 3, requires_grad=True)
        y = (x * 2).fill_diagonal_(5)
        return y.grad_fn.name(), engine.autograd.grad(y.sum(), x)

    agree(act)


@pytest.mark.parametrize(
    "check", [False, True, 3, ["contiguous_format"], ["contiguous_format", "channels_last"], [3]]
)
@pytest.mark.parametrize("order", [*itertools.permutations(range(3)), None])
def test_the_order_of_dimensions_is_that_of_their_strides(order, check):
    def act(engine: Any) -> Any:
        x = engine.ones(2, 1, 3) if order is None else engine.ones(2, 3, 4).permute(order)
        given = (
            [getattr(engine, each) if isinstance(each, str) else each for each in check]
            if isinstance(check, list)
            else check
        )
        return x.dim_order(ambiguity_check=given)

    agree(act)


OLD: dict[str, Any] = {
    **{name: lambda e, name=name: getattr(e, name)(e.eye(2)) for name in ("eig", "symeig", "matrix_rank")},
    **{name: lambda e, name=name: getattr(e, name)(e.eye(2), e.eye(2)) for name in ("solve", "lstsq")},
    **{f"x.{name}": lambda e, name=name: getattr(e.eye(2), name)() for name in ("eig", "symeig")},
    **{f"x.{name}": lambda e, name=name: getattr(e.eye(2), name)(e.eye(2)) for name in ("solve", "lstsq", "reinforce")},
    "resize": lambda e: e.arange(6).resize(2, 3),
    "resize of a view": lambda e: e.arange(6).view(2, 3).t().resize(6),
    "resize to more": lambda e: e.arange(6).resize(2, 4),
    "resize to a tuple": lambda e: e.arange(6).resize((2, 3)),
    "resize_as": lambda e: e.arange(6).resize_as(e.ones(3, 2)),
    "its gradient": lambda e: e.autograd.grad(((x := e.ones(6, requires_grad=True)).resize(2, 3)[0] ** 2).sum(), x),
}  # fmt: skip


@pytest.mark.parametrize("call", OLD)
def test_what_is_removed_says_what_has_taken_its_place(call):
    agree(OLD[call])
