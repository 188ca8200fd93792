"""Recompute: what names would hold if the lines that made them ran again. Nothing of the student's is touched.

The lines are read from the student's own code and worked out here, expression by expression, as far as they only
compute: tensors' methods, functions of the engine and of NumPy. A function of the student's might print, count or draw
random numbers, so it is not called again. And a line counts only if, worked out with the numbers as they are, it gives
exactly what its name holds now: then it is still the line that made it.
"""

from __future__ import annotations

import ast
import importlib
import operator
import sys
import time
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple

import numpy as np

from minitorch_widgets.facts.reading import is_array, is_tensor
from minitorch_widgets.recording.recorder import line_at

SECONDS = 1.0
MOST_ELEMENTS = 1 << 20  # of one result
MOST_FOLLOWERS = 40
ENGINES = frozenset({"minitorch_edu", "torch"})
PACKAGES = ENGINES | {"numpy", "math"}
PURE = (abs, bool, complex, float, int, len, list, max, min, range, round, sum, tuple)
BUILTINS: dict[str, Any] = {each.__name__: each for each in PURE}
BINARY = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.MatMult: operator.matmul, ast.Pow: operator.pow, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
    ast.BitAnd: operator.and_, ast.BitOr: operator.or_, ast.BitXor: operator.xor,
}  # fmt: skip
UNARY: dict[type, Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert, ast.Not: operator.not_,
}  # fmt: skip
COMPARE = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}  # fmt: skip
RANDOM = ("rand", "normal", "bernoulli", "multinomial", "poisson", "dropout", "empty", "seed", "shuffle", "permutation")
ACTS = frozenset(
    "backward step zero_grad grad autograd save load retain_grad register_hook random set_default_dtype "
    "set_default_device set_grad_enabled no_grad enable_grad inference_mode".split()
)


class Unclear(Exception):
    """Why a line is not worked out."""


class Line(NamedTuple):
    """`name = expression`, straight in the student's code."""

    name: str
    expression: ast.expr
    recorded: bool
    file: str
    number: int

    def told(self) -> dict[str, Any]:
        return line_at(self.file, self.number)


class Follower(NamedTuple):
    """A name that would hold something else."""

    name: str
    now: Any
    would: Any
    line: Line


class Gradient(NamedTuple):
    """The gradient of a leaf by a backward pass from `root`."""

    name: str
    root: str
    leaf: Any
    would: Any


# Reading the lines ------------------------------------------------------------------------------------------------


class Lines:
    """The last line that bound each name, in the order of the code; of other names why they are not clear."""

    def __init__(self, blocks: Iterable[tuple[str, list[ast.stmt], int | None]]) -> None:
        self.straight: dict[str, Line] = {}
        self.unclear: dict[str, tuple[str, set[str]]] = {}  # and the names that are mentioned beside it
        for file, body, last in blocks:
            self._read(file, body, last, True)

    def _read(self, file: str, body: list[ast.stmt], last: int | None, recorded: bool) -> None:
        for at in body:
            if last is not None and at.lineno > last:
                return
            match at:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._straight(Line(name, value, recorded, file, at.lineno))
                case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                    self._straight(Line(name, value, recorded, file, at.lineno))
                case ast.Assign():
                    self._unclear(at, "is one of several names that one line binds")
                case ast.AugAssign():
                    self._unclear(at, "is changed in place by its own line")
                case ast.With(items=[ast.withitem(context_expr=ast.Call(func=ast.Attribute(attr="no_grad")))]):
                    self._read(file, at.body, last, False)
                case ast.FunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom() | ast.Expr():
                    pass  # what a statement does in place shows when a line is worked out with the numbers as they are
                case _:
                    self._unclear(at, "is bound in a loop, a branch or a block")

    def _straight(self, line: Line) -> None:
        self.straight.pop(line.name, None)
        self.unclear.pop(line.name, None)
        self.straight[line.name] = line

    def _unclear(self, at: ast.stmt, why: str) -> None:
        mentioned = names_in(at)
        for each in ast.walk(at):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                before = self.straight.pop(each.id, None)
                _, known = self.unclear.get(each.id, ("", set()))
                self.unclear[each.id] = why, mentioned | known | (names_in(before.expression) if before else set())


def names_in(code: ast.AST) -> set[str]:
    return {each.id for each in ast.walk(code) if isinstance(each, ast.Name)}


# Working them out -------------------------------------------------------------------------------------------------


