"""A leaf's first gradient is not copied where nobody else could see its bytes, and is copied where somebody could."""

from __future__ import annotations

import numpy as np
import pytest

import minitorch_edu as torch
from minitorch_edu.autograd import gradients
from minitorch_edu.autograd.engine import GraphTask
from minitorch_edu.events import backward_stepped, gradient_accumulated, listen
from tests import oracle

pytestmark = pytest.mark.host


@pytest.fixture
def copies(monkeypatch):
    """The leaves whose gradients were copied or added."""
    found = []

    def watched(input, grad, usual=gradients.accumulate):
        found.append(input)
        return usual(input, grad)

    monkeypatch.setattr(gradients, "accumulate", watched)
    return found


def leaf(*shape):
    return torch.ones(shape, requires_grad=True)


def apart(*tensors):
    """Whether no two of the tensors share bytes."""
    arrays = [each.detach().numpy() for each in tensors]
    return not any(
        np.shares_memory(one, other) for number, one in enumerate(arrays) for other in arrays[:number]
    )


def test_a_gradient_that_nobody_holds_becomes_grad(copies):
    w, b = leaf(3, 2), leaf(2)
    (torch.ones(4, 3) @ w + b).sum().backward()
    assert not copies
    assert w.grad.tolist() == [[4.0] * 2] * 3 and b.grad.tolist() == [4.0, 4.0]
    assert apart(w, b, w.grad, b.grad) and w.grad.is_contiguous()


def test_a_second_gradient_is_added_to_it():
    w = leaf(3)
    for _ in range(2):
        (w * torch.tensor([1.0, 2.0, 3.0])).sum().backward()
    assert w.grad.tolist() == [2.0, 4.0, 6.0] and w.grad._version == 1


def test_one_gradient_for_two_leaves_becomes_grad_of_one(copies):
    x, y = leaf(2), leaf(2)
    ((x + y) * torch.tensor([1.0, 2.0])).sum().backward()
    assert len(copies) == 1 and apart(x.grad, y.grad)
    x.grad.zero_()
    assert y.grad.tolist() == [1.0, 2.0]


def test_views_of_one_gradient_are_apart():
    x, y = leaf(2, 2), leaf(4)
    ((x.view(4) + y.view(4)) * torch.arange(4.0)).sum().backward()
    assert apart(x.grad, y.grad)


def test_part_of_a_memory_is_no_gradient(copies):
    x, whole = leaf(2), np.arange(6.0, dtype=np.float32)
    arrived = [whole[2:4]]
    del whole
    x._receive(arrived)
    assert copies == [x] and x.grad.tolist() == [2.0, 3.0] and x.grad.untyped_storage().nbytes() == 8


@pytest.mark.parametrize("kind", ["strided", "bytes"])
def test_memory_of_somebody_else_is_no_gradient(copies, kind):
    x, theirs = leaf(2), np.ones(2, np.float32)
    if kind == "strided":
        arrived = [np.lib.stride_tricks.as_strided(theirs, (2,), (4,))]
    else:
        theirs = bytearray(theirs)
        arrived = [np.frombuffer(theirs, np.float32)[:]]
    x._receive(arrived)
    x.grad.zero_()
    assert copies == [x] and np.frombuffer(theirs, np.float32).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("act", ["given", "given twice", "leaf"])
def test_a_gradient_that_was_handed_in_stays_its_owners(act):
    x, grad = leaf(2), torch.tensor([3.0, 4.0])
    if act == "leaf":
        x.backward(grad)
    else:
        (x * 1 if act == "given" else x + x).backward(grad)
    assert apart(x.grad, grad)
    x.grad.zero_()
    assert grad.tolist() == [3.0, 4.0]


def test_what_a_formula_saved_is_not_given_away():
    x, y = leaf(2), torch.tensor([3.0, 4.0])
    loss = (x * y).sum()
    loss.backward(retain_graph=True)
    assert apart(x.grad, y)
    x.grad.zero_()
    x.grad = None
    loss.backward()
    assert x.grad.tolist() == [3.0, 4.0]


@pytest.mark.parametrize("where", ["leaf", "result"])
def test_a_gradient_that_a_hook_keeps_stays_as_it_was(where):
    x, kept = leaf(2), []
    y = x * 1
    (x if where == "leaf" else y).register_hook(kept.append)
    (y * torch.tensor([3.0, 4.0])).sum().backward()
    assert apart(x.grad, *kept)
    x.grad.zero_()
    assert kept[0].tolist() == [3.0, 4.0]


def test_a_retained_gradient_stays_as_it_was():
    x = leaf(2)
    y = x + 0
    y.retain_grad()
    (y * torch.tensor([3.0, 4.0])).sum().backward()
    assert apart(x.grad, y.grad)


@pytest.mark.filterwarnings("ignore:Using backward\\(\\) with create_graph")  # said once in a program, and tested elsewhere
def test_with_a_graph_it_is_copied_as_pytorch_does():
    x = leaf(2)
    (x * x).sum().backward(create_graph=True)
    assert x.grad.requires_grad and x.grad.tolist() == [2.0, 2.0]


def test_a_pass_that_is_stepped_through_shows_what_arrived():
    x = leaf(2)
    task = GraphTask([(x * torch.tensor([3.0, 4.0])).sum()])
    steps = [task.step() for _ in range(len(task.order))]
    arrived = steps[-1].incoming[0]
    assert arrived.tolist() == [3.0, 4.0] and apart(x.grad, arrived)


@pytest.mark.parametrize("event", [backward_stepped, gradient_accumulated])
def test_listeners_see_what_arrived(event):
    x, seen = leaf(2), []
    with listen(event, lambda *told: seen.append(told[-1])):
        (x * torch.tensor([3.0, 4.0])).sum().backward()
    last = seen[-1]
    assert apart(x.grad, last if isinstance(last, torch.Tensor) else last.incoming[0])


LAYOUTS = {
    "turned": lambda engine: engine.ones(3, 2).t(),
    "with gaps": lambda engine: engine.ones(4, 4)[:, ::2],
    "plain": lambda engine: engine.ones(2, 3),
    "a row": lambda engine: engine.ones(1, 3),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_it_lies_as_pytorchs_does(layout):
    strides = []
    for engine in (torch, oracle.torch):
        x = LAYOUTS[layout](engine).detach().requires_grad_()
        factor = engine.ones(*x.shape) * 2
        (x * factor).sum().backward()
        strides.append(x.grad.stride())
    assert strides[0] == strides[1]


def test_on_a_gpu_no_launch_copies_it():
    with torch.cuda.simulate() as books:
        w = torch.ones(3, 2, device="cuda", requires_grad=True)
        x, y = (torch.ones(4, 3, device="cuda", requires_grad=asked) for asked in (False, True))
        result = x @ w + (y @ w) * 0
        books.reset()
        result.backward(torch.ones(4, 2, device="cuda"))
        assert "array" not in [work.name for work in books.history]
        assert w.grad.tolist() == [[4.0] * 2] * 3
        w.grad.zero_()
        assert y.grad.tolist() == [[0.0] * 3] * 4
