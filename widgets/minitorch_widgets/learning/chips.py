"""Chips: what can be masked and asked of a tensor: how the question reads, what an answer may be, and when it is right.

All of it works on facts, which are plain values (see `facts_of`), so that a grader can judge without the student's
objects.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from minitorch_widgets.facts.reading import dtype_name, is_array, is_tensor, tensor_geometry, tensor_values
from minitorch_widgets.words import shape_text

Facts = Mapping[str, Any]
MOST_VALUES = 64
RAISES = "raises"
"""The answer to any question about what can't be computed."""
DTYPES = ("bool", "int32", "int64", "float16", "float32", "float64", "complex64")


class Chip(NamedTuple):
    """One thing to ask."""

    ask: str
    label: str
    question: str
    """With {it} for what is asked about, and {other} for what it may share memory with."""
    parse: Callable[[Any], Any]
    """An answer as a plain value; ValueError says how one is given."""
    choices: tuple[str, ...] = ()
    example: str = ""


# Answers --------------------------------------------------------------------------------------------------------


def _shape(answer: Any) -> Any:
    """(2, 3), [2, 3], 3 for (3,), "2 3" and "()"."""
    if isinstance(answer, str):
        words = answer.strip().strip("()[]").replace(",", " ").split()
        answer = [int(word) for word in words] if all(word.isdigit() for word in words) else None
    if isinstance(answer, int) and not isinstance(answer, bool):
        answer = [answer]
    try:
        return [int(size) for size in answer]
    except TypeError:
        raise ValueError("a shape is written (2, 3), (3,) or ()") from None


def _dtype(answer: Any) -> str:
    name = dtype_name(answer).strip()
    return {"float": "float32", "double": "float64", "long": "int64", "int": "int32", "half": "float16"}.get(name, name)


def _truth(answer: Any) -> bool:
    if isinstance(answer, str):
        said = answer.strip().lower()
        if said in ("yes", "true", "y"):
            return True
        if said in ("no", "false", "n"):
            return False
        raise ValueError("yes or no")
    return bool(answer)


def _number(answer: Any) -> int:
    try:
        return int(str(answer).strip().lstrip("v"))
    except ValueError:
        raise ValueError("a whole number") from None


def _values(answer: Any) -> Any:
    """Nested lists of numbers, a number, or None; a tensor is its values."""
    if is_tensor(answer) or is_array(answer):
        return nested(facts_of(answer))
    if isinstance(answer, str):
        text = answer.strip()
        if text.lower() in ("none", "nothing"):
            return None
        try:
            answer = ast.literal_eval(text.replace("nan", "'nan'").replace("inf", "'inf'").replace("-'inf'", "'-inf'"))
        except (ValueError, SyntaxError):
            raise ValueError("numbers are written 3, [1, 2] or [[1, 2], [3, 4]]; None is None") from None
    return _plain(answer)


def _plain(answer: Any) -> Any:
    if isinstance(answer, (list, tuple)):
        return [_plain(each) for each in answer]
    return answer if answer is None or isinstance(answer, (bool, int, float, str)) else float(answer)


def _node(answer: Any) -> str | None:
    """MulBackward0, mul, or None."""
    text = str(answer).strip()
    if answer is None or text.lower() in ("none", "nothing", ""):
        return None
    return text.lower().removesuffix("0").removesuffix("backward")


def _runs(answer: Any) -> bool:
    """Whether it raises: yes, no, or the name of an error."""
    said = str(answer).strip().lower()
    if said in ("it runs", "nothing", "none"):
        return False
    if said == "it raises" or said.endswith("error"):
        return True
    return _truth(answer)


YES_NO = ("yes", "no")
CHIPS: dict[str, Chip] = {
    chip.ask: chip
    for chip in (
        Chip("shape", "shape", "What is the shape of {it}?", _shape, (), "(2, 3)"),
        Chip("dtype", "dtype", "What is the dtype of {it}?", _dtype, DTYPES),
        Chip("value", "value", "What are the values of {it}?", _values, (), "[1, 2]"),
        Chip("shares memory", "shares memory?", "Does {it} share memory with {other}?", _truth, YES_NO),
        Chip("leaf", "leaf?", "Is {it} a leaf?", _truth, YES_NO),
        Chip("requires_grad", "requires_grad", "Does {it} require grad?", _truth, YES_NO),
        Chip("version", "version", "Which version has {it}?", _number, (), "0"),
        Chip("grad", "grad", "What is {it}.grad?", _values, (), "None or [1, 2]"),
        Chip("grad_fn", "grad_fn", "Which node is {it}.grad_fn?", _node, (), "MulBackward0 or None"),
        Chip(RAISES, "raises?", "Does {it} raise?", _runs, ("it runs", "it raises")),
    )
}
"""All that can be asked, by its name."""


