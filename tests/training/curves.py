"""Curves: networks trained for some steps by both engines, whose losses have to be the same at every step.

In float64 they are the same but for the last digits, so that nothing is left out and nothing comes in another order. In
float32, where rounding is coarser and each step begins where the last one ended, they are close.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

import minitorch_edu
from tests.oracle import torch as pytorch
from tests.training.nets import Clipped

STEPS = 50
CLOSE = {"float64": 1e-12, "float32": 5e-4}
"""How far apart losses may be, as a share of the greatest of the curve."""

SGD = "SGD(p, lr=0.1)"
MOMENTUM = "SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=1e-4)"
CAREFUL = "SGD(p, lr=0.005, momentum=0.9)"
ADAM = "Adam(p, lr=3e-3)"
ADAM_OF_GANS = "Adam(p, lr=2e-3, betas=(0.5, 0.999))"
ADAMW = "AdamW(p, lr=3e-3, betas=(0.9, 0.95), weight_decay=0.1)"
RMSPROP = "RMSprop(p, lr=2e-3, momentum=0.5)"
ADAGRAD = "Adagrad(p, lr=0.02)"
NADAM = "NAdam(p, lr=2e-3)"
ADADELTA = "Adadelta(p, lr=1.0)"
ADAMAX = "Adamax(p, lr=4e-3)"
LBFGS = "LBFGS(p, lr=0.5, max_iter=4)"

STEP = "StepLR(o, step_size=15, gamma=0.5)"
COSINE = "CosineAnnealingLR(o, T_max=50)"
ONE_CYCLE = "OneCycleLR(o, max_lr=0.02, total_steps=51)"
EXPONENTIAL = "ExponentialLR(o, gamma=0.97)"
WARMUP = "LambdaLR(o, lambda step: min(1.0, (step + 1) / 10))"
PLATEAU = "ReduceLROnPlateau(o, patience=3, factor=0.5)"
MILESTONES = "MultiStepLR(o, milestones=[20, 40], gamma=0.1)"
RESTARTS = "CosineAnnealingWarmRestarts(o, T_0=20)"
IN_TURN = "SequentialLR(o, [lr.LinearLR(o, 0.1, total_iters=10), lr.CosineAnnealingLR(o, 40)], [10])"


class Record(NamedTuple):
    """What happened in a run: the loss and the learning rate of every turn."""

    losses: list[float]
    rates: list[float]


def every(
    net: str, optimizers: tuple[str, ...], schedulers: tuple[str, ...], sharp: int | None = None
) -> Iterator[Any]:
    """Every optimizer with every scheduler in float32; all of them, or the first `sharp`, with one in float64, too."""
    for place, optimizer in enumerate(optimizers):
        for scheduler in schedulers:
            yield _case(net, optimizer, scheduler, "float32")
        if sharp is None or place < sharp:
            yield _case(net, optimizer, schedulers[place % len(schedulers)], "float64")


def _case(net: str, optimizer: str, scheduler: str, dtype: str) -> Any:
    names = [each.partition("(")[0] for each in (optimizer, scheduler)]
    return pytest.param(net, optimizer, scheduler, dtype, id="-".join([net, *names, dtype]))


def assert_same_curve(net: Callable[[Any], Any], optimizer: str, scheduler: str, dtype: str) -> None:
    """Assert that a network learns as it does with PyTorch."""
    __tracebackhide__ = True
    given = net, optimizer, scheduler, dtype
    ours, theirs = train(minitorch_edu, *given), train(pytorch, *given)
    assert len(ours.losses) == len(theirs.losses) >= STEPS and np.isfinite(theirs.losses).all()
    np.testing.assert_allclose(ours.rates, theirs.rates, rtol=1e-12)
    apart = np.abs(np.subtract(ours.losses, theirs.losses)) / np.abs(theirs.losses).max()
    if not apart.max() < CLOSE[dtype]:
        pytest.fail(f"losses are {apart.max():.1e} apart; {first_difference(*given)}")


def train(
    torch: Any,
    net: Callable[[Any], Any],
    optimizer: str,
    scheduler: str,
    dtype: str,
    look: Callable[[Any], None] = lambda module: None,
) -> Record:
    """The training loop of every tutorial. `optimizer` and `scheduler` say what follows `torch.optim.`"""
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    torch.manual_seed(0)
    try:
        turns = net(torch)
        optim = torch.optim
        updates = [
            eval(f"optim.{optimizer}", {"optim": optim, "p": each.module.parameters()}) for each in turns
        ]
        rates = [eval(f"lr.{scheduler}", {"lr": optim.lr_scheduler, "o": each}) for each in updates]
        return loop(torch, turns, updates, rates, look)
    finally:
        torch.set_default_dtype(before)


def loop(
    torch: Any, turns: list[Any], updates: list[Any], rates: list[Any], look: Callable[[Any], None]
) -> Record:
    record = Record([], [])
    for step in range(STEPS):
        for turn, update in zip(turns, updates, strict=True):

            def closure(turn: Any = turn, update: Any = update, step: int = step) -> Any:
                update.zero_grad()
                loss = turn.loss(step)
                loss.backward()
                if isinstance(turn.module, Clipped):
                    torch.nn.utils.clip_grad_norm_(turn.module.parameters(), turn.module.norm)
                look(turn.module)
                record.losses.append(loss.item())
                return loss.detach()

            if isinstance(update, torch.optim.LBFGS):
                update.step(closure)
            else:
                closure()
                update.step()
            record.rates.append(update.param_groups[0]["lr"])
        for each in rates:
            watches = isinstance(each, torch.optim.lr_scheduler.ReduceLROnPlateau)
            each.step(*[record.losses[-1]] * watches)
    return record


def first_difference(net: Callable[[Any], Any], optimizer: str, scheduler: str, dtype: str) -> str:
    """The first turn with other gradients than PyTorch's, and which of them is furthest away."""
    seen: list[list[dict[str, np.ndarray]]] = []
    for engine in (minitorch_edu, pytorch):
        turns: list[dict[str, np.ndarray]] = []

        def look(module: Any, turns: list[dict[str, np.ndarray]] = turns) -> None:
            named = [(name, each.grad) for name, each in module.named_parameters()]
            turns.append({name: grad.numpy().copy() for name, grad in named if grad is not None})

        train(engine, net, optimizer, scheduler, dtype, look)
        seen.append(turns)
    for number, (ours, theirs) in enumerate(zip(*seen, strict=False)):
        apart = {name: float(np.abs(ours[name] - theirs[name]).max()) for name in theirs}
        scale = max(float(np.abs(each).max()) for each in theirs.values())
        worst = max(apart, key=lambda name: apart[name])
        if apart[worst] > CLOSE[dtype] / 10 * scale:
            return f"first in turn {number}, where the gradient of {worst} is {apart[worst]:.1e} off, of {scale:.1e}"
    return "gradients differ nowhere"
