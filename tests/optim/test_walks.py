"""Every optimizer goes where PyTorch's goes, whatever its options are."""

from __future__ import annotations

import numpy as np
import pytest

import minitorch_edu as torch
from tests.optim.walks import assert_same_walk, walked
from tests.oracle import torch as pytorch

DECAYS = [{"weight_decay": 0.1}, {"weight_decay": 0.1, "maximize": True}]
MEANS = [
    {},
    {"lr": 0.1},
    {"lr": 0.1, "betas": (0.8, 0.9)},
    {"betas": (0.3, 0.6)},
    {"betas": (0.0, 0.5), "eps": 1e-3},
    {"maximize": True},
    {"foreach": True},
    {"foreach": False},
    *DECAYS,
]
OPTIONS = {
    "SGD": [
        {},
        {"lr": 0.1, "momentum": 0.9},
        {"lr": 0.1, "momentum": 0.9, "nesterov": True},
        {"lr": 0.1, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.01},
        {"lr": 0.1, "momentum": 0.9, "maximize": True, "foreach": True},
        {"lr": 0.1, "momentum": 0.5, "nesterov": True, "weight_decay": 0.1, "fused": True},
        *DECAYS,
    ],
    "Adam": [
        *MEANS,
        {"amsgrad": True},
        {"amsgrad": True, "lr": 0.1, "weight_decay": 0.1},
        {"decoupled_weight_decay": True, "weight_decay": 0.1},
        {"fused": True},
        {"fused": True, "amsgrad": True, "weight_decay": 0.1},
    ],
    "AdamW": [
        *MEANS,
        {"weight_decay": 0},
        {"amsgrad": True},
        {"fused": True},
        {"lr": 0.1, "weight_decay": 0.5},
    ],
    "NAdam": [
        *MEANS,
        {"momentum_decay": 0.1},
        {"momentum_decay": 0},
        {"decoupled_weight_decay": True, "weight_decay": 0.1},
    ],
    "RAdam": [
        *MEANS,
        {"decoupled_weight_decay": True, "weight_decay": 0.1},
        {"betas": (0.9, 0.99), "lr": 0.1},
    ],
    "Adamax": MEANS,
    "Adagrad": [
        {},
        {"lr": 0.5},
        {"lr_decay": 0.1},
        {"initial_accumulator_value": 0.5},
        {"eps": 1e-2, "foreach": True},
        {"lr_decay": 0.1, "weight_decay": 0.1, "maximize": True},
        {"fused": True},
        *DECAYS,
    ],
    "Adadelta": [
        {},
        {"lr": 10.0},
        {"rho": 0.5, "lr": 2},
        {"rho": 1.0},
        {"eps": 1e-2},
        {"foreach": True},
        {"maximize": True},
        *DECAYS,
    ],
    "RMSprop": [
        {},
        {"alpha": 0.9},
        {"alpha": 0.3, "centered": True, "eps": 1e-1},
        {"momentum": 0.9},
        {"centered": True, "eps": 1e-2},
        {"momentum": 0.9, "centered": True, "eps": 1e-1, "weight_decay": 0.1},
        {"momentum": 0.5, "maximize": True, "foreach": True},
        *DECAYS,
    ],
    "Rprop": [
        {},
        {"lr": 0.1},
        {"etas": (0.25, 1.5)},
        {"step_sizes": (0.005, 0.02)},
        {"maximize": True},
        {"foreach": True},
    ],
    "ASGD": [
        {},
        {"lr": 0.1},
        {"t0": 5},
        {"t0": 0, "alpha": 0.5, "lambd": 0.1},
        {"maximize": True, "weight_decay": 0.1},
        {"foreach": True},
        *DECAYS,
    ],
    "Adafactor": [
        {},
        {"lr": 0.5},
        {"beta2_decay": -0.5},
        {"eps": (1e-3, 0.1)},
        {"d": 2.0},
        {"weight_decay": 0.1, "maximize": True},
        {"foreach": True},
    ],
}
CASES = [(name, options) for name, all_options in OPTIONS.items() for options in all_options]
BY_NAME = pytest.mark.parametrize("name", OPTIONS)


