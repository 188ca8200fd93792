"""Measurements: times of a statement, and what they say about it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from textwrap import indent
from typing import Any

import numpy as np

from minitorch_edu.settings import get_num_threads, set_num_threads

UNITS = {
    "ns": ("nanosecond", 1e-9),
    "us": ("microsecond", 1e-6),
    "ms": ("millisecond", 1e-3),
    "s": ("second", 1),
}

MOST_FIGURES = 4
NARROWEST = 25e-9
"""Seconds: no clock is more exact than that."""

SUSPECT, GROSS = 0.1, 0.25
"""From which spread on, in terms of the median, a measurement carries a warning."""


@dataclass(repr=False, frozen=True)
class TaskSpec:
    """What is measured, and what it is called in a table."""

    stmt: str
    setup: str
    global_setup: str = ""
    label: str | None = None
    sub_label: str | None = None
    description: str | None = None
    env: str | None = None
    num_threads: int = 1

    @property
    def title(self) -> str:
        if self.label is None and "\n" in self.stmt:
            which = f" ({self.sub_label})" if self.sub_label else ""
            return f"stmt:{which}\n{indent(self.stmt, '  ')}"
        name = self.stmt if self.label is None else self.label
        return name + (f": {self.sub_label}" if self.sub_label else "")

    def setup_str(self) -> str:
        if self.setup in ("pass", ""):
            return ""
        return f"setup:\n{indent(self.setup, '  ')}" if "\n" in self.setup else f"setup: {self.setup}"

    def summarize(self) -> str:
        parts = [part for part in (self.title, self.description, self.setup_str()) if part]
        return "\n".join(f"{part}\n" if "\n" in part else part for part in parts)


_SPEC = {each.name for each in fields(TaskSpec)}


@dataclass(repr=False)
class Measurement:
    """Times of a statement: each of `raw_times` is that of `number_per_run` runs."""

    number_per_run: int
    raw_times: list[float]
    task_spec: TaskSpec
    metadata: dict[Any, Any] | None = None

    def __getattr__(self, name: str) -> Any:
        if name in _SPEC:
            return getattr(self.task_spec, name)
        raise AttributeError(f"'Measurement' object has no attribute {name!r}")

    @property
    def times(self) -> list[float]:
        """Of one run."""
        return [time / self.number_per_run for time in self.raw_times]

    def _quantile(self, share: float) -> float:
        return float(np.quantile(self.times, share))

    @property
    def median(self) -> float:
        return self._quantile(0.5)

    @property
    def mean(self) -> float:
        return float(np.mean(self.times))

    @property
    def iqr(self) -> float:
        """The interquartile range: how far the middle half of the times is spread."""
        return self._quantile(0.75) - self._quantile(0.25)

    @property
    def significant_figures(self) -> int:
        """How many figures of the median may be believed, roughly."""
        times = sorted(self.times)
        middle = times[len(times) // 4 : math.ceil(3 * len(times) / 4)]
        uncertain = max(1.645 * float(np.std(middle)) / math.sqrt(len(middle)), NARROWEST)
        return min(max(math.floor(magnitude(self.median / uncertain)), 1), MOST_FIGURES)

    def meets_confidence(self, threshold: float = SUSPECT) -> bool:
        """Whether the times are close together."""
        return self.iqr / self.median < threshold

    @property
    def has_warnings(self) -> bool:
        return bool(self.raw_times) and not self.meets_confidence()

    def _warning(self) -> str:
        why = "This could indicate system fluctuation."
        if not self.meets_confidence(GROSS):
            why = "This suggests significant environmental influence."
        share = self.iqr / self.median * 100
        return f"  WARNING: Interquartile range is {share:.1f}% of the median measurement.\n           {why}"

    @property
    def title(self) -> str:
        return self.task_spec.title

    @property
    def env(self) -> str:
        return "Unspecified env" if self.task_spec.env is None else self.task_spec.env

    @property
    def as_row_name(self) -> str:
        return self.sub_label or self.stmt or "[Unknown]"

    def __repr__(self) -> str:
        unit, scale = select_unit(self.median)
        count, threads = len(self.raw_times), self.num_threads
        many = count > 1
        lines = [
            f"<torch.utils.benchmark.utils.common.Measurement object at {id(self):#x}>",
            self.task_spec.summarize(),
            f"  {'Median: ' if many else ''}{self.median / scale:.2f} {unit}",
        ]
        if count >= 4:
            low, high = (self._quantile(share) / scale for share in (0.25, 0.75))
            lines.append(f"  IQR:    {self.iqr / scale:.2f} {unit} ({low:.2f} to {high:.2f})")
        lines.append(
            f"  {count} measurement{'s' if many else ''}, {self.number_per_run} runs "
            f"{'per measurement,' if many else ','} {threads} thread{'s' if threads > 1 else ''}"
        )
        if self.has_warnings:
            lines.append(self._warning())
        return "\n".join(lines)

    @staticmethod
    def merge(measurements: Iterable[Measurement]) -> list[Measurement]:
        """One measurement for all of the same statement."""
        groups: dict[TaskSpec, list[float]] = {}
        for each in measurements:
            groups.setdefault(each.task_spec, []).extend(each.times)
        return [Measurement(1, times, spec) for spec, times in groups.items()]


def magnitude(x: float) -> float:
    """The decimal logarithm in float32, PyTorch's: a time that is a little less than a microsecond counts as one."""
    return float(np.float32(math.log10(np.float32(x))))


def select_unit(t: float) -> tuple[str, float]:
    """The unit in which to tell so many seconds, and how many seconds it has.

    >>> torch.utils.benchmark.select_unit(0.002)
    ('ms', 0.001)
    """
    size = int(magnitude(t) // 3)
    unit = {-3: "ns", -2: "us", -1: "ms"}.get(size, "s")
    return unit, UNITS[unit][1]


def unit_to_english(u: str) -> str:
    """The unit's name."""
    return UNITS[u][0]


def trim_sigfig(x: float, n: int) -> float:
    """A number with `n` figures and no more.

    >>> torch.utils.benchmark.trim_sigfig(1234.5, 2)
    1200.0
    """
    if n != int(n):
        raise AssertionError("Number of significant figures must be an integer")
    scale = 10 ** (math.ceil(magnitude(abs(x))) - n)
    return float(np.float32(np.round(np.float32(x / scale))) * np.float32(scale))


def ordered_unique(elements: Iterable[Any]) -> list[Any]:
    """Each of them once, in their order."""
    return list(dict.fromkeys(elements))


@contextlib.contextmanager
def set_torch_threads(n: int) -> Iterator[None]:
    """A with-block with so many threads."""
    before = get_num_threads()
    set_num_threads(n)
    try:
        yield
    finally:
        set_num_threads(before)
