"""Build: a lesson's notebook for students, that for instructors, and a page of HTML to read without either.

    01_tensors.ipynb              exercises to solve; no solution, no hidden test
    01_tensors.instructor.ipynb   solutions and hidden tests in place
    01_tensors.html               the student's notebook as it looks when it has been run, for a browser
"""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from minitorch_lessons import lab, source

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
        return self.words / WORDS_A_MINUTE + self.lines * SECONDS_A_LINE / 60


def build(path: Path, folder: Path) -> list[Path]:
    """Write the three files of a lesson into a folder; what stood there is replaced."""
    import nbformat

    folder.mkdir(parents=True, exist_ok=True)
    name = path.parent.name
    written = []
    student = source.student_notebook(path)
    for ending, notebook in ((".ipynb", student), (".instructor.ipynb", source.solution_notebook(path))):
        file = folder / f"{name}{ending}"
        nbformat.write(notebook, file)
        written.append(file)
    page = folder / f"{name}.html"
    page.write_text(as_html(run(student)), encoding="utf-8")
    return [*written, page]


def run(notebook: NotebookNode) -> NotebookNode:
    """The notebook after a run in a kernel of its own; a cell that raises shows what it raised."""
    from nbclient import NotebookClient

    NotebookClient(notebook, timeout=300, kernel_name="python3", allow_errors=True).execute()
    return notebook


def as_html(notebook: NotebookNode) -> str:
    """One page that holds everything: it asks the network for nothing, not even to set mathematics."""
    from nbconvert import HTMLExporter

    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = _with_mathml(cell.source)
    exporter = HTMLExporter(template_name="lab")
    exporter.mathjax_url = ""
    exporter.require_js_url = ""
    html, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": _title(notebook)}})
    return html


_MATHEMATICS = re.compile(
    r"(?P<code>```.*?```|`[^`\n]+`)|\$\$(?P<block>.+?)\$\$|\$(?P<inline>[^\s$](?:[^$\n]*[^\s$])?)\$", re.DOTALL
)


def _with_mathml(text: str) -> str:
    """Markdown with its formulas as MathML, which browsers set by themselves; what stands in code is left alone."""
    from latex2mathml.converter import convert

    def set_(found: re.Match[str]) -> str:
        if found["code"]:
            return found["code"]
        if found["block"]:
            return convert(found["block"].strip(), display="block")
        return convert(found["inline"])

    return _MATHEMATICS.sub(set_, text)


def _title(notebook: NotebookNode) -> str:
    first = notebook.cells[0].source.splitlines()[0]
    return first.lstrip("# ").strip()


def measure(path: Path, clock: Callable[[], float] = time.perf_counter) -> Measured:
    """What the student reads, and how long the solved notebook takes to run."""
    cells = source.student_notebook(path).cells
    prose = " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = [line for cell in cells if cell.cell_type == "code" for line in cell.source.splitlines()]
    started = clock()
    run(source.solution_notebook(path))
    return Measured(
        path.parent.name,
        len(re.findall(r"[^\W_]+(?:['’]\w+)?", prose)),
        sum(bool(line.strip()) for line in code),
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
