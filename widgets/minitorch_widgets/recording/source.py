"""Source: which lines made a variable what it is, read from the student's own code without running any of it.

The cells of a notebook in the order in which they ran, or the file up to the line that asks. Straight lines are read
as they ran; of a loop its last lines count, and into a function one looks only for what would cut the history.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Iterator
from typing import Any, NamedTuple

from minitorch_widgets.recording import recorder

MOST_CELLS = 200
MOST_STATEMENTS = 20_000
MODES = {"no_grad": "no_grad", "inference_mode": "inference_mode", "set_grad_enabled": "no_grad"}


class Place(NamedTuple):
    """A line of a file or of a cell."""

    file: str
    number: int

    def told(self) -> dict[str, Any]:
        return recorder.line_at(*self)


class Assignment(NamedTuple):
    """`name = value`, or `name += value`, under a grad mode."""

    name: str
    value: ast.expr
    mode: str  # "", "no_grad" or "inference_mode"
    place: Place
    order: int
    output: int | None = None  # of a tuple on the right: which


class Act(NamedTuple):
    """What was done to a name: backward, zero_grad, grad = None, requires_grad, retain_grad, detach_."""

    what: str
    name: str
    place: Place
    order: int
    said: str = ""  # in the brackets


class Script:
    """The student's code as far as it ran: its assignments and acts in order, and its functions by name."""

    def __init__(self, frame: Any = None) -> None:
        self.assignments: dict[str, list[Assignment]] = {}
        self.acts: list[Act] = []
        self.functions: dict[str, tuple[ast.FunctionDef, Place]] = {}
        self._order = 0
        self._mode = ""
        self._shift = 0  # lines above the code of a cell magic
        self._inside: set[str] = set()  # functions whose acts are being read
        for file, tree, last in blocks(frame):
            self._file = file
            self._read(tree, last)

    def last(self, name: str, before: int | None = None) -> Assignment | None:
        """The last assignment to a name; with `before`, the last one that came earlier."""
        for each in reversed(self.assignments.get(name, ())):
            if before is None or each.order < before:
                return each
        return None

    def of(self, what: str, name: str = "") -> list[Act]:
        """The acts of this kind, on this name or on any."""
        return [act for act in self.acts if act.what == what and name in ("", act.name)]

    def _read(self, body: list[ast.stmt], last: int | None) -> None:
        for statement in body:
            if last is not None and statement.lineno > last or self._order > MOST_STATEMENTS:
                return
            self._order += 1
            self._statement(statement, last)

    def _statement(self, at: ast.stmt, last: int | None) -> None:
        match at:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if isinstance(at, ast.FunctionDef):
                    self.functions[at.name] = (at, self._place(at))
            case ast.ClassDef():
                for each in at.body:
                    if isinstance(each, ast.FunctionDef) and each.name in ("forward", "__call__"):
                        self.functions.setdefault(at.name, (each, self._place(each)))
            case ast.With():
                before = self._mode
                for item in at.items:
                    self._mode = _mode_of(item.context_expr, self._mode)
                self._read(at.body, last)
                self._mode = before
            case ast.If() | ast.While():
                self._read(at.body, last)
                self._read(at.orelse, last)
            case ast.For():
                self._assign(at.target, ast.Subscript(at.iter, ast.Constant(0), ast.Load()), at)
                self._read(at.body, last)
                self._read(at.orelse, last)
            case ast.Try():
                for part in (at.body, *(each.body for each in at.handlers), at.orelse, at.finalbody):
                    self._read(part, last)
            case ast.Assign():
                for target in at.targets:
                    self._assign(target, at.value, at)
            case ast.AnnAssign() if at.value is not None:
                self._assign(at.target, at.value, at)
            case ast.AugAssign():
                # the name on both sides: x += y is made of x and y
                left = ast.parse(ast.unparse(at.target), mode="eval").body
                self._assign(at.target, ast.BinOp(left, at.op, at.value), at)
            case ast.Expr():
                self._expression(at.value, at)

    def _assign(self, target: ast.expr, value: ast.expr, at: ast.stmt, output: int | None = None) -> None:
        place = self._place(at)
        match target:
            case ast.Tuple() | ast.List():
                for number, each in enumerate(target.elts):
                    parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else None
                    if parts is not None and len(parts) == len(target.elts):
                        self._assign(each, parts[number], at)
                    else:
                        self._assign(each, value, at, number)
            case ast.Attribute(attr="requires_grad"):
                kind = "frozen" if ast.unparse(value) == "False" else "requires_grad"
                self.acts.append(Act(kind, ast.unparse(target.value), place, self._order))
            case ast.Attribute(attr="grad"):
                self.acts.append(Act("grad", ast.unparse(target.value), place, self._order))
            case ast.Name() | ast.Attribute():
                name = ast.unparse(target)
                made = Assignment(name, value, self._mode, place, self._order, output)
                self.assignments.setdefault(name, []).append(made)
                self._calls(value, place)
            case ast.Subscript():
                # x[0] = y: x is still x, with y written into it
                name = ast.unparse(target.value)
                into = ast.Call(ast.Name("index_put_", ast.Load()), [target.value, value], [])
                self.assignments.setdefault(name, []).append(
                    Assignment(name, into, self._mode, place, self._order, None)
                )

    def _place(self, at: ast.stmt) -> Place:
        return Place(self._file, at.lineno + self._shift)

    def _expression(self, value: ast.expr, at: ast.stmt) -> None:
        if isinstance(value, ast.Call) and _last_word(value.func) == "run_cell_magic":
            self._magic(value)
            return
        if isinstance(value, ast.Call) and _last_word(value.func) == "set_grad_enabled":
            self._mode = _mode_of(value, "")
            return
        self._calls(value, self._place(at))

    def _calls(self, value: ast.expr, place: Place) -> None:
        for call in ast.walk(value):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                self._acts_of(call.func.id)
            if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
                continue
            what = call.func.attr
            if what in ("append", "extend", "add", "insert") and call.args:
                self._grow(call.func.value, call.args[-1], place)
            if what in ("backward", "zero_grad", "retain_grad", "requires_grad_", "detach_"):
                kind = "requires_grad" if what == "requires_grad_" else what
                if what == "requires_grad_" and call.args and ast.unparse(call.args[0]) == "False":
                    kind = "frozen"
                said = ", ".join(map(ast.unparse, [*call.args, *call.keywords]))
                self.acts.append(Act(kind, ast.unparse(call.func.value), place, self._order, said))
            elif what == "grad" and _last_word(call.func.value) == "autograd":
                self.acts.append(Act("autograd.grad", "", place, self._order))


    def _magic(self, call: ast.Call) -> None:
        """`%%time` and its like: the cell's code is a string by now."""
        body = call.args[-1].value if call.args and isinstance(call.args[-1], ast.Constant) else None
        try:
            statements = ast.parse(body).body if isinstance(body, str) else []
        except (SyntaxError, ValueError):
            return  # another language, as of %%bash
        self._shift = 1
        self._read(statements, None)
        self._shift = 0

    def _grow(self, owner: ast.expr, value: ast.expr, place: Place) -> None:
        """`losses.append(loss)`: the list is made of what it held and of this."""
        name = ast.unparse(owner)
        if name in self.assignments:
            both = ast.List([owner, value], ast.Load())
            self.assignments[name].append(Assignment(name, both, self._mode, place, self._order))
            self._order += 1

    def _acts_of(self, name: str) -> None:
        """What a function does to gradients, when it is called; its own variables stay its own."""
        if name not in self.functions or name in self._inside:
            return
        self._inside.add(name)
        function, place = self.functions[name]
        file, self._file = self._file, place.file
        statements = [each for each in ast.walk(function) if isinstance(each, (ast.Assign, ast.Expr))]
        for each in sorted(statements, key=lambda each: each.lineno):
            self._order += 1
            if isinstance(each, ast.Expr):
                self._calls(each.value, self._place(each))
                continue
            for target in each.targets:
                if isinstance(target, ast.Attribute) and target.attr in ("grad", "requires_grad"):
                    self._assign(target, each.value, each)
        self._file = file
        self._inside.discard(name)


