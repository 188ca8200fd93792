"""Build: a lesson's notebook for students, that for instructors, and a page of HTML to read without either.

    01_tensors.ipynb              exercises to solve; no solution, no hidden test
    01_tensors.instructor.ipynb   solutions and hidden tests in place
    01_tensors.html               the student's notebook as it looks when it has been run, for a browser

In another language, or on PyTorch, the names say so: 01_tensors.de.ipynb, 01_tensors.torch.ipynb.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from minitorch_lessons import lab, source
from minitorch_lessons.page import as_html
from minitorch_lessons.pytorch import on_pytorch
from minitorch_lessons.translation import ENGLISH, translated

if TYPE_CHECKING:
    from nbformat import NotebookNode

WORDS_A_MINUTE = 180
"""Of prose that explains something. For comparison: novels are read at about 240 words a minute (Brysbaert, 2019)."""
SECONDS_A_LINE = 4
"""For a line of code that is read to be understood."""


@dataclass(frozen=True)
class Measured:
    """How long a lesson takes: minutes to read, and seconds of its first run from top to bottom."""

    name: str
    words: int
    lines: int
    exercises: int
    seconds: float

    @property
    def reading(self) -> float:
        return _minutes(self.words, self.lines)


def build(path: Path, folder: Path, language: str = ENGLISH, engine: str = "minitorch_edu") -> list[Path]:
    """Write the three files of a lesson into a folder; what stood there is replaced."""
    import nbformat

    folder.mkdir(parents=True, exist_ok=True)
    name = path.parent.name if path.stem == "lesson" else path.stem
    name += f".{language}" if language != ENGLISH else ""
    name += ".torch" if engine == "torch" else ""
    written = []
    student, instructor = (
        variant(make(path), path, language, engine)
        for make in (source.student_notebook, source.solution_notebook)
    )
    for ending, notebook in ((".ipynb", student), (".instructor.ipynb", instructor)):
        file = folder / f"{name}{ending}"
        nbformat.write(notebook, file)
        written.append(file)
    page = folder / f"{name}.html"
    page.write_text(as_html(run(student), language), encoding="utf-8")
    return [*written, page]


def variant(notebook: NotebookNode, path: Path, language: str, engine: str) -> NotebookNode:
    """The same notebook in a language, on an engine."""
    notebook = translated(notebook, path, language)
    return on_pytorch(notebook) if engine == "torch" else notebook


def run(notebook: NotebookNode) -> NotebookNode:
    """The notebook after a run in a kernel of its own; a cell that raises shows what it raised."""
    from nbclient import NotebookClient

    NotebookClient(notebook, timeout=300, kernel_name="python3", allow_errors=True).execute()
    return notebook


def reading_minutes(cells: Iterable[NotebookNode]) -> float:
    return _minutes(*_counts(cells))


def _minutes(words: int, lines: int) -> float:
    return words / WORDS_A_MINUTE + lines * SECONDS_A_LINE / 60


def _counts(cells: Iterable[NotebookNode]) -> tuple[int, int]:
    """Words of prose, and lines of code that are not empty."""
    cells = list(cells)
    prose = " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = [line for cell in cells if cell.cell_type == "code" for line in cell.source.splitlines()]
    return len(re.findall(r"[^\W_]+(?:['’]\w+)?", prose)), sum(bool(line.strip()) for line in code)


def measure(path: Path, clock: Callable[[], float] = time.perf_counter) -> Measured:
    """What the student reads, and how long the solved notebook takes to run."""
    cells = source.student_notebook(path).cells
    words, lines = _counts(cells)
    started = clock()
    run(source.solution_notebook(path))
    return Measured(
        path.parent.name,
        words,
        lines,
        sum("exercise" in cell.attributes for cell in source.read_cells(path)),
        clock() - started,
    )


def table(found: Iterable[Measured]) -> str:
    """The measurements of some lessons, a line each."""
    lines = [f"{'lesson':32} {'words':>6} {'code':>5} {'tasks':>6} {'reading':>9} {'first run':>10}"]
    for each in found:
        counts = f"{each.name:32} {each.words:6} {each.lines:5} {each.exercises:6}"
        lines.append(f"{counts} {each.reading:5.0f} min {each.seconds:8.1f} s")
    return "\n".join(lines)


def sources(names: Iterable[str]) -> list[Path]:
    """The source files of the lessons that are named; of all of them if none is."""
    names = list(names) or list(lab.lesson_folders())
    return [lab.find_lesson(name) for name in names]
