"""Expressions: which piece of the student's code is running, as it is typed: `x * 2` of the line `y = x * 2 + 1`.

One call of the student's may be several operations of the engine: `x.T.reshape(6)` copies and then looks. They are told
as one. A module's call is opened up instead: `model(x)` is a linear, then a relu, each told by itself.
"""

from __future__ import annotations

import ast
import functools
import linecache
import sys
from types import CodeType
from typing import Any, NamedTuple

from minitorch_widgets.recording import recorder

MOST_FRAMES = 200
SIGNS = {
    "Add": "add", "Sub": "sub", "Mult": "mul", "Div": "div", "MatMult": "matmul", "Pow": "pow", "Mod": "remainder",
    "FloorDiv": "floor_divide", "USub": "neg", "Invert": "bitwise_not", "BitAnd": "bitwise_and",
    "BitOr": "bitwise_or", "BitXor": "bitwise_xor",
}  # fmt: skip


class Call(NamedTuple):
    """A call that the student's code makes."""

    key: tuple[Any, ...]
    """The same for all operations of one call; a loop's next round has the same again."""
    inside: tuple[tuple[int, int], ...]
    """How far the engine's own functions have come in it, outermost first: they only go on within the same call."""
    expression: str
    word: str
    """What is called, by the word that is typed: add, reshape, T. Empty where a module calls."""
    line: dict[str, Any] | None
    within: str
    """The engine's function that a module has called; empty where it has no name of its own."""
    makes: bool
    """Whether a module is being made: whatever happens in its __init__ is one thing."""

    def goes_on(self, other: Call) -> bool:
        """Whether `other` can be a later operation of this very call."""
        if self.key != other.key or self.makes:
            return self.key == other.key
        apart = ((one, two) for one, two in zip(self.inside, other.inside, strict=False) if one != two)
        (code, before), (other_code, after) = next(apart, ((0, 0), (0, 0)))
        return code == other_code and after > before


def calling() -> tuple[Any, Call] | None:
    """The student's frame that is running, and its call; None where no student's code runs."""
    inner: list[Any] = []
    frame: Any = sys._getframe(1)
    while frame is not None and recorder.of_an_engine(frame.f_code.co_filename, frame):
        inner.append(frame)
        frame = frame.f_back
        if len(inner) > MOST_FRAMES:
            return None
    if frame is None:
        return None
    inner.reverse()  # from what the student calls down to here
    path = [(id(frame), frame.f_lasti)]
    opened = 0
    for each in inner:
        if not _opens(each):
            break
        opened += 1
        path.append((id(each.f_code), each.f_lasti))
    made = opened < len(inner) and _is_making(inner[opened])
    text = expression(frame.f_code, frame.f_lasti)
    place = recorder.line_at(frame.f_code.co_filename, frame.f_lineno)
    inside = tuple((id(each.f_code), each.f_lasti) for each in inner[opened:] if not _ours(each))
    called = (each.f_code.co_name for each in inner[opened:])
    within = next((name for name in called if name != "call"), "")  # of ours, "call" sorts out the arguments
    typed = word(text) if not opened or made else ""
    return frame, Call(tuple(path), inside, text, typed, place, "" if within.startswith(("_", "<")) else within, made)


def _ours(frame: Any) -> bool:
    return (frame.f_globals.get("__name__") or "").startswith("minitorch_widgets")


def _opens(frame: Any) -> bool:
    """Whether this is a module's or an optimizer's own code, that calls operations one after the other."""
    if (frame.f_globals.get("__name__") or "").endswith(".grad_mode"):
        return True  # the no_grad() around an optimizer's step
    return _is_module(frame) and not _is_making(frame)


def _is_making(frame: Any) -> bool:
    return _is_module(frame) and frame.f_code.co_name == "__init__"


def _is_module(frame: Any) -> bool:
    name = frame.f_globals.get("__name__") or ""
    return ".nn.modules" in name or ".optim" in name


@functools.lru_cache(maxsize=512)
def _positions(code: CodeType) -> tuple[tuple[int | None, ...], ...]:
    return tuple(code.co_positions())


def expression(code: CodeType, at: int) -> str:
    """The source of the instruction at this offset, on one line; empty where there is no source.

    >>> frame = compile("y = x * 2 + 1", "<calling>", "exec")
    >>> linecache.cache["<calling>"] = (13, None, ["y = x * 2 + 1"], "<calling>")
    >>> expression(frame, 2 * [p for p, _ in enumerate(_positions(frame)) if _positions(frame)[p][3] == 9][-1])
    'x * 2'
    """
    places = _positions(code)
    if at // 2 >= len(places):
        return ""
    first, last, start, end = places[at // 2]
    if first is None or last is None or start is None or end is None:
        return ""
    lines = [linecache.getline(code.co_filename, number).encode() for number in range(first, last + 1)]
    if not lines or not lines[0]:
        return ""
    lines[-1] = lines[-1][:end]
    lines[0] = lines[0][start:]
    return " ".join(b" ".join(lines).decode(errors="replace").split())


@functools.lru_cache(maxsize=2048)
def word(text: str) -> str:
    """The word for what an expression does.

    >>> word("x * 2"), word("x.T"), word("torch.relu(x)"), word("x[0]"), word("x += 1")
    ('mul', 'T', 'relu', 'index', 'add_')
    """
    try:
        tree = ast.parse(text).body
    except (SyntaxError, ValueError):
        return ""
    at = tree[0] if len(tree) == 1 else None
    match at.value if isinstance(at, (ast.Expr, ast.Assign)) else at:
        case ast.BinOp(op=op) | ast.UnaryOp(op=op):
            return SIGNS.get(type(op).__name__, "")
        case ast.AugAssign(op=op):
            return SIGNS.get(type(op).__name__, "") + "_"
        case ast.Call(func=ast.Attribute(attr=called)) | ast.Call(func=ast.Name(id=called)):
            return called
        case ast.Attribute(attr=called):
            return called
        case ast.Subscript():
            return "index"
        case ast.Compare():
            return "compare"
    return ""
