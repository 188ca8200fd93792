"""Kernels for rows: the lab runs them thread by thread, and they compute what the cards do. No GPU runs here."""

from __future__ import annotations

import numpy as np
import pytest

import minitorch_edu as torch
import minitorch_edu.nn.functional as F
from minitorch_edu.backends import loss_kernels, norm_kernels, pooling_kernels, row_kernels
from tests.backends.kernels_by_hand import NAMES, cases, meaning, normal, prepared

pytestmark = pytest.mark.host


@pytest.fixture
def books():
    with torch.cuda.simulate() as books:
        yield books


def test_every_kernel_has_a_case():
    modules = (row_kernels, norm_kernels, loss_kernels, pooling_kernels)
    assert set(cases(np.float32)) == set(NAMES) == set().union(*[each.OWN for each in modules])


@pytest.mark.parametrize("order", ["forward", "shuffled"])
@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("name", NAMES)
def test_a_kernel_computes_what_its_card_does(name, kind, order):
    """The lab would tell of a race, and of a step out of bounds."""
    for arguments in cases(kind)[name][: 1 if order == "shuffled" else None]:
        launch, given, made = prepared(name, arguments)
        kernel = launch.kernel.using(order=order) if order == "shuffled" else launch.kernel
        kernel[launch.blocks, row_kernels.THREADS](*given)
        with np.errstate(all="ignore"):
            expected = meaning(name)(*arguments)
        expected = expected if type(expected) is tuple else (expected,)
        for found, wanted, (dtype, shape, _) in zip(made, expected, launch.results, strict=True):
            assert (dtype, shape) == (wanted.dtype, wanted.shape)
            tolerance = 2e-5 if kind is np.float32 else 1e-12
            np.testing.assert_allclose(found.reshape(shape), wanted, rtol=tolerance, atol=tolerance)


def test_a_class_that_is_none_makes_the_loss_no_number():
    launch = loss_kernels.nll(normal(2, 3), np.array([0, 7]), 1, -100)
    loss, count = np.zeros(1, np.float32), np.zeros(1, np.float32)
    launch.kernel[1, row_kernels.THREADS](*[each for each, _ in launch.arrays], *launch.numbers, loss, count)
    assert np.isnan(loss[0])


CALLS = {
    "softmax": (1, 1, lambda x, t: F.softmax(x, 1)),
    "softmax of columns": (1, 1, lambda x, t: F.softmax(x, 0)),
    "log_softmax": (1, 1, lambda x, t: F.log_softmax(x, 1)),
    "layer_norm": (1, 1, lambda x, t: F.layer_norm(x, (4,))),
    "cross_entropy": (2, 2, lambda x, t: F.cross_entropy(x, t)),
}


@pytest.mark.parametrize("name", CALLS)
def test_rows_take_one_launch(books, name):
    forward, backward, act = CALLS[name]
    x = torch.tensor(normal(3, 4), device="cuda", requires_grad=True)
    target = torch.tensor([1, 0, 3], device="cuda")
    act(x, target)  # what stands for no weight is made once
    books.reset()
    result = act(x, target)
    assert books.launches == forward and not books.waits
    grad = torch.ones_like(result)
    books.reset()
    result.backward(grad)
    assert books.launches == backward and not books.waits
    here = x.detach().cpu().requires_grad_()
    expected = act(here, target.cpu())
    expected.backward(grad.cpu())
    np.testing.assert_allclose(result.detach().cpu().numpy(), expected.detach().numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(x.grad.cpu().numpy(), here.grad.numpy(), rtol=1e-5, atol=1e-6)


def test_what_no_kernel_takes_runs_step_by_step(books):
    for x in (torch.ones(2, 3, dtype=torch.float16, device="cuda"), torch.ones(2, 0, device="cuda")):
        assert F.softmax(x, 1).shape == x.shape
