"""Reasons: why a line shares its bytes, or which of its steps copied them.

The steps of `r = a.T.reshape(-1)` are gone through from the inside out, each with what it was given and what it gave:
addresses tell whether it copied, and shape, strides and dtype tell why.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from minitorch_widgets.editing.edits import geometry_of
from minitorch_widgets.editing.recompute import Line, Worker
from minitorch_widgets.facts.reading import Geometry, is_array, is_tensor
from minitorch_widgets.words import join, shape_text

RESHAPES = frozenset({"reshape", "flatten", "ravel", "reshape_as"})
ALWAYS = frozenset({"clone", "copy", "deepcopy", "tensor", "array", "new_tensor", "astype", "detach_copy"})
CASTS = frozenset(
    "to type float double half bfloat16 int long short char byte bool cfloat cdouble Tensor as_tensor asarray".split()
)
MOVES = frozenset({"cpu", "cuda", "to", "as_tensor", "asarray"})
JOINS = frozenset(
    "stack cat concat concatenate vstack hstack dstack column_stack repeat tile repeat_interleave".split()
)
HANDS_OVER = {
    "numpy": "numpy() hands the address to NumPy", "from_numpy": "from_numpy() takes the array's own address",
    "Tensor": "Tensor() takes an array's bytes where they have its dtype already",
    "as_tensor": "as_tensor() takes the bytes as they are", "asarray": "asarray() takes the bytes as they are",
    "from_dlpack": "DLPack hands over the address", "detach": "detach() leaves the history behind, and no byte",
    "data": ".data leaves the history behind, and no byte", "frombuffer": "frombuffer() takes the buffer's own address",
    "Parameter": "Parameter() makes a new leaf of the same bytes",
}  # fmt: skip


class Step(NamedTuple):
    """One step of an expression: `reshape(-1)` of `a.T`."""

    word: str  # what it is called: "reshape", "T", "[...]", "+"
    code: str
    given: tuple[Any, ...]  # the tensors and arrays that went in, or the list that did
    given_code: str
    result: Any


class Verdict(NamedTuple):
    """How a name came by its bytes."""

    how: str  # "shares", "same", "copies" or "computes"
    reason: str
    step: str


# The steps of a line ----------------------------------------------------------------------------------------------


class _Once(Worker):
    """Works out each part of an expression once, so that what a step gave is what the next one got."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        super().__init__(names)
        self.known: dict[int, Any] = {}

    def value(self, at: ast.expr) -> Any:
        if id(at) not in self.known:
            self.known[id(at)] = super().value(at)
        return self.known[id(at)]


def steps_of(line: Line, value: Any, namespace: Mapping[str, Any]) -> list[Step]:
    """The steps that lead from a named tensor, or from a list, to this one; [] where they can't be told."""
    worker = _Once(namespace)
    found: list[Step] = []
    at = line.expression
    while (inside := _inside(at, worker)) is not None:
        word, code, inner = inside
        given = worker.value(inner)
        several = isinstance(given, (list, tuple))
        if not several and not _has_bytes(given):
            return []
        found.append(Step(word, code, tuple(given) if several else (given,), ast.unparse(inner), None))
        if several or isinstance(inner, ast.Name):
            return _with_results(found[::-1], line, value, worker)
        at = inner
    return []


def _with_results(steps: list[Step], line: Line, value: Any, worker: _Once) -> list[Step]:
    """Each step with what it gave: the next one's input, and at the end what the name holds.

    If some step before the last one made bytes of its own, the name's are not those that were made here, beside them.
    """
    results = [after.given[0] for after in steps[1:]]
    base = steps[0].given
    led = not results or any(overlap(each, results[-1]) for each in base)
    results.append(value if led else worker.value(line.expression))
    return [step._replace(result=result) for step, result in zip(steps, results, strict=True)]


def _inside(at: ast.expr, worker: _Once) -> tuple[str, str, ast.expr] | None:
    """The outermost step of an expression: what it is called, its code, and the expression that it is applied to."""
    match at:
        case ast.Attribute(attr=word, value=inner):
            return word, ast.unparse(at)[len(ast.unparse(inner)) :], inner
        case ast.Subscript(value=inner):
            return "[...]", ast.unparse(at)[len(ast.unparse(inner)) :], inner
        case ast.Call(func=ast.Attribute(attr=word, value=owner) as function):
            if not isinstance(worker.value(owner), types.ModuleType):
                return word, ast.unparse(at)[len(ast.unparse(owner)) + 1 :], owner
            return (word, f"{ast.unparse(function)}()", at.args[0]) if at.args else None
        case ast.BinOp(left=inner) | ast.Compare(left=inner) | ast.UnaryOp(operand=inner):
            return "arithmetic", "arithmetic", inner
    return None


def _has_bytes(value: Any) -> bool:
    return is_tensor(value) or is_array(value)


def overlap(one: Any, other: Any) -> bool:
    """Whether two of them lie in the same storage."""
    if not _has_bytes(one) or not _has_bytes(other):
        return False
    here, there = geometry_of(one), geometry_of(other)
    same = (here.device, here.shift) == (there.device, there.shift)
    return same and max(here.start, there.start) < min(here.end, there.end)


