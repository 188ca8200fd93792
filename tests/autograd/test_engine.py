"""The engine: backward as a list of nodes that can be run one by one."""

from __future__ import annotations

import gc
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import minitorch_edu as torch
from minitorch_edu.autograd import GraphTask
from tests.oracle import torch as pytorch


def mlp(lib: Any, seed: int = 0) -> tuple[Any, list[Any]]:
    """A two-layer MLP with a reused weight and broadcasting, and its loss."""
    numbers = np.random.RandomState(seed)

    def weight(*shape: int) -> Any:
        return lib.tensor(numbers.randn(*shape).astype(np.float32), requires_grad=True)

    leaves = [weight(4, 5), weight(5), weight(5, 4), weight(4)]
    x = lib.tensor(numbers.randn(3, 4).astype(np.float32))
    hidden = (x @ leaves[0] + leaves[1]).tanh()
    out = (hidden @ leaves[2] + leaves[3]).relu() @ leaves[0] + leaves[1]
    return (out * out).mean(), leaves


def test_gradients_are_pytorchs() -> None:
    ours, theirs = mlp(torch), mlp(pytorch)
    for loss, _ in (ours, theirs):
        loss.backward()
    for mine, yours in zip(ours[1], theirs[1], strict=True):
        np.testing.assert_allclose(mine.grad.numpy(), yours.grad.numpy(), rtol=2e-5, atol=1e-6)
        assert mine.grad.stride() == yours.grad.stride()


def test_stepping_is_bit_equal_to_backward() -> None:
    loss, leaves = mlp(torch)
    loss.backward()
    stepped, copies = mlp(torch)
    task = GraphTask([stepped])
    while task.step() is not None:
        pass
    for one, other in zip(leaves, copies, strict=True):
        assert one.grad.numpy().tobytes() == other.grad.numpy().tobytes()


def test_a_step_tells_what_came_in_and_what_went_out() -> None:
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    task = GraphTask([(x * x).sum()])
    steps = [task.step() for _ in task.order]
    assert [type(step.node).__name__ for step in steps] == ["SumBackward0", "MulBackward0", "AccumulateGrad"]
    assert [step.index for step in steps] == [0, 1, 2]
    assert steps[1].incoming[0].tolist() == [1, 1]
    assert [grad.tolist() for grad in steps[1].outgoing] == [[1, 2], [1, 2]]
    assert steps[2].incoming[0].tolist() == [2, 4]
    assert steps[2].outgoing == ()
    assert task.step() is None


def test_a_node_that_waits_says_how_many_gradients_have_arrived() -> None:
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    task = GraphTask([(y.exp() + y.sin()).sum()])
    seen = []
    while task.step() is not None:
        seen.append(task.dependencies(y.grad_fn))
    assert seen == [(0, 2), (0, 2), (1, 2), (2, 2), (2, 2), (2, 2)]


def test_a_leaf_runs_right_behind_the_last_node_that_sends_to_it() -> None:
    x, w = torch.ones(2, requires_grad=True), torch.ones(2, requires_grad=True)
    order = GraphTask([((x * 2) * w).sum()]).order
    assert [getattr(node, "variable", None) is w for node in order] == [False, False, True, False, False]


def test_the_grad_mode_of_the_caller_stays_between_steps() -> None:
    x = torch.ones(2, requires_grad=True)
    task = GraphTask([(x * x).sum()])
    task.step()
    assert torch.is_grad_enabled()
    assert (x * 2).requires_grad


def test_a_chain_of_100000_nodes_needs_no_recursion() -> None:
    x = torch.ones(1, requires_grad=True)
    y = x
    for _ in range(100_000):
        y = y + x
    y.backward()
    assert x.grad.item() == 100_001
    del y  # and taking it down needs none either


def test_training_makes_no_cyclic_garbage() -> None:
    def step() -> None:
        loss, leaves = mlp(torch)
        loss.backward()
        leaves[0].grad_fn, leaves[0].grad

    step()
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            step()
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_freed_nodes_let_go_of_what_they_saved() -> None:
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    assert [info.freed for info in y.grad_fn.saved_tensors_info()] == [False]
    y.sum().backward()
    assert [info.freed for info in y.grad_fn.saved_tensors_info()] == [True]


