"""How many operators of PyTorch's database pass whole here, which do not, and why.

    python -m tests.ops.conformance                 the operators that are absent, and why
    python -m tests.ops.conformance mul linalg.svd  what differs in these operators, on every sample
    python -m tests.ops.conformance --all           every operator, and how many pass whole
    python -m tests.ops.conformance --all --page conformance.md   the same as a page
    python -m tests.ops.conformance --all --census FILE   ... and of those that most programs use: FILE counts, in columns
                                                    name and files, how many files use a function

An operator passes whole when nothing differs: values, dtypes, shapes, views, methods, in-place forms, `out=`, first and
second gradients, refusals. What differs on purpose (tests/ops/explained.py) does not count against it.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.ops import opinfo
from tests.ops.calls import Raised
from tests.ops.explained import EXPLAINED
from tests.ops.opinfo import EVERY, PRESENT, Difference, identifier, op_db, told

OUT_OF_SCOPE = {
    "not public": lambda name: any(
        part.startswith("_") and not part.startswith("__") for part in name.split(".")
    ),
    "compiles a kernel for a GPU": lambda name: name.startswith("jiterator"),
    "of sparse or nested tensors": lambda name: "sparse" in name or "nested" in name,
    "what memory holds is nobody's claim": lambda name: name.startswith(("empty", "new_empty", "resize")),
    "a kernel behind public functions": lambda name: (
        name == "slice" or name.startswith(("torch.ops", "native_")) or name.endswith("_backward")
    ),
}
"""Why an operator is not among the public, dense and deterministic ones."""

LACKS = {
    "chalf": "there are no complex numbers of 32 bits in NumPy",
    "hash_tensor": "a checksum of a tensor's bits, which no lesson needs",
    "nn.functional.linear_cross_entropy": "a product and a loss in pieces, to spare a GPU's memory: write the two",
}
"""Why an operator that is public, dense and deterministic is absent."""

UNWRITTEN = "nobody has written it yet"

COMMON = 3
"""An operator that so many files of a census use is a common one."""


# Verdicts -----------------------------------------------------------------------------------------------------------


class Refused(NamedTuple):
    """The database's wrong calls of an operator: how many were made, and of how many the error has PyTorch's type, and
    PyTorch's text as well; and how many cannot be made here, such as those with tensors of 65 dimensions."""

    calls: int = 0
    types: int = 0
    texts: int = 0
    left_out: int = 0


class Verdict(NamedTuple):
    """reason: why the operator is out of scope, or absent. used: how many files use it. `found` is None where it is
    absent."""

    name: str
    reason: str
    in_scope: bool
    used: int
    found: list[Difference] | None
    refused: Refused

    @property
    def passes(self) -> bool:
        return self.found == []


def judged(names: Iterable[str], files: dict[str, int], count: int) -> Iterator[Verdict]:
    infos = {identifier(info): info for info in op_db}
    for name in names:
        public = infos[name].name
        out_of_scope = next((why for why, holds in OUT_OF_SCOPE.items() if holds(public)), "")
        found, refused = None, Refused()
        if name in PRESENT:
            found, refused = _compared(name, count)
        reason = out_of_scope or ("" if name in PRESENT else LACKS.get(public, UNWRITTEN))
        yield Verdict(name, reason, not out_of_scope, used_in(infos[name], files), found, refused)


def _compared(name: str, count: int) -> tuple[list[Difference], Refused]:
    """What differs in an operator. Where the comparison itself fails, that is a difference, and the run goes on."""
    try:
        calls = list(opinfo.refusals(PRESENT[name]))
        found = [*opinfo.all_differences(name, count), *opinfo.refusal_differences(name, calls)]
    except Exception as error:
        return [Difference(name, "comparison", "", "", None, repr(error), None, None)], Refused()
    return found, _counted(calls)


def _counted(calls: list[opinfo.Refusal]) -> Refused:
    made = [each for each in calls if each.ours is not None]
    same = [each for each in made if isinstance(each.ours, Raised) and each.ours.name == each.theirs.name]
    return Refused(
        len(made), len(same), sum(each.ours.text == each.theirs.text for each in same), len(calls) - len(made)
    )


# The census ---------------------------------------------------------------------------------------------------------


def files_of(census: str | None) -> dict[str, int]:
    """How many files use a function, by its bare name."""
    files: dict[str, int] = {}
    if census:
        with open(census, newline="") as table:
            for row in csv.DictReader(table):
                bare = _bare(row["name"])
                files[bare] = max(files.get(bare, 0), int(row["files"]))
    return files


def _bare(name: str) -> str:
    for prefix in ("torch.", "Tensor.", "special.", "nn.functional."):
        name = name.removeprefix(prefix)
    return name.rstrip("_")


def used_in(info: object, files: dict[str, int]) -> int:
    """How many files use an operator by one of its names."""
    names = [info.name, *(alias.name for alias in info.aliases)]
    return max(files.get(_bare(name), 0) for name in names)


# What is told -------------------------------------------------------------------------------------------------------


