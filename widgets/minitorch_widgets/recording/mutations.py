"""Mutations: which lines of a cell bind a name and which write into what a name holds, read from the cell's own text.

None of it runs. It stands in where no engine announces its writes: real torch, and NumPy. What is inside a function
that the cell calls is not read.
"""

from __future__ import annotations

import ast
import bisect
import copy
import functools
import linecache
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

from minitorch_widgets.recording.recorder import line_at

MOST_LINES = 2000  # of one cell
NOT_WRITES = frozenset({"requires_grad_", "retain_grad_", "share_memory_", "detach_", "__init__", "_", "__call__"})
HIDING = {"data": ".data", "numpy": "numpy()"}
LOOKS = frozenset(
    "view reshape T t mT transpose permute detach data numpy expand narrow select squeeze unsqueeze flatten ravel "
    "diagonal unbind chunk split view_as movedim swapaxes unfold expand_as asarray as_tensor from_numpy grad".split()
)
"""What gives another look at the same bytes, or may."""
OPERATORS = {
    ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.MatMult: "mm", ast.Pow: "pow",
    ast.USub: "neg",
}  # fmt: skip


class Bind(NamedTuple):
    """`name = ...` on a line."""

    name: str
    number: int
    looks_at: str  # the name whose bytes the value looks at, as far as the text tells: y in `v = y[0]`
    gone: bool = False  # by `del`


class Mutation(NamedTuple):
    """A statement that writes into what a name holds."""

    name: str
    how: str  # "augmented", "item", "method", "out", "optimizer", "data", or "backward" (into gradients)
    hidden: str  # ".data", "numpy()" or "": through what, if through something that autograd does not see
    number: int
    once: bool  # not in a loop, a branch or a function
    statement: ast.stmt


class Cell(NamedTuple):
    """One cell, or file, as far as it can be read."""

    file: str
    binds: tuple[Bind, ...]
    mutations: tuple[Mutation, ...]
    statements: tuple[ast.stmt, ...]
    """Those that are not inside another one, and the ones inside `with`, in order."""
    headers: tuple[ast.With | ast.AsyncWith, ...]

    def line_of(self, name: str) -> dict[str, Any] | None:
        """The line that bound this name last; of `model[0].weight` and `losses[2]` that of the whole."""
        root = root_of(name)
        found = [each for each in self.binds if each.name in (name, root)]
        return line_at(self.file, found[-1].number) if found else None

    def bound_after(self, name: str, number: int) -> bool:
        """Whether a name came to hold something else below this line."""
        return any(each.name == name and each.number > number for each in self.binds)

    def bound_by(self, name: str, number: int) -> Bind | None:
        """The binding of a name that holds on this line, where the cell made one."""
        found = [each for each in self.binds if each.name == name and each.number < number]
        return found[-1] if found else None


def root_of(name: str) -> str:
    """`model[0].weight` is part of `model`.

    >>> root_of("losses[3]"), root_of("w.grad"), root_of("y")
    ('losses', 'w', 'y')
    """
    return name.partition("[")[0].partition(".")[0]


@functools.lru_cache(maxsize=256)
def _read(file: str, text: str) -> Cell:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return Cell(file, (), (), (), ())
    reader = _Reader()
    reader.block(tree.body, once=True)
    return reader.cell(file)


def read_cell(file: str | None) -> Cell | None:
    """What the lines of this cell do."""
    if not file:
        return None
    lines = linecache.getlines(file)
    return _read(file, "".join(lines)) if 0 < len(lines) <= MOST_LINES else None


def read_block(file: str, number: int) -> Cell | None:
    """What the lines of the with-block do that begins on this line."""
    lines = linecache.getlines(file)
    try:
        tree = ast.parse("".join(lines)) if len(lines) <= MOST_LINES else ast.Module([], [])
    except (SyntaxError, ValueError):
        return None
    around = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.With) and each.lineno <= number <= each.body[0].lineno
    ]
    if not around:
        return None
    reader = _Reader()
    reader.block(max(around, key=lambda each: each.lineno).body, once=True)
    return reader.cell(file)


