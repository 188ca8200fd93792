"""Schedulers set the learning rates that PyTorch's set, to the last digit, step by step."""

from __future__ import annotations

import itertools
import re
import warnings
from typing import Any

import pytest

import minitorch_edu
from tests.oracle import torch as pytorch

ENGINES = (minitorch_edu, pytorch)
STEPS = 25


def halved(epoch: int) -> float:
    return 0.5 ** (epoch // 3)


def grown(epoch: int) -> float:
    return 1.0 + 0.1 / (epoch + 1)


SCHEDULES: dict[str, list[dict[str, Any]]] = {
    "LambdaLR": [{"lr_lambda": halved}, {"lr_lambda": [halved, grown]}],
    "MultiplicativeLR": [{"lr_lambda": grown}, {"lr_lambda": (halved, grown)}],
    "StepLR": [{"step_size": 1}, {"step_size": 4}, {"step_size": 7, "gamma": 0.3}],
    "MultiStepLR": [
        {"milestones": [3, 8, 20]},
        {"milestones": [2, 2, 5], "gamma": 0.7},
        {"milestones": []},
        {"milestones": [0, 1]},
    ],
    "ConstantLR": [{}, {"factor": 0.5, "total_iters": 3}, {"factor": 1.0}, {"total_iters": 0}],
    "LinearLR": [
        {},
        {"start_factor": 0.1, "total_iters": 10},
        {"start_factor": 1.0, "end_factor": 0.01, "total_iters": 7},
        {"start_factor": 0.5, "end_factor": 0.5},
    ],
    "ExponentialLR": [{"gamma": 0.9}, {"gamma": 1.1}],
    "PolynomialLR": [{}, {"total_iters": 20, "power": 0.9}, {"total_iters": 10, "power": 2}],
    "CosineAnnealingLR": [
        {"T_max": 10},
        {"T_max": 7, "eta_min": 0.001},
        {"T_max": 1},
        {"T_max": 100, "eta_min": 0.5},
    ],
    "CosineAnnealingWarmRestarts": [
        {"T_0": 5},
        {"T_0": 3, "T_mult": 2},
        {"T_0": 1, "T_mult": 3, "eta_min": 0.01},
        {"T_0": 10, "eta_min": 1},
    ],
    "CyclicLR": [
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4},
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "step_size_down": 7, "mode": "triangular2"},
        {"base_lr": [0.01, 0.1], "max_lr": [0.1, 1], "step_size_up": 3, "mode": "exp_range", "gamma": 0.95},
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "cycle_momentum": False},
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "scale_fn": halved, "scale_mode": "iterations"},
        {"base_lr": 0.01, "max_lr": 0.1, "step_size_up": 4, "scale_fn": halved, "base_momentum": [0.5, 0.6]},
    ],
    "OneCycleLR": [
        {"max_lr": 0.5, "total_steps": 30},
        {"max_lr": [0.5, 0.1], "epochs": 5, "steps_per_epoch": 6},
        {"max_lr": 0.5, "total_steps": 30, "three_phase": True, "pct_start": 0.2},
        {
            "max_lr": 0.5,
            "total_steps": 30,
            "anneal_strategy": "linear",
            "div_factor": 10,
            "final_div_factor": 3,
        },
        {"max_lr": 0.5, "total_steps": 30, "cycle_momentum": False, "pct_start": 1.0},
        {"max_lr": 0.5, "total_steps": 25, "base_momentum": 0.1, "max_momentum": [0.7, 0.8]},
    ],
}
CASES = [(name, options) for name, all_options in SCHEDULES.items() for options in all_options]


def said(name, options):
    """A case in words that are the same in every process: a function by its name."""
    return re.sub(r"<function (\w+) at 0x\w+>", r"\1", f"{name} {options}")


SAID = [said(name, options) for name, options in CASES]
BY_CASE = pytest.mark.parametrize(("name", "options"), CASES, ids=SAID)


def optimizer_of(torch: Any, kind: str = "SGD", tensor_lr: bool = False) -> Any:
    """Two groups of parameters, with learning rates of their own."""
    rates = [torch.tensor(0.1), torch.tensor(0.03)] if tensor_lr else [0.1, 0.03]
    groups = [{"params": [torch.zeros(1, requires_grad=True)], "lr": rate} for rate in rates]
    if kind == "SGD":
        return torch.optim.SGD(groups, momentum=0.9)
    return getattr(torch.optim, kind)(groups)