# Facts ----------------------------------------------------------------------------------------------------------


def facts_of(value: Any) -> dict[str, Any]:
    """What there is to know of a tensor, an array or a number, as plain values.

    >>> facts_of(torch.ones(2, requires_grad=True))["leaf"]
    True
    """
    if not (is_tensor(value) or is_array(value)):
        told = {"kind": type(value).__name__, "shape": None, "values": None}
        return {**told, "number": value} if isinstance(value, (bool, int, float)) else told
    if is_array(value):
        seen = tensor_values(value, MOST_VALUES)
        return {"kind": "ndarray", "shape": list(value.shape), "dtype": value.dtype.name, "values": seen["data"]}
    geometry = tensor_geometry(value)
    seen = tensor_values(value, MOST_VALUES, geometry)
    leaf = bool(value.is_leaf)
    held = value.grad if leaf or bool(getattr(value, "retains_grad", False)) else None
    return {
        "kind": "tensor",
        "shape": list(geometry.shape),
        "dtype": geometry.dtype,
        "values": None if seen is None else seen["data"],
        "truncated": seen is None or seen["truncated"],
        "requires_grad": bool(value.requires_grad),
        "leaf": leaf,
        "version": _version(value),
        "contiguous": bool(value.is_contiguous()),
        "grad_fn": None if value.grad_fn is None else str(value.grad_fn.name()).rpartition("::")[2],
        "grad": None if held is None else nested(facts_of(held)),
        "is_view": bool(value._is_view()),
    }


def _version(tensor: Any) -> int | None:
    try:
        return int(tensor._version)
    except (RuntimeError, AttributeError):
        return None


def nested(facts: Facts) -> Any:
    """The values in the nesting of their shape."""
    shape, values = facts["shape"], list(facts["values"] or ())
    if shape == []:
        return values[0] if values else None
    if math.prod(shape) > len(values):
        return values
    for size in reversed(shape[1:]):
        values = [values[at : at + size] for at in range(0, len(values), size)] if size else []
    return values


def truth(ask: str, facts: Facts) -> Any:
    """The right answer, as a plain value. `facts` are those of a run (see running.py)."""
    result = facts["result"]
    if ask == RAISES:
        return facts["error"] is not None
    if facts["error"] is not None:
        return RAISES
    if ask == "shares memory":
        return facts["shares"]
    if ask == "value":
        return result["number"] if "number" in result else nested(result)
    return result.get(ask)


def right(ask: str, answer: Any, want: Any) -> bool:
    """Whether a parsed answer is the right one; numbers are compared to four digits."""
    if want == RAISES or answer == RAISES:
        return bool(answer == want)
    if ask in ("value", "grad"):
        return near(answer, want)
    if ask == "grad_fn":
        return bool(answer == (None if want is None else _node(want)))
    return bool(answer == want)


def near(one: Any, other: Any) -> bool:
    """Whether two nested lists of numbers agree.

    >>> near([1, 0.33333], [1.0, 1 / 3]), near([1], [[1]]), near("nan", "nan")
    (True, False, True)
    """
    if isinstance(one, list) or isinstance(other, list):
        same = isinstance(one, list) and isinstance(other, list) and len(one) == len(other)
        return same and all(near(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, (str, type(None))) or isinstance(other, (str, type(None))):
        return bool(one == other)
    return math.isclose(one, other, rel_tol=1e-3, abs_tol=1e-6)


def told(ask: str, value: Any) -> str:
    """A right answer, or one that was given, in a sentence."""
    if value == RAISES:
        return "it raises"
    if ask == RAISES:
        return "it raises" if value else "it runs"
    if ask == "shape" and isinstance(value, Sequence):
        return shape_text(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