@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
def test_narrow_gradients_that_meet_are_added_up_in_float32(kind: str) -> None:
    def gradients(engine: Any) -> list[Any]:
        values = np.random.RandomState(0).uniform(0.5, 1.5, (9, 64)).tolist()
        x, row, column = (
            engine.tensor(each, dtype=getattr(engine, kind), requires_grad=True)
            for each in (values, values[0], [each[:1] for each in values])
        )
        weights = engine.tensor(values, dtype=getattr(engine, kind))
        (x * row).backward(weights)
        (x.detach() + column.expand(9, 64)).backward(weights)
        (x.detach() - row.sum()).backward(weights)
        return [each.grad.float().tolist() for each in (x, row, column)]

    assert gradients(torch) == gradients(pytorch)


def test_retain_graph_keeps_what_was_saved() -> None:
    x = torch.ones(2, requires_grad=True)
    loss = (x * x).sum()
    loss.backward(retain_graph=True)
    loss.backward()
    assert x.grad.tolist() == [4, 4]


def test_a_failing_backward_leaves_other_graphs_alone() -> None:
    x = torch.ones(2, requires_grad=True)
    bad = x.exp()
    bad.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        bad.sum().backward()
    assert torch.is_grad_enabled()
    (x * 3).sum().backward()
    assert x.grad.tolist() == [3, 3]


def test_a_gradient_is_seen_on_the_device_that_it_has_reached() -> None:
    with torch.cuda.simulate(2):
        x = torch.tensor([1.0, 2.0], requires_grad=True, device="cpu")
        near = x.to("cuda:0")
        far = near.to("cuda:1")
        seen = []
        for tensor in (far, near, x):
            tensor.register_hook(lambda grad: seen.append((str(grad.device), str(grad.tolist()))))
        task = GraphTask(((far * 3).sum(),))
        steps = []
        while step := task.step():
            steps.append(step)
        gave = [str(grad.device) for step in steps for grad in step.outgoing if grad is not None]
        assert gave == ["cuda:1", "cuda:1", "cuda:0", "cpu"]
        assert seen == [("cuda:1", "[3.0, 3.0]"), ("cuda:0", "[3.0, 3.0]"), ("cpu", "[3.0, 3.0]")]
        assert x.grad is not None and x.grad.device.type == "cpu" and x.grad.tolist() == [3, 3]


def test_threads_run_backward_side_by_side() -> None:
    expected, leaves = mlp(torch)
    expected.backward()
    results: list[bytes] = []

    def work() -> None:
        for _ in range(10):
            loss, own = mlp(torch)
            loss.backward()
            results.append(own[0].grad.numpy().tobytes())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [leaves[0].grad.numpy().tobytes()] * 40


STEPS = {
    "add": lambda a, b: a + b,
    "mul": lambda a, b: a * b,
    "sub": lambda a, b: a - b,
    "tanh": lambda a, b: a.tanh(),
    "sin": lambda a, b: a.sin(),
    "matmul": lambda a, b: a @ b,
    "transpose": lambda a, b: a.t(),
    "row": lambda a, b: a[0] + b,
    "mean": lambda a, b: a.mean(0) - b,
    "write": lambda a, b: a.clone().mul_(b),
    "write a part": lambda a, b: written(a.clone(), b),
}


def written(a: Any, b: Any) -> Any:
    a[0].mul_(b[1])
    return a


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(STEPS)), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=12))
def test_random_programs_have_pytorchs_gradients(program: list[tuple[str, int, int]]) -> None:
    grads = []
    for lib in (torch, pytorch):
        leaves = [
            lib.tensor(np.random.RandomState(seed).uniform(-1, 1, (3, 3)), requires_grad=True) for seed in range(2)
        ]
        values = list(leaves)
        for name, first, second in program:
            values.append(STEPS[name](values[first % len(values)], values[second % len(values)]))
        sum(value.sum() for value in values[2:]).backward()
        grads.append([None if leaf.grad is None else leaf.grad.numpy() for leaf in leaves])
    for ours, theirs in zip(*grads, strict=True):
        if theirs is None:
            assert ours is None
        else:
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)
