"""The lesson source: one text file from which the student's and the teacher's notebooks are made.

A lesson is a jupytext percent file. The answers stand in it between nbgrader's markers:

    def double(x):
        ### BEGIN SOLUTION
        return x * 2
        ### END SOLUTION

`student_notebook` puts a stub where each solution stood and drops what lies between
`### BEGIN HIDDEN TESTS` and `### END HIDDEN TESTS`. A cell may carry `id="..."`, `exercise="q1"` and
`tags=["widget"]` on its `# %%` line. Every other cell gets an id made from its text, so both notebooks,
and every later build of them, give one cell one id.
"""

from __future__ import annotations

import ast
import hashlib
import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import nbformat

STUB_COMMENT = "# your code here"
ANSWER_COMMENT = "# your answer here"
_MARKER = re.compile(r"^(?P<indent>\s*)#{3}\s*(?P<edge>BEGIN|END)\s+(?P<what>SOLUTION|HIDDEN TESTS)\s*$")
_ALMOST_MARKER = re.compile(r"#+\s*(BEGIN|END)\s+(SOLUTION|HIDDEN)", re.IGNORECASE)
_CELL = re.compile(r"^# %%(?P<rest>.*)$")
_HEADER = re.compile(r"^\s*(?:\[(?P<kind>[^\]]*)\])?\s*(?P<attributes>.*)$")
_ATTRIBUTE = re.compile(r'\s*(?P<key>\w+)=(?P<value>"[^"]*"|\[[^\]]*\])')
_CELL_ID = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")


class SourceError(ValueError):
    """A damaged lesson source: the file, the line, and what is wrong there."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem


@dataclass
class Cell:
    """One cell as the source has it: `line` is where its `# %%` stands, `lines` is its text."""

    line: int
    kind: str
    attributes: dict[str, Any]
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def student_notebook(path: str | Path) -> nbformat.NotebookNode:
    """The notebook a student gets: no solution, no hidden test."""
    path = Path(path)
    cells = read_cells(path)
    students = [_for_student(path, cell) for cell in cells]
    return _notebook(path, students, students)


def solution_notebook(path: str | Path) -> nbformat.NotebookNode:
    """The notebook a teacher reads: solutions and hidden tests in place, markers gone."""
    path = Path(path)
    cells = read_cells(path)
    answers = [
        Cell(c.line, c.kind, c.attributes, [x for x in c.lines if not _MARKER.match(x)]) for c in cells
    ]
    return _notebook(path, answers, [_for_student(path, cell) for cell in cells])


# Reading ---------------------------------------------------------------------


def read_cells(path: Path) -> list[Cell]:
    """The cells of a percent file, each checked; a fault raises SourceError with its line."""
    lines = _read_lines(path)
    start = _after_front_matter(path, lines)
    cells: list[Cell] = []
    for number, line in enumerate(lines[start:], start + 1):
        opening = _CELL.match(line)
        if opening:
            cells.append(_open_cell(path, number, opening["rest"]))
        elif cells:
            cells[-1].lines.append(line)
        elif line.strip():
            raise SourceError(path, number, "text before the first cell: start the cell with '# %%'")
    if not cells:
        raise SourceError(path, 1, "no cell: a lesson needs at least one '# %%' line")
    for cell in cells:
        _check_cell(path, cell)
    _check_ids(path, cells)
    return cells


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise SourceError(path, 0, "there is no such lesson file") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise SourceError(path, line, "not UTF-8 text") from None
    except OSError as error:
        raise SourceError(path, 0, f"cannot be read: {error.strerror}") from None


def _after_front_matter(path: Path, lines: list[str]) -> int:
    """How many lines the jupytext header takes: from '# ---' to '# ---', or none."""
    if not lines or lines[0].rstrip() != "# ---":
        return 0
    for number, line in enumerate(lines[1:], 2):
        if line.rstrip() == "# ---":
            return number
        if not line.startswith("#"):
            break
    raise SourceError(path, 1, "the header opened by '# ---' is not closed by another '# ---'")


def _open_cell(path: Path, number: int, rest: str) -> Cell:
    header = _HEADER.match(rest)
    assert header is not None  # every part of the pattern is optional
    kind = header["kind"] or "code"
    if kind not in ("code", "markdown"):
        raise SourceError(
            path, number, f"unknown kind of cell [{kind}]: it is [markdown], or code without brackets"
        )
    attributes: dict[str, Any] = {}
    rest = header["attributes"].rstrip()
    position = 0
    while position < len(rest):
        found = _ATTRIBUTE.match(rest, position)
        if found is None:
            unread = rest[position:].strip()
            raise SourceError(path, number, f'cannot read {unread!r}: write key="text" or key=["text"]')
        try:
            attributes[found["key"]] = json.loads(found["value"])
        except ValueError:
            raise SourceError(
                path, number, f"cannot read the value of {found['key']}: {found['value']}"
            ) from None
        position = found.end()
    return Cell(number, kind, attributes)


def _check_cell(path: Path, cell: Cell) -> None:
    regions(path, cell)
    if cell.kind == "markdown":
        for number, line in enumerate(cell.lines, cell.line + 1):
            if line.strip() and not line.startswith("#"):
                raise SourceError(path, number, "a line of a markdown cell must start with '#'")
        return
    _parse(path, cell, "")


def _parse(path: Path, cell: Cell, circumstance: str) -> ast.Module:
    try:
        return ast.parse(cell.text)
    except SyntaxError as error:
        line = cell.line + (error.lineno or 1)
        raise SourceError(path, line, f"not valid Python{circumstance}: {error.msg}") from None


def _check_ids(path: Path, cells: list[Cell]) -> None:
    seen: dict[str, int] = {}
    for cell in cells:
        name = cell.attributes.get("id")
        if name is None:
            continue
        if not isinstance(name, str) or not _CELL_ID.match(name):
            raise SourceError(
                path, cell.line, f"id {name!r} may hold letters, digits, - and _ only, 64 at most"
            )
        if name in seen:
            raise SourceError(path, cell.line, f"id {name!r} stands already on line {seen[name]}")
        seen[name] = cell.line


@dataclass(frozen=True)
class Region:
    """What lies between a BEGIN and its END, as indexes into the cell's lines: lines[begin] is the BEGIN."""

    what: str
    begin: int
    end: int
    indent: str


