"""Running: a program and what is asked of it, run once the answer is committed; the facts are plain values."""

from __future__ import annotations

import ast
import random
from collections.abc import Mapping
from typing import Any, NamedTuple

from minitorch_widgets.facts.reading import array_geometry, is_array, is_tensor, tensor_geometry
from minitorch_widgets.learning.chips import CHIPS, Facts, facts_of
from minitorch_widgets.recording.expressions import word


class Question(NamedTuple):
    """Something to predict, as a lesson and its grader write it: a grader runs the program itself.

    `program` sets up, `code` is what is asked about: an expression, or lines after which `of` is looked at. Both see
    `torch`, and for numbers that differ from student to student `random`, a `random.Random(seed)`.

    >>> question = Question("q1", "torch.ones(n, 1) - torch.ones(n)", ("shape",), program="n = random.randint(3, 9)")
    >>> n = namespace_of(question, torch, seed=7)["n"]
    >>> run(question, namespace_of(question, torch, seed=7))[1]["result"]["shape"] == [n, n]
    True
    """

    id: str
    code: str
    asks: tuple[str, ...]
    program: str = ""
    of: str = ""
    shares: str = ""
    """What it may share memory with."""
    choices: tuple[Any, ...] = ()
    """To choose from, instead of what is usual for what is asked."""


def check(question: Question) -> Question:
    """The question, if it can be asked; ValueError says what is wrong with it."""
    for ask in question.asks:
        if ask not in CHIPS:
            raise ValueError(f"{ask!r} can't be asked; what can: {', '.join(CHIPS)}")
    if "shares memory" in question.asks and not question.shares:
        raise ValueError("'shares memory' needs to know with what: shares='x'")
    if not is_expression(question.code) and not question.of:
        raise ValueError("lines of code need to know what is asked about: of='x'")
    return question


def is_expression(code: str) -> bool:
    """Whether this code has a value."""
    try:
        ast.parse(code.strip(), mode="eval")
    except SyntaxError:
        return False
    return True


def namespace_of(question: Question, torch: Any, seed: int) -> dict[str, Any]:
    """A namespace of its own, with the question's program run in it."""
    import numpy

    space = {"torch": torch, "np": numpy, "seed": seed, "random": random.Random(seed), "__name__": "question"}
    exec(compile(question.program, "<question>", "exec"), space)
    return space


def names_in(code: str) -> list[str]:
    """The names that some code uses, in the order in which they stand there."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return []
    places = [(each.lineno, each.col_offset, each.id) for each in ast.walk(tree) if isinstance(each, ast.Name)]
    return list(dict.fromkeys(name for _, _, name in sorted(places)))


def operands(question: Question, namespace: Mapping[str, Any]) -> dict[str, Any]:
    """The tensors and arrays that the code names."""
    wanted = names_in(question.code) + names_in(question.of or "0") + names_in(question.shares or "0")
    found = {name: namespace[name] for name in dict.fromkeys(wanted) if name in namespace}
    return {name: value for name, value in found.items() if is_tensor(value) or is_array(value)}


def run(question: Question, namespace: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Run the code: what is asked about, and the facts."""
    held = operands(question, namespace)
    before = {name: facts_of(value) for name, value in held.items()}
    result, error = None, None
    try:
        if is_expression(question.code):
            result = eval(compile(question.code.strip(), "<question>", "eval"), namespace)
        else:
            exec(compile(question.code, "<question>", "exec"), namespace)
        if question.of:
            result = eval(compile(question.of, "<question>", "eval"), namespace)
    except Exception as raised:
        error = raised
    other = None
    if question.shares:
        other = held.get(question.shares)
        if other is None and error is None:
            other = eval(compile(question.shares, "<question>", "eval"), namespace)
    lines = [each for each in question.code.splitlines() if each.strip()]
    last = lines[-1].strip() if lines else ""
    facts = {
        "code": question.code,
        "of": question.of,
        "word": word(last.partition("=")[2].strip() if _assigns(last) else last),
        "result": None if error else facts_of(result),
        "error": None if error is None else f"{type(error).__name__}: {error}",
        "before": before,
        "after": {name: facts_of(value) for name, value in held.items()},
        "shares": error is None and overlap(result, other),
        "same": error is None and result is other,
    }
    return result, facts


def _assigns(line: str) -> bool:
    try:
        tree = ast.parse(line).body
    except SyntaxError:
        return False
    return len(tree) == 1 and isinstance(tree[0], ast.Assign)


def overlap(one: Any, other: Any) -> bool:
    """Whether two tensors or arrays look at some of the same bytes."""
    if one is None or other is None:
        return False
    try:
        a, b = (array_geometry(each) if is_array(each) else tensor_geometry(each) for each in (one, other))
    except Exception:
        return False
    (start, end), (first, last) = a.bounds(), b.bounds()
    return a.device == b.device and a.shift == b.shift and start < last and first < end


def setting(facts: Facts, masked: tuple[str, ...], of: str) -> list[dict[str, Any]]:
    """What may be seen of the tensors that the code names, before it runs: chips, without those that are asked."""
    told = []
    for name, each in facts.items():
        chips = {key: each.get(key) for key in ("shape", "dtype", "requires_grad", "version", "grad", "values")}
        hidden = masked if name == of else ()
        if each["kind"] == "ndarray" or not each.get("requires_grad"):
            chips.pop("requires_grad")
            chips.pop("grad")
        if not chips["version"]:
            chips.pop("version")
        if "value" in hidden or each["values"] is None or len(each["values"]) > 12:
            chips.pop("values")
        told.append({"name": name, "chips": {key: value for key, value in chips.items() if key not in hidden}})
    return told
