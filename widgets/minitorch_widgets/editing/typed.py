"""Typed: a number as a student types it, as a dtype holds it, and as Python code."""

from __future__ import annotations

from typing import Any

import numpy as np

LARGEST = {"float16": 65504.0, "bfloat16": 3.3895313892515355e38, "float32": 3.4028234663852886e38}
FLOATS = {"float16": np.float16, "float32": np.float32, "float64": np.float64}
TRUTH = {"true": True, "1": True, "false": False, "0": False}


def number(text: str, dtype: str) -> Any:
    """What was typed, as a number that the dtype can hold; LookupError says why it is none.

    >>> number("5", "float32"), number(" nan ", "float64"), number("1 + 2j", "complex64")
    (5.0, nan, (1+2j))
    """
    said = text.strip()
    try:
        if dtype == "bool":
            return TRUTH[said.lower()]
        if dtype.startswith("complex"):
            return complex(said.replace(" ", ""))
        if dtype.startswith(("float", "bfloat")):
            return _fitting(float(said), dtype)
        if dtype.startswith(("int", "uint")):
            return _whole(said, dtype)
    except (ValueError, KeyError):
        kind = "True or False" if dtype == "bool" else f"a number that {dtype} can hold"
        raise LookupError(f"{said!r} is not {kind}." if said else f"Type {kind}.") from None
    raise LookupError(f"An element of {dtype} cannot be typed here.")


def _fitting(value: float, dtype: str) -> float:
    most = LARGEST.get(dtype)
    if most is not None and most < abs(value) < float("inf"):
        raise LookupError(f"{value:g} is more than {dtype} can hold, which ends at {most:.4g}.")
    return value


def _whole(said: str, dtype: str) -> int:
    try:
        value = int(said)
    except ValueError:
        float(said)  # of what is no number at all, something else is said
        raise LookupError(f"{dtype} holds whole numbers, and {said} is none.") from None
    bounds = np.iinfo(dtype)
    if not bounds.min <= value <= bounds.max:
        raise LookupError(f"{value} does not fit in {dtype}, which goes from {bounds.min} to {bounds.max}.")
    return value


def literal(value: Any, dtype: str) -> str:
    """A number as Python code, with as few digits as tell it.

    >>> literal(0.10000000149011612, "float32"), literal(float("nan"), "float32"), literal(True, "bool")
    ('0.1', 'float("nan")', 'True')
    """
    if isinstance(value, float) and dtype in FLOATS:
        value = float(str(FLOATS[dtype](value)))
    if isinstance(value, float) and value - value != 0:
        return f'float("{value}")'
    return repr(value)


def held(value: Any, dtype: str) -> Any:
    """The number that the dtype makes of it: 0.1 in float32 is not quite 0.1.

    >>> held(0.1, "float32"), held(1.01, "bfloat16"), held(3, "int64")
    (0.10000000149011612, 1.0078125, 3)
    """
    if dtype != "bfloat16":
        return np.array(value).astype(dtype).item()
    wide = np.array(value, np.float32)
    if np.isnan(wide):
        return float("nan")
    bits = int(wide.view(np.uint32))
    return widened(np.array([(bits + 0x7FFF + (bits >> 16 & 1)) >> 16], np.uint16))[0].item()


def widened(halves: np.ndarray) -> np.ndarray:
    """bfloat16, which NumPy does not know, as float32: the same bits and zeros after them."""
    return (halves.astype(np.uint32) << 16).view(np.float32)