def regions(path: Path, cell: Cell) -> list[Region]:
    """The marked regions of a cell, in order; they do not nest."""
    found: list[Region] = []
    opened: tuple[int, str, str] | None = None
    for index, line in enumerate(cell.lines):
        number = cell.line + 1 + index
        marker = _MARKER.match(line)
        if marker is None:
            if _ALMOST_MARKER.search(line):
                problem = f"a marker stands alone and reads '### BEGIN SOLUTION', not {line.strip()!r}"
                raise SourceError(path, number, problem)
            continue
        what = marker["what"]
        if cell.kind != "code":
            raise SourceError(path, number, f"{what} is marked in a markdown cell: only code can be")
        if marker["edge"] == "BEGIN":
            if opened:
                earlier = f"the {opened[1]} begun on line {cell.line + 1 + opened[0]}"
                raise SourceError(path, number, f"BEGIN {what} inside {earlier}")
            opened = (index, what, marker["indent"])
            continue
        if opened is None or opened[1] != what:
            raise SourceError(path, number, f"END {what} without its BEGIN")
        found.append(Region(what, opened[0], index, opened[2]))
        opened = None
    if opened:
        raise SourceError(path, cell.line + 1 + opened[0], f"BEGIN {opened[1]} is never ended in its cell")
    return found


# The student's version -------------------------------------------------------


def _for_student(path: Path, cell: Cell) -> Cell:
    """The cell with a stub for each solution and without hidden tests."""
    if cell.kind != "code":
        return cell
    tree = ast.parse(cell.text)
    lines = list(cell.lines)
    for region in reversed(regions(path, cell)):
        stub = _stub(tree, region) if region.what == "SOLUTION" else []
        lines[region.begin : region.end + 1] = stub
    student = Cell(cell.line, cell.kind, cell.attributes, lines)
    _parse(path, student, " once the solution is taken out")
    return student


