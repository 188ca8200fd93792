"""The census: how often teaching programs use each of PyTorch's names, and which of these are here.

    python -m tests.census               of the names in tests/census.csv, those that three or more files use
    python -m tests.census --table FILE  of another table: columns name, files and uses
    python -m tests.census --tests       which test speaks of each name

Names that PyTorch itself does not have, and what trains on many machines, compiles, quantizes or takes programs apart,
are not counted: this engine does not teach those.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import minitorch_edu

TESTS = Path(__file__).parent
TABLE = TESTS / "census.csv"

OUT_OF_SCOPE = {
    "distributed": r"torch\.distributed\b|.*\.Distributed\w+$",
    "compile": r"torch\.(compiler|export)\b",
    "quantization": r"torch\.(ao|quantization)\b",
    "fx": r"torch\.fx\b",
    "jit": r"torch\.jit\b",
    "profiler": r"torch\.(profiler|autograd\.profiler)\b",
}
"""What is not taught here, by what the names are like."""

CATEGORIES = {
    "Tensor's methods": r"(torch\.)?Tensor\.",
    "Module's methods": r"Module\.",
    "optim": r"(torch\.optim|Optimizer)\b",
    "nn.functional": r"torch\.nn\.functional\b",
    "nn.init": r"torch\.nn\.init\b",
    "nn.utils": r"torch\.nn\.utils\b",
    "nn": r"torch\.nn\b",
    "utils.data": r"torch\.utils\.data\b",
    "cuda": r"torch\.(cuda|accelerator|backends|mps|xpu)\b",
    "autograd, func": r"torch\.(autograd|func)\b",
    "distributions": r"torch\.distributions\b",
    "other modules": r"torch\.\w+\.",
    "torch": r"torch\.\w+$",
}
"""The first that a name is like is the one it is counted in."""


class Row(NamedTuple):
    """How many files use a name, and how often all of them together."""

    name: str
    files: int
    uses: int

    @property
    def category(self) -> str:
        return next(
            (called for called, like in CATEGORIES.items() if re.match(like, self.name)), "other modules"
        )

    @property
    def out_of_scope(self) -> str:
        """Why it is not counted; empty where it is."""
        if any(part.startswith("_") and not part.startswith("__") for part in self.name.split(".")):
            return "private"
        why = next((called for called, like in OUT_OF_SCOPE.items() if re.match(like, self.name)), "")
        return why or ("" if known_to_pytorch(self.name) else "not PyTorch's")


def rows(table: Path = TABLE) -> list[Row]:
    with open(table, newline="", encoding="utf-8") as file:
        return [Row(row["name"], int(row["files"]), int(row["uses"])) for row in csv.DictReader(file)]


# Where a name leads -------------------------------------------------------------------------------------------------


class Absent:
    """What a name leads to that is not there."""


def found(torch: ModuleType, name: str) -> Any:
    """What a name of the census stands for in an engine: a function, a class, a method, a module; or `Absent`."""
    first, *parts = name.removeprefix("torch.torch.").removeprefix("torch.").split(".")
    if name == "torch.Tensor":
        return torch.Tensor
    starts = {
        "Tensor": lambda: torch.ones(()),
        "Module": torch.nn.Module,
        "Optimizer": lambda: _optimizer(torch),
    }
    if first in starts:
        value = starts[first]()
    else:
        value, parts = torch, [first, *parts]
    here = torch.__spec__.name if value is torch else None
    for part in parts:
        here = f"{here}.{part}" if here else None
        value = _attribute(value, part, here)
        if value is Absent:
            return Absent
    return value


def _attribute(value: Any, part: str, module: str | None) -> Any:
    try:
        return getattr(value, part)
    except AttributeError:
        pass
    except Exception:  # a tensor has it, and not this one; torch.classes has what a program has registered
        return Absent if isinstance(value, ModuleType) else None
    try:
        return importlib.import_module(module) if module and isinstance(value, ModuleType) else Absent
    except ImportError:
        return Absent


def _optimizer(torch: ModuleType) -> Any:
    return torch.optim.SGD([torch.ones((), requires_grad=True)], lr=1.0)


@cache
def known_to_pytorch(name: str) -> bool:
    import torch

    return found(torch, name) is not Absent or name in (
        "torch.utils.tensorboard",
        "torch.utils.tensorboard.SummaryWriter",
    )


# Which test speaks of a name ----------------------------------------------------------------------------------------


@cache
def sources() -> dict[str, str]:
    """The text of every test, but for the tests of names and the programs that nothing is compared with."""
    left_out = {"census.py", "test_census.py", "pytorch_names.py", "test_missing.py"}
    return {
        str(path.relative_to(TESTS)): path.read_text("utf-8")
        for path in sorted(TESTS.rglob("*.py"))
        if path.name not in left_out and not {"benchmarks", "e2e"} & set(path.parts)
    }


def tested_in(name: str) -> str | None:
    """The first test that uses a name: the class, `home.name` or an import of it; of a method, a call or a sample."""
    home, _, last = name.rpartition(".")
    home = home.rpartition(".")[2]
    if home in ("Tensor", "Module", "Optimizer") or home == "torch":
        like = rf"[.\"']{last.removesuffix('_')}_?\b"  # t.add_, torch.add, or the sample "add", whose forms are all tried
    elif last[0].isupper():
        like = rf"\b{last}\b"
    else:
        homes = {"functional": "(?:functional|F)", "multiprocessing": "(?:multiprocessing|mp)"}.get(
            home, home
        )
        like = rf"\b{homes}\.{last}\b|import [\w, ]*\b{last}\b|[\"'(]{last}[\"'(]"
    return next((path for path, text in sources().items() if re.search(like, text)), None)


# What is told -------------------------------------------------------------------------------------------------------


def told(table: Iterable[Row]) -> Iterator[str]:
    counted = [row for row in table if not row.out_of_scope]
    here = {row for row in counted if found(minitorch_edu, row.name) is not Absent}
    for called in CATEGORIES:
        yield _share(called, [row for row in counted if row.category == called], here)
    yield _share("all", counted, here)
    yield ""
    missing = sorted((row for row in counted if row not in here), key=lambda row: (-row.files, row.name))
    yield f"{len(missing)} names are missing: name, files, uses"
    yield from (f"  {row.name:50s} {row.files:5d} {row.uses:6d}" for row in missing)


def _share(called: str, counted: list[Row], here: set[Row]) -> str:
    uses, covered = sum(row.uses for row in counted), sum(row.uses for row in counted if row in here)
    names = sum(row in here for row in counted)
    share = 100 * covered / max(uses, 1)
    return f"{called:18s} {share:6.2f} % of {uses:6d} uses, {names:4d} of {len(counted):4d} names"


def compact(table: Iterable[Row]) -> Iterator[str]:
    """The lines of tests/census.csv."""
    yield "name,files,uses"
    yield from (f"{row.name},{row.files},{row.uses}" for row in table if row.files >= 3)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.census", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument(
        "--table", type=Path, default=TABLE, help="a table with the columns name, files and uses"
    )
    parser.add_argument("--tests", action="store_true", help="print which test speaks of each name")
    parser.add_argument("--compact", action="store_true", help="print the table as tests/census.csv has it")
    asked = parser.parse_args()
    table = rows(asked.table)
    if asked.tests:
        print(*(f"{row.name}: {tested_in(row.name)}" for row in table if not row.out_of_scope), sep="\n")
    elif asked.compact:
        print(*compact(table), sep="\n")
    else:
        print(*told(table), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