def summary(verdicts: list[Verdict], census: bool) -> list[str]:
    """The figures: of all entries, of those in scope, of the common ones; of wrong calls."""
    common = [each for each in verdicts if each.used >= COMMON and each.in_scope]
    groups = [
        ("entries of the database", verdicts),
        ("of them public, dense and deterministic", [each for each in verdicts if each.in_scope]),
    ]
    if census:
        groups.append((f"of these used in {COMMON} or more files of the census", common))
    lines = []
    for called, chosen in groups:
        here = [each for each in chosen if each.found is not None]
        passing = sum(each.passes for each in chosen)
        lines.append(
            f"{len(chosen)} {called}: {len(here)} here, {passing} pass whole ({_share(passing, len(chosen))})"
        )
    if census:
        lacking = [each.name for each in common if not each.passes]
        lines.append(f"used in {COMMON} or more files and not whole: {', '.join(lacking) or 'none'}")
    passing_ones = [each for each in verdicts if each.passes]
    lines.append(_of_refusals("of the operators that pass", passing_ones))
    if census:
        chosen = [each for each in passing_ones if each.used >= COMMON]
        lines.append(_of_refusals(f"of those used in {COMMON} or more files", chosen))
    return lines


def _of_refusals(called: str, verdicts: list[Verdict]) -> str:
    calls, types, texts, left_out = (
        sum(getattr(each.refused, field) for each in verdicts) for field in Refused._fields
    )
    return (
        f"{calls} wrong calls {called}: {types} raise PyTorch's type ({_share(types, calls)}), {texts} with PyTorch's text "
        f"({_share(texts, calls)}); {left_out} more cannot be made with NumPy's arrays"
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(whole, 1):.1f} %"


def page(verdicts: list[Verdict], census: bool) -> str:
    """What is missing and why, as Markdown."""
    parts = ["# Conformance with PyTorch's database of operators", ""]
    parts += [f"- {line}" for line in summary(verdicts, census)]
    for title, in_scope in (("Absent", True), ("Absent, and out of scope", False)):
        chosen = [each for each in verdicts if each.found is None and each.in_scope is in_scope]
        chosen.sort(key=lambda each: (-each.used, each.name))
        parts += ["", f"## {title}", ""]
        parts += [f"- `{each.name}`: {each.reason}{_uses(each)}" for each in chosen] or ["Nothing."]
    parts += ["", "## Differs", ""]
    parts += [_differing(each) for each in verdicts if each.found] or ["Nothing."]
    parts += ["", "## Differs on purpose", ""]
    for each in EXPLAINED:
        names = ", ".join(f"`{name}`" for name in each.names)
        parts.append(f"- {names}, {each.aspect}: {each.why} (met {opinfo.MET[each]} times)")
    return "\n".join(parts) + "\n"


def _uses(verdict: Verdict) -> str:
    return f" (used in {verdict.used} files)" if verdict.used else ""


def _differing(verdict: Verdict) -> str:
    assert verdict.found
    first = verdict.found[0]
    aspects = ", ".join(sorted({f"{each.where} {each.aspect}".strip() for each in verdict.found}))
    text = " ".join(first.text.split())[:200]
    return f"- `{verdict.name}`{_uses(verdict)}: {aspects}. First, {first.dtype or 'a wrong call'}: {text}"


def show(verdict: Verdict, count: int) -> None:
    if verdict.found is None:
        print(f"{verdict.name}: absent: {verdict.reason}", flush=True)
        return
    print(f"{verdict.name}: {len(verdict.found) or 'nothing'} differs", flush=True)
    for each in verdict.found[:count]:
        print(each.dtype, told([each]), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.ops.conformance", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("names", nargs="*", metavar="OP", help="operators, such as mul or linalg.svd")
    parser.add_argument("--all", action="store_true", help="compare every operator of the database")
    parser.add_argument("--count", type=int, default=EVERY, help="at most so many samples for each dtype")
    parser.add_argument("--show", type=int, default=3, help="show so many differences of an operator")
    parser.add_argument("--census", help="a table of how many files use a function: columns name and files")
    parser.add_argument("--page", type=Path, help="write a page in Markdown")
    asked = parser.parse_args()
    files, census = files_of(asked.census), asked.census is not None
    everything = [identifier(info) for info in op_db]
    if not asked.names and not asked.all:
        for verdict in judged([name for name in everything if name not in PRESENT], files, 0):
            show(verdict, 0)
        return 0
    verdicts = []
    chosen = [each for each in everything if asked.all or {each, each.partition(".")[0]} & {*asked.names}]
    for verdict in judged(chosen, files, asked.count):
        verdicts.append(verdict)
        show(verdict, asked.show)
    print(*summary(verdicts, census), sep="\n")
    if asked.all and asked.count >= EVERY:
        for each in EXPLAINED:
            if not opinfo.MET[each]:
                print(f"explained, and met nowhere: {', '.join(each.names)}: {each.why}")
    if asked.page is not None:
        asked.page.write_text(page(verdicts, census), encoding="utf-8")
    return int(any(each.found for each in verdicts))


if __name__ == "__main__":
    sys.exit(main())
