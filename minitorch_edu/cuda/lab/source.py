"""Source: the text of a kernel as a tree, with the line numbers of its file; and what a GPU would not compile."""

from __future__ import annotations

import ast
import inspect
import linecache
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NoReturn

from minitorch_edu.cuda.lab.errors import KernelSyntaxError


@dataclass(frozen=True, slots=True)
class Site:
    """A place in the source that the lab watches: an access to an array, a branch, a loop, a barrier."""

    kind: int
    function: str
    line: int
    text: str
    array: str
    """The array as the source calls it."""
    update: bool = False
    """Whether it is part of `a[i] += x`: the reading or the writing of that element."""


@dataclass(frozen=True)
class Source:
    """A function's tree, where it stands, and what its free names mean."""

    function: Callable[..., Any]
    tree: ast.FunctionDef

    @property
    def name(self) -> str:
        return self.tree.name

    @property
    def filename(self) -> str:
        return self.function.__code__.co_filename

    def text(self, line: int) -> str:
        """One line of the file, as it stands there."""
        return linecache.getline(self.filename, line, self.function.__globals__).strip()

    def refuse(self, node: ast.AST, why: str) -> NoReturn:
        line, column = getattr(node, "lineno", self.tree.lineno), getattr(node, "col_offset", 0)
        text = linecache.getline(self.filename, line, self.function.__globals__)
        raise KernelSyntaxError(why, (self.filename, line, column + 1, text or ast.unparse(node)))

    def means(self, node: ast.AST) -> Any:
        """What a name (`cuda.grid`) stands for outside the function; MISSING for locals, and for all but names."""
        if isinstance(node, ast.Attribute):
            owner = self.means(node.value)
            return getattr(owner, node.attr, MISSING) if isinstance(owner, ModuleType | type) else MISSING
        if not isinstance(node, ast.Name) or node.id in self.function.__code__.co_varnames:
            return MISSING
        return self.free().get(node.id, self.function.__globals__.get(node.id, MISSING))

    def is_of_torch(self, node: ast.expr) -> bool:
        """Whether a name is one of this package's modules: `torch.exp`."""
        owner = self.means(node.value) if isinstance(node, ast.Attribute) else None
        return isinstance(owner, ModuleType) and owner.__name__.partition(".")[0] == "minitorch_edu"

    def free(self) -> dict[str, Any]:
        """The names from functions around this one, as far as they have a value by now."""
        cells = zip(self.function.__code__.co_freevars, self.function.__closure__ or (), strict=True)
        found = {}
        for name, cell in cells:
            try:
                found[name] = cell.cell_contents
            except ValueError:  # assigned later
                continue
        return found


MISSING = object()


def read(function: Callable[..., Any], device: bool) -> Source:
    """The source of a kernel, or of a device function; KernelSyntaxError where a GPU could not run it."""
    try:
        lines, first = inspect.getsourcelines(function)
    except (OSError, TypeError):
        raise KernelSyntaxError(
            f"the source of {function.__name__} is not to be found: a kernel is compiled from its text, so define it "
            "in a file or in a notebook's cell"
        ) from None
    indented = lines[0][:1].isspace()
    tree = ast.parse(("if True:\n" if indented else "") + "".join(lines))
    definition = tree.body[0].body[0] if indented else tree.body[0]  # type: ignore[attr-defined]
    ast.increment_lineno(definition, (first or 1) - (2 if indented else 1))
    if not isinstance(definition, ast.FunctionDef):
        raise KernelSyntaxError("a kernel is a function: def name(arguments): ...")
    source = Source(inspect.unwrap(function), definition)
    _check(source, device)
    return source


REFUSED: dict[type[ast.AST], str] = {
    ast.Try: "a GPU has no exceptions: no try in a kernel",
    ast.Raise: "a GPU has no exceptions: no raise in a kernel",
    ast.With: "no with in a kernel",
    ast.ClassDef: "no classes in a kernel",
    ast.FunctionDef: "no functions inside a kernel: write them outside, with @cuda.kernel(device=True)",
    ast.AsyncFunctionDef: "no functions inside a kernel: write them outside, with @cuda.kernel(device=True)",
    ast.Lambda: "no functions inside a kernel: write them outside, with @cuda.kernel(device=True)",
    ast.Import: "no import in a kernel: import outside it",
    ast.ImportFrom: "no import in a kernel: import outside it",
    ast.Global: "a kernel cannot change variables of the host: pass an array",
    ast.Nonlocal: "a kernel cannot change variables of the host: pass an array",
    ast.Delete: "no del in a kernel",
    ast.Yield: "no yield in a kernel",
    ast.YieldFrom: "no yield in a kernel",
    ast.Await: "no await in a kernel",
    ast.List: "a GPU's thread has no lists: use cuda.shared.array, or an array among the arguments",
    ast.Dict: "a GPU's thread has no dicts: use an array among the arguments",
    ast.Set: "a GPU's thread has no sets: use an array among the arguments",
    ast.ListComp: "a GPU's thread has no lists: write the loop out",
    ast.DictComp: "a GPU's thread has no dicts: write the loop out",
    ast.SetComp: "a GPU's thread has no sets: write the loop out",
    ast.GeneratorExp: "no generators in a kernel: write the loop out",
    ast.Slice: "a thread reads and writes one element at a time: no slices in a kernel",
    ast.Starred: "no * in a kernel",
}


def _check(source: Source, device: bool) -> None:
    given = source.tree.args
    if given.vararg or given.kwarg or given.kwonlyargs or given.defaults:
        source.refuse(source.tree, "the arguments of a kernel are plain names, without defaults")
    for statement in source.tree.body:
        for node in ast.walk(statement):
            if type(node) in REFUSED and not is_stub(node):
                source.refuse(node, REFUSED[type(node)])
            if isinstance(node, ast.For | ast.While) and node.orelse:
                source.refuse(node.orelse[0], "no else after a loop in a kernel")
            if isinstance(node, ast.Return) and not device and not _empty(node.value):
                source.refuse(node, "a kernel returns nothing, for nobody waits for it: write into an array")


def is_stub(node: ast.AST) -> bool:
    """Whether it is `raise NotImplementedError`: the kernel is still to be written, and says so when it runs."""
    return (
        isinstance(node, ast.Raise)
        and isinstance(node.exc, ast.Name)
        and node.exc.id == "NotImplementedError"
    )


def _empty(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)
