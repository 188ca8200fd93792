"""TrainingLog: what was seen of a training, as plain numbers. It holds no tensor, no module and no optimizer."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from minitorch_widgets.training.gauges import Reading
from minitorch_widgets.training.series import Series

MOST_LAYERS = 64
MOST_READINGS = 24  # of one layer's activations: beyond them every second goes
RECENT = 8  # measured steps in which a unit must have been 0 throughout to be called dead


@dataclass
class Layer:
    """The parameters of one module: how large their gradient is, and how far a step moves them."""

    name: str
    parameters: int = 0
    norm: Series = field(default_factory=Series)
    ratio: Series = field(default_factory=Series)  # of the update to the weights, both as norms


@dataclass
class Activation:
    """What a module puts out."""

    name: str
    kind: str
    readings: list[Reading] = field(default_factory=list)
    last: Reading | None = None
    alive: deque[np.ndarray] = field(default_factory=lambda: deque(maxlen=RECENT))
    every: int = 1  # of what is measured, this many make one reading
    seen: int = 0

    def add(self, reading: Reading) -> None:
        """Keep it as the last one, and, where many are kept already, one of several besides."""
        self.last = reading
        self.seen += 1
        if (self.seen - 1) % self.every == 0 or reading.bad and not any(each.bad for each in self.readings):
            self.readings.append(reading)
        if len(self.readings) > MOST_READINGS:
            broke = next((each for each in self.readings if each.bad), None)
            self.readings = [each for at, each in enumerate(self.readings) if at % 2 == 0 or each is broke]
            self.every *= 2

    @property
    def units(self) -> int:
        return len(self.alive[-1]) if self.alive else 0

    @property
    def dead(self) -> int | None:
        """How many units gave 0 to every example of the last measured steps; None while these are too few."""
        alike = [each for each in self.alive if len(each) == self.units]
        if len(alike) < RECENT or not self.units:
            return None
        return int(self.units - np.logical_or.reduce(alike).sum())


@dataclass
class Alarm:
    """A value that was no number, where it first came."""

    step: int
    what: str  # "the loss", "the gradient of fc1", "the output of act"
    value: float

    @property
    def text(self) -> str:
        return f"{self.what} is {said(self.value)} at step {self.step}"


class TrainingLog:
    """Curves and histograms of one training, each of a bounded size."""

    def __init__(self, title: str = "", engine: str = "") -> None:
        self.title = title
        self.engine = engine
        self.steps = 0
        self.measured = 0
        self.spent = 0.0  # seconds in watching
        self.elapsed = 0.0  # seconds in all
        self.loss = Series(480)
        self.total_norm = Series()
        self.layers: dict[str, Layer] = {}
        self.rates: dict[str, Series] = {}
        self.activations: dict[str, Activation] = {}
        self.alarms: list[Alarm] = []
        self.notes: list[str] = []

    def layer(self, name: str) -> Layer | None:
        """The layer of this name; None where there are too many already."""
        if name not in self.layers and len(self.layers) >= MOST_LAYERS:
            self.note(f"layers beyond the first {MOST_LAYERS}")
            return None
        return self.layers.setdefault(name, Layer(name))

    def add(self, series: Series, what: str, step: int, value: float) -> None:
        """The next value of a curve, with an alarm where it first is no number."""
        if series.broke is None and not math.isfinite(value):
            self.alarm(step, what, value)
        series.add(step, value)

    def alarm(self, step: int, what: str, value: float) -> None:
        if len(self.alarms) < 2 * MOST_LAYERS and all(each.what != what for each in self.alarms):
            self.alarms.append(Alarm(step, what, value))

    def note(self, left_out: str) -> None:
        """Something that is not shown, and why; each is said once."""
        if left_out not in self.notes and len(self.notes) < 12:
            self.notes.append(left_out)

    @property
    def share(self) -> float:
        """How much of the time went into watching."""
        return self.spent / self.elapsed if self.elapsed > 0 else 0.0


def said(value: float) -> str:
    """NaN, infinite, or a short number."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "infinite" if value > 0 else "minus infinite"
    return f"{value:.3g}"


def told(value: float) -> Any:
    """A number that JSON can carry."""
    return float(f"{value:.5g}") if math.isfinite(value) else str(float(value))