@pytest.mark.parametrize(("name", "options"), CASES, ids=[f"{name} {options}" for name, options in CASES])
def test_it_goes_the_same_way(name, options):
    assert_same_walk(name, options)


@BY_NAME
@pytest.mark.parametrize("dtype", ["float64", "complex64", "complex128"])
def test_it_goes_the_same_way_with_other_numbers(name, dtype):
    if name == "Adafactor" and dtype.startswith("complex"):
        pytest.skip("it takes none")
    precise = dtype in ("float64", "complex128")
    assert_same_walk(
        name, {"lr": 0.1}, dtype=dtype, tolerance=1e-6 if name == "Adafactor" else 1e-12 if precise else 4e-6
    )


@BY_NAME
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_narrow_numbers_are_rounded_where_pytorch_rounds_them(name, dtype):
    """So nothing is off by more than a few bits, after ten steps."""
    found, kept = [], []
    for engine in (torch, pytorch):
        source = np.random.RandomState(0)
        values = source.randn(40).astype("float32")
        param = engine.tensor(values).to(getattr(engine, dtype)).requires_grad_(True)
        optimizer = getattr(engine.optim, name)([param], lr=0.1)
        for _ in range(10):
            param.grad = engine.tensor(source.randn(40).astype("float32")).to(param.dtype)
            optimizer.step()
        assert param.dtype is getattr(engine, dtype)
        found.append(param.detach().float().numpy())
        kept.append([each.float().numpy() for each in optimizer.state[param].values() if each.ndim])
    bit = 2.0**-8 if dtype == "bfloat16" else 2.0**-11
    np.testing.assert_allclose(*found, rtol=16 * bit, atol=16 * bit)
    for own, other in zip(*kept, strict=True):
        np.testing.assert_allclose(own, other, rtol=8 * bit, atol=4 * bit)


@BY_NAME
def test_it_goes_the_same_way_where_there_is_more_than_one_piece(name, monkeypatch):
    monkeypatch.setattr("minitorch_edu.optim.at_once.PIECE", 64)
    assert_same_walk(name, {"lr": 0.1}, shapes=((20, 30), (7, 10), (64,)), steps=5, tolerance=1e-5)


@BY_NAME
def test_the_learning_rate_may_be_a_tensor(name):
    ours, theirs = (
        walked(engine, name, {"lr": engine.tensor(0.05)}, steps=5)[1] for engine in (torch, pytorch)
    )
    np.testing.assert_allclose(ours, theirs, rtol=3e-6, atol=3e-6)


@BY_NAME
def test_a_parameter_without_elements_stays(name):
    if name == "Adafactor":
        pytest.skip("its mean size divides by nothing")
    optimizer, _ = walked(torch, name, {}, shapes=((0,), (2, 0)), steps=2)
    assert [param.numel() for param in optimizer.param_groups[0]["params"]] == [0, 0]


@BY_NAME
def test_a_parameter_without_gradient_stays_and_nothing_is_remembered_of_it(name):
    kept = []
    for engine in (torch, pytorch):
        params = [engine.tensor([1.0, 2.0], requires_grad=True) for _ in range(2)]
        params[0].grad = engine.tensor([0.5, -0.5])
        optimizer = getattr(engine.optim, name)(params)
        optimizer.step()
        kept.append((params[1].tolist(), sorted(optimizer.state_dict()["state"])))
    assert kept[0] == kept[1]


@BY_NAME
def test_gradients_lie_as_they_like(name):
    """The strides of a gradient need not be those of its parameter."""
    places = []
    for engine in (torch, pytorch):
        param = engine.arange(6.0).reshape(2, 3).requires_grad_(True)
        optimizer = getattr(engine.optim, name)([param], lr=0.1)
        for _ in range(3):
            param.grad = engine.arange(1.0, 7.0).reshape(3, 2).t()
            optimizer.step()
        places.append(param.tolist())
    np.testing.assert_allclose(*places, rtol=1e-5)
