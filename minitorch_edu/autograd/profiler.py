"""autograd.profiler: which ops ran, how often, and how long they took.

Python tells the profiler of every call (`sys.setprofile`), and the functions that were compiled from cards are known by
their file names. So the times are those of the ops themselves, and what runs inside an op counts for that op as well;
but being told of every call takes time too: whoever wants to know how long a program takes, measures it without this.
"""

from __future__ import annotations

import functools
import json
import sys
import time
from collections.abc import Callable
from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.ops import registry

FIELDS = ("cpu_time", "cpu_time_total", "self_cpu_time_total", "count")
"""What a table may be sorted by."""


class Event:
    """One run of an op, or of a block that `record_function` gave a name. Times are in microseconds."""

    count = 1

    def __init__(self, name: str, start: float) -> None:
        self.key = self.name = name
        self.start = start
        self.end = start
        self.inside = 0.0  # the time of what ran within
        self.cpu_children: list[Event] = []

    @property
    def cpu_time_total(self) -> float:
        return self.end - self.start

    cpu_time = cpu_time_total

    @property
    def self_cpu_time_total(self) -> float:
        return self.cpu_time_total - self.inside

    def __repr__(self) -> str:
        own = shown(self.self_cpu_time_total)
        return f"<FunctionEvent name={self.name} cpu_time={shown(self.cpu_time)} self_cpu_time={own}>"


class Average:
    """All events of one name together."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.count = 0
        self.cpu_time_total = self.self_cpu_time_total = 0.0

    def add(self, event: Event) -> None:
        self.count += 1
        self.cpu_time_total += event.cpu_time_total
        self.self_cpu_time_total += event.self_cpu_time_total

    @property
    def cpu_time(self) -> float:
        return self.cpu_time_total / max(self.count, 1)

    def __repr__(self) -> str:
        return (
            f"<FunctionEventAvg key={self.key} self_cpu_time={shown(self.self_cpu_time_total)} "
            f"cpu_time={shown(self.cpu_time)} count={self.count}>"
        )


def shown(microseconds: float) -> str:
    """A time with its unit.

    >>> shown(12.3456), shown(12345.6), shown(2.5e6)
    ('12.346us', '12.346ms', '2.500s')
    """
    if microseconds >= 1e6:
        return f"{microseconds / 1e6:.3f}s"
    return f"{microseconds / 1e3:.3f}ms" if microseconds >= 1e3 else f"{microseconds:.3f}us"


class EventList(list[Any]):
    """Events or averages, which can be shown as a table."""

    def key_averages(self, *_: Any, **__: Any) -> EventList:
        """One row for each name."""
        rows: dict[str, Average] = {}
        for event in self:
            rows.setdefault(event.name, Average(event.name)).add(event)
        return EventList(rows.values())

    @property
    def self_cpu_time_total(self) -> float:
        return sum(each.self_cpu_time_total for each in self)

    def total_average(self) -> Average:
        total = Average("Total")
        for each in self:
            total.count += each.count
            total.cpu_time_total += each.cpu_time_total
            total.self_cpu_time_total += each.self_cpu_time_total
        return total

    def table(
        self,
        sort_by: str | None = None,
        row_limit: int = 100,
        max_src_column_width: int = 75,
        max_name_column_width: int = 55,
        max_shapes_column_width: int = 80,
        header: str | None = None,
        top_level_events_only: bool = False,
        time_unit: str | None = None,
    ) -> str:
        """The rows as text, the largest first where `sort_by` says of what."""
        field = (sort_by or "").replace("cuda", "cpu").replace("device", "cpu")
        rows = sorted(self, key=lambda each: -getattr(each, field)) if field in FIELDS else list(self)
        total = self.self_cpu_time_total or 1.0
        cells = [["Name", "Self CPU %", "Self CPU", "CPU total %", "CPU total", "CPU time avg", "# of Calls"]]
        for each in rows[: None if row_limit < 0 else row_limit]:
            fits = len(each.key) <= max_name_column_width
            cells.append(
                [
                    each.key if fits else each.key[: max_name_column_width - 3] + "...",
                    f"{100 * each.self_cpu_time_total / total:.2f}%",
                    shown(each.self_cpu_time_total),
                    f"{100 * each.cpu_time_total / total:.2f}%",
                    shown(each.cpu_time_total),
                    shown(each.cpu_time),
                    str(each.count),
                ]
            )
        return _table(cells, header) + f"Self CPU time total: {shown(self.self_cpu_time_total)}\n"

    def __str__(self) -> str:
        return self.table()

    def export_chrome_trace(self, path: str) -> None:
        """Write the events as a file that chrome://tracing and Perfetto can open."""
        told = [
            {"name": each.name, "ph": "X", "ts": each.start, "dur": each.cpu_time_total, "pid": 0, "tid": 0}
            for each in self
        ]
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"traceEvents": told}, file)