def seen(optimizer: Any) -> list[tuple[float, ...]]:
    """The learning rates of the groups, and their momentum."""
    return [
        tuple(float(group[key]) for key in ("lr", "initial_lr", "momentum") if key in group)
        + tuple(group.get("betas", ()))
        for group in optimizer.param_groups
    ]


def schedule(torch: Any, name: str, options: dict[str, Any], steps: Any = STEPS, **rest: Any) -> list[Any]:
    """What the optimizer says after each step; steps may be epochs to go to."""
    optimizer = optimizer_of(torch, **rest)
    scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **options)
    return [seen(optimizer), *stepped(optimizer, scheduler, steps)]


def stepped(optimizer: Any, scheduler: Any, steps: Any) -> list[Any]:
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for epoch in range(steps) if isinstance(steps, int) else steps:
            optimizer.step()
            scheduler.step() if isinstance(steps, int) else scheduler.step(epoch)
            found.append((seen(optimizer), [float(each) for each in scheduler.get_last_lr()]))
    return found


@BY_CASE
def test_the_learning_rates_are_pytorchs(name, options):
    ours, theirs = (schedule(torch, name, options) for torch in ENGINES)
    assert ours == theirs


@BY_CASE
def test_so_are_they_for_an_optimizer_with_betas(name, options):
    ours, theirs = (schedule(torch, name, options, kind="Adam") for torch in ENGINES)
    assert ours == theirs


@BY_CASE
def test_so_are_they_where_they_are_tensors(name, options):
    ours, theirs = (schedule(torch, name, options, steps=8, tensor_lr=True) for torch in ENGINES)
    assert ours == theirs


CLOSED = [case for case in CASES if case[0] not in ("CyclicLR", "OneCycleLR")]


@pytest.mark.parametrize(("name", "options"), CLOSED, ids=[said(name, options) for name, options in CLOSED])
def test_one_may_go_to_an_epoch(name, options):
    epochs = [0, 1, 4, 3, 8, 2, 20, 21, 5]
    if name == "CosineAnnealingWarmRestarts":
        epochs += [0.5, 2.25, 9.75, 31.1]
    ours, theirs = (schedule(torch, name, options, steps=epochs) for torch in ENGINES)
    assert ours == theirs


@BY_CASE
def test_one_goes_on_where_another_stopped(name, options):
    """The state dict has the same entries, and those of either engine can be loaded into the other."""
    states, rest = [], []
    for torch in ENGINES:
        optimizer = optimizer_of(torch)
        scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **options)
        stepped(optimizer, scheduler, 6)
        states.append((scheduler.state_dict(), optimizer.state_dict()))
        rest.append(stepped(optimizer, scheduler, 5))
    ours, theirs = (state for state, _ in states)
    assert list(ours) == list(theirs)
    assert ours == theirs
    for torch, (state, groups) in zip(ENGINES, reversed(states), strict=True):
        optimizer = optimizer_of(torch)
        scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **options)
        scheduler.load_state_dict(dict(state))
        optimizer.load_state_dict(groups)
        assert stepped(optimizer, scheduler, 5) == rest[0] == rest[1]


@BY_CASE
def test_one_may_begin_in_the_middle(name, options):
    found = []
    for torch in ENGINES:
        optimizer = optimizer_of(torch)
        for group in optimizer.param_groups:
            group.update(
                initial_lr=group["lr"], max_lr=1.0, min_lr=0.001, max_momentum=0.9, base_momentum=0.8
            )
        scheduler = getattr(torch.optim.lr_scheduler, name)(optimizer, **options, last_epoch=4)
        found.append([seen(optimizer), *stepped(optimizer, scheduler, 6)])
    assert found[0] == found[1]


# --- by what comes out ------------------------------------------------------------------------------------------------

