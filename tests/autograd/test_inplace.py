"""In-place writes in the graph, also through views, to first and second order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import minitorch_edu as torch
from tests.oracle import torch as pytorch


def through_a_row(lib: Any, x: Any, w: Any) -> Any:
    y = x * 2
    y[1].mul_(w)
    return y


def through_a_transpose(lib: Any, x: Any, w: Any) -> Any:
    y = x * 2
    y.t()[1:].mul_(w[1:].view(2, 1))
    return y * y


def through_a_transposed_base(lib: Any, x: Any, w: Any) -> Any:
    y = (x * 2).t()
    y[0].mul_(w)
    return y.exp()


def a_view_taken_before(lib: Any, x: Any, w: Any) -> Any:
    y = x * 2
    view = y[:, 1:]
    y.mul_(w)
    return view * view


def a_copy_into_a_constant(lib: Any, x: Any, w: Any) -> Any:
    y = lib.zeros(3, 3, dtype=lib.float64)
    y[0] = w
    y[:, 1] = x[0]
    return y * x


def overwritten(lib: Any, x: Any, w: Any) -> Any:
    y = x.clone()
    y[x > 0] = 0.5
    y[[0, 2], [1, 1]] = w[:2]
    return y * y


def filled_and_zeroed(lib: Any, x: Any, w: Any) -> Any:
    y = x * w
    y[0].zero_()
    y[1].fill_(3.0)
    y[2].sin_()
    return y


PROGRAMS = [
    through_a_row,
    through_a_transpose,
    through_a_transposed_base,
    a_view_taken_before,
    a_copy_into_a_constant,
    overwritten,
    filled_and_zeroed,
]


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("order", [1, 2])
def test_gradients_through_writes_are_pytorchs(program: Any, order: int) -> None:
    answers = []
    for lib in (torch, pytorch):
        numbers = np.random.RandomState(0)
        x = lib.tensor(numbers.randn(3, 3), requires_grad=True)
        w = lib.tensor(numbers.randn(3), requires_grad=True)
        out = program(lib, x, w)
        grads = lib.autograd.grad(out.sin().sum(), (x, w), create_graph=order == 2)
        if order == 2:
            grads = lib.autograd.grad(sum((grad * grad).sum() for grad in grads), (x, w))
        answers.append([out.detach().numpy(), *(grad.detach().numpy() for grad in grads)])
    for ours, theirs in zip(*answers, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


def test_a_write_is_its_op_and_not_a_copy_where_there_is_no_view() -> None:
    x = torch.ones(2, requires_grad=True)
    y = x.clone().mul_(3)
    assert y.grad_fn.name() == "MulBackward0"
    assert y._version == 1


def test_a_leaf_may_be_written_where_nothing_is_recorded() -> None:
    x = torch.ones(2, requires_grad=True)
    with torch.no_grad():
        x -= 0.5
    assert x.tolist() == [0.5, 0.5]
    assert x.is_leaf
    assert x._version == 1


def test_a_constant_that_is_written_with_history_requires_grad() -> None:
    x = torch.ones(2, requires_grad=True)
    y = torch.zeros(2)
    y += x
    assert y.requires_grad
    assert not y.is_leaf


def test_a_write_through_data_is_not_noticed_and_the_gradient_is_wrong() -> None:
    x = torch.ones(1, requires_grad=True)
    w = torch.tensor([2.0])
    y = x * w
    w.data.mul_(10)
    y.backward()
    assert x.grad.item() == 20  # PyTorch's behaviour, and the lesson
