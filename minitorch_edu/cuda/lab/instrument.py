"""Instrument: a kernel's source, rewritten so that a thread can stop at a barrier and no access goes unseen.

Note [How a kernel is rewritten]
The lab runs a kernel's own Python, one thread after the other. Its tree is changed in few places only:

    a[i]                        load(a, i, key)
    a[i] = x                    store(x, a, i, key)
    cuda.atomic.add(a, i, x)    atomic("add", key, a, i, x)
    if x < 3:                   if branch(x < 3, key):
    cuda.syncthreads()          yield, so that the thread is a coroutine that stops there
    cuda.grid(1)                thread.grid(1)
    for k in range(n):          for k, turn in zip(range(n), count(...)):
    f(x), a device function     f(x, thread, turn), or `yield from` it if there is a barrier in it

A key says which instruction this is, in which turn of the loops around it: `turn + site`. Threads of one warp that meet
at one key do it at once, as on a GPU: so the lab can count what a warp's access costs. A turn is a multiple of TURN,
and the turns of a loop begin at a number scrambled from the turn around it.
"""

from __future__ import annotations

import ast
import copy
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from minitorch_edu.cuda.lab import words
from minitorch_edu.cuda.lab.source import MISSING, Site, Source

LOAD, STORE, ATOMIC, BRANCH, LOOP, BARRIER, SHARED, CALL = range(8)

TURN = 1 << 12
"""Sites are numbered below it, turns are multiples of it."""

HIDDEN = "_lab_"
SERVICES = "load store atomic branch loop turns endless shared inner zip count".split()
"""What the rewritten functions are given to work with: see access.py."""


def inner(turn: int, site: int) -> int:
    """The turn before the first one of a loop, and that of a device function that is called."""
    return (hash((turn, site)) & ((1 << 48) - 1)) * TURN


@dataclass
class Rewritten:
    """One function after the change. `make(**services, **devices, **free)` gives the function itself."""

    source: Source
    make: Callable[..., Callable[..., Any]]
    waits: bool
    """Whether there is a barrier in it, here or in a function it calls: then it is a generator."""
    devices: dict[str, Any]


@dataclass
class Program:
    """A kernel with the device functions that it calls, and all their sites."""

    sites: list[Site] = field(default_factory=list)
    functions: dict[Any, Rewritten | None] = field(default_factory=dict)
    meanings: list[tuple[Source, ast.expr, Any]] = field(default_factory=list)
    """What the called names stood for, when the functions were rewritten."""

    def is_current(self) -> bool:
        """Whether they still do: in a notebook a device function is soon defined again."""
        return all(source.means(node) is meaning for source, node, meaning in self.meanings)

    def add(self, function: Any) -> Rewritten | None:
        """Rewrite a function; None while it is being rewritten, for then it calls itself."""
        if function not in self.functions:
            self.functions[function] = None
            self.functions[function] = Rewriter(self, function.source, function.device).rewritten()
        return self.functions[function]

    def waits(self, function: Any) -> bool:
        """Whether there is a barrier in a function, or in one that it calls."""
        rewritten = self.functions[function]
        return rewritten is not None and rewritten.waits

    def bind(self, function: Any, services: dict[str, Any]) -> Callable[..., Any]:
        """The function as it runs in one launch."""
        rewritten = self.functions[function]
        assert rewritten is not None
        devices = {name: self.bind(called, services) for name, called in rewritten.devices.items()}
        return rewritten.make(**services, **devices, **rewritten.source.free())


def name(word: str) -> ast.Name:
    return ast.Name(HIDDEN + word, ast.Load())


