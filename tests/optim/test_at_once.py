"""An optimizer's step of one parameter as one launch: SGD's, and that of any formula, as Adam's here."""

from __future__ import annotations

import sys

import numpy as np
import pytest

import minitorch_edu as torch
from minitorch_edu.events import listen, storage_written
from minitorch_edu.optim.at_once import Formula

pytestmark = pytest.mark.host


@pytest.fixture(autouse=True)
def books():
    with torch.cuda.simulate(2) as books:
        yield books


def adam(xp, param, grad, mean, square, rate, first, second, eps, in_first, in_second):
    """in_first, in_second: what the means lack of 1 so far, of which the host knows how often it has stepped."""
    mean = mean + (grad - mean) * (1 - first)
    square = square * second + grad * grad * (1 - second)
    return param - rate * (mean / in_first) / ((square / in_second) ** 0.5 + eps), mean, square


def tensors(device, *values):
    return [torch.tensor(each, device=device) for each in values]


def test_adam_is_one_launch_for_each_parameter_and_one_kernel_for_all_steps(books):
    formula = Formula("Adam", adam)
    param, mean, square = tensors("cuda", [1.0, -2.0, 3.0], [0.0] * 3, [0.0] * 3)
    expected = [np.array(each.tolist()) for each in (param, mean, square)]
    for step in range(1, 4):
        grad = torch.tensor([0.5, -0.25, step], device="cuda")
        numbers = (0.1 / step, 0.9, 0.999, 1e-8, 1 - 0.9**step, 1 - 0.999**step)
        books.reset()
        assert formula.written(param, grad, (mean, square), *numbers)
        assert books.launches == 1 and not books.waits
        expected = adam(np, expected[0], np.array(grad.tolist()), *expected[1:], *numbers)
    for found, wanted in zip((param, mean, square), expected, strict=True):
        np.testing.assert_allclose(found.tolist(), wanted, rtol=1e-5)
        assert found._version == 3
    assert len([each for each in formula.fused.kernels.values() if each]) == 1


def test_what_was_written_is_announced():
    param, grad = tensors("cuda", [1.0], [2.0])
    heard = []
    with listen(storage_written, lambda tensor, index: heard.append(tensor)):
        Formula("down", lambda xp, param, grad, rate: (param - grad * rate,)).written(param, grad, (), 0.5)
    assert len(heard) == 1 and heard[0] is param and param.tolist() == [0.0]


@pytest.mark.parametrize("grad", ["a double", "elsewhere", "of another shape", "on the host"])
def test_what_does_not_fit_is_left_to_the_ops(grad):
    param = torch.tensor([1.0], device="cuda")
    other = {
        "a double": lambda: torch.tensor([1.0], device="cuda", dtype=torch.float64),
        "elsewhere": lambda: torch.tensor([1.0], device="cuda:1"),
        "of another shape": lambda: torch.tensor(1.0, device="cuda"),
        "on the host": lambda: torch.tensor([1.0]),
    }[grad]()
    assert not Formula("down", lambda xp, param, grad: (param - grad,)).written(param, other, ())
    assert param.tolist() == [1.0] and param._version == 0


WAYS = {
    "SGD": [
        {},
        {"weight_decay": 0.1, "maximize": True},
        {"momentum": 0.9},
        {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
        {"momentum": 0.9, "dampening": 0.5, "maximize": True},
    ],
    "Adam": [
        {},
        {"amsgrad": True, "weight_decay": 0.1},
        {"maximize": True, "betas": (0.3, 0.6)},
        {"capturable": True},
    ],
    "AdamW": [{}, {"fused": True}],
    "NAdam": [{}, {"decoupled_weight_decay": True, "weight_decay": 0.1}],
    "RAdam": [{}, {"betas": (0.9, 0.8), "weight_decay": 0.1}],
    "Adamax": [{}, {"capturable": True}],
    "Adagrad": [{}, {"lr_decay": 0.1, "initial_accumulator_value": 0.5}],
    "Adadelta": [{}, {"rho": 0.5}],
    "RMSprop": [{}, {"momentum": 0.9, "centered": True, "weight_decay": 0.1}],
    "Rprop": [{}, {"maximize": True}],
    "ASGD": [{}, {"t0": 1}, {"capturable": True}],
}
CASES = [(name, options) for name, all_options in WAYS.items() for options in all_options]


@pytest.mark.parametrize(("name", "options"), CASES, ids=[f"{name} {options}" for name, options in CASES])
def test_an_optimizer_takes_the_same_steps_as_on_the_host(books, name, options):
    """In one launch for each parameter; two more for each number beside it, which is an op in place."""
    pair = [torch.tensor([1.0, -2.0, 3.0], device=each, requires_grad=True) for each in ("cpu", "cuda")]
    there = {key: value for key, value in options.items() if key != "capturable"}
    kind = getattr(torch.optim, name)
    steps = [kind([pair[0]], lr=0.5, **there), kind([pair[1]], lr=0.5, **options)]
    for rate in (0.5, 0.25, 0.125):
        for x, optimizer in zip(pair, steps, strict=True):
            x.grad = (x.detach() * 0.3 + 1).detach()
            optimizer.param_groups[0]["lr"] = rate
            version = x._version
            books.reset()
            optimizer.step()
            assert x._version > version
    numbers = [value for value in steps[1].state[pair[1]].values() if value.is_cuda and not value.ndim]
    assert books.launches == 1 + 2 * len(numbers)
    assert not books.waits or name == "ASGD"
    np.testing.assert_allclose(pair[1].tolist(), pair[0].tolist(), rtol=1e-6)
    for key, value in steps[0].state[pair[0]].items():
        np.testing.assert_allclose(steps[1].state[pair[1]][key].tolist(), value.tolist(), rtol=1e-6)
    formula = sys.modules[kind.__module__] if name != "AdamW" else sys.modules["minitorch_edu.optim.adam"]
    assert any(each for each in formula._moved.fused.kernels.values())


def test_other_rates_need_no_other_kernel(books):
    x = torch.tensor([1.0, -2.0, 3.0], device="cuda", requires_grad=True)
    optimizer = torch.optim.Adam([x])
    x.grad = torch.ones(3, device="cuda")
    kernels = sys.modules["minitorch_edu.optim.adam"]._moved.fused.kernels
    optimizer.step()
    count = len(kernels)
    for rate in (0.5, 0.25, 0.125):
        optimizer.param_groups[0]["lr"] = rate
        optimizer.step()
    assert len(kernels) == count


@pytest.mark.parametrize("name", ["Adam", "SGD", "Rprop", "RMSprop"])
def test_a_gradient_that_does_not_fit_is_taken_op_by_op(name):
    """Strides may differ; only the way to the same place is longer where a dtype does."""
    places = []
    for device in ("cpu", "cuda"):
        x = torch.tensor([[1.0, 2.0], [3.0, 4.0]], device=device, requires_grad=True)
        optimizer = getattr(torch.optim, name)([x], lr=0.1)
        for _ in range(2):
            x.grad = torch.tensor([[1.0, -2.0], [3.0, 4.0]], device=device).t()
            optimizer.step()
        x.data = x.data.double()  # and the state stays as it is
        x.grad = torch.tensor([[1.0, -2.0], [3.0, 4.0]], device=device).double()
        optimizer.step()
        places.append(x.tolist())
    np.testing.assert_allclose(*places, rtol=1e-6)
