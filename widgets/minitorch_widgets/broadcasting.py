"""Broadcasting: two shapes laid over each other from the right, which elements are read many times, and the sum back.

Nothing is copied where a size of 1 is stretched: its stride is 0, and one element is read again and again. Backward the
same drawing runs the other way: what was read n times receives the sum of n gradients.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from minitorch_widgets import features
from minitorch_widgets.facts.names import find
from minitorch_widgets.facts.reading import (
    array_geometry,
    contiguous_strides,
    dtype_name,
    is_array,
    is_tensor,
    tensor_geometry,
    tensor_values,
)
from minitorch_widgets.session.caller import reference
from minitorch_widgets.session.inspector import Inspector
from minitorch_widgets.words import LETTER_WIDTH, join, number_text, shape_text

MOST_VALUES = 1024
VIEWS = ("broadcast", "lanes")


def is_shape(value: Any) -> bool:
    """Whether this is a shape rather than a tensor: a tuple or list of sizes."""
    return isinstance(value, (tuple, list)) and all(type(size) is int and size >= 0 for size in value)


def meet(first: Sequence[int], second: Sequence[int]) -> tuple[list[int] | None, str]:
    """The shape in which two shapes meet, or None and what PyTorch says: it looks from the right.

    >>> meet((3,), (4, 1))
    ([4, 3], '')
    """
    result = []
    ndim = max(len(first), len(second))
    a, b = ([1] * (ndim - len(shape)) + list(shape) for shape in (first, second))
    for dim in reversed(range(ndim)):
        if a[dim] != b[dim] and 1 not in (a[dim], b[dim]):
            text = (
                f"The size of tensor a ({a[dim]}) must match the size of tensor b ({b[dim]}) at non-singleton "
                f"dimension {dim}"
            )
            return None, f"RuntimeError: {text}"
        result.append(b[dim] if a[dim] == 1 else a[dim])
    return result[::-1], ""


def sum_back(shape: Sequence[int], result: Sequence[int]) -> str:
    """The gradient of an operand of this shape, as code, from a gradient of the result's shape.

    >>> sum_back((3,), (4, 3)), sum_back((4, 1), (4, 3)), sum_back((4, 3), (4, 3))
    ('grad.sum(0)', 'grad.sum(1, keepdim=True)', 'grad')
    """
    new = list(range(len(result) - len(shape)))
    stretched = [dim + len(new) for dim, size in enumerate(shape) if size == 1 != result[dim + len(new)]]
    dims = new + stretched
    if not dims:
        return "grad"
    if new and stretched:
        return f"grad.sum_to_size({', '.join(map(str, shape))})"
    said = str(dims[0]) if len(dims) == 1 else str(tuple(dims))
    return f"grad.sum({said}, keepdim=True)" if stretched else f"grad.sum({said})"


def told(operands: Sequence[Any], names: Sequence[str]) -> dict[str, Any]:
    """Two operands as they travel: dimension by dimension, with values, reads and the way back."""
    shapes = [list(each) if is_shape(each) else [int(size) for size in each.shape] for each in operands]
    result, error = meet(*shapes)
    facts = {
        "operands": [
            _operand(each, name, shape, result) for each, name, shape in zip(operands, names, shapes, strict=True)
        ],
        "dims": _dims(*shapes),
        "result": result,
        "error": error,
        "badge": None if result is None else _badge(names, shapes, result),
    }
    return {**facts, "sentence": sentence(facts)}


def _operand(value: Any, name: str, shape: list[int], result: list[int] | None) -> dict[str, Any]:
    values = None if is_shape(value) else _values(value)
    facts: dict[str, Any] = {
        "name": name,
        "shape": shape,
        "dtype": "" if is_shape(value) else dtype_name(value.dtype),
        "data": values["data"] if values else None,
        "truncated": bool(values and values["truncated"]),
        "strides": None,
        "reads": None,
        "back": "",
    }
    if result is not None:
        own = _strides(value, shape)
        new = len(result) - len(shape)
        sizes = zip(own, shape, result[new:], strict=True)
        facts["strides"] = [0] * new + [0 if size == 1 != wide else step for step, size, wide in sizes]
        facts["reads"] = math.prod(result) // math.prod(shape) if math.prod(shape) else 0
        facts["back"] = sum_back(shape, result)
    return facts


def _values(value: Any) -> Any:
    try:
        return tensor_values(value, MOST_VALUES)
    except Exception:
        return None  # on a device that is not read, or a layout without addresses


def _strides(value: Any, shape: list[int]) -> list[int]:
    if is_shape(value):
        return list(contiguous_strides(tuple(shape), 1))
    geometry = array_geometry(value) if is_array(value) else tensor_geometry(value)
    return [step // max(geometry.itemsize, 1) for step in geometry.strides]


def _dims(first: list[int], second: list[int]) -> list[dict[str, Any]]:
    """What meets in each dimension of the result; None where a shape has no such dimension."""
    ndim = max(len(first), len(second))
    sizes = [[None] * (ndim - len(shape)) + shape for shape in (first, second)]
    dims = []
    for dim in range(ndim):
        pair = [each[dim] for each in sizes]
        known = [1 if size is None else size for size in pair]
        clash = known[0] != known[1] and 1 not in known
        wide = None if clash else known[1] if known[0] == 1 else known[0]
        dims.append(
            {
                "dim": dim,
                "sizes": pair,
                "result": wide,
                "clash": clash,
                "stretched": [not clash and size != wide for size in known],
            }
        )
    return dims


def _badge(names: Sequence[str], shapes: list[list[int]], result: list[int]) -> dict[str, Any] | None:
    """A warning where both sides are stretched: as many numbers on both, and many more come out."""
    sizes = [math.prod(shape) for shape in shapes]
    if sizes[0] != sizes[1] or math.prod(result) <= sizes[0]:
        return None
    a, b = (shape_text(shape) for shape in shapes)
    return {
        "title": f"{a} against {b} makes {shape_text(result)}",
        "words": (
            f"{sizes[0]} numbers meet {sizes[1]} numbers, and {math.prod(result)} come out: every one meets every "
            "other. A loss that is computed from this averages over all pairs, without an error."
        ),
        "fix": f"To pair them one by one: {names[1]}.reshape({names[0]}.shape)",
    }


def sentence(facts: dict[str, Any]) -> str:
    """What broadcasting does here, as one would say it."""
    first, second = facts["operands"]
    shapes = f"{first['name']} {shape_text(first['shape'])} and {second['name']} {shape_text(second['shape'])}"
    if facts["result"] is None:
        clashes = [each for each in facts["dims"] if each["clash"]]
        where = join([f"dimension {each['dim']} ({each['sizes'][0]} against {each['sizes'][1]})" for each in clashes])
        return f"{shapes} do not meet: {facts['error']}. They clash in {where}."
    said = [f"{shapes} meet in {shape_text(facts['result'])}."]
    for each in (first, second):
        if each["reads"] > 1:
            said.append(
                f"Each element of {each['name']} is read {each['reads']} times, with stride 0 and no copy; backward it "
                f"receives the sum of {each['reads']} gradients: {each['back']}."
            )
    if all(each["reads"] == 1 for each in (first, second)):
        said.append("Nothing is stretched: element meets element.")
    if facts["badge"]:
        said.append(f"Beware: {facts['badge']['title']}. {facts['badge']['words']}")
    return " ".join(said)


def inspector_for_broadcast(operands: tuple[Any, Any], frame: Any) -> Inspector:
    """An inspector of how two operands meet, under the names that the caller has for them."""
    for each in operands:
        if not (is_tensor(each) or is_array(each) or is_shape(each)):
            raise TypeError(f"broadcast() takes tensors, arrays or shapes, not {type(each).__name__}")
        if getattr(each, "is_nested", False):
            raise TypeError("broadcast() takes tensors with one shape: the rows of a nested tensor differ in length")
    named = {id(each.value): each.name for each in find({**frame.f_globals, **frame.f_locals}, [])}
    names = [named.get(id(each), letter) for each, letter in zip(operands, "ab", strict=True)]
    held = [_constant(each) if is_shape(each) else reference(each) for each in operands]

    def namespace() -> dict[str, object]:
        alive = {name: kept() for name, kept in zip(names, held, strict=True)}
        return {name: value for name, value in alive.items() if value is not None and not is_shape(value)}

    def part() -> dict[str, Any] | None:
        alive = [kept() for kept in held]
        return None if any(each is None for each in alive) else told(alive, names)

    inspector = Inspector(namespace, views=VIEWS, parts={"broadcast": part})
    inspector.refresh(f"broadcast({', '.join(names)})")
    return inspector


def _constant(value: Any) -> Callable[[], Any]:
    return lambda: value


# The static twin ----------------------------------------------------------------------------------------------------

CELL, ROW = 46.0, 26.0
MOST_ROWS, MOST_COLUMNS = 6, 8


@features.draws("broadcast")
def _drawn(facts: dict[str, Any], width: float) -> features.Drawn:
    from minitorch_widgets.drawing.svg import escape, lines_of

    parts: list[str] = []
    y = 14.0

    def text(words: str, cls: str = "", x: float = 0.0) -> None:
        parts.append(f'<text class="{cls}" x="{x:g}" y="{y:g}">{escape(words)}</text>')

    if facts["badge"]:
        parts.append(f'<rect class="pill" x="0" y="0" width="{width:g}" height="24" rx="6" style="stroke-width:2"/>')
        y = 17
        text(f"! {facts['badge']['title']}", "bad", 10)
        y += 28
    for line in lines_of(facts["sentence"], width):
        text(line)
        y += 19
    y += 6
    y = _table(facts, parts, y)
    wide = width
    if facts["result"] is not None and math.prod(facts["result"]):
        x = 0.0
        for side, operand in enumerate(facts["operands"]):
            title = f"{operand['name']} as it is read"
            parts.append(f'<text class="head" x="{x:g}" y="{y:g}">{escape(title)}</text>')
            x = max(_grid(facts, side, parts, x, y + 10), x + LETTER_WIDTH * len(title)) + 40
        rows, columns = _window(facts["result"])
        y += 10 + rows * ROW + 24
        wide = max(width, x)
        for operand in facts["operands"]:
            text(f"{operand['name']}.grad = {operand['back']}", "dim")
            wide = max(wide, LETTER_WIDTH * len(operand["back"]) + 120)
            y += 18
        more = _more(facts["result"])
        if more:
            text(more, "dim")
            y += 18
    return features.Drawn(parts, wide, y)


def _table(facts: dict[str, Any], parts: list[str], y: float) -> float:
    """The shapes under each other, from the right; a clash is marked."""
    from minitorch_widgets.drawing.svg import escape

    names = [each["name"] for each in facts["operands"]]
    left = LETTER_WIDTH * max(len(name) for name in [*names, "result"]) + 16
    rows = [
        *((name, [dim["sizes"][side] for dim in facts["dims"]]) for side, name in enumerate(names)),
        ("result", [dim["result"] for dim in facts["dims"]]),
    ]
    for row, (name, sizes) in enumerate(rows):
        parts.append(f'<text class="{"head" if row == 2 else "name"}" x="0" y="{y + 17:g}">{escape(name)}</text>')
        for column, (size, dim) in enumerate(zip(sizes, facts["dims"], strict=True)):
            x = left + column * CELL
            cls = "pill" if dim["clash"] else "ghost" if row < 2 and dim["stretched"][row] else "cell"
            said = "✕" if size is None and row == 2 else "·" if size is None else str(size)
            parts.append(f'<rect class="{cls}" x="{x:g}" y="{y:g}" width="{CELL:g}" height="{ROW - 2:g}"/>')
            parts.append(
                f'<text class="{"bad" if dim["clash"] else ""}" x="{x + CELL / 2:g}" y="{y + 16:g}" '
                f'text-anchor="middle">{said}</text>'
            )
        y += ROW
    return y + 22


def _grid(facts: dict[str, Any], side: int, parts: list[str], left: float, top: float) -> float:
    """One operand spread over the last two dimensions of the result: what is read again is dashed."""
    from minitorch_widgets.drawing.svg import clip, escape

    operand, result = facts["operands"][side], facts["result"]
    rows, columns = _window(result)
    stretched = [each["stretched"][side] for each in facts["dims"]]
    new = len(result) - len(operand["shape"])
    own = contiguous_strides(tuple(operand["shape"]), 1)
    for row in range(rows):
        for column in range(columns):
            index = [0] * max(0, len(result) - 2) + [row, column][-len(result) :] if result else []
            again = any(at > 0 and wide for at, wide in zip(index, stretched, strict=True))
            place = sum(
                (0 if stretched[dim + new] else index[dim + new]) * step for dim, step in enumerate(own)
            )
            data = operand["data"]
            known = data is not None and place < len(data)
            said = clip(number_text(data[place]) if known else f"[{place}]", CELL - 4, 6.7)
            x, y = left + column * CELL, top + row * ROW
            parts.append(
                f'<rect class="{"ghost" if again else "cell"}" x="{x:g}" y="{y:g}" width="{CELL:g}" height="{ROW:g}"/>'
                f'<text class="{"dim" if again else ""}" x="{x + CELL / 2:g}" y="{y + 17:g}" text-anchor="middle">'
                f"{escape(said)}</text>"
            )
    return left + columns * CELL


def _window(result: list[int]) -> tuple[int, int]:
    rows = result[-2] if len(result) > 1 else 1
    columns = result[-1] if result else 1
    return min(rows, MOST_ROWS), min(columns, MOST_COLUMNS)


def _more(result: list[int]) -> str:
    """What the grids leave out."""
    rows, columns = _window(result)
    left = math.prod(result) - rows * columns
    return f"{rows * columns} of {math.prod(result)} places are drawn; {left} are left out" if left else ""
