"""Ranges: numbers in a row, by their step or by how many there are."""

from __future__ import annotations

import builtins
import math
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.callers import outside
from minitorch_edu.devices import chosen
from minitorch_edu.ops.box_muller import fma32, fma64
from minitorch_edu.ops.creation import check_options, finished, kind_for, leaf, placed
from minitorch_edu.ops.rooms import no_room, number_in, plain_number
from minitorch_edu.ops.signatures import OPTIONS, reads
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor


def _check_kernel(name: str, kind: dtypes.dtype) -> None:
    if (
        kind is dtypes.bool_
        or kind in dtypes.BAREBONES
        or (kind.category == 3 and name in ("arange", "range"))
    ):
        raise NotImplementedError(f"\"{name}_cpu\" not implemented for '{kind.scalar_name}'")


def _check_span(start: Any, end: Any, step: Any) -> None:
    """Refuse a row that has no end."""
    if not (step > 0 or step < 0):
        raise RuntimeError("step must be nonzero")
    if not (math.isfinite(start) and math.isfinite(end)):
        raise RuntimeError(f"unsupported range: {start:g} -> {end:g}")
    if (end < start) if step > 0 else (end > start):
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")


@reads(
    f"Number end, *, Tensor out = None, {OPTIONS}",
    f"Number start, Number end, *, {OPTIONS}",
    f"Number start, Number end, Number step = 1, *, Tensor out = None, {OPTIONS}",
)
def arange(
    *numbers: Any, start: Any = None, end: Any = None, step: Any = None, out: Any = None, dtype: Any = None,
    layout: Any = None, device: Any = None, pin_memory: Any = False, requires_grad: Any = False,
) -> Tensor:  # fmt: skip
    """The numbers from `start` (0) up to, not including, `end`.

    >>> torch.arange(3)
    tensor([0, 1, 2])
    """
    start, end, step = _span(numbers, start, end, step)
    whole = isinstance(start, int) and isinstance(end, int) and isinstance(step, int)
    kind = kind_for(out, dtype, dtypes.int64 if whole else None)
    check_options(layout, pin_memory, requires_grad)
    _check_kernel("arange", kind)
    if not whole and any(isinstance(each, complex) for each in (start, end, step)):
        raise RuntimeError("value cannot be converted to type double without overflow")
    _check_span(start, end, step)
    if kind.category == 1 and not whole:
        if not int(step):
            raise ValueError("step must be nonzero")
        if kind is dtypes.int64 and abs(end) < 2**63:
            start, end, step = int(start), int(end), int(step)
    count = math.ceil((end - start) / step) if not whole else -((start - end) // step)
    if count >= 2**63:
        raise RuntimeError("invalid size, possible overflow?")
    if out is not None and out.numel() and out.numel() != count:
        warnings.warn(
            f"The number of elements in the out tensor of shape {listed(out.shape)} is {out.numel()} which does not "
            f"match the computed number of elements {count}. Note that this may occur as a result of rounding error. "
            f"The out tensor will be resized to a tensor of shape ({count},).",
            UserWarning,
            stacklevel=outside(),
        )
    backend = cpu if out is not None or (device is None and not chosen) else placed(device)
    if backend is not cpu:  # there, and not sent there
        row = _row(start, step, count, kind, backend.xp)
        return leaf(row.astype(kind.numpy, copy=False), backend, requires_grad)
    return finished(_row(start, step, count, kind), kind, device, requires_grad, out)


def _sent(array: np.ndarray, kind: dtypes.dtype, device: Any, requires_grad: Any, out: Any) -> Tensor:
    """A leaf over numbers that nobody else holds: the host does not wait until they have arrived on a GPU."""
    backend = cpu if out is not None else placed(device)
    if backend is cpu:
        return finished(array, kind, device, requires_grad, out)
    there = backend.from_host(array.astype(kind.numpy, copy=False), non_blocking=True)
    return leaf(there, backend, requires_grad)


def _row(start: Any, step: Any, count: int, kind: dtypes.dtype, xp: Any = np) -> Any:
    """`count` numbers from `start` on, each from its place, not from the one before: rounding does not add up."""
    if isinstance(start, int) and isinstance(step, int):
        end = start + count * step
        if -(2**63) <= min(start, end) and max(start, end) < 2**63:
            return counted(start, end, step, np.int64, kind, xp)
    places = counted(0, count, 1, np.float64, kind, xp)
    return places if start == 0 and step == 1 else start + places * step


def counted(start: int, end: int, step: int, dtype: Any, kind: dtypes.dtype, xp: Any = np) -> Any:
    """`arange`, for a tensor of dtype `kind`; an error in PyTorch's words where the host has no room for it."""
    try:
        return xp.arange(start, end, step, dtype)
    except (ValueError, MemoryError):
        raise no_room((len(builtins.range(start, end, step)),), kind) from None


def _span(numbers: tuple[Any, ...], start: Any, end: Any, step: Any) -> tuple[Any, Any, Any]:
    """(start, end, step), however they were given."""
    if start is end is step is None:  # as nearly always
        if len(numbers) == 1:
            return 0, plain_number(numbers[0]), 1
        if len(numbers) == 3:
            return plain_number(numbers[0]), plain_number(numbers[1]), plain_number(numbers[2])
    given = dict(zip(("start", "end", "step"), numbers, strict=False))
    for name, value in (("start", start), ("end", end), ("step", step)):
        if value is not None:
            if name in given:
                raise TypeError(name)
            given[name] = value
    if "end" not in given or len(numbers) > 3 or ("step" in given and "start" not in given):
        raise TypeError("end")
    return plain_number(given.get("start", 0)), plain_number(given["end"]), plain_number(given.get("step", 1))


@reads(f"Number start, Number end, Number step = 1, *, Tensor out = None, {OPTIONS}")
def range(
    start: Any, end: Any, step: Any = 1, *, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None,
    pin_memory: Any = False, requires_grad: Any = False,
) -> Tensor:  # fmt: skip
    """The numbers from `start` up to and including `end`. Deprecated: `arange` counts as Python does."""
    start, end, step = plain_number(start), plain_number(end), plain_number(step)
    kind = kind_for(out, dtype)
    check_options(layout, pin_memory, requires_grad)
    warnings.warn(
        "torch.range is deprecated and will be removed in a future release because its behavior is inconsistent with "
        "Python's range builtin. Instead, use torch.arange, which produces values in [start, end).",
        UserWarning,
        stacklevel=outside(),
    )
    _check_kernel("range", kind)
    _check_span(start, end, step)
    count = math.floor((end - start) / step) + 1
    return _sent(start + counted(0, count, 1, np.float64, kind) * step, kind, device, requires_grad, out)


_ENDS = [
    f"{start} start, {end} end, int steps, *, Tensor out = None, {OPTIONS}"
    for start, end in (("Tensor", "Tensor"), ("Number", "Tensor"), ("Tensor", "Number"), ("Number", "Number"))
]


@reads(*_ENDS)
def linspace(
    start: Any, end: Any, steps: Any, *, out: Any = None, dtype: Any = None, layout: Any = None, device: Any = None,
    pin_memory: Any = False, requires_grad: Any = False,
) -> Tensor:  # fmt: skip
    """`steps` numbers from `start` to `end`, evenly spaced.

    >>> torch.linspace(0, 1, 5)
    tensor([0.0000, 0.2500, 0.5000, 0.7500, 1.0000])
    """
    kind, places = _spaced("linspace", start, end, steps, out, dtype)
    check_options(layout, pin_memory, requires_grad)
    return _sent(places, kind, device, requires_grad, out)


@reads(*(each.replace("int steps, ", "int steps, float base = 10.0, ") for each in _ENDS))
def logspace(
    start: Any, end: Any, steps: Any, base: Any = 10.0, *, out: Any = None, dtype: Any = None, layout: Any = None,
    device: Any = None, pin_memory: Any = False, requires_grad: Any = False,
) -> Tensor:  # fmt: skip
    """`steps` powers of `base`, with exponents evenly spaced from `start` to `end`.

    >>> torch.logspace(0, 2, 3)
    tensor([  1.,  10., 100.])
    """
    if isinstance(base, complex) or not isinstance(base, int | float | np.number):
        raise TypeError("base")
    kind, places = _spaced("logspace", start, end, steps, out, dtype)
    check_options(layout, pin_memory, requires_grad)
    with np.errstate(all="ignore"):
        powers = np.power(places.dtype.type(base), places) if steps != 1 else _only_power(start, base, kind)
    return _sent(powers, kind, device, requires_grad, out)


def _only_power(start: Any, base: Any, kind: dtypes.dtype) -> np.ndarray:
    """A row of one power, which PyTorch fills in: that of the number itself, not of what the dtype makes of it."""
    exact = np.complex128 if kind.is_complex else np.float64
    power = np.power(exact(base), exact(plain_number(start)))
    if kind.category == 1 or kind.itemsize > 2:
        number_in(power.item(), kind)
    return np.array([power])


def _spaced(
    name: str, start: Any, end: Any, steps: Any, out: Any, dtype: Any
) -> tuple[dtypes.dtype, np.ndarray]:
    """The dtype, and the evenly spaced numbers, not yet in it."""
    if isinstance(start, Tensor) or isinstance(end, Tensor):
        ranks = [each.ndim if isinstance(each, Tensor) else 0 for each in (start, end)]
        if any(ranks):
            raise RuntimeError(
                f"{name} only supports 0-dimensional start and end tensors, but got start with {ranks[0]} dimension(s) "
                f"and end with {ranks[1]} dimension(s)."
            )
    start, end = plain_number(start), plain_number(end)
    if isinstance(steps, bool) or not isinstance(steps, int | np.integer):
        raise TypeError("steps")
    kind = _kind_of_ends(name, start, end, out, dtype)
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    _check_kernel(name, kind)
    small = kind.category == 2 and kind.itemsize == 2
    exact = np.float32 if small else kind.numpy.type if kind.category > 1 else np.float64
    start, end = exact(number_in(start, kind)), exact(number_in(end, kind))
    if small:
        start, end = exact(kind.numpy.type(start)), exact(kind.numpy.type(end))
    if steps == 1:
        return kind, np.array([start], exact)
    step, gaps = end - start, exact(max(steps - 1, 1))
    if small:  # whose every step is rounded
        step, gaps = exact(kind.numpy.type(step)), exact(kind.numpy.type(gaps))
    step = step / gaps
    if small:
        step = exact(kind.numpy.type(step))
    # from both ends towards the middle, so that the ends are exact and the row is symmetric
    places, half = counted(0, steps, 1, exact, kind), steps // 2
    along = _stepped(kind, float(max(abs(start), abs(end))) < 1e290) if name == "linspace" else _plainly
    row = np.empty(steps, exact)
    row[:half] = along(places[:half], step, start)
    row[half:] = along(places[: steps - half][::-1], -step, end)
    return kind, row


def _plainly(places: np.ndarray, step: Any, start: Any) -> np.ndarray:
    return start + places * step


def _stepped(kind: dtypes.dtype, fused: bool) -> Callable[[np.ndarray, Any, Any], np.ndarray]:
    """How PyTorch's `linspace` computes `start + places * step`: rounded once where a processor does both at a time."""
    if kind.category == 2 and kind.itemsize == 2:

        def narrow(values: np.ndarray) -> np.ndarray:
            return values.astype(kind.numpy).astype(values.dtype)

        return lambda places, step, start: start + narrow(narrow(places) * step)
    if kind is dtypes.float32:
        return fma32
    return fma64 if fused and not kind.is_complex else _plainly


def _kind_of_ends(name: str, start: Any, end: Any, out: Any, dtype: Any) -> dtypes.dtype:
    complex_ends = isinstance(start, complex) or isinstance(end, complex)
    default = dtypes.of_number(1j) if complex_ends else dtypes.get_default_dtype()
    kind = kind_for(out, dtype, default)
    if complex_ends and not kind.is_complex:
        raise RuntimeError(
            f"torch.{name}(): inferred dtype {default.c_name} can't be safely cast to passed dtype {kind.scalar_name}"
        )
    return kind