def read_text(text: str, file: str = "") -> Cell:
    """The same of a text.

    >>> cell = read_text("y = x * 2; y += 1; y.data[0] = 5; y.relu_()")
    >>> [(each.name, each.how, each.hidden) for each in cell.mutations]
    [('y', 'augmented', ''), ('y', 'item', '.data'), ('y', 'method', '')]
    """
    return _read(file, text)


class _Reader:
    """Goes through statements in order."""

    def __init__(self) -> None:
        self.binds: list[Bind] = []
        self.mutations: list[Mutation] = []
        self.statements: list[ast.stmt] = []
        self.headers: list[ast.With | ast.AsyncWith] = []

    def cell(self, file: str) -> Cell:
        """All that was read."""
        return Cell(
            file, tuple(self.binds), tuple(self.mutations), tuple(self.statements), tuple(self.headers)
        )

    def block(self, body: list[ast.stmt], once: bool) -> None:
        for at in body:
            match at:
                case ast.With() | ast.AsyncWith():
                    self.headers.append(at)
                    self.block(at.body, once)
                case ast.For() | ast.AsyncFor():
                    self.statements.append(at)
                    self._bind(at.target, None, at.lineno)
                    self._inside(at.body)
                case ast.If() | ast.While():
                    self.statements.append(at)
                    self._inside([*at.body, *at.orelse])
                case ast.Try():
                    self.block([*at.body, *(each for part in at.handlers for each in part.body)], once)
                    self.block([*at.orelse, *at.finalbody], once)
                case ast.FunctionDef() | ast.ClassDef() | ast.AsyncFunctionDef():
                    self.binds.append(Bind(at.name, at.lineno, ""))
                case _:
                    self.statements.append(at)
                    self._statement(at, once)

    def _inside(self, body: list[ast.stmt]) -> None:
        """A loop or a branch: what is in it counts, but as one statement."""
        count = len(self.statements)
        self.block(body, False)
        del self.statements[count:]

    def _statement(self, at: ast.stmt, once: bool) -> None:
        match at:
            case ast.AugAssign():
                self._augmented(at, once)
            case ast.Assign():
                for target in at.targets:
                    self._target(target, at.value, at, once)
            case ast.AnnAssign() if at.value is not None:
                self._target(at.target, at.value, at, once)
            case ast.Delete():
                for each in at.targets:
                    self.binds.append(Bind(ast.unparse(each), at.lineno, "", gone=True))
        for call in ast.walk(at):
            if isinstance(call, ast.Call):
                self._call(call, at, once)

    def _augmented(self, at: ast.AugAssign, once: bool) -> None:
        target = at.target.value if isinstance(at.target, ast.Subscript) else at.target
        name, hidden = written(target)
        if name:
            self.mutations.append(Mutation(name, "augmented", hidden, at.lineno, once, at))

    def _target(self, target: ast.expr, value: ast.expr, at: ast.stmt, once: bool) -> None:
        match target:
            case ast.Tuple() | ast.List():
                for each in target.elts:
                    self._target(each, value, at, once)
            case ast.Subscript():
                name, hidden = written(target.value)
                if name:
                    self.mutations.append(Mutation(name, "item", hidden, at.lineno, once, at))
            case ast.Attribute(attr="data"):
                self.mutations.append(Mutation(ast.unparse(target.value), "data", ".data", at.lineno, once, at))
            case ast.Name() | ast.Attribute():
                self._bind(target, value, at.lineno)

    def _bind(self, target: ast.expr, value: ast.expr | None, number: int) -> None:
        for each in target.elts if isinstance(target, (ast.Tuple, ast.List)) else (target,):
            self.binds.append(Bind(ast.unparse(each), number, "" if value is None else looked_at(value)))

    def _call(self, call: ast.Call, at: ast.stmt, once: bool) -> None:
        function = call.func
        for keyword in call.keywords:
            if keyword.arg == "out" or keyword.arg == "inplace" and call.args:
                name, hidden = written(keyword.value if keyword.arg == "out" else call.args[0])
                if name:
                    self.mutations.append(Mutation(name, "out", hidden, at.lineno, once, at))
        if not isinstance(function, ast.Attribute):
            return
        word = function.attr
        if word in ("backward", "zero_grad"):
            self.mutations.append(Mutation("", "backward", "", at.lineno, once, at))
        elif word == "step" and not call.args:
            self.mutations.append(Mutation(ast.unparse(function.value), "optimizer", "", at.lineno, once, at))
        elif word.endswith("_") and not word.startswith("__") and word not in NOT_WRITES:
            into = function.value
            if ast.unparse(into).endswith("init") and call.args:  # torch.nn.init.zeros_(w)
                into = call.args[0]
            name, hidden = written(into)
            if name:
                self.mutations.append(Mutation(name, "method", hidden, at.lineno, once, at))


