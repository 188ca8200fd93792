"""Report: what a launch did, in numbers and line by line. Counts, not times: nothing here ran on a GPU."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from minitorch_edu.cuda.lab.counts import NAMES
from minitorch_edu.cuda.lab.errors import KernelError
from minitorch_edu.cuda.lab.words import Dim3

if TYPE_CHECKING:
    from minitorch_edu.cuda.lab.launch import Launch


class Counted:
    """What has counts, and shows each of them as an attribute: see Note [What a warp's access costs]."""

    if TYPE_CHECKING:
        counts: dict[str, int]
        global_loads: int
        global_stores: int
        global_atomics: int
        shared_loads: int
        shared_stores: int
        shared_atomics: int
        global_bytes: int
        requests: int
        transactions: int
        ideal_transactions: int
        shared_requests: int
        bank_conflicts: int
        atomic_conflicts: int
        branches: int
        divergent_branches: int

    def __getattr__(self, name: str) -> Any:
        if name in NAMES:
            return self.counts[name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute {name!r}")

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *NAMES]


@dataclass(frozen=True)
class Line(Counted):
    """What one line of a kernel did."""

    function: str
    number: int
    text: str
    counts: dict[str, int]


@dataclass(frozen=True, repr=False)
class Report(Counted):
    """What a launch did: `global_loads`, `transactions` and all the other counts; `lines` has them line by line."""

    kernel: str
    grid: Dim3
    block: Dim3
    counts: dict[str, int]
    barriers: int
    """How often a block passed a barrier."""
    shared_bytes: int
    """Shared memory that a block used."""
    lines: list[Line]
    problems: list[KernelError] = field(default_factory=list)
    """With strict=False: the errors, one for each line."""
    benign: list[KernelError] = field(default_factory=list)
    """Races that do no harm: all threads write one value."""
    events: list[dict[str, Any]] = field(default_factory=list)
    """With events=True: every access, in order."""

    @property
    def threads(self) -> int:
        """How many threads there were."""
        return self.grid.x * self.grid.y * self.grid.z * self.block.x * self.block.y * self.block.z

    @property
    def coalescing(self) -> float:
        """The ideal number of transactions over the real one: 1 is perfect."""
        return self.ideal_transactions / self.transactions if self.transactions else 1.0

    def __repr__(self) -> str:
        rows = [
            f"{self.kernel}[{self.grid}, {self.block}]: {self.threads:,} threads, simulated: counts, not times",
            f"  global memory   {self.global_loads:,} loads, {self.global_stores:,} stores, {self.global_atomics:,} "
            f"atomics; {self.transactions:,} transactions where {self.ideal_transactions:,} would do",
        ]
        if self.shared_bytes:
            rows.append(
                f"  shared memory   {self.shared_loads:,} loads, {self.shared_stores:,} stores, "
                f"{self.shared_atomics:,} atomics; {self.bank_conflicts:,} bank conflicts; "
                f"{self.shared_bytes:,} bytes a block"
            )
        rows.append(
            f"  warps           {self.divergent_branches:,} of {self.branches:,} branches divergent; "
            f"{self.barriers:,} barriers passed by blocks"
        )
        rows += [f"  {row}" for row in self.table()]
        for title, found in (("problems", self.problems), ("benign races", self.benign)):
            rows += [f"  {title}:", *[f"    {each}" for each in found]] if found else []
        return "\n".join(rows)

    def table(self) -> list[str]:
        """One row for each line that touches memory: its transactions, the ideal, its bank conflicts, its source."""
        shown = [line for line in self.lines if line.requests or line.shared_requests]
        if not shown:
            return []
        head = f"{'line':>4}  {'transactions':>12} {'ideal':>9} {'bank conflicts':>14}"
        rows = [
            f"{line.number:>4}  {line.transactions:>12,} {line.ideal_transactions:>9,} {line.bank_conflicts:>14,}  "
            f"{line.text}"
            for line in shown
        ]
        return [head, *rows]


def report(launch: Launch) -> Report:
    """The report of a launch that is over, or that an error ended."""
    of, sites = launch.counts.of, launch.program.sites
    lines: dict[tuple[str, int], dict[str, int]] = {}
    texts = {}
    for number, site in enumerate(sites):
        place = site.function, site.line
        texts[place] = site.text
        counts = lines.setdefault(place, dict.fromkeys(NAMES, 0))
        for name in NAMES:
            counts[name] += int(of[name][number])
    return Report(
        kernel=launch.name,
        grid=launch.grid,
        block=launch.block_dim,
        counts={name: int(of[name].sum()) for name in NAMES},
        barriers=launch.counts.barriers,
        shared_bytes=launch.most_shared,
        lines=[Line(*place, texts[place], counts) for place, counts in sorted(lines.items())],
        problems=launch.problems,
        benign=launch.benign,
        events=launch.events,
    )
