"""Timer: runs a statement many times, and says how long it took."""

from __future__ import annotations

import enum
import math
import statistics
import sys
import timeit
from collections.abc import Callable
from textwrap import dedent
from typing import Any

from minitorch_edu.utils.benchmark.measurement import Measurement, TaskSpec, set_torch_threads

LEAST = 1e-9
"""Seconds: nothing is quicker, and nothing is to be divided by zero."""

ENOUGH = 4
"""Times from which on it makes sense to ask how far they are spread."""


class Language(enum.Enum):
    """What a statement is written in."""

    PYTHON = 0
    CPP = 1


def timer() -> float:
    """The time in seconds, when a GPU has done what it was given to do."""
    from minitorch_edu import accelerator

    if accelerator.is_available():
        accelerator.synchronize()
    return timeit.default_timer()


class Timer:
    """Measures `stmt`, a string, after `setup`; both see `globals` and `torch`.

    >>> t = torch.utils.benchmark.Timer("x + x", setup="x = torch.ones(3)", label="sum")
    >>> t.timeit(100).median > 0
    True
    """

    def __init__(
        self,
        stmt: str = "pass",
        setup: str = "pass",
        global_setup: str = "",
        timer: Callable[[], float] = timer,
        globals: dict[str, Any] | None = None,
        label: str | None = None,
        sub_label: str | None = None,
        description: str | None = None,
        env: str | None = None,
        num_threads: int = 1,
        language: Language | str = Language.PYTHON,
    ) -> None:
        if not isinstance(stmt, str):
            raise ValueError("Currently only a `str` stmt is supported.")
        _check_language(language, global_setup)
        stmt, setup = _tidy(stmt), _tidy(setup)
        names = {"torch": sys.modules[__name__.partition(".")[0]], **(globals or {})}
        self._timer = timeit.Timer(stmt, setup, timer, names)
        self._task_spec = TaskSpec(stmt, setup, global_setup, label, sub_label, description, env, num_threads)

    def _timeit(self, number: int) -> float:
        return max(self._timer.timeit(number), LEAST)

    def _measured(self, number: int, times: list[float]) -> Measurement:
        return Measurement(number, times, self._task_spec)

    def timeit(self, number: int = 1000000) -> Measurement:
        """One time of `number` runs, after a few to get warm."""
        with set_torch_threads(self._task_spec.num_threads):
            self._timeit(max(number // 100, 2))
            return self._measured(number, [self._timeit(number)])

    def repeat(self, repeat: int = -1, number: int = -1) -> None:
        raise NotImplementedError("See `Timer.blocked_autorange.`")

    def autorange(self, callback: Any = None) -> None:
        raise NotImplementedError("See `Timer.blocked_autorange.`")

    def blocked_autorange(
        self, callback: Callable[[int, float], Any] | None = None, min_run_time: float = 0.2
    ) -> Measurement:
        """Times of blocks of runs, until they add up to `min_run_time` seconds.

        A block is so long that looking at the clock does not count.
        """
        number = self._block(min_run_time)
        return self._measured(
            number, self._times(number, lambda times: True, min_run_time, math.inf, callback)
        )

    def adaptive_autorange(
        self,
        threshold: float = 0.1,
        *,
        min_run_time: float = 0.01,
        max_run_time: float = 10.0,
        callback: Callable[[int, float], Any] | None = None,
    ) -> Measurement:
        """Times of blocks of runs, until they are close together: see `Measurement.meets_confidence`."""
        number = self._block(0.05)

        def agree(times: list[float]) -> bool:
            return len(times) >= ENOUGH and self._measured(number, times).meets_confidence(threshold)

        return self._measured(number, self._times(number, agree, min_run_time, max_run_time, callback))

    def _times(
        self,
        number: int,
        may_stop: Callable[[list[float]], bool],
        least: float,
        most: float,
        callback: Callable[[int, float], Any] | None,
    ) -> list[float]:
        times: list[float] = []
        with set_torch_threads(self._task_spec.num_threads):
            while not (sum(times) >= least and may_stop(times)) and sum(times) <= most:
                times.append(self._timeit(number))
                if callback:
                    callback(number, times[-1])
        return times

    def _block(self, min_run_time: float) -> int:
        """How many runs make a block."""
        number = 1
        with set_torch_threads(self._task_spec.num_threads):
            clock = statistics.median(self._timeit(0) for _ in range(5))
            while True:
                time = self._timeit(number)
                long_enough = clock / time <= 1e-4 and time >= min_run_time / 1000
                if long_enough or time > min_run_time or number * 10 > 2**31 - 1:
                    return number
                number *= 10


def _check_language(language: Any, global_setup: str) -> None:
    if language in (Language.CPP, "cpp", "c++"):
        raise NotImplementedError("C++ is not compiled here: measure a statement in Python")
    if language not in (Language.PYTHON, "py", "python"):
        raise ValueError(f"Invalid language `{language}`.")
    if global_setup:
        raise ValueError(
            f"global_setup is C++ only, got `{global_setup}`. Most likely this code can simply be moved to `setup`."
        )


def _tidy(code: str) -> str:
    """Without the indentation and the first line break of a block in triple quotes."""
    return dedent(code).removeprefix("\n").rstrip()
