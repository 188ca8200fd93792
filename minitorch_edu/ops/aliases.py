"""Aliases: functions of which PyTorch has several names. Their messages say the name that was called."""

from __future__ import annotations

from typing import Any

from minitorch_edu.ops import choice, comparison, integer, joining, linalg, pointwise, registry, reshaping


def also(name: str, function: Any, *signatures: str) -> Any:
    """A function under another name."""
    registry.functions[name] = named = function.form.named(function, name, *signatures)
    named.__doc__ = function.__doc__
    return named


TWO = ("Tensor input, Tensor other, *, Tensor out = None", "Tensor input, Number other")
ROUNDED = "Tensor input, Tensor other, *, str rounding_mode, Tensor out = None"


absolute = also("absolute", pointwise.abs)
clip = also("clip", choice.clamp)
concat, concatenate = also("concat", joining.cat), also("concatenate", joining.cat)
divide = also(
    "divide", pointwise.div, TWO[0], ROUNDED, TWO[1], "Tensor input, Number other, *, str rounding_mode"
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
for _name, _function in {"absolute_": "abs_", "clip_": "clamp_", "fix_": "trunc_", "negative_": "neg_"}.items():
    also(_name, registry.functions[_function])
