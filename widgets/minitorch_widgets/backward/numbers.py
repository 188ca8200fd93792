"""Numbers: a rule with its numbers put in, as text and as mathematics."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from minitorch_widgets.words import number_text, rows_of, shape_text, value_text

MOST_COLUMNS = 6
MOST_ELEMENTS = 16
MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline">'


def put_in(code: str, values: Mapping[str, Any], result: Any, *, summed: bool = False) -> dict[str, str]:
    """`grad * other` with the values for its names: `numbers_text`, and `numbers_mathml` where it can be drawn.

    `summed`: what broadcasting had spread is summed up again afterwards.

    >>> one = {"shape": [], "data": [2.0], "truncated": False}
    >>> put_in("grad * other", {"grad": one, "other": one}, one)["numbers_text"]
    '2 * 2 = 2'
    """
    try:
        tree = ast.parse(code, mode="eval").body
        text = ast.unparse(_Texts(values).visit(tree)).replace("'", "")
    except (SyntaxError, ValueError, RecursionError):
        return {"numbers_text": "", "numbers_mathml": ""}
    if summed:
        text = f"{text}, summed to {shape_text(result['shape'])}"
    try:
        left = _math(ast.parse(code, mode="eval").body, values)
        if summed:
            left = f"<munder><mo>∑</mo><mtext>broadcast</mtext></munder>{left}"
        drawn = f"{MATH}<mrow>{left}<mo>=</mo>{_value(result, 'grad')}</mrow></math>"
    except (ValueError, RecursionError):
        drawn = ""
    return {
        "numbers_text": f"{text} = {value_text(result)}" if result else text,
        "numbers_mathml": drawn,
    }


def _value(value: Any, name: str) -> str:
    """A number, a small matrix, or the name with its shape where it is too big to write out."""
    if value is None:
        raise ValueError("nothing to write")
    shape, data = value["shape"], value["data"]
    if not shape and data:
        return _number(data[0])
    small = 0 < len(data) <= MOST_ELEMENTS and not value["truncated"]
    if small and len(shape) == 1 and shape[0] <= MOST_COLUMNS:
        return _matrix([data])
    if small and len(shape) == 2 and shape[1] <= MOST_COLUMNS:
        return _matrix(rows_of(value))
    size = "<mo>×</mo>".join(f"<mn>{each}</mn>" for each in shape)
    return f"<msub><mtext>{escape(name, quote=False)}</mtext><mrow>{size}</mrow></msub>"


def _matrix(rows: list[list[Any]]) -> str:
    drawn = "".join(f"<mtr>{''.join(f'<mtd>{_number(each)}</mtd>' for each in row)}</mtr>" for row in rows)
    return f"<mrow><mo>[</mo><mtable>{drawn}</mtable><mo>]</mo></mrow>"


def _number(value: Any) -> str:
    """A number: 0.3, or 1.2 ⋅ 10 to a power; a minus sign that is one, and ∞."""
    text = number_text(value)
    sign = "<mo>−</mo>" if text.startswith("-") else ""
    text = text.removeprefix("-")
    mantissa, _, exponent = text.partition("e")
    if text == "inf":
        drawn = "<mi>∞</mi>"
    elif exponent:
        drawn = f"<mn>{mantissa}</mn><mo>⋅</mo><msup><mn>10</mn><mn>{int(exponent)}</mn></msup>"
    else:
        drawn = f"<mn>{escape(text, quote=False)}</mn>"
    return f"<mrow>{sign}{drawn}</mrow>" if sign or exponent else drawn


class _Texts(ast.NodeTransformer):
    """Replaces names by their values' text."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.AST:
        value = self.values.get(node.id)
        if value is None:
            return node
        text = value_text(value) if isinstance(value, dict) else str(value)
        return ast.Name(text)  # unparse writes a name's text as it is


_SIGNS = {
    ast.Add: "+", ast.Sub: "−", ast.Gt: ">", ast.Lt: "<", ast.GtE: "≥", ast.LtE: "≤", ast.Eq: "=", ast.NotEq: "≠",
}  # fmt: skip


def _math(tree: ast.AST, values: Mapping[str, Any], tight: bool = False) -> str:
    """The expression as MathML; raises ValueError on what it doesn't know."""
    match tree:
        case ast.Name(id=name):
            return _named(name, values.get(name), tight)
        case ast.Constant(value=int() | float() as value):
            return _number(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _row(f"<mo>−</mo>{_math(operand, values, True)}", tight)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            sign = "⊙" if _is_array(left, values) and _is_array(right, values) else "⋅"
            return f"{_math(left, values, True)}<mo>{sign}</mo>{_math(right, values, True)}"
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            return f'{_math(left, values, True)}<mspace width="0.2em"/>{_math(right, values, True)}'
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return f"<mfrac>{_row(_math(left, values))}{_row(_math(right, values))}</mfrac>"
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return f"<msup>{_row(_math(left, values, True))}{_row(_math(right, values))}</msup>"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
            return _row(f"{_math(left, values)}{_sign(op)}{_math(right, values, True)}", tight)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _SIGNS:
            return _row(f"{_math(left, values)}{_sign(op)}{_math(right, values)}", True)
        case ast.Attribute(value=owner, attr="T" | "mT"):
            return f"<msup>{_row(_math(owner, values, True))}<mo>⊤</mo></msup>"
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _called(name, arguments, values)
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=arguments):
            return _called(name, [owner, *arguments], values)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return _row("<mo>,</mo>".join(_math(part, values) for part in parts), True)
    raise ValueError(f"no mathematics for {type(tree).__name__}")


def _named(name: str, value: Any, tight: bool) -> str:
    """What a name stands for: its value, a setting such as 'sum' or cuda:0, or else the name itself."""
    if isinstance(value, dict):
        drawn = _value(value, name)
        return _row(drawn, tight and drawn.startswith("<mrow><mo>−"))
    if isinstance(value, (int, float)):
        return f"<mn>{value}</mn>"
    if isinstance(value, str) and re.fullmatch(r"[\w:.]+", value):
        name = value
    return f"<mtext>{escape(name.replace('_', ' '), quote=False)}</mtext>"


def _called(name: str, arguments: list[ast.expr], values: Mapping[str, Any]) -> str:
    inside = "<mo>,</mo>".join(_math(each, values) for each in arguments)
    return f"<mtext>{escape(name.replace('_', ' '), quote=False)}</mtext>{_row(inside, True)}"


def _row(drawn: str, braced: bool = False) -> str:
    """One thing for a fraction or a power to hold, in braces where it is asked for."""
    return f"<mrow><mo>(</mo>{drawn}<mo>)</mo></mrow>" if braced else f"<mrow>{drawn}</mrow>"


def _sign(op: ast.AST) -> str:
    return f"<mo>{escape(_SIGNS[type(op)], quote=False)}</mo>"


def _is_array(tree: ast.AST, values: Mapping[str, Any]) -> bool:
    if isinstance(tree, ast.Name):
        value = values.get(tree.id)
        return isinstance(value, dict) and bool(value["shape"])
    return not isinstance(tree, ast.Constant)