class Recompute:
    """The names that follow from `changed`: asked once before a write, for which lines hold, and once after it."""

    def __init__(self, namespace: Mapping[str, Any], lines: Lines, changed: set[str]) -> None:
        self.namespace = namespace
        self.left: dict[str, str] = {}
        """Names that follow too, and why it is not said how."""
        self.lines = self._touched(lines, changed)
        self._deadline = time.monotonic() + SECONDS
        if len(self.lines) > MOST_FOLLOWERS:
            self.left[self.lines[MOST_FOLLOWERS].name] = f"and {len(self.lines) - MOST_FOLLOWERS - 1} more are left out"
            del self.lines[MOST_FOLLOWERS:]
        with unheard():
            self._keep_what_holds()

    def _touched(self, lines: Lines, changed: set[str]) -> list[Line]:
        """The lines that use what is written, or what comes from it."""
        told: set[str] = set(changed)
        before = 0
        while before < len(told):
            before = len(told)
            told |= {line.name for line in lines.straight.values() if names_in(line.expression) & told}
            told |= {name for name, (_, mentioned) in lines.unclear.items() if mentioned & told}
        for name, (why, _) in lines.unclear.items():
            if name in told and name not in changed and _is_value(self.namespace.get(name)):
                self.left[name] = why
        follow = (line for name, line in lines.straight.items() if name in told and name not in changed)
        return [line for line in follow if _is_plain(self.namespace.get(line.name))]

    def _keep_what_holds(self) -> None:
        held, missing = [], set(self.left)
        scratch: dict[str, Any] = {}
        for line in self.lines:
            lost = names_in(line.expression) & missing
            try:
                if lost:
                    raise Unclear(f"is computed from {min(lost)}, and that is not clear")
                value = self._work_out(line, scratch)
                if not same(value, self.namespace[line.name]):
                    raise Unclear("is not what its line gives now")
            except Exception as error:
                missing.add(line.name)
                self.left[line.name] = str(error) if isinstance(error, Unclear) else f"raised {type(error).__name__}"
            else:
                scratch[line.name] = value
                held.append(line)
        self.lines = held

    def follow(self) -> tuple[list[Follower], list[Gradient]]:
        """After the write: what the names would hold, and the gradients of backward passes from there."""
        self._deadline = time.monotonic() + SECONDS
        with unheard():
            return self._follow()

    def _follow(self) -> tuple[list[Follower], list[Gradient]]:
        scratch: dict[str, Any] = {}
        found = []
        for line in self.lines:
            try:
                scratch[line.name] = self._work_out(line, scratch)
            except Exception as error:  # a number that was fine before may not be any more: an index, say
                self.left[line.name] = f"its line would raise {type(error).__name__}: {error}"
                continue
            now = self.namespace[line.name]
            if not same(now, scratch[line.name]):
                found.append(Follower(line.name, now, scratch[line.name], line))
        return found, self._gradients(scratch)

    def _work_out(self, line: Line, scratch: Mapping[str, Any]) -> Any:
        if time.monotonic() > self._deadline:
            raise Unclear("was left out: it takes too long")
        engine = next((importlib.import_module(each) for each in _engines(self.namespace, scratch)), None)
        quiet = nullcontext() if engine is None else engine.enable_grad() if line.recorded else engine.no_grad()
        with quiet:
            value = Worker({**self.namespace, **scratch}).value(line.expression)
        if is_tensor(value) and value.numel() > MOST_ELEMENTS:
            raise Unclear(f"was left out: it has more than {MOST_ELEMENTS:,} elements")
        return value

    def _would_call(self, root: Any, scratch: Mapping[str, Any]) -> str:
        """What a pass through the student's own nodes would do beside computing; "" for nothing."""
        for name, value in self.namespace.items():
            if not is_tensor(value) or name in scratch:
                continue
            if getattr(value, "_backward_hooks", None):
                return f"{name} has hooks, and they would be called"
            if value.grad_fn is not None and value.retains_grad:
                return f"{name} retains its gradient, and that would be another one afterwards"
        return "there are hooks on the way, and they would be called" if _has_hooks(root) else ""

    def _gradients(self, scratch: Mapping[str, Any]) -> list[Gradient]:
        """Fresh passes from the numbers that nothing else is computed from; `.grad` is not touched."""
        used = set().union(*(names_in(line.expression) for line in self.lines)) if self.lines else set()
        leaves = _leaves(self.namespace)
        found = []
        for name, root in scratch.items():
            if name in used or not is_tensor(root) or root.grad_fn is None or root.numel() != 1 or not leaves:
                continue
            engine = importlib.import_module(engine_of(root))
            would_call = self._would_call(root, scratch)
            if would_call:
                self.left[f"the gradients of {name}"] = f"are left out: {would_call}"
                continue
            try:
                # what was not computed again is the student's own graph: nothing of it is freed
                grads = engine.autograd.grad(root, list(leaves.values()), allow_unused=True, retain_graph=True)
            except Exception as error:
                self.left[f"the gradients of {name}"] = f"raised {type(error).__name__}: {error}"
                continue
            found += [
                Gradient(f"{leaf}.grad", name, leaves[leaf], grad)
                for leaf, grad in zip(leaves, grads, strict=True)
                if grad is not None
            ]
        return found


