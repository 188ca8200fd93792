"""Schedulers that go up and down, the momentum against them: around and around, or once."""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from typing import Any

from minitorch_edu.optim.lr_scheduler.scheduler import LRScheduler, expect_optimizer, for_each_group, update
from minitorch_edu.optim.optimizer import Optimizer


class _Cycling(LRScheduler):
    """Sets the momentum, or the first beta, as well: low where the learning rate is high."""

    cycle_momentum: bool
    use_beta1: bool

    def _begin_momentum(self, base: Any, most: Any, last_epoch: int) -> tuple[list[Any], list[Any]]:
        """The lower and upper ends for each group."""
        defaults = self.optimizer.defaults
        if "momentum" not in defaults and "betas" not in defaults:
            raise ValueError("optimizer must support momentum or beta1 with `cycle_momentum` option enabled")
        self.use_beta1 = "betas" in defaults
        bases = for_each_group("base_momentum", self.optimizer, base)
        mosts = for_each_group("max_momentum", self.optimizer, most)
        if last_epoch == -1:
            for least, most, group in zip(bases, mosts, self.optimizer.param_groups, strict=True):
                self._set_momentum(group, most)
                group["max_momentum"] = most
                group["base_momentum"] = least
        return bases, mosts

    def _set_momentum(self, group: dict[str, Any], momentum: Any) -> None:
        if self.use_beta1:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum


class CyclicLR(_Cycling):
    """Goes up from base_lr to max_lr and down again, around and around (Smith, 2017). Call it after each batch.

    mode: "triangular" always goes as high; "triangular2" half as high each time; "exp_range" is lower by gamma at every
    step. scale_fn: says for each cycle, or iteration (scale_mode), how high it goes.

    >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0, momentum=0.9)
    >>> scheduler = torch.optim.lr_scheduler.CyclicLR(optimizer, base_lr=0.0, max_lr=1.0, step_size_up=2)
    >>> for batch in range(4):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(f"{scheduler.get_last_lr()[0]}, {optimizer.param_groups[0]['momentum']:.2f}")
    0.5, 0.85
    1.0, 0.80
    0.5, 0.85
    0.0, 0.90
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: Any,
        max_lr: Any,
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.8,
        max_momentum: Any = 0.9,
        last_epoch: int = -1,
    ) -> None:
        expect_optimizer(optimizer)
        self.optimizer = optimizer
        base_lrs = for_each_group("base_lr", optimizer, base_lr)
        if last_epoch == -1:
            for lr, group in zip(base_lrs, optimizer.param_groups, strict=True):
                update(group, "lr", lr)
        self.max_lrs = for_each_group("max_lr", optimizer, max_lr)
        up = float(step_size_up)
        self.total_size = up + (up if step_size_down is None else float(step_size_down))
        self.step_ratio = up / self.total_size
        if mode not in MODES and scale_fn is None:
            raise ValueError("mode is invalid and scale_fn is None")
        self.mode = mode
        self.gamma = gamma
        self._scale_fn_custom = scale_fn
        self.scale_mode = scale_mode if scale_fn is not None else MODES[mode]
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.base_momentums, self.max_momentums = self._begin_momentum(
                base_momentum, max_momentum, last_epoch
            )
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """How high the cycle, or the iteration, x goes."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        if self.mode == "triangular2":
            return 1 / (2.0 ** (x - 1))
        return 1.0 if self.mode == "triangular" else self.gamma**x

    def get_lr(self) -> list[Any]:
        """The learning rates of the next step; the momentum is set."""
        self._warn_unless_stepping()
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        part = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)

        def height() -> float:
            return self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)

        pairs = zip(self.base_lrs, self.max_lrs, strict=True)
        rates = [least + (most - least) * part * height() for least, most in pairs]
        if self.cycle_momentum:
            ends = zip(self.optimizer.param_groups, self.base_momentums, self.max_momentums, strict=True)
            for group, least, most in ends:
                self._set_momentum(group, most - (most - least) * part * height())
        return rates

    def state_dict(self) -> dict[str, Any]:
        """All that the scheduler knows, but the optimizer, and of scale_fn what an object remembers."""
        state = super().state_dict()
        function = state.pop("_scale_fn_custom")
        plain = function is None or isinstance(function, types.FunctionType)
        return {**state, "_scale_fn_custom": None if plain else function.__dict__.copy()}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on where another scheduler stopped."""
        known = state_dict.pop("_scale_fn_custom")
        super().load_state_dict(state_dict)
        if known is not None:
            self._scale_fn_custom.__dict__.update(known)


MODES = {"triangular": "cycle", "triangular2": "cycle", "exp_range": "iterations"}
"""Of what each says how high it goes."""

UP = {
    "start_lr": "initial_lr",
    "end_lr": "max_lr",
    "start_momentum": "max_momentum",
    "end_momentum": "base_momentum",
}
DOWN = {
    "start_lr": "max_lr",
    "end_lr": "min_lr",
    "start_momentum": "base_momentum",
    "end_momentum": "max_momentum",
}
BACK = {**DOWN, "end_lr": "initial_lr"}
FADE = {
    "start_lr": "initial_lr",
    "end_lr": "min_lr",
    "start_momentum": "max_momentum",
    "end_momentum": "max_momentum",
}
"""The phases of one cycle: from which option of a group to which."""


class OneCycleLR(_Cycling):
    """Goes up to max_lr and down to far below where it began, once (Smith and Topin, 2018). Call it after each batch.

    It begins at max_lr / div_factor and ends div_factor * final_div_factor below max_lr, after total_steps, or epochs *
    steps_per_epoch; pct_start of them go up. three_phase: down is as long as up, and the rest fades away.

    >>> optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0, momentum=0.9)
    >>> scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1.0, total_steps=5, pct_start=0.4)
    >>> for batch in range(4):
    ...     optimizer.step()
    ...     scheduler.step()
    ...     print(f"{scheduler.get_last_lr()[0]:.4f}, {optimizer.param_groups[0]['momentum']:.2f}")
    1.0000, 0.85
    0.7500, 0.88
    0.2500, 0.92
    0.0000, 0.95
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: Any,
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: Any = 0.85,
        max_momentum: Any = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        expect_optimizer(optimizer)
        self.optimizer = optimizer
        self.total_steps = _total(total_steps, epochs, steps_per_epoch)
        last = self.total_steps - 1
        end = float(pct_start * self.total_steps) - 1
        self._schedule_phases: list[dict[str, Any]] = [{"end_step": end, **UP}, {"end_step": last, **DOWN}]
        if three_phase:
            middle = float(2 * pct_start * self.total_steps) - 2
            self._schedule_phases[1:] = [{"end_step": middle, **BACK}, {"end_step": last, **FADE}]
        if pct_start < 0 or pct_start > 1 or not isinstance(pct_start, float):
            raise ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}"
            )
        self._anneal_func_type = anneal_strategy
        max_lrs = for_each_group("max_lr", optimizer, max_lr)
        if last_epoch == -1:
            for group, most in zip(optimizer.param_groups, max_lrs, strict=True):
                group["initial_lr"] = most / div_factor
                group["max_lr"] = most
                group["min_lr"] = group["initial_lr"] / final_div_factor
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._begin_momentum(base_momentum, max_momentum, last_epoch)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[Any]:
        """The learning rates of the next step; the momentum is set."""
        self._warn_unless_stepping()
        step = self.last_epoch
        if step > self.total_steps:
            raise ValueError(
                f"Tried to step {step} times. The specified number of total steps is {self.total_steps}"
            )
        start = 0.0
        for phase in self._schedule_phases:  # the last one, if none is found
            end: Any = phase["end_step"]
            if step <= end or phase is self._schedule_phases[-1]:
                break
            start = end
        part = (step - start) / (end - start)
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                ends = group[phase["start_momentum"]], group[phase["end_momentum"]]
                self._set_momentum(group, self._between(*ends, part))
        return [
            self._between(group[phase["start_lr"]], group[phase["end_lr"]], part)
            for group in self.optimizer.param_groups
        ]

    def _between(self, start: Any, end: Any, part: float) -> Any:
        """A part of the way from start to end."""
        if self._anneal_func_type == "cos":
            return end + (start - end) / 2.0 * (math.cos(math.pi * part) + 1)
        return (end - start) * part + start


def _total(total: Any, epochs: Any, steps_per_epoch: Any) -> int:
    """The number of steps."""
    given = {"total_steps": total}
    if total is None:
        if epochs is None or steps_per_epoch is None:
            raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
        given = {"epochs": epochs, "steps_per_epoch": steps_per_epoch}
    for name, value in given.items():
        if not isinstance(value, int) or value <= 0:
            raise ValueError(f"Expected positive integer {name}, but got {value}")
    return math.prod(given.values())