def _table(cells: list[list[str]], header: str | None) -> str:
    widths = [max(12, *(len(row[column]) for row in cells)) for column in range(len(cells[0]))]
    rule = "".join("-" * width + "  " for width in widths) + "\n"
    lines = [
        "".join(cell.rjust(width) + "  " for cell, width in zip(row, widths, strict=True)) for row in cells
    ]
    above = f"{'=' * len(rule.rstrip())}\n{header}\n" if header else ""
    return above + rule + lines[0] + "\n" + rule + "".join(line + "\n" for line in lines[1:]) + rule


def _name_of(code: Any) -> str | None:
    """The name of the op that a code object is the body of; None for other code."""
    filename = code.co_filename
    if not filename.startswith("<compiled from the card of "):
        return None
    name, _, function = filename.removeprefix("<compiled from the card of ").rstrip(">").partition(": ")
    if code.co_name != function or name not in registry.cards:
        return None
    card = registry.cards[name]
    if function.startswith("run_on_"):
        return card.node_name
    written = "_" if function.endswith("_") else ""
    return f"aten::{name if card.signatures else name.split('_')[0]}{written}"


_names: dict[Any, str | None] = {}


class Listener:
    """Collects the events of one thread between `start` and `stop`."""

    active: Listener | None = None

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.stack: list[Event] = []
        self.started = 0.0

    def start(self) -> None:
        Listener.active = self
        sys.setprofile(self._called)

    def stop(self) -> None:
        sys.setprofile(None)
        Listener.active = None

    def _called(self, frame: Any, what: str, argument: Any) -> None:
        if what != "call" and what != "return":
            return
        code = frame.f_code
        if code not in _names:
            _names[code] = _name_of(code)
        name = _names[code]
        if name is None:
            return
        if what == "call":
            self.begin(name)
        elif self.stack and self.stack[-1].name == name:
            self.end()

    def begin(self, name: str) -> None:
        event = Event(name, time.perf_counter_ns() / 1000)
        if self.stack:
            self.stack[-1].cpu_children.append(event)
        self.stack.append(event)
        self.events.append(event)

    def end(self) -> None:
        event = self.stack.pop()
        event.end = time.perf_counter_ns() / 1000
        if self.stack:
            self.stack[-1].inside += event.cpu_time_total


class profile:
    """A with-block whose ops are counted and timed. The options of PyTorch's are taken; CPU times are what there is.

    >>> with torch.autograd.profiler.profile() as profiler:
    ...     y = torch.ones(2) * 3 * 4
    >>> [(row.key, row.count) for row in profiler.key_averages()]
    [('aten::mul', 2)]
    """

    def __init__(self, enabled: bool = True, **options: Any) -> None:
        self.enabled = enabled
        self.listener = Listener()

    def __enter__(self) -> profile:
        if self.enabled:
            if Listener.active is not None:
                raise RuntimeError("Profiler is already enabled on this thread")
            self.listener.start()
        return self

    def __exit__(self, *_: Any) -> None:
        if self.enabled:
            self.listener.stop()

    @property
    def function_events(self) -> EventList:
        return EventList(self.listener.events)

    def events(self) -> EventList:
        """All that ran, in order."""
        return self.function_events

    def key_averages(self, *_: Any, **__: Any) -> EventList:
        """One row for each name."""
        return self.function_events.key_averages()

    def total_average(self) -> Average:
        return self.function_events.total_average()

    def table(self, *args: Any, **options: Any) -> str:
        return self.function_events.table(*args, **options)

    @property
    def self_cpu_time_total(self) -> float:
        return self.function_events.self_cpu_time_total

    def export_chrome_trace(self, path: str) -> None:
        self.function_events.export_chrome_trace(path)

    def __str__(self) -> str:
        return self.table()


class record_function:
    """Give a block, or every call of a function, a name and a row of its own in what a profiler shows."""

    def __init__(self, name: str, args: str | None = None) -> None:
        self.name = name

    def __enter__(self) -> record_function:
        if Listener.active is not None:
            Listener.active.begin(self.name)
        return self

    def __exit__(self, *_: Any) -> None:
        active = Listener.active
        if active is not None and active.stack and active.stack[-1].name == self.name:
            active.end()

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def named(*args: Any, **kwargs: Any) -> Any:
            with record_function(self.name):
                return function(*args, **kwargs)

        return named


__getattr__ = _missing.names_of(__name__)
