"""Whole programs, such as tutorials show, say the same on this engine and on PyTorch. They only say `import torch`."""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="the programs run on real PyTorch as well")

pytestmark = [pytest.mark.host, pytest.mark.slow]

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PROGRAMS = sorted((HERE / "programs").glob("*.py"))

DECIMAL = re.compile(r"(?<![\w.])-?\d+\.\d*(?:e[+-]?\d+)?")


@pytest.fixture(scope="module")
def on_pytorch(tmp_path_factory):
    """A folder with what each program says on PyTorch."""
    folder = tmp_path_factory.mktemp("pytorch")
    command = [sys.executable, str(HERE / "with_pytorch.py"), str(folder), *map(str, PROGRAMS)]
    subprocess.run(command, check=True)
    return folder


def test_there_are_programs_of_many_kinds():
    assert len(PROGRAMS) >= 15
    for program in PROGRAMS:
        text = program.read_text("utf-8")
        assert "minitorch" not in text and re.search(r"^import torch|^from torch", text, re.MULTILINE)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda path: path.stem)
def test_a_program_says_the_same_on_both_engines(program, on_pytorch):
    ours = subprocess.run(
        [sys.executable, "-m", "minitorch_edu.run", str(program)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    theirs = [
        (on_pytorch / program.stem).with_suffix(suffix).read_text() for suffix in (".out", ".err", ".code")
    ]
    assert theirs[2] == "0", theirs[1]
    assert ours.returncode == 0, ours.stderr
    assert_alike(ours.stdout, theirs[0])
    assert_alike(ours.stderr, theirs[1])


def assert_alike(ours: str, theirs: str) -> None:
    """The same words and whole numbers; the same decimals as far as float32 sums in another order agree."""
    ours, theirs = (re.sub(r"0x[0-9a-f]+", "0x", text) for text in (ours, theirs))
    for one, other in zip(ours.splitlines(), theirs.splitlines(), strict=False):
        assert DECIMAL.sub("#", one) == DECIMAL.sub("#", other)
        for number, wanted in zip(DECIMAL.findall(one), DECIMAL.findall(other), strict=True):
            assert math.isclose(float(number), float(wanted), rel_tol=2e-3, abs_tol=2e-4), f"{one}\n{other}"
    assert len(ours.splitlines()) == len(theirs.splitlines()), f"{ours}\n---\n{theirs}"
