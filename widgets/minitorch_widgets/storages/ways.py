"""Ways: how a write in place that breaks a backward can be avoided, as code: the student's own lines, changed.

Each way is offered only where the text shows that it keeps the meaning of the program; one that changes the order in
which things happen says so.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from minitorch_widgets.recording.mutations import COMPOUND, Cell, Mutation, root_of, written
from minitorch_widgets.recording.recorder import line_at


class Place(NamedTuple):
    """A line of a cell that has been read."""

    cell: Cell
    number: int


class Write(NamedTuple):
    """A line that writes, and what it does there."""

    place: Place
    mutation: Mutation


class Problem(NamedTuple):
    """What was saved where, and written where."""

    names: Collection[str]  # that look at the bytes
    leaves: Collection[str]
    savers: list[tuple[Place, str]]  # with what was saved: "self", "result", ...
    unknown: bool  # whether there are nodes whose lines are not known
    writer: Place
    mutation: Mutation
    root: str  # of the backward: "loss"; "" if there is none by name
    cells: list[Cell]  # all that ran, in order


def ways(problem: Problem, writers: list[Write]) -> list[dict[str, Any]]:
    """The ways out of this, the simplest first. With several writes each way is taken at each of them."""
    found: list[dict[str, Any] | None] = []
    for offer in (out_of_place, clone_first):
        each = [offer(problem._replace(writer=write.place, mutation=write.mutation)) for write in writers]
        offered = [way for way in each if way is not None]
        if offered and len(offered) == len(each):
            found.append({**offered[0], "edits": [edit for way in offered for edit in way["edits"]]})
    found.append(save_a_copy(problem))
    if len(writers) == 1:
        found.append(another_order(problem))
    return [way for way in found if way is not None]


def out_of_place(problem: Problem) -> dict[str, Any] | None:
    """`y += 1` as `y = y + 1`: the old bytes stay as they were saved."""
    at = problem.mutation.statement
    if _seen_elsewhere(problem) or problem.mutation.hidden or problem.mutation.name in problem.leaves:
        return None
    new = _without_writing(at)
    if new is None:
        return None
    return _way("Make a new tensor instead of writing into the old one.", [_edit(problem.writer, at, [new])])


def clone_first(problem: Problem) -> dict[str, Any] | None:
    """The write goes into a copy, under the same name."""
    at, name = problem.mutation.statement, problem.mutation.name
    if _seen_elsewhere(problem) or not name.isidentifier() or name in problem.leaves:
        return None
    if problem.mutation.how in ("optimizer", "data") or _made_here(at, name):
        return None
    lines = [f"{name} = {name}.clone()", ast.unparse(at)]
    return _way("Write into a copy: clone() first.", [_edit(problem.writer, at, lines)])


def save_a_copy(problem: Problem) -> dict[str, Any] | None:
    """What backward needs is a copy of its own, and the write may stay."""
    if problem.unknown or not problem.savers:
        return None
    edits = {}
    for place, saved in problem.savers:
        at = _statement_at(place)
        new = None if at is None else _result_cloned(at) if saved == "result" else _inputs_cloned(at, problem.names)
        if at is None or new is None:
            return None
        edits[place.cell.file, at.lineno] = _edit(place, at, [new])
    return _way("Let backward keep a copy: clone() where it is saved.", list(edits.values()))


def another_order(problem: Problem) -> dict[str, Any] | None:
    """The write after backward(), or before it is saved."""
    at = problem.mutation.statement
    if not _on_its_own(problem.writer, at):
        return None
    after = list(_statements_after(problem.writer, problem.cells))
    backward = next((place for place, each in after if _runs_backward(each)), None)
    between = []
    for place, each in after:
        if place == backward:
            break
        between.append(each)
    if not any(_reads(each, problem.names) for each in between):
        call = None if backward is None else _statement_at(backward)
        if call is not None and backward is not None:
            later = [ast.unparse(call), *_with_mode(problem.writer, at)]
            edits = [_edit(problem.writer, at, []), _edit(backward, call, later)]
            return _way("Write after backward(), when nothing is needed any more.", edits)
        if problem.root and _bound_before(problem, problem.root):
            lines = [f"{problem.root}.backward()", *_with_mode(problem.writer, at)]
            return _way("Write after backward(), when nothing is needed any more.", [_edit(problem.writer, at, lines)])
    return _write_before(problem, at)


def _write_before(problem: Problem, at: ast.stmt) -> dict[str, Any] | None:
    """The write above the line that saves, where all that it needs is there already."""
    if problem.unknown or not problem.savers or any(saved == "result" for _, saved in problem.savers):
        return None
    saver = min((place for place, _ in problem.savers), key=lambda place: place.number)
    if any(place.cell.file != problem.writer.cell.file for place, _ in problem.savers):
        return None
    if problem.mutation.name in problem.leaves:
        return None
    there = _statement_at(saver)
    needed = {each.id for each in ast.walk(at) if isinstance(each, ast.Name)}
    made = {root_of(each.name) for each in saver.cell.binds if saver.number <= each.number < problem.writer.number}
    if there is None or needed & made or problem.writer.number <= saver.number:
        return None
    edits = [_edit(saver, there, [*_with_mode(problem.writer, at), ast.unparse(there)]), _edit(problem.writer, at, [])]
    return _way("Write before it is saved: then the new numbers are what counts.", edits)


def _way(title: str, edits: list[dict[str, Any]]) -> dict[str, Any]:
    return {"title": title, "edits": edits}


def _edit(place: Place, at: ast.stmt, new: list[str]) -> dict[str, Any]:
    where = line_at(place.cell.file, at.lineno)
    return {
        "where": where["where"],
        "number": at.lineno,
        "last": at.end_lineno or at.lineno,
        "indent": at.col_offset,
        "old": ast.unparse(at),
        "new": new,
    }


# Rewriting ------------------------------------------------------------------------------------------------------


def _without_writing(at: ast.stmt) -> str | None:
    """The statement with a new tensor in the place of the write."""
    at = copy.deepcopy(at)
    match at:
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
            return ast.unparse(_assign(name, ast.BinOp(ast.Name(name, ast.Load()), op, value)))
        case ast.Expr(value=ast.Call() as call) | ast.Assign(value=ast.Call() as call):
            into = _made_new(call)
            if into is None:
                return None
            if isinstance(at, ast.Assign):  # z = y.add_(1) leaves y changed, too
                return ast.unparse(at) if ast.unparse(at.targets[0]) == into else None
            return ast.unparse(_assign(into, call))
    return None


def _made_new(call: ast.Call) -> str | None:
    """Turns a call that writes into one that makes a new tensor; the name that it wrote into."""
    out = next((each for each in call.keywords if each.arg == "out"), None)
    inplace = next((each for each in call.keywords if each.arg == "inplace"), None)
    if out is not None:
        call.keywords.remove(out)
        return out.value.id if isinstance(out.value, ast.Name) else None
    if inplace is not None and call.args:
        call.keywords.remove(inplace)
        return call.args[0].id if isinstance(call.args[0], ast.Name) else None
    function = call.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return None
    word = function.attr.rstrip("_")
    if word in NEW:
        return None
    function.attr = word
    return function.value.id


NEW = frozenset("zero fill copy normal uniform bernoulli random exponential index_copy set resize".split())
"""What has no form that makes a new tensor, or another meaning there."""


def _assign(name: str, value: ast.expr) -> ast.Assign:
    return ast.Assign([ast.Name(name, ast.Store())], value, lineno=0)


def _result_cloned(at: ast.stmt) -> str | None:
    match at:
        case ast.Assign(targets=targets, value=value):
            if isinstance(targets[0], (ast.Tuple, ast.List)):
                return None
            cloned = ast.Call(ast.Attribute(value, "clone", ast.Load()), [], [])
            return ast.unparse(ast.Assign(targets, cloned, lineno=0))
    return None


class _Cloning(ast.NodeTransformer):
    """Puts `.clone()` behind names where they are read."""

    def __init__(self, names: Collection[str]) -> None:
        self.names = names
        self.done = False

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id not in self.names or not isinstance(node.ctx, ast.Load):
            return node
        self.done = True
        return ast.Call(ast.Attribute(node, "clone", ast.Load()), [], [])


def _inputs_cloned(at: ast.stmt, names: Collection[str]) -> str | None:
    if not isinstance(at, (ast.Assign, ast.Expr, ast.AnnAssign)):
        return None
    cloning = _Cloning({each for each in names if each.isidentifier()})
    new = cloning.visit(copy.deepcopy(at))
    return ast.unparse(new) if cloning.done else None


# Reading --------------------------------------------------------------------------------------------------------


def _statement_at(place: Place) -> ast.stmt | None:
    found = [each for each in place.cell.statements if each.lineno <= place.number <= (each.end_lineno or 0)]
    return found[0] if len(found) == 1 and not isinstance(found[0], COMPOUND) else None


def _statements_after(place: Place, cells: list[Cell]) -> Iterator[tuple[Place, ast.stmt]]:
    """Everything that came after a line, in this cell and in those that ran later."""
    files = [each.file for each in cells]
    begin = files.index(place.cell.file) if place.cell.file in files else len(files)
    for cell in cells[begin:]:
        for each in cell.statements:
            if cell.file != place.cell.file or each.lineno > place.number:
                yield Place(cell, each.lineno), each


def _reads(at: ast.stmt, names: Collection[str]) -> bool:
    return any(isinstance(each, ast.Name) and each.id in names for each in ast.walk(at))


def _seen_elsewhere(problem: Problem) -> bool:
    """Whether the write is meant for another name, too, that is read later."""
    others = {root_of(each) for each in problem.names} - {problem.mutation.name}
    writer = problem.writer
    inside = any(
        isinstance(each, (ast.For, ast.While)) and each.lineno <= writer.number <= (each.end_lineno or 0)
        for each in writer.cell.statements
    )
    later = (each for _, each in _statements_after(writer, problem.cells))
    if any(_reads(each, others) and not _runs_backward(each) for each in later):
        return True
    name, _ = written(_target(problem.mutation.statement))
    return inside and bool(name) and name not in problem.names


def _target(at: ast.stmt) -> ast.expr:
    match at:
        case ast.AugAssign(target=target) | ast.Assign(targets=[target]):
            return target
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=value))):
            return value
    return ast.Constant(0)


def _made_here(at: ast.stmt, name: str) -> bool:
    """Whether the statement itself gives the name to something new."""
    return isinstance(at, ast.Assign) and any(ast.unparse(each) == name for each in at.targets)


def _runs_backward(at: ast.stmt) -> bool:
    return any(
        isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute) and each.func.attr == "backward"
        for each in ast.walk(at)
    )


def _bound_before(problem: Problem, name: str) -> bool:
    """Whether a name is there already where the write is."""
    files = [each.file for each in problem.cells]
    here = problem.writer.cell.file
    for cell in problem.cells[: files.index(here) + 1] if here in files else [problem.writer.cell]:
        for each in cell.binds:
            if each.name == name and (cell.file != here or each.number < problem.writer.number):
                return True
    return False


def _on_its_own(place: Place, at: ast.stmt) -> bool:
    """Whether the line can be moved: it is in no loop and no branch."""
    return any(each is at for each in place.cell.statements)


def _with_mode(place: Place, at: ast.stmt) -> list[str]:
    """The statement as it can stand elsewhere: with the no_grad() that it stood under."""
    if at.col_offset == 0:
        return [ast.unparse(at)]
    for header in place.cell.headers:
        if header.lineno < at.lineno <= (header.end_lineno or 0):
            items = ", ".join(ast.unparse(each) for each in header.items)
            return [f"with {items}:", f"    {ast.unparse(at)}"]
    return [ast.unparse(at)]