def verdict(steps: Sequence[Step]) -> Verdict | None:
    """The step that copied, or else what all of them do; None where there is nothing to tell."""
    if not steps:
        return None
    for step in steps:
        if not any(overlap(each, step.result) for each in step.given):
            empty = _has_bytes(step.result) and geometry_of(step.result).numel == 0
            return None if empty else _why_apart(step)
    if steps[-1].result is steps[0].given[0]:
        return Verdict("same", _why_same(steps[-1]), steps[-1].code)
    return Verdict("shares", _why_shared(steps), "")


# Reasons ----------------------------------------------------------------------------------------------------------


def _why_apart(step: Step) -> Verdict:
    first = step.given[0] if step.given else None
    word, code = step.word, step.code
    if first is None or not _has_bytes(first) or word in JOINS:
        if word in JOINS:
            return Verdict("copies", f"{word}() writes its inputs one after the other into a storage of its own", code)
        return Verdict("copies", "a list of Python's has no buffer that a tensor could look at", code)
    here = geometry_of(first)
    there = geometry_of(step.result) if _has_bytes(step.result) else here
    if word in MOVES and here.device != there.device:
        return Verdict("copies", f"{there.device} has a memory of its own: the bytes go there from {here.device}", code)
    if word in CASTS and here.dtype != there.dtype:
        return Verdict("copies", f"{there.dtype} needs other bytes than {here.dtype}", code)
    if word in RESHAPES:
        return Verdict("copies", _why_reshaped(step, here, there), code)
    if word == "contiguous":
        said = f"{step.given_code} is not contiguous: {_form(here)} skips about in memory"
        return Verdict("copies", f"{said}, and contiguous() lays its elements out in order", code)
    if word in ALWAYS:
        return Verdict("copies", f"{word}() always copies", code)
    if word in ("asarray", "to", "as_tensor"):
        return Verdict("copies", f"{word}() was told to copy", code)
    if word == "[...]":
        return Verdict("copies", "an index by a list or a mask picks elements that no stride walks along", code)
    what = "arithmetic" if word == "arithmetic" else f"{word}()"
    return Verdict("computes", f"{what} computes new numbers, and they need a place", code)


def _why_reshaped(step: Step, here: Geometry, there: Geometry) -> str:
    """The two neighbouring axes that cannot be walked as one."""
    said = f"{step.given_code} is {_form(here)}"
    broken = unwalkable(here.shape, [each // here.itemsize for each in here.strides])
    if broken is None:
        return f"{said}, which cannot be cut into {shape_text(there.shape)} with strides alone"
    outer, inner, expected = broken
    return (
        f"{said}: to walk it in order, a step along axis {outer} had to be {expected}, all of axis {inner}, and it is "
        f"{here.strides[outer] // here.itemsize}; no strides make that {shape_text(there.shape)}, "
        "and view() would have raised"
    )


def unwalkable(shape: Sequence[int], strides: Sequence[int]) -> tuple[int, int, int] | None:
    """The first two axes whose elements do not follow each other at one distance, and what the outer step had to be.

    >>> unwalkable((4, 3), (1, 4)), unwalkable((3, 4), (4, 1))
    ((0, 1, 12), None)
    """
    axes = [axis for axis, size in enumerate(shape) if size != 1]
    for outer, inner in zip(axes, axes[1:], strict=False):
        if strides[outer] != strides[inner] * shape[inner]:
            return outer, inner, strides[inner] * shape[inner]
    return None


def _form(geometry: Geometry) -> str:
    strides = [each // max(geometry.itemsize, 1) for each in geometry.strides]
    return f"{shape_text(geometry.shape)} with strides {shape_text(strides)}"


def _why_same(step: Step) -> str:
    match step.word:
        case "contiguous":
            return "it is contiguous already, so this is the very same tensor"
        case "to" | "cpu" | "cuda":
            return "dtype and device are those already, so this is the very same tensor"
    return "this is the very same object"


def _why_shared(steps: Sequence[Step]) -> str:
    """What the steps change where no byte moves."""
    said: list[str] = []
    looks: list[str] = []
    for step in steps:
        before, after = geometry_of(step.given[0]), geometry_of(step.result)
        if step.word in HANDS_OVER:
            said.append(HANDS_OVER[step.word])
        elif step.word in RESHAPES:
            said.append(f"{step.word}() could look, since {step.given_code} is {_form(before)}")
        elif step.word == "contiguous":
            said.append(f"{step.given_code} was contiguous already")
        elif before.dtype != after.dtype:
            said.append(f"{step.code} reads the same bytes as {after.dtype}")
        elif _spreads(before, after):
            said.append(f"{step.code} reads one cell many times, by a stride of 0")
        else:
            looks.append(step.code)
    if looks:
        said.append(f"{join(looks)} only change{'s' if len(looks) == 1 else ''} shape, strides or offset")
    return "; ".join(said)


def _spreads(before: Geometry, after: Geometry) -> bool:
    """Whether there is a stride of 0 that was not there before."""
    zeros = [
        sum(step == 0 for step, size in zip(each.strides, each.shape, strict=True) if size > 1)
        for each in (before, after)
    ]
    return zeros[1] > zeros[0]
