"""How many operators of PyTorch's database pass whole here, which do not, and why.

    python -m tests.ops.conformance                 the operators that are absent
    python -m tests.ops.conformance --census FILE   ... those that most files use first: FILE has columns name and files
    python -m tests.ops.conformance mul linalg.svd  what differs in these operators, on every sample
    python -m tests.ops.conformance --all           every operator, and how many pass whole
    python -m tests.ops.conformance --all --page conformance.md   the same as a page

An operator passes whole when nothing differs: values, dtypes, shapes, views, methods, in-place forms, `out=`, first and
second gradients, refusals. What differs on purpose (tests/ops/explained.py) does not count against it.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from tests.ops.explained import EXPLAINED
from tests.ops.opinfo import EVERY, PRESENT, Difference, all_differences, identifier, op_db, told

REASONS = {
    "not public": lambda name: any(
        part.startswith("_") and not part.startswith("__") for part in name.split(".")
    ),
    "needs a GPU compiler": lambda name: name.startswith("jiterator"),
    "sparse or nested": lambda name: "sparse" in name or "nested" in name,
    "what memory holds is nobody's claim": lambda name: name.startswith(("empty", "new_empty", "resize")),
    "a kernel behind public functions": lambda name: (
        name.startswith(("torch.ops", "native_")) or name.endswith("_backward")
    ),
}
"""Why an operator is not among the public, dense and deterministic ones."""


class Verdict(NamedTuple):
    """`found` is None for an operator that is absent."""

    name: str
    reason: str
    found: list[tuple[str, Difference]] | None

    @property
    def passes(self) -> bool:
        return self.found == []


def reason(name: str) -> str:
    """Why an operator is out of scope; "" for the public, dense and deterministic."""
    return next((why for why, holds in REASONS.items() if holds(name)), "")


def files_of(census: str | None) -> dict[str, int]:
    """How many files use a function, by its bare name."""
    files: dict[str, int] = {}
    if census:
        with open(census, newline="") as table:
            for row in csv.DictReader(table):
                bare = (
                    row["name"]
                    .removeprefix("torch.")
                    .removeprefix("Tensor.")
                    .removeprefix("special.")
                    .rstrip("_")
                )
                files[bare] = max(files.get(bare, 0), int(row["files"]))
    return files


def used_in(name: str, files: dict[str, int]) -> int:
    return max(files.get(name, 0), files.get(name.removeprefix("nn.functional."), 0))


def absent(files: dict[str, int]) -> list[str]:
    """The names in PyTorch's database that this engine lacks; those used in most files first."""
    names = {info.name for info in op_db if identifier(info) not in PRESENT}
    return sorted(names, key=lambda name: (-used_in(name, files), name))


def judged(names: Iterable[str], count: int) -> Iterable[Verdict]:
    for name in names:
        found = list(all_differences(name, count)) if name in PRESENT else None
        yield Verdict(name, reason(name), found)


def summary(verdicts: list[Verdict]) -> list[str]:
    """The figures: of all entries, and of those in scope."""
    lines = []
    for called, chosen in (
        ("entries of the database", verdicts),
        ("of them public, dense and deterministic", [each for each in verdicts if not each.reason]),
    ):
        here = [each for each in chosen if each.found is not None]
        passing = sum(each.passes for each in chosen)
        share = 100 * passing / max(len(chosen), 1)
        lines.append(f"{len(chosen)} {called}: {len(here)} here, {passing} pass whole ({share:.1f} %)")
    return lines


def page(verdicts: list[Verdict], files: dict[str, int]) -> str:
    """What is missing and why, as Markdown."""
    parts = [
        "# Conformance with PyTorch's database of operators",
        "",
        *(f"- {line}" for line in summary(verdicts)),
    ]
    for title, chosen in (
        ("Absent", [each for each in verdicts if each.found is None and not each.reason]),
        ("Absent, and out of scope", [each for each in verdicts if each.found is None and each.reason]),
    ):
        parts += ["", f"## {title}", ""]
        for each in sorted(chosen, key=lambda each: (-used_in(each.name, files), each.name)):
            used = used_in(each.name, files)
            parts.append(
                f"- `{each.name}`"
                + (f": {each.reason}" if each.reason else "")
                + (f" ({used} files)" if used else "")
            )
    parts += ["", "## Differs", ""]
    for each in verdicts:
        if each.found:
            where, first = each.found[0]
            aspects = ", ".join(sorted({f"{what.aspect} {kind}".strip() for kind, what in each.found}))
            text = " ".join(first.text.split())[:200]
            parts.append(f"- `{each.name}`: {aspects}. First, {where}: {text}")
    parts += ["", "## Differs on purpose", ""]
    sentences: dict[str, list[str]] = {}
    for key, why in EXPLAINED.items():
        sentences.setdefault(why, []).append("/".join(key))
    parts += [f"- {', '.join(f'`{key}`' for key in keys)}: {why}" for why, keys in sentences.items()]
    return "\n".join(parts) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.ops.conformance", description=__doc__.partition("\n")[0]
    )
    parser.add_argument(
        "names", nargs="*", metavar="OP", help="operators to compare, such as mul or linalg.svd"
    )
    parser.add_argument("--all", action="store_true", help="compare every operator of the database")
    parser.add_argument("--count", type=int, default=EVERY, help="at most so many samples for each dtype")
    parser.add_argument(
        "--show", type=int, default=3, help="at most so many differences of one operator are shown"
    )
    parser.add_argument("--census", help="a table with columns name and files, which orders the absent ones")
    parser.add_argument("--page", type=Path, help="write a page in Markdown")
    asked = parser.parse_args()
    files = files_of(asked.census)
    if not asked.names and not asked.all:
        lacking = absent(files)
        print(f"{len(lacking)} operators of PyTorch's database are absent:")
        print(*(f"{used_in(name, files):5} {name}" for name in lacking), sep="\n")
        return 0
    everything = [identifier(info) for info in op_db]
    chosen = [
        name
        for name in everything
        if asked.all or name in asked.names or name.partition(".")[0] in asked.names
    ]
    verdicts = []
    for verdict in judged(chosen, asked.count):
        verdicts.append(verdict)
        show(verdict, asked.show)
    print(*summary(verdicts), sep="\n")
    if asked.page is not None:
        asked.page.write_text(page(verdicts, files), encoding="utf-8")
    return int(not all(each.passes for each in verdicts if not each.reason))


def show(verdict: Verdict, count: int) -> None:
    if verdict.found is None:
        print(f"{verdict.name}: absent", flush=True)
        return
    print(f"{verdict.name}: {len(verdict.found) or 'nothing'} differs", flush=True)
    for where, each in verdict.found[:count]:
        print(where, told([each]), flush=True)


if __name__ == "__main__":
    sys.exit(main())