@contextmanager
def unheard() -> Iterator[None]:
    """What is worked out here is none of the student's doing: whoever here follows the engine hears nothing of it."""
    events = sys.modules.get("minitorch_edu.events")
    signals = [each for each in vars(events).values() if isinstance(each, list)] if events is not None else []
    ours = [(signal, [each for each in signal if _is_ours(each)]) for signal in signals]
    for signal, listeners in ours:
        signal[:] = [each for each in signal if each not in listeners]
    try:
        yield
    finally:
        for signal, listeners in ours:
            signal.extend(each for each in listeners if each not in signal)


def _is_ours(listener: Any) -> bool:
    return (getattr(listener, "__module__", None) or "").partition(".")[0] == __name__.partition(".")[0]


def _has_hooks(root: Any) -> bool:
    """Whether a node of our engine behind this has hooks; those of torch's nodes can't be seen."""
    todo, seen = [root.grad_fn], set()
    for node in todo:  # grows while it is read
        hooks = getattr(node, "hooks", None)
        if hooks is not None and any(getattr(hooks, each) for each in type(hooks).__slots__):
            return True
        for behind, _ in node.next_functions:
            if behind is not None and id(behind) not in seen:
                seen.add(id(behind))
                todo.append(behind)
    return False


def same(one: Any, other: Any) -> bool:
    """The same numbers in the same form; nan is as nan."""
    if is_tensor(one) and is_tensor(other):
        if tuple(one.shape) != tuple(other.shape) or str(one.dtype) != str(other.dtype):
            return False
        return bool(np.array_equal(_array(one), _array(other), equal_nan=_has_nan(one)))
    if is_array(one) and is_array(other):
        return one.dtype == other.dtype and bool(np.array_equal(one, other, equal_nan=one.dtype.kind in "fc"))
    return type(one) is type(other) and (one == other or one != one)


def _has_nan(tensor: Any) -> bool:
    return str(tensor.dtype).rpartition(".")[2].startswith(("float", "bfloat", "complex"))


def _array(tensor: Any) -> np.ndarray:
    tensor = tensor.detach().cpu()
    if str(tensor.dtype).endswith("bfloat16"):
        tensor = tensor.float()
    return np.asarray(tensor.resolve_conj().resolve_neg() if hasattr(tensor, "resolve_neg") else tensor)


def _is_value(value: Any) -> bool:
    return is_tensor(value) or is_array(value)


def _is_plain(value: Any) -> bool:
    return _is_value(value) or isinstance(value, (bool, int, float, complex))


def engine_of(tensor: Any) -> str:
    return next((root for each in type(tensor).__mro__ if (root := each.__module__.partition(".")[0]) in ENGINES), "")


def _engines(*namespaces: Mapping[str, Any]) -> Iterable[str]:
    return (found for each in namespaces for value in each.values() if is_tensor(value) and (found := engine_of(value)))


def _leaves(namespace: Mapping[str, Any]) -> dict[str, Any]:
    from minitorch_widgets.facts.names import find

    found = {each.name: each.value for each in find(namespace, []) if is_tensor(each.value)}
    return {name: each for name, each in found.items() if each.requires_grad and each.is_leaf}