def _stub(tree: ast.Module, region: Region) -> list[str]:
    """What stands in for a solution.

    Inside a function the region becomes `raise NotImplementedError`. Outside, a function keeps its
    signature and its docstring, and a name that was assigned is set to `...`, so that the notebook still runs.
    """
    if _inside_a_function(tree, region):
        return [region.indent + STUB_COMMENT, region.indent + "raise NotImplementedError"]
    stub: list[str] = []
    for statement in _statements_in(tree.body, region):
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            stub += ["", ""] if stub else []
            for line in ast.unparse(_EmptyFunctions().visit(statement)).splitlines():
                raises = line.strip() == "raise NotImplementedError"
                stub.append(f"{line}  {STUB_COMMENT}" if raises else line)
        else:
            stub += [f"{name} = ...  {ANSWER_COMMENT}" for name in _assigned(statement)]
    return [region.indent + line if line else line for line in stub or [STUB_COMMENT]]


def _inside_a_function(tree: ast.Module, region: Region) -> bool:
    begin = region.begin + 1  # lines of the tree count from 1
    functions = (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))
    return any(f.lineno < begin < (f.end_lineno or 0) for f in functions)


def _statements_in(body: list[ast.stmt], region: Region) -> Iterator[ast.stmt]:
    """The outermost statements that lie between the markers."""
    for statement in body:
        if region.begin < statement.lineno - 1 < region.end:
            yield statement
            continue
        for block in ("body", "orelse", "finalbody"):
            yield from _statements_in(getattr(statement, block, []), region)


def _assigned(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return []
    names = (node for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))
    return [name.id for name in names if isinstance(name.ctx, ast.Store)]


class _EmptyFunctions(ast.NodeTransformer):
    """Keeps each function's signature and docstring, and raises in its body."""

    def visit_FunctionDef(self, function: ast.FunctionDef) -> ast.FunctionDef:
        keep = function.body[:1] if ast.get_docstring(function) is not None else []
        function.body = [*keep, ast.Raise(ast.Name("NotImplementedError", ast.Load()), None)]
        return function

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]


# Building --------------------------------------------------------------------


def _notebook(path: Path, cells: list[Cell], students: list[Cell]) -> nbformat.NotebookNode:
    import jupytext  # both are only needed here, and slow to import
    import nbformat

    ids = _cell_ids(cells, students)
    kept = [(cell, name) for cell, name in zip(cells, ids, strict=True) if cell.text.strip()]
    text = "".join(f"# %%{' [markdown]' if c.kind == 'markdown' else ''}\n{_trimmed(c)}\n\n" for c, _ in kept)
    notebook = jupytext.reads(text, fmt="py:percent")
    if len(notebook.cells) != len(kept):
        raise SourceError(path, 1, f"jupytext reads {len(notebook.cells)} cells where there are {len(kept)}")
    for made, (cell, name) in zip(notebook.cells, kept, strict=True):
        made.id = name
        made.metadata = nbformat.from_dict(_cell_metadata(cell))
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "minitorch": {"lesson": path.resolve().parent.name},
        }
    )
    nbformat.validate(notebook)
    return notebook


def _trimmed(cell: Cell) -> str:
    return cell.text.strip("\n").rstrip()


def _cell_metadata(cell: Cell) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    if "exercise" in cell.attributes:
        metadata["minitorch"] = {"exercise": cell.attributes["exercise"]}
    if "tags" in cell.attributes:
        metadata["tags"] = cell.attributes["tags"]
    return metadata


def _cell_ids(cells: list[Cell], students: list[Cell]) -> list[str]:
    """An id for each cell, made from what the student sees of it: so both notebooks agree."""
    taken = {cell.attributes["id"] for cell in cells if "id" in cell.attributes}
    ids: list[str] = []
    for cell, student in zip(cells, students, strict=True):
        name = cell.attributes.get("id")
        if name is None:
            # a cell of hidden tests alone has nothing a student sees
            kind, text = (
                (cell.kind, _trimmed(student)) if student.text.strip() else ("hidden", _trimmed(cell))
            )
            stem = f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"
            # the same text twice is two cells
            name = next(n for n in _numbered(stem) if n not in taken)
            taken.add(name)
        ids.append(name)
    return ids


def _numbered(stem: str) -> Iterator[str]:
    yield stem
    for k in itertools.count(2):
        yield f"{stem}-{k}"
