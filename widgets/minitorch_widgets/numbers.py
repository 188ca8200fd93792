"""Numbers: a rule with its numbers put in, as text and as mathematics."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Any

from minitorch_widgets.rules import mathml
from minitorch_widgets.words import number_text, rows_of, shape_text, value_text

MOST_COLUMNS = 6
MOST_ELEMENTS = 16


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
        left = _latex(ast.parse(code, mode="eval").body, values)
        if summed:
            left = rf"\textstyle\sum_{{\text{{broadcast}}}} {left}"
        latex = f"{left} = {value_latex(result, 'grad')}"
    except (ValueError, RecursionError):
        latex = ""
    return {
        "numbers_text": f"{text} = {value_text(result)}" if result else text,
        "numbers_mathml": mathml(latex) if latex and result else "",
    }


def value_latex(value: Any, name: str) -> str:
    """A number, a small matrix, or the name with its shape where it is too big to write out."""
    if value is None:
        raise ValueError("nothing to write")
    shape, data = value["shape"], value["data"]
    if not shape and data:
        return _number_latex(data[0])
    small = 0 < len(data) <= MOST_ELEMENTS and not value["truncated"]
    if small and len(shape) == 1 and shape[0] <= MOST_COLUMNS:
        return r"\begin{bmatrix}" + " & ".join(map(_number_latex, data)) + r"\end{bmatrix}"
    if small and len(shape) == 2 and shape[1] <= MOST_COLUMNS:
        rows = (" & ".join(map(_number_latex, row)) for row in rows_of(value))
        return r"\begin{bmatrix}" + r" \\ ".join(rows) + r"\end{bmatrix}"
    size = r" \times ".join(map(str, shape))
    return rf"\text{{{name}}}_{{{size}}}"


def _number_latex(value: Any) -> str:
    text = number_text(value)
    if text.lstrip("-") in ("inf", "nan"):
        return text.replace("inf", r"\infty ").replace("nan", r"\text{nan}")
    mantissa, _, exponent = text.partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else text


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
    ast.Add: "+", ast.Sub: "-", ast.Gt: ">", ast.Lt: "<", ast.GtE: r"\ge", ast.LtE: r"\le", ast.Eq: "=",
    ast.NotEq: r"\ne",
}  # fmt: skip


def _latex(tree: ast.AST, values: Mapping[str, Any], tight: bool = False) -> str:
    """The expression as LaTeX; raises ValueError on what it doesn't know."""
    match tree:
        case ast.Name(id=name):
            value = values.get(name)
            if isinstance(value, dict):
                text = value_latex(value, name.replace("_", r"\_"))
                return f"({text})" if tight and text.startswith("-") else text
            if isinstance(value, str) and re.fullmatch(r"[\w:.]+", value):  # 'sum', or cuda:0
                name = value
            return str(value) if isinstance(value, (int, float)) else rf"\text{{{name.replace('_', ' ')}}}"
        case ast.Constant(value=int() | float() as value):
            return _number_latex(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            text = f"-{_latex(operand, values, True)}"
            return f"({text})" if tight else text
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            sign = r"\odot" if _is_array(left, values) and _is_array(right, values) else r"\cdot"
            return f"{_latex(left, values, True)} {sign} {_latex(right, values, True)}"
        case ast.BinOp(left=left, op=ast.MatMult(), right=right):
            return rf"{_latex(left, values, True)} \, {_latex(right, values, True)}"
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return rf"\frac{{{_latex(left, values)}}}{{{_latex(right, values)}}}"
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return f"{{{_latex(left, values, True)}}}^{{{_latex(right, values)}}}"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _SIGNS:
            text = f"{_latex(left, values)} {_SIGNS[type(op)]} {_latex(right, values, True)}"
            return f"({text})" if tight else text
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _SIGNS:
            return f"({_latex(left, values)} {_SIGNS[type(op)]} {_latex(right, values)})"
        case ast.Attribute(value=owner, attr="T" | "mT"):
            return f"{{{_latex(owner, values, True)}}}^{{\\top}}"
        case ast.Call(func=ast.Name(id=name), args=arguments):
            inside = ", ".join(_latex(each, values) for each in arguments)
            return f"{_function(name)}({inside})"
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=arguments):
            inside = ", ".join(_latex(each, values) for each in [owner, *arguments])
            return f"{_function(name)}({inside})"
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return "(" + ", ".join(_latex(part, values) for part in parts) + ")"
    raise ValueError(f"no LaTeX for {type(tree).__name__}")


def _function(name: str) -> str:
    """A function's name; as an operator's, two words would run together."""
    return rf"\text{{{name.replace('_', ' ')}}}" if "_" in name else rf"\operatorname{{{name}}}"


def _is_array(tree: ast.AST, values: Mapping[str, Any]) -> bool:
    if isinstance(tree, ast.Name):
        value = values.get(tree.id)
        return isinstance(value, dict) and bool(value["shape"])
    return not isinstance(tree, ast.Constant)
