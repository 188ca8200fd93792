"""cuda.summary: the numbers of the allocator as the table that `torch.cuda.memory_summary` prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

WIDTH = 75
COLUMNS = ("current", "peak", "allocated", "freed")


def size_text(size: int, leading: int) -> str:
    """A number of bytes, in the unit that suits the leading number of its group."""
    unit = "B  "
    for larger in ("KiB", "MiB", "GiB", "TiB", "PiB"):
        if leading < 768 * 1024:
            break
        unit, size, leading = larger, size // 1024, leading // 1024
    return f"{size:6d} {unit}"


def count_text(count: int, leading: int) -> str:
    """A number of things, in ones, thousands or millions."""
    unit = " "
    for larger in ("K", "M"):
        if leading < 750_000:
            break
        unit, count, leading = larger, count // 1000, leading // 1000
    return f"{count:7d} {unit} "


Text = Callable[[int, int], str]
GROUPS: tuple[tuple[str, str, Text], ...] = (
    ("allocated_bytes", "Allocated memory", size_text),
    ("active_bytes", "Active memory", size_text),
    ("requested_bytes", "Requested memory", size_text),
    ("reserved_bytes", "GPU reserved memory", size_text),
    ("inactive_split_bytes", "Non-releasable memory", size_text),
    ("allocation", "Allocations", count_text),
    ("active", "Active allocs", count_text),
    ("segment", "GPU reserved segments", count_text),
    ("inactive_split", "Non-releasable allocs", count_text),
)
OVERSIZE = (
    ("oversize_allocations", "Oversize allocations"),
    ("oversize_segments", "Oversize GPU segments"),
)
POOLS = (("large_pool", "      from large pool"), ("small_pool", "      from small pool"))


def table(index: int | None, stats: dict[str, Any], abbreviated: bool) -> str:
    """The numbers of a device as a table. `abbreviated` leaves the two pools out."""
    double, single = "=" * WIDTH, "-" * WIDTH
    rows = []
    for kind, title, text in GROUPS:
        leading = [stats[f"{kind}.all.{column}"] for column in COLUMNS]
        rows += [single, _line(stats, f"{kind}.all", title, text, leading)]
        if not abbreviated:
            rows += [_line(stats, f"{kind}.{pool}", name, text, leading) for pool, name in POOLS]
    for kind, title in OVERSIZE:
        leading = [stats[f"{kind}.{column}"] for column in COLUMNS]
        rows += [single, _line(stats, kind, title, count_text, leading)]
    lines = [
        double,
        f" {'':16} PyTorch CUDA memory summary, device ID {index:<17d} ",
        single,
        f"  {'':9} CUDA OOMs: {stats['num_ooms']:<12d} | {'':6} cudaMalloc retries: {stats['num_alloc_retries']:<8d}  ",
        double,
        "        Metric         | Cur Usage  | Peak Usage | Tot Alloc  | Tot Freed  ",
        *rows,
        double,
    ]
    return "".join(f"|{line}|\n" for line in lines)


def _line(stats: dict[str, Any], name: str, title: str, text: Text, leading: list[int]) -> str:
    cells = (text(stats[f"{name}.{column}"], first) for column, first in zip(COLUMNS, leading, strict=True))
    return f" {title:<21} | {' | '.join(cells)} "
