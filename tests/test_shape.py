"""Shapes: torch.Size, and when a view is possible."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minitorch_edu
from minitorch_edu import shape
from tests.oracle import assert_same_error
from tests.oracle import torch as pytorch


def test_a_size_is_a_tuple_that_prints_as_pytorchs() -> None:
    size = shape.Size((2, 3, 4))
    assert repr(size) == "torch.Size([2, 3, 4])"
    assert repr(size[1:]) == repr(size[1:] + ()) == "torch.Size([3, 4])"
    assert size == (2, 3, 4)
    assert size.numel() == 24
    assert shape.Size().numel() == 1


sizes = st.lists(st.integers(0, 4), max_size=4)


@settings(deadline=None)
@given(sizes, sizes)
def test_shapes_broadcast_as_in_pytorch(a: list[int], b: list[int]) -> None:
    try:
        expected = tuple(pytorch.broadcast_shapes(a, b))
    except RuntimeError:
        assert_same_error(
            lambda: minitorch_edu.zeros(a) + minitorch_edu.zeros(b),
            lambda: pytorch.zeros(a) + pytorch.zeros(b),
        )
    else:
        assert shape.broadcast(a, b) == expected


@st.composite
def strided(draw: st.DrawFn) -> tuple[list[int], list[int], list[int]]:
    """Sizes and strides of some view, and other sizes with as many elements."""
    shape_of = draw(st.lists(st.integers(1, 4), min_size=0, max_size=4))
    order = draw(st.permutations(range(len(shape_of))))
    strides = [0] * len(shape_of)
    step = draw(st.integers(1, 2))
    for dim in order:
        strides[dim] = 0 if draw(st.booleans()) and draw(st.booleans()) else step
        step *= shape_of[dim] * draw(st.sampled_from([1, 1, 1, 2]))
    left = math.prod(shape_of)
    target = []
    while left > 1:
        factor = draw(st.sampled_from([f for f in range(1, left + 1) if left % f == 0]))
        target.append(factor)
        left //= factor
    return shape_of, strides, draw(st.permutations(target + [1] * draw(st.integers(0, 2))))


@settings(max_examples=500, deadline=None)
@given(strided())
def test_a_view_is_possible_exactly_when_pytorch_says_so(
    case: tuple[list[int], list[int], list[int]],
) -> None:
    sizes, strides, target = case
    view = pytorch.empty(100_000).as_strided(sizes, strides)
    found = shape.view_strides(sizes, strides, target)
    try:
        expected = view.view(target).stride()
    except RuntimeError:
        expected = None
    assert found == expected


@pytest.mark.parametrize("target", [(4,), (-1, -1), (-1, 4), (-2, 3), (0, -1)])
def test_a_size_that_cannot_be_inferred_gets_pytorchs_error(target: tuple[int, ...]) -> None:
    assert_same_error(lambda: minitorch_edu.zeros(6).view(target), lambda: pytorch.zeros(6).view(target))


def test_nothing_has_no_size_to_infer() -> None:
    assert_same_error(lambda: minitorch_edu.zeros(0).view(-1, 0), lambda: pytorch.zeros(0).view(-1, 0))
