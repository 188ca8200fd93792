"""Kernels for rows: the lab runs them thread by thread, and they compute what the cards do. No GPU runs here."""

from __future__ import annotations

import numpy as np
import pytest

import minitorch_edu as torch
import minitorch_edu.nn.functional as F
from minitorch_edu.backends import fusing, row_kernels
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import on_bare_arrays

pytestmark = pytest.mark.host


@pytest.fixture
def books():
    with torch.cuda.simulate() as books:
        yield books


def normal(*shape, kind=np.float32):
    return np.random.RandomState(sum(shape)).randn(*shape).astype(kind)


def norms(kind, affine):
    x, size = normal(2, 3, 5, kind=kind), 5 if affine else 0
    return x, 1 + normal(size, kind=kind), normal(size, kind=kind), (5,), 1e-5


def after_norm(kind, affine):
    x, weight, bias, shape, eps = norms(kind, affine)
    _, mean, rstd = registry.cards["native_layer_norm"].forward(np, x, weight, bias, shape, eps)
    return normal(2, 3, 5, kind=kind), x, weight, mean, rstd, shape, eps


def classes(kind, reduction):
    return normal(5, 4, kind=kind), np.array([1, 0, 3, -100, 2]), reduction, -100


def after_classes(kind, reduction):
    return np.asarray(0.7, kind), (5, 4), np.array([1, 0, 3, -100, 2]), np.asarray(4, kind), reduction, -100


def cases(kind):
    rows = [(normal(3, 200, kind=kind), 1), (normal(3, 4, 2, kind=kind), 1), (normal(4, 3, kind=kind).T, 0)]
    pairs = [
        (normal(3, 5, kind=kind), normal(3, 5, kind=kind) ** 2, 1),
        (normal(4, kind=kind), normal(4, kind=kind), 0),
    ]
    return {
        "softmax_dim.forward": [*rows, (np.array([1e4, 1e4 + 1], kind), 0)],
        "log_softmax_dim.forward": [*rows, (np.array([1e4, 1e4 + 1], kind), 0)],
        "softmax_dim.grad_input": pairs,
        "log_softmax_dim.grad_input": pairs,
        "native_layer_norm.forward": [norms(kind, True), norms(kind, False)],
        "native_layer_norm.grad_input": [after_norm(kind, True), after_norm(kind, False)],
        "nll_loss.forward": [classes(kind, 1), classes(kind, 2)],
        "nll_loss.grad_input": [after_classes(kind, 1), after_classes(kind, 2)],
    }


def meaning(name):
    card, _, part = name.partition(".")
    card = registry.cards[card]
    if part == "forward":
        return lambda *arguments: card.forward(np, *arguments)
    return on_bare_arrays(card.formulas["input"].function)


def test_every_kernel_has_a_case():
    assert set(cases(np.float32)) == set(row_kernels.OWN) == set(fusing.OWN)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("name", sorted(fusing.OWN))
def test_a_kernel_computes_what_its_card_does(name, kind):
    for arguments in cases(kind)[name]:
        launch = row_kernels.OWN[name](*arguments)
        given = [np.ascontiguousarray(each).reshape(shape) for each, shape in launch.arrays]
        made = [np.zeros(inside, dtype) for dtype, _, inside in launch.results]
        launch.kernel[launch.blocks, row_kernels.THREADS](*given, *launch.numbers, *made)
        expected = meaning(name)(*arguments)
        expected = expected if type(expected) is tuple else (expected,)
        for found, wanted, (dtype, shape, _) in zip(made, expected, launch.results, strict=True):
            assert (dtype, shape) == (wanted.dtype, wanted.shape)
            tolerance = 1e-5 if kind is np.float32 else 1e-12
            np.testing.assert_allclose(found.reshape(shape), wanted, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", sorted(fusing.OWN))
def test_cupy_makes_cuda_of_each_kernel(name):
    pytest.importorskip("cupy")
    launch = row_kernels.OWN[name](*cases(np.float32)[name][0])
    given = [np.ascontiguousarray(each).reshape(shape) for each, shape in launch.arrays]
    made = [np.zeros(inside, dtype) for dtype, _, inside in launch.results]
    assert "__global__" in launch.kernel.cuda_source(*given, *launch.numbers, *made)


def test_a_class_that_is_none_makes_the_loss_no_number():
    launch = row_kernels.nll(normal(2, 3), np.array([0, 7]), 1, -100)
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
    kept = 1  # the leaf's own copy of its first gradient
    assert books.launches - kept == backward and not books.waits
    here = x.detach().cpu().requires_grad_()
    expected = act(here, target.cpu())
    expected.backward(grad.cpu())
    np.testing.assert_allclose(result.detach().cpu().numpy(), expected.detach().numpy(), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(x.grad.cpu().numpy(), here.grad.numpy(), rtol=1e-5, atol=1e-6)


def test_what_no_kernel_takes_runs_step_by_step(books):
    for x in (torch.ones(2, 3, dtype=torch.float16, device="cuda"), torch.ones(2, 0, device="cuda")):
        assert F.softmax(x, 1).shape == x.shape
