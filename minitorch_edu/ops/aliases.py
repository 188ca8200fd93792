"""Aliases: functions of which PyTorch has several names. Their messages say the name that was called."""

from __future__ import annotations

from typing import Any

from minitorch_edu.ops import (
    choice,
    comparison,
    integer,
    joining,
    linalg,
    pointwise,
    registry,
    reshaping,
    trigonometry,
)


def also(name: str, function: Any, *signatures: str) -> Any:
    """A function under another name."""
    registry.functions[name] = named = function.form.named(function, name, *signatures)
    return named


TWO = ("Tensor input, Tensor other, *, Tensor out = None", "Tensor input, Number other")
ROUNDED = "Tensor input, Tensor other, *, str? rounding_mode, Tensor out = None"


absolute = also("absolute", pointwise.abs)
arccos, arccosh = also("arccos", trigonometry.acos), also("arccosh", trigonometry.acosh)
arcsin, arcsinh = also("arcsin", trigonometry.asin), also("arcsinh", trigonometry.asinh)
arctan, arctanh = also("arctan", trigonometry.atan), also("arctanh", trigonometry.atanh)
arctan2 = also("arctan2", trigonometry.atan2)
clip = also("clip", choice.clamp)
concat, concatenate = also("concat", joining.cat), also("concatenate", joining.cat)
divide = also(
    "divide", pointwise.div, TWO[0], ROUNDED, TWO[1], "Tensor input, Number other, *, str? rounding_mode"
)
true_divide = also("true_divide", pointwise.div, *TWO)
fix = also("fix", integer.trunc)
ger = also("ger", linalg.outer)
greater, greater_equal = also("greater", comparison.gt), also("greater_equal", comparison.ge)
less, less_equal = also("less", comparison.lt), also("less_equal", comparison.le)
moveaxis = also("moveaxis", reshaping.movedim)
multiply = also("multiply", pointwise.mul, *TWO)
negative = also("negative", pointwise.neg)
not_equal = also("not_equal", comparison.ne)
subtract = also(
    "subtract",
    pointwise.sub,
    "Tensor input, Tensor other, *, Number alpha = 1, Tensor out = None",
    "Tensor input, Number other, Number alpha = 1",
)
_WRITING = {"absolute_": "abs_", "clip_": "clamp_", "fix_": "trunc_", "negative_": "neg_", "arctan2_": "atan2_"}
_WRITING |= {"divide_": "div_", "true_divide_": "div_", "multiply_": "mul_", "subtract_": "sub_", "not_equal_": "ne_"}
_WRITING |= {"greater_": "gt_", "greater_equal_": "ge_", "less_": "lt_", "less_equal_": "le_"}
_WRITING |= {f"arc{name}_": f"a{name}_" for name in ("cos", "cosh", "sin", "sinh", "tan", "tanh")}
_OTHERS = ("Tensor input, Tensor other", "Tensor input, Number other")
_TEXTS = {"multiply_": _OTHERS, "true_divide_": _OTHERS}
_TEXTS["divide_"] = (
    _OTHERS[0],
    f"{_OTHERS[0]}, *, str? rounding_mode",
    _OTHERS[1],
    f"{_OTHERS[1]}, *, str? rounding_mode",
)
_TEXTS["subtract_"] = (f"{_OTHERS[0]}, *, Number alpha = 1", f"{_OTHERS[1]}, Number alpha = 1")
for _name, _function in _WRITING.items():
    also(_name, registry.functions[_function], *_TEXTS.get(_name, ()))