def call(word: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(name(word), list(arguments), [])


class Rewriter(ast.NodeTransformer):
    """See Note [How a kernel is rewritten]."""

    def __init__(self, program: Program, source: Source, device: bool) -> None:
        self.program, self.source, self.device = program, source, device
        self.devices: dict[str, Any] = {}
        self.waits = False
        self.assigned = ""  # the name or the element that gets the value at hand
        self.hidden = 0

    def rewritten(self) -> Rewritten:
        tree = copy.deepcopy(self.source.tree)
        free = tuple(self.source.free())
        arguments = [argument.arg for argument in tree.args.args]
        body = [each for statement in tree.body for each in listed(self.visit(statement))]
        function = ast.FunctionDef(
            tree.name, plain([*arguments, HIDDEN + "thread", HIDDEN + "turn"]), body, [], None, None
        )
        services = [HIDDEN + each for each in SERVICES]
        factory = ast.FunctionDef(
            HIDDEN + "factory",
            plain([*services, *self.devices, *free]),
            [function, ast.Return(ast.Name(tree.name, ast.Load()))],
            [],
            None,
            None,
        )
        for each in (function, factory):
            ast.copy_location(each, tree)
        module = ast.fix_missing_locations(ast.Module([factory], []))
        code = compile(module, self.source.filename, "exec", dont_inherit=True)
        inside = next(each for each in code.co_consts if isinstance(each, types.CodeType))
        make = types.FunctionType(inside, self.source.function.__globals__)
        return Rewritten(self.source, make, self.waits, self.devices)

    # --- sites ------------------------------------------------------------------------------------------------------

    def site(self, kind: int, node: ast.AST, array: str = "", update: bool = False) -> int:
        sites = self.program.sites
        if len(sites) >= TURN:
            self.source.refuse(node, f"the lab watches at most {TURN} places in a kernel")
        line = getattr(node, "lineno", self.source.tree.lineno)
        sites.append(Site(kind, self.source.name, line, self.source.text(line), array, update))
        return len(sites) - 1

    def key(self, kind: int, node: ast.AST, array: str = "", update: bool = False) -> ast.expr:
        return ast.BinOp(name("turn"), ast.Add(), ast.Constant(self.site(kind, node, array, update)))

    def fresh(self) -> str:
        self.hidden += 1
        return f"{HIDDEN}{self.hidden}"

    # --- arrays -----------------------------------------------------------------------------------------------------

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.value, ast.Attribute) and node.value.attr in ("shape", "strides"):
            return self.generic_visit(node)
        key = self.key(LOAD, node, ast.unparse(node.value), ast.unparse(node) == self.assigned)
        return ast.copy_location(call("load", self.visit(node.value), self.visit(node.slice), key), node)

    def visit_Assign(self, node: ast.Assign) -> Any:
        only = node.targets[0]
        update = isinstance(only, ast.Subscript) and any(
            isinstance(each, ast.Subscript) and ast.unparse(each) == ast.unparse(only)
            for each in ast.walk(node.value)
        )
        node.value = self.value(only, node.value)
        if len(node.targets) == 1 and isinstance(only, ast.Subscript):
            return self.stored(only, node.value, update)
        later: list[ast.stmt] = []
        node.targets = [self.target(each, later) for each in node.targets]
        return [node, *later]

    def value(self, target: ast.expr, value: ast.expr) -> ast.expr:
        """What is assigned, visited in the knowledge of what it is assigned to: `t, tile = ..., shared.array(...)`."""
        if (
            isinstance(target, ast.Tuple)
            and isinstance(value, ast.Tuple)
            and len(target.elts) == len(value.elts)
        ):
            value.elts = [self.value(*pair) for pair in zip(target.elts, value.elts, strict=True)]
            return value
        self.assigned = ast.unparse(target)
        visited = self.visit(value)
        self.assigned = ""
        return visited

    def target(self, node: ast.expr, later: list[ast.stmt]) -> ast.expr:
        """What to assign to: an element of an array gets its value from a hidden name, afterwards."""
        if isinstance(node, ast.Tuple):
            node.elts = [self.target(each, later) for each in node.elts]
        elif isinstance(node, ast.Subscript):
            word = self.fresh()
            later.append(self.stored(node, ast.Name(word, ast.Load())))
            return ast.copy_location(ast.Name(word, ast.Store()), node)
        elif not isinstance(node, ast.Name):
            self.source.refuse(node, "a kernel assigns to variables and to elements of arrays")
        return node

    def stored(self, node: ast.Subscript, value: ast.expr, update: bool = False) -> ast.stmt:
        key = self.key(STORE, node, ast.unparse(node.value), update)
        done = call("store", value, self.visit(node.value), self.visit(node.slice), key)
        return ast.copy_location(ast.Expr(ast.copy_location(done, node)), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return self.visit_Assign(ast.copy_location(ast.Assign([node.target], node.value), node))

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        if not isinstance(node.target, ast.Subscript):
            return self.generic_visit(node)
        array, index = self.fresh(), self.fresh()
        known = ast.unparse(node.target.value)
        first = [
            ast.Assign([ast.Name(array, ast.Store())], self.visit(node.target.value)),
            ast.Assign([ast.Name(index, ast.Store())], self.visit(node.target.slice)),
        ]
        old, place = ast.Name(array, ast.Load()), ast.Name(index, ast.Load())
        read = call("load", old, place, self.key(LOAD, node, known, True))
        sum_ = ast.BinOp(read, node.op, self.visit(node.value))
        last = ast.Expr(call("store", sum_, old, place, self.key(STORE, node, known, True)))
        return [placed(each, node) for each in (*first, last)]

    # --- the way through the kernel ---------------------------------------------------------------------------------

    def visit_If(self, node: ast.If) -> ast.AST:
        key = self.key(BRANCH, node)
        self.generic_visit(node)
        node.test = placed(call("branch", node.test, key), node.test)
        return node

    def visit_For(self, node: ast.For) -> list[ast.stmt]:
        if not isinstance(node.target, ast.Name):
            self.source.refuse(node.target, "a loop counts in one variable: for k in range(n)")
        number = self.site(LOOP, node)
        turn = ast.Name(HIDDEN + "turn", ast.Store())
        node.iter = call("zip", self.visit(node.iter), call("count", name("turn"), ast.Constant(number)))
        node.target = ast.Tuple([node.target, turn], ast.Store())
        node.body = self.block(node.body)
        return self.looped(node, node, number)

    def visit_While(self, node: ast.While) -> list[ast.stmt]:
        number = self.site(LOOP, node)
        test = ast.If(ast.UnaryOp(ast.Not(), self.visit(node.test)), [ast.Break()], [])
        loop = ast.For(
            ast.Name(HIDDEN + "turn", ast.Store()),
            call("turns", name("turn"), ast.Constant(number)),
            [placed(test, node), *self.block(node.body)],
            [ast.Expr(call("endless", ast.Constant(number)))],
        )
        return self.looped(loop, node, number)

    def looped(self, loop: ast.stmt, node: ast.stmt, number: int) -> list[ast.stmt]:
        """Keep the turn of the loop around this one, and say how many turns there were."""
        outer = self.fresh()
        before = ast.Assign([ast.Name(outer, ast.Store())], name("turn"))
        key = ast.BinOp(ast.Name(outer, ast.Load()), ast.Add(), ast.Constant(number))
        count = ast.Expr(call("loop", name("turn"), key))
        after = ast.Assign([ast.Name(HIDDEN + "turn", ast.Store())], ast.Name(outer, ast.Load()))
        return [placed(each, node) for each in (before, loop, count, after)]

    def block(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        return [each for statement in statements for each in listed(self.visit(statement))]

    def visit_Return(self, node: ast.Return) -> ast.AST:
        if self.device:
            return self.generic_visit(node)
        node.value = placed(ast.Constant(node.lineno), node)  # where the thread left: for errors at barriers
        return node

    # --- words and device functions ---------------------------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self.word(node) or node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return self.word(node) or self.generic_visit(node)

    def word(self, node: ast.expr) -> ast.AST | None:
        meaning = self.source.means(node)
        if isinstance(meaning, words.Coordinates):
            self.program.meanings.append((self.source, copy.deepcopy(node), meaning))
            return placed(ast.Attribute(name("thread"), meaning.name, ast.Load()), node)
        return None

    def visit_Call(self, node: ast.Call) -> ast.AST:
        meaning = self.source.means(node.func)
        self.program.meanings.append((self.source, copy.deepcopy(node.func), meaning))
        if meaning is MISSING or not callable(meaning) or not _hashable(meaning):
            return self.generic_visit(node)
        if meaning is words.syncthreads:
            self.waits = True
            return placed(ast.Yield(ast.Constant(self.site(BARRIER, node))), node)
        if meaning in (words.grid, words.gridsize):
            which = "grid" if meaning is words.grid else "gridsize"
            node.func = placed(ast.Attribute(name("thread"), which, ast.Load()), node)
            return self.generic_visit(node)
        if meaning is words.shared.array:
            return self.shared(node)
        if meaning in words.ATOMICS:
            return self.atomic(node, words.ATOMICS[meaning])
        if hasattr(meaning, "device") and hasattr(meaning, "source"):
            return self.called(node, meaning)
        if self.source.is_of_torch(node.func):
            why = "a thread computes with numbers: use operators, and the functions of math"
            self.source.refuse(node, f"{ast.unparse(node.func)} runs on the host and takes tensors; {why}")
        return self.generic_visit(node)

    def shared(self, node: ast.Call) -> ast.AST:
        if len(node.args) + len(node.keywords) != 2:
            self.source.refuse(
                node, "a shared array has a shape and a dtype: cuda.shared.array((16, 16), np.float32)"
            )
        for each in [*node.args, *[keyword.value for keyword in node.keywords]]:
            for inside in ast.walk(each):
                if isinstance(inside, ast.Name) and inside.id in self.source.function.__code__.co_varnames:
                    why = f"its size must be known when the kernel is compiled, and {inside.id} is a variable"
                    self.source.refuse(inside, f"shared memory is laid out before the kernel runs: {why}")
        number = self.site(SHARED, node, self.assigned or "shared.array()")
        node.func, node.args = name("shared"), [ast.Constant(number), *node.args]
        return placed(node, node)

    def atomic(self, node: ast.Call, which: str) -> ast.AST:
        if node.keywords or len(node.args) != (4 if which == "cas" else 3):
            self.source.refuse(node, f"cuda.atomic.{which}(array, index, {'old, ' * (which == 'cas')}value)")
        key = self.key(ATOMIC, node, ast.unparse(node.args[0]))
        arguments = [self.visit(each) for each in node.args]
        return placed(call("atomic", ast.Constant(which), key, *arguments), node)

    def called(self, node: ast.Call, meaning: Any) -> ast.AST:
        if not meaning.device:
            self.source.refuse(node, f"{meaning.__name__} is a kernel: a kernel is launched from the host")
        called = self.program.add(meaning)
        if called is None:
            self.source.refuse(
                node, f"{meaning.__name__} calls itself, and a GPU's thread has little stack for that"
            )
        word = next((known for known, function in self.devices.items() if function is meaning), None)
        if word is None:
            word = f"{HIDDEN}device{len(self.devices)}"
            self.devices[word] = meaning
        turn = call("inner", name("turn"), ast.Constant(self.site(CALL, node)))
        self.generic_visit(node)
        node.func = ast.Name(word, ast.Load())
        node.keywords += [ast.keyword(HIDDEN + "thread", name("thread")), ast.keyword(HIDDEN + "turn", turn)]
        if called.waits:
            self.waits = True
            return placed(ast.YieldFrom(node), node)
        return placed(node, node)


def plain(arguments: list[str]) -> ast.arguments:
    given = [ast.arg(each) for each in arguments]
    return ast.arguments(posonlyargs=[], args=given, kwonlyargs=[], kw_defaults=[], defaults=[])


def listed(statement: Any) -> list[ast.stmt]:
    return statement if isinstance(statement, list) else [statement]


def placed(node: Any, like: ast.AST) -> Any:
    """The node at the line of another, with whatever has no line inside it."""
    return ast.fix_missing_locations(ast.copy_location(node, like))


def _hashable(meaning: Any) -> bool:
    return getattr(type(meaning), "__hash__", None) is not None