def blocks(frame: Any) -> Iterator[tuple[str, list[ast.stmt], int | None]]:
    """(file, statements, last line) of what ran, earliest first."""
    cells = list(_cells(frame))
    yield from cells
    if frame is None:
        return
    file, line = frame.f_code.co_filename, frame.f_lineno
    inside = frame.f_code.co_name != "<module>"
    tree = _parsed(file)
    if tree is None:
        return
    if not any(each == file for each, _, _ in cells):
        yield file, tree.body, None if inside else line
    elif not inside:
        return
    if inside:
        for each in ast.walk(tree):
            if isinstance(each, ast.FunctionDef) and each.name == frame.f_code.co_name:
                if each.lineno <= line <= (each.end_lineno or line):
                    yield file, each.body, line


def _cells(frame: Any) -> Iterator[tuple[str, list[ast.stmt], None]]:
    """The cells of the notebook that have run, if this is one."""
    try:
        from IPython import get_ipython
    except ImportError:
        return
    shell = get_ipython()
    files = getattr(getattr(shell, "compile", None), "_filename_map", None) or {}
    if frame is not None and frame.f_code.co_filename not in files:
        return
    for file, _ in sorted(files.items(), key=lambda each: each[1])[-MOST_CELLS:]:
        tree = _parsed(file)
        if tree is not None:
            yield file, tree.body, None


def _parsed(file: str) -> ast.Module | None:
    try:
        return ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError):
        return None


def _last_word(function: ast.expr) -> str:
    match function:
        case ast.Attribute():
            return function.attr
        case ast.Name():
            return function.id
    return ""


def _mode_of(context: ast.expr, before: str) -> str:
    """The grad mode inside `with context:`."""
    if not isinstance(context, ast.Call):
        return before
    word = _last_word(context.func)
    if word == "enable_grad":
        return ""
    if word not in MODES:
        return before
    said = context.args[0].value if context.args and isinstance(context.args[0], ast.Constant) else None
    if word == "set_grad_enabled":
        return "" if said is True else "no_grad" if said is False else before
    return before if said is False else MODES[word]


def decorated(function: ast.FunctionDef) -> str:
    """The grad mode that a function's decorators put it under."""
    words = [_last_word(each.func if isinstance(each, ast.Call) else each) for each in function.decorator_list]
    return next((MODES[word] for word in words if word in MODES and word != "set_grad_enabled"), "")