def written(at: ast.expr) -> tuple[str, str]:
    """The name whose bytes are written, and through what if autograd does not see it: `y.data[0]` is y, .data."""
    hidden = ""
    while True:
        match at:
            case ast.Attribute(attr=("data" | "numpy") as word):
                hidden = hidden or HIDING[word]
                at = at.value
            case ast.Call(func=ast.Attribute(attr=word)) if word in LOOKS:
                hidden = hidden or HIDING.get(word, "")
                at = at.func.value  # type: ignore[attr-defined]
            case ast.Subscript():
                # y[0] is a look at y, but losses[0] may be an entry of a list: the whole name is tried, too
                at = at.value
            case ast.Attribute(attr=("T" | "mT")):
                at = at.value
            case ast.Name() | ast.Attribute():
                return ast.unparse(at), hidden
            case _:
                return "", hidden


def looked_at(value: ast.expr) -> str:
    """The name whose bytes this expression looks at: y for `y[0]`, `y.view(2, 3).T` and `y`; "" for a result."""
    match value:
        case ast.Name():
            return value.id
        case ast.Subscript():
            return looked_at(value.value)
        case ast.Attribute(attr=word):
            return looked_at(value.value) if word in LOOKS else ast.unparse(value)
        case ast.Call(func=ast.Attribute(attr=word), args=args):
            if word in ("from_numpy", "asarray", "as_tensor") and args:
                return looked_at(args[0])
            return looked_at(value.func.value) if word in LOOKS else ""  # type: ignore[attr-defined]
    return ""


COMPOUND = (ast.For, ast.AsyncFor, ast.If, ast.While)

# Which line made a node ------------------------------------------------------------------------------------------


def operations(statement: ast.stmt) -> set[str]:
    """The operations that a statement mentions, by the words of its calls and its operators."""
    found = set()
    for each in ast.walk(statement):
        match each:
            case ast.BinOp() | ast.UnaryOp() | ast.AugAssign():
                found.add(OPERATORS.get(type(each.op), ""))
            case ast.Call(func=ast.Attribute(attr=word)):
                found.add(word.rstrip("_"))
            case ast.Call(func=ast.Name(id=word)):
                found.add(word)
            case ast.Subscript():
                found |= {"select", "slice", "index", "copy_slices"}
            case ast.Attribute(attr=("T" | "mT")):
                found |= {"t", "transpose", "permute"}
    return found - {""}


SAME = {
    "mm": {"matmul", "mm"}, "mv": {"matmul", "mv", "mm"}, "dot": {"matmul", "dot", "mm"},
    "bmm": {"matmul", "bmm", "mm"}, "unsafe_view": {"matmul", "mm"}, "addmm": {"linear", "addmm"},
    "t": {"t", "T", "linear"}, "pow": {"pow", "square"},
    "native_batch_norm": {"batch_norm"}, "rsub": {"sub", "rsub"},
}  # fmt: skip


def mentions(statement: ast.stmt, operation: str) -> bool:
    """Whether a statement says in some way that it does this operation."""
    return bool(operations(statement) & SAME.get(operation, {operation}))


