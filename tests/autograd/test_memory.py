"""Memory: what a graph keeps, when it lets go, and that it leaves nothing behind, with the garbage collector off."""

from __future__ import annotations

import copy
import gc
import sys
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import minitorch_edu as torch
from tests import device


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any) -> Any:
        result = x * x
        ctx.save_for_backward(x, result)
        ctx.factor = 2
        return result

    @staticmethod
    def backward(ctx: Any, grad: Any) -> Any:
        x, _ = ctx.saved_tensors
        return grad * ctx.factor * x


def a_perceptron(x: Any, w: Any) -> Any:
    return ((x @ w).tanh() @ w).softmax(1).log().mean()


def hooks_and_views(x: Any, w: Any) -> Any:
    y = x @ w
    y.register_hook(lambda grad: grad * 2)
    y.retain_grad()
    y.grad_fn.register_hook(lambda sent, received: None)
    y[0].mul_(2)
    return (y[1:] * y[:-1]).sum()


def a_function(x: Any, w: Any) -> Any:
    return Square.apply(x @ w).sum()


def checkpoints(x: Any, w: Any) -> Any:
    y = torch.utils.checkpoint.checkpoint(lambda x: (x @ w).exp().sin(), x, use_reentrant=False)
    return torch.utils.checkpoint.checkpoint(lambda y: (y @ w).exp().sin(), y, use_reentrant=True).sum()


def packed(x: Any, w: Any) -> Any:
    with torch.autograd.graph.saved_tensors_hooks(lambda t: t.numpy(force=True), torch.from_numpy):
        return (x @ w).exp().sum()


def gradients_of_gradients(x: Any, w: Any) -> Any:
    loss = ((x @ w) ** 2).mean()
    (grad,) = torch.autograd.grad(loss, w, create_graph=True)
    return loss + (grad * grad).sum()


def unfinished(x: Any, w: Any) -> Any:
    ((x @ w).exp() * w[0]).sum()  # never run
    return (x @ w).sum()


def failing(x: Any, w: Any) -> Any:
    y = (x @ w).exp()
    y.mul_(2)
    with pytest.raises(RuntimeError, match="inplace"):
        y.sum().backward()
    return (x @ w).sum()


PROGRAMS = [
    a_perceptron,
    hooks_and_views,
    a_function,
    checkpoints,
    packed,
    gradients_of_gradients,
    unfinished,
    failing,
]


def train(program: Any, iterations: int) -> None:
    numbers = np.random.RandomState(0)
    x, w = (torch.tensor(0.3 * numbers.randn(4, 4).astype(np.float32)) for _ in range(2))
    w.requires_grad_()
    for _ in range(iterations):
        program(x, w).backward()
        with torch.no_grad():
            w -= 1e-3 * w.grad
        w.grad = None


@pytest.mark.parametrize("program", PROGRAMS)
def test_training_leaves_no_cycles_behind(program: Any) -> None:
    train(program, 3)
    gc.collect()
    train(program, 5)
    assert gc.collect() == 0


def grown(iterations: int) -> int:
    """How many blocks of memory are in use after training that were not before."""
    before = sys.getallocatedblocks()
    train(a_perceptron, iterations)
    return sys.getallocatedblocks() - before


def test_a_thousand_iterations_grow_nothing() -> None:
    grown(50 if device.UNDER_TEST == "cpu" else 3000)  # a simulated GPU keeps books of its last kernels
    assert grown(1000) < 500


@pytest.mark.slow
def test_ten_thousand_iterations_grow_nothing() -> None:
    grown(50 if device.UNDER_TEST == "cpu" else 3000)  # a simulated GPU keeps books of its last kernels
    assert grown(10_000) < 500


def a_long_chain(length: int) -> None:
    """Built, shown, refused a copy, run, run with a graph of the gradients, and taken down."""
    x = torch.ones(1, dtype=torch.float64, requires_grad=True)
    y = x
    for _ in range(length):
        y = y * 1.0000001
    last = weakref.ref(y.grad_fn)
    assert "MulBackward0" in repr(y)
    with pytest.raises(RuntimeError, match="Only Tensors created explicitly by the user"):
        copy.deepcopy(y)
    y.backward(retain_graph=True)
    assert x.grad.item() == pytest.approx(y.item())
    (grad,) = torch.autograd.grad(y, x, create_graph=True)
    assert grad.requires_grad is False  # the factor is a constant
    del y, grad
    assert last() is None


def test_a_chain_of_100000_nodes_neither_recurses_nor_overflows() -> None:
    a_long_chain(100_000)


@pytest.mark.slow
@pytest.mark.host  # where the nodes are; on a GPU each of the numbers takes half a kilobyte
def test_a_chain_of_1000000_nodes_neither_recurses_nor_overflows() -> None:
    a_long_chain(1_000_000)


LONG = {
    "writes": lambda y: y.mul_(1.0),
    "views": lambda y: y.view(1),
    "Functions": lambda y: Square.apply(y),
    "saved results": lambda y: y.sigmoid(),
    "several results": lambda y: y.unbind()[0].view(1),
}


@pytest.mark.filterwarnings("ignore:overflow")  # 2 to the power of 20,000
@pytest.mark.parametrize("step", LONG.values(), ids=LONG)
def test_long_chains_of_all_kinds_can_be_run_and_taken_down(step: Any) -> None:
    x = torch.ones(1, requires_grad=True)
    y = x * 1
    for _ in range(20_000):
        y = step(y)
    y.sum().backward()
    assert x.grad is not None
    del y
    assert gc.collect() == 0


def test_what_was_saved_goes_while_the_pass_runs() -> None:
    x = torch.ones(3, requires_grad=True)
    a = x.exp()
    b = a.sin()
    saved = weakref.ref(a)
    loss = b.sum()
    del a
    assert saved() is not None  # sin has saved it
    gone: list[bool] = []
    x.register_hook(lambda grad: gone.append(saved() is None))
    loss.backward()
    assert gone == [True]


def test_a_graph_goes_with_its_last_tensor() -> None:
    x = torch.ones(3, requires_grad=True)
    y = (x.exp() * x).sum()
    node = weakref.ref(y.grad_fn.next_functions[0][0])
    del y
    assert node() is None


def test_a_leaf_keeps_no_graph() -> None:
    x = torch.ones(3, requires_grad=True)
    loss = (x.exp() * x).sum()
    node = weakref.ref(loss.grad_fn)
    loss.backward()
    del loss
    assert node() is None


def test_two_threads_add_to_one_leaf_without_losing_any() -> None:
    size, passes = 50_000, 40  # large enough that NumPy lets the other thread run while it adds
    x = torch.zeros(size, dtype=torch.float64, requires_grad=True)
    ready = threading.Barrier(2)

    def work() -> None:
        ready.wait()
        for _ in range(passes):
            (x * 1.0).sum().backward()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert x.grad.min().item() == x.grad.max().item() == 2 * passes


def test_two_threads_run_through_one_graph() -> None:
    x = torch.ones(1000, dtype=torch.float64, requires_grad=True)
    shared = x.exp().sin()
    heads = [(shared * factor).sum() for factor in (1.0, 2.0)]
    threads = [threading.Thread(target=head.backward, kwargs={"retain_graph": True}) for head in heads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    both = x.grad.tolist()
    (once,) = torch.autograd.grad(shared.sum(), x)
    np.testing.assert_allclose(both, (3 * once).tolist())
