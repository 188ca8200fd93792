"""Compare: a table of measurements. A row is a case, a column a way to do it."""

from __future__ import annotations

import enum
import math
from typing import Any

from minitorch_edu.utils.benchmark.measurement import (
    Measurement,
    magnitude,
    ordered_unique,
    select_unit,
    trim_sigfig,
    unit_to_english,
)

BEST, GOOD, BAD, VERY_BAD = "\033[92m\033[1m", "\033[34m\033[1m", "\033[2m\033[91m", "\033[31m\033[1m"
END = "\033[0m" * 2

TIE = 100e-9
"""Seconds that make no difference."""


class Colorize(enum.Enum):
    """Among which the best is coloured."""

    NONE = "none"
    COLUMNWISE = "columnwise"
    ROWWISE = "rowwise"


class Compare:
    """A table for `print(Compare(measurements))`, one for each label.

    `sub_label` names the row, `description` the column; a line with the number of threads begins each group of rows.
    """

    def __init__(self, results: list[Measurement]) -> None:
        self._results: list[Measurement] = []
        self._trim_significant_figures = False
        self._colorize = Colorize.NONE
        self._highlight_warnings = False
        self.extend_results(results)

    def extend_results(self, results: list[Measurement]) -> None:
        """Add measurements."""
        for each in results:
            if not isinstance(each, Measurement):
                raise ValueError(f"Expected an instance of `Measurement`, got {type(each)} instead.")
        self._results.extend(results)

    def trim_significant_figures(self) -> None:
        """Show only figures that may be believed."""
        self._trim_significant_figures = True

    def colorize(self, rowwise: bool = False) -> None:
        """Colour what is good and what is bad, in each column or in each row."""
        self._colorize = Colorize.ROWWISE if rowwise else Colorize.COLUMNWISE

    def highlight_warnings(self) -> None:
        """Mark the times that are far spread."""
        self._highlight_warnings = True

    def print(self) -> None:
        print(str(self))

    def __str__(self) -> str:
        groups: dict[Any, list[Measurement]] = {}
        for each in Measurement.merge(self._results):
            groups.setdefault(each.label, []).append(each)
        return "\n".join(_Table(group, self).render() for group in groups.values())


class _Table:
    """The table of one label."""

    def __init__(self, results: list[Measurement], wanted: Compare) -> None:
        self.results = results
        self.trims = wanted._trim_significant_figures
        self.colorize = wanted._colorize
        self.warns = wanted._highlight_warnings and any(each.has_warnings for each in results)
        self.unit, self.scale = select_unit(min(each.median for each in results))
        self.columns = ordered_unique(each.description for each in results)
        rows = ordered_unique(map(_row_of, results))
        self.rows = sorted(rows, key=lambda row: row[:2])
        self.cells = {(_row_of(each), each.description): each for each in results}

    def render(self) -> str:
        table = [["", *(column or "" for column in self.columns)]]
        formats = [self._format(column) for column in self.columns]
        names = self._row_names()
        for row, name in zip(self.rows, names, strict=True):
            cells = zip(self.columns, formats, strict=True)
            table.append([name, *(self._text(self.cells.get((row, column)), form) for column, form in cells)])
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = ["  |  ".join(text.center(width) for text, width in zip(table[0], widths, strict=True))]
        total, threads = len(lines[0]), None
        for row, texts in zip(self.rows, table[1:], strict=True):
            if row[0] != threads:
                threads = row[0]
                lines.append(f"{threads} threads: ".ljust(total, "-"))
            lines.append("  |  ".join(self._aligned(row, texts, widths)))
        title = f" {self.results[0].label or ''} ".center(total - 2, "-")
        spread = "(! XX%) Measurement has high variance, where XX is the IQR / median * 100.\n"
        return "\n".join(
            [
                f"[{title}]",
                *lines,
                "",
                f"Times are in {unit_to_english(self.unit)}s ({self.unit}).",
                spread * self.warns,
            ]
        )

    def _row_names(self) -> list[str]:
        """The names of the rows, after the environment where it changes, if there is more than one."""
        envs = {each.env for each in self.results}
        width = max(map(len, envs)) + 4 if len(envs) > 1 else 4
        names, before = [], (None, None)
        for threads, env, name in self.rows:
            shown = f"({env})" if len(envs) > 1 and (threads, env) != before else ""
            names.append("  " + shown.ljust(width) + name)
            before = threads, env
        return names

    def _format(self, column: Any) -> str:
        """How the numbers of a column are written: with so many places before and after the point."""
        found = [each for (_, where), each in self.cells.items() if where == column]
        digits = [math.ceil(magnitude(each.median / self.scale)) for each in found]
        after = 1
        if self.trims:
            figures = [each.significant_figures for each in found]
            after = min(max(many - before, 0) for many, before in zip(figures, digits, strict=True))
        length = max(digits) + after + (after > 0)
        return f"{{:>{length}.{after}f}}{{:>{7 if self.warns and any(each.has_warnings for each in found) else 0}}}"

    def _text(self, cell: Measurement | None, form: str) -> str:
        if cell is None:
            return " " * len(form.format(1, ""))
        time = cell.median / self.scale
        if self.trims:
            time = trim_sigfig(time, cell.significant_figures)
        marked = self.warns and cell.has_warnings
        return form.format(time, f" (! {cell.iqr / cell.median * 100:.0f}%)" if marked else "")

    def _aligned(self, row: Any, texts: list[str], widths: list[int]) -> list[str]:
        aligned = [texts[0].ljust(widths[0])]
        for column, text, width in zip(self.columns, texts[1:], widths[1:], strict=True):
            text, cell = text.center(width), self.cells.get((row, column))
            if cell is not None and self.colorize is not Colorize.NONE:
                text = _coloured(text, cell.median, self._best(row, column))
            aligned.append(text)
        return aligned

    def _best(self, row: Any, column: Any) -> float:
        if self.colorize is Colorize.ROWWISE:
            return min(each.median for (where, _), each in self.cells.items() if where == row)
        alike = ((where, each) for (where, which), each in self.cells.items() if which == column)
        return min(each.median for where, each in alike if where[0] == row[0])


def _row_of(measurement: Measurement) -> tuple[int, str, str]:
    return measurement.num_threads, measurement.env, measurement.as_row_name


def _coloured(text: str, time: float, best: float) -> str:
    if time <= best * 1.01 or time <= best + TIE:
        return BEST + text + END
    if time <= best * 1.1:
        return GOOD + text + END
    if time >= best * 5:
        return VERY_BAD + text + END
    return BAD + text + END if time >= best * 2 else text