PLATEAUS = [
    {},
    {"patience": 0},
    {"patience": 2, "factor": 0.5},
    {"patience": 1, "mode": "max"},
    {"patience": 1, "threshold": 0.2, "threshold_mode": "abs"},
    {"patience": 1, "threshold": 0.2, "threshold_mode": "rel", "mode": "max"},
    {"patience": 0, "cooldown": 3},
    {"patience": 0, "min_lr": 0.01},
    {"patience": 0, "min_lr": [0.01, 0.02]},
    {"patience": 0, "eps": 0.01},
]
METRICS = [
    3.0,
    2.0,
    2.1,
    1.9,
    1.95,
    1.9,
    1.9,
    2.5,
    0.1,
    0.1,
    0.1,
    0.1,
    float("nan"),
    0.1,
    0.2,
    0.05,
    0.05,
    0.05,
]


@pytest.mark.parametrize("options", PLATEAUS, ids=str)
def test_a_plateau_lowers_them(options):
    found, states = [], []
    for torch in ENGINES:
        optimizer = optimizer_of(torch)
        scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
        found.append([])
        for metric in METRICS:
            scheduler.step(torch.tensor(metric))
            found[-1].append((seen(optimizer), scheduler.get_last_lr(), scheduler.in_cooldown))
        states.append(scheduler.state_dict())
    assert found[0] == found[1]
    assert list(states[0].items()) == list(states[1].items())


# --- schedulers of schedulers -----------------------------------------------------------------------------------------

PARTS = {
    "warm": lambda s, optimizer: s.LinearLR(optimizer, start_factor=0.1, total_iters=4),
    "flat": lambda s, optimizer: s.ConstantLR(optimizer, factor=0.5, total_iters=3),
    "down": lambda s, optimizer: s.ExponentialLR(optimizer, gamma=0.8),
    "wave": lambda s, optimizer: s.CosineAnnealingLR(optimizer, T_max=8),
    "waves": lambda s, optimizer: s.CosineAnnealingWarmRestarts(optimizer, T_0=3),
    "steps": lambda s, optimizer: s.StepLR(optimizer, step_size=2),
}


@pytest.mark.parametrize("parts", list(itertools.permutations(PARTS, 2)), ids="-".join)
@pytest.mark.parametrize("kind", ["SequentialLR", "ChainedScheduler"])
def test_two_of_them_together(kind, parts):
    found, states = [], []
    for torch in ENGINES:
        optimizer = optimizer_of(torch)
        s = torch.optim.lr_scheduler
        schedulers = [PARTS[part](s, optimizer) for part in parts]
        if kind == "SequentialLR":
            scheduler = s.SequentialLR(optimizer, schedulers, milestones=[5])
        else:
            scheduler = s.ChainedScheduler(schedulers, optimizer)
        found.append([seen(optimizer), *stepped(optimizer, scheduler, 12)])
        states.append(scheduler.state_dict())
    assert found[0] == found[1]
    assert states[0] == states[1] and list(states[0]) == list(states[1])


def test_three_of_them_one_of_which_is_two():
    found, states = [], []
    for torch in ENGINES:
        optimizer = optimizer_of(torch)
        s = torch.optim.lr_scheduler
        inner = s.SequentialLR(
            optimizer, [PARTS["warm"](s, optimizer), PARTS["down"](s, optimizer)], milestones=[2]
        )
        outer = s.SequentialLR(
            optimizer, [inner, PARTS["flat"](s, optimizer), PARTS["wave"](s, optimizer)], milestones=[4, 9]
        )
        found.append([seen(optimizer), *stepped(optimizer, outer, 7)])
        states.append(outer.state_dict())
        outer.load_state_dict(outer.state_dict())
        found[-1] += stepped(optimizer, outer, 7)
    assert found[0] == found[1]
    assert states[0] == states[1]


@pytest.mark.parametrize("strategy", ["cos", "linear"])
@pytest.mark.parametrize("epochs", [0, 1, 5])
@pytest.mark.parametrize("rate", [0.05, [0.05, 0.2]], ids=str)
def test_towards_the_learning_rate_of_averaging(strategy, epochs, rate):
    found, states = [], []
    for torch in ENGINES:
        optimizer = optimizer_of(torch)
        options = {"swa_lr": rate, "anneal_epochs": epochs, "anneal_strategy": strategy}
        scheduler = torch.optim.swa_utils.SWALR(optimizer, **options)
        found.append([seen(optimizer), *stepped(optimizer, scheduler, 8)])
        states.append(scheduler.state_dict())
    assert found[0] == found[1]
    assert list(states[0].items()) == list(states[1].items())