def makers(cell: Cell, nodes: list[tuple[int, str, list[str]]]) -> dict[int, int]:
    """The line that made each node of a cell that just ran: {sequence number: line}; those in doubt are left out.

    `nodes` are (sequence number, operation, names of its results). Nodes are numbered as they are made, and lines run
    from top to bottom: so a node lies between the lines of two named ones, and mostly there is one line only.
    """
    told: dict[int, int] = {}
    straight = [each for each in cell.statements if not isinstance(each, COMPOUND)]
    fixed = []
    for number, _, names in nodes:
        lines = [each.number for name in names for each in cell.binds if each.name == root_of(name)]
        writes = [each.number for name in names for each in cell.mutations if each.name == name and each.once]
        if lines and len({*lines}) == 1 and not writes:
            fixed.append((number, lines[0]))
    for number, operation, _ in nodes:
        low = max((line for at, line in fixed if at < number), default=0)
        high = min((line for at, line in fixed if at >= number), default=10**9)
        between = [each for each in straight if low < each.lineno <= high and mentions(each, operation)]
        if not between:  # several statements on a line
            between = [each for each in straight if each.lineno == low and mentions(each, operation)]
        if len({each.lineno for each in between}) == 1:
            told[number] = between[0].lineno
        elif any(at == number for at, _ in fixed):
            told[number] = high
    return told


def makers_among(cells: Sequence[Cell], nodes: list[tuple[int, str, list[str]]]) -> dict[int, tuple[str, int]]:
    """The same of several cells, one after the other: {sequence number: (file, line)}."""
    binds: list[Bind] = []
    mutations: list[Mutation] = []
    statements: list[ast.stmt] = []
    begins = []
    below = 0
    for cell in cells:
        begins.append(below)
        binds += [each._replace(number=each.number + below) for each in cell.binds]
        mutations += [each._replace(number=each.number + below) for each in cell.mutations]
        for each in cell.statements:
            moved = copy.copy(each)  # what is in it stays where it is: only the line counts
            moved.lineno += below
            statements.append(moved)
        below += max([0, *(each.end_lineno or 0 for each in cell.statements)]) + 1
    found = makers(Cell("", tuple(binds), tuple(mutations), tuple(statements), ()), nodes)
    told = {}
    for number, line in found.items():
        at = bisect.bisect_left(begins, line) - 1
        told[number] = (cells[at].file, line - begins[at])
    return told


def in_cell(cell: Cell | None, names: Collection[str], before: Collection[str] = ()) -> Iterator[Mutation]:
    """The writes of a cell into bytes that these names look at after it, and those looked at before it."""
    if cell is None:
        return
    for each in cell.mutations:
        name = each.name
        if each.how in ("backward", "optimizer"):
            continue
        if name in names or root_of(name) in names:
            if not cell.bound_after(root_of(name), each.number):
                yield each
                continue
        if (name in before or root_of(name) in before) and cell.bound_by(root_of(name), each.number) is None:
            yield each
        elif _alias(cell, each, {*names, *before}):
            yield each


def _alias(cell: Cell, mutation: Mutation, names: set[str]) -> bool:
    """Whether the name that is written was made, in this cell, as another look at one of these."""
    name, number = mutation.name, mutation.number
    for _ in range(16):
        made = cell.bound_by(name, number + 1)
        if made is None or not made.looks_at or made.looks_at == name and made.number == number:
            return False
        name, number = made.looks_at, made.number
        if name in names:
            return True
    return False


def cell_files() -> dict[str, int]:
    """The cells that have run, if this is a notebook: IPython keeps each as a file of its own, by its number."""
    try:
        from IPython import get_ipython
    except ImportError:
        return {}
    return getattr(getattr(get_ipython(), "compile", None), "_filename_map", None) or {}


def last_cell() -> str | None:
    """The file of the cell that ran last."""
    files = cell_files()
    return max(reversed(files), key=files.__getitem__) if files else None  # of equal ones the later