class Worker:
    """Works out an expression that only computes; anything else is Unclear."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names

    def value(self, at: ast.expr) -> Any:
        match at:
            case ast.Constant():
                return at.value
            case ast.Name():
                if at.id in self.names:
                    return self.names[at.id]
                if at.id in BUILTINS:
                    return BUILTINS[at.id]
                raise Unclear(f"needs {at.id}, which is not there")
            case ast.BinOp() if type(at.op) in BINARY:
                return BINARY[type(at.op)](self.value(at.left), self.value(at.right))
            case ast.UnaryOp():
                return UNARY[type(at.op)](self.value(at.operand))
            case ast.Compare(ops=[one]) if type(one) in COMPARE:
                return COMPARE[type(one)](self.value(at.left), self.value(at.comparators[0]))
            case ast.Tuple():
                return tuple(map(self.value, at.elts))
            case ast.List():
                return list(map(self.value, at.elts))
            case ast.Slice():
                return slice(*(None if each is None else self.value(each) for each in (at.lower, at.upper, at.step)))
            case ast.Subscript():
                return self._held(self.value(at.value))[self.value(at.slice)]
            case ast.Attribute():
                return self._attribute(self.value(at.value), at.attr)
            case ast.Call():
                return self._call(at)
        raise Unclear(f"has a line with {_KINDS.get(type(at), type(at).__name__)} in it")

    def _held(self, value: Any) -> Any:
        if _is_value(value) or isinstance(value, (list, tuple, dict, str)) or _is_module(value):
            return value
        raise Unclear(f"looks into a {type(value).__name__}")

    def _attribute(self, value: Any, word: str) -> Any:
        if word.startswith("_") or word in ACTS and not (word == "grad" and is_tensor(value)):
            raise Unclear(f"does more than compute: {word}")
        known = _is_value(value) or isinstance(value, types.ModuleType) and _root(value.__name__) in PACKAGES
        if known or _is_module(value):
            return getattr(value, word)
        if word in getattr(value, "__dict__", {}):
            return value.__dict__[word]
        if _root(type(value).__module__) in PACKAGES or isinstance(value, (int, float, complex)):
            return getattr(value, word)
        raise Unclear(f"asks a {type(value).__name__} for {word}")

    def _call(self, at: ast.Call) -> Any:
        function = self.value(at.func)
        word = at.func.attr if isinstance(at.func, ast.Attribute) else getattr(function, "__name__", "")
        keywords = {each.arg: each.value for each in at.keywords}
        if None in keywords or {"out", "inplace"} & set(keywords) or any(isinstance(e, ast.Starred) for e in at.args):
            raise Unclear("writes into something, or spreads its arguments")
        _may_call(function, word)
        return function(
            *map(self.value, at.args), **{str(name): self.value(each) for name, each in keywords.items()}
        )


_KINDS: dict[type, str] = {
    ast.Lambda: "a lambda", ast.ListComp: "a comprehension", ast.GeneratorExp: "a comprehension", ast.IfExp: "an if",
    ast.JoinedStr: "a text", ast.Await: "await", ast.NamedExpr: ":=",
}  # fmt: skip


def _may_call(function: Callable[..., Any], word: str) -> None:
    """Raises Unclear for what might do more than compute."""
    if word.startswith(RANDOM):
        raise Unclear(f"is random: {word}() gives other numbers each time")
    if word in ACTS or word.endswith("_"):
        raise Unclear(f"does more than compute: {word}()")
    if any(function is each for each in BUILTINS.values()):
        return
    if _is_module(function):
        _may_run(function)
        return
    owner = getattr(function, "__self__", None)
    if _is_value(owner) or isinstance(owner, (int, float, complex, str, tuple)):
        return
    if isinstance(function, type) and _root(function.__module__) in ENGINES:
        if not word.endswith("Loss"):
            raise Unclear(f"makes a new {word}")
        return
    home = getattr(function, "__module__", None) or type(function).__module__
    if _root(home) in PACKAGES or isinstance(function, np.ufunc) or _root(type(function).__module__) in PACKAGES:
        return
    raise Unclear(f"calls {word or 'a function'}(), and that is not run a second time here")


def _may_run(module: Any) -> None:
    for each in module.modules():
        kind = type(each).__name__
        if _root(type(each).__module__) not in ENGINES:
            raise Unclear(f"calls {kind}, and that is not run a second time here")
        if each.training and ("Dropout" in kind or "BatchNorm" in kind or "RReLU" in kind):
            raise Unclear(f"goes through {kind} in training")
        if getattr(each, "_forward_hooks", None) or getattr(each, "_forward_pre_hooks", None):
            raise Unclear(f"goes through {kind} with hooks")


def _is_module(value: Any) -> bool:
    return callable(getattr(type(value), "named_parameters", None)) and not isinstance(value, type)


def _root(name: str | None) -> str:
    return (name or "").partition(".")[0]
