"""testing: assert_close, which says how far apart two results are, and make_tensor, which makes inputs for tests."""

from __future__ import annotations

import cmath
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu import missing as _missing
from minitorch_edu.ops.comparison import isclose
from minitorch_edu.ops.creation import finished
from minitorch_edu.ops.data import as_tensor
from minitorch_edu.ops.random import default_generator
from minitorch_edu.shape import unpacked
from minitorch_edu.tensor import Tensor

PRECISIONS = {
    dtypes.float16: (1e-3, 1e-5),
    dtypes.float32: (1.3e-6, 1e-5),
    dtypes.float64: (1e-7, 1e-7),
    dtypes.complex64: (1.3e-6, 1e-5),
    dtypes.complex128: (1e-7, 1e-7),
}
"""(rtol, atol) for each dtype; everything else must be equal."""

NUMBER_DTYPES = {bool: dtypes.bool_, int: dtypes.int64, float: dtypes.float64, complex: dtypes.complex128}


class _Comparison(NamedTuple):
    """What `assert_close` was asked, and where in nested sequences and mappings it is (`place`)."""

    rtol: float | None
    atol: float | None
    equal_nan: bool
    check_device: bool
    check_dtype: bool
    check_stride: bool
    allow_subclasses: bool
    msg: str | Callable[[str], str] | None
    place: tuple[Any, ...] = ()

    def at(self, key: Any) -> _Comparison:
        return self._replace(place=(*self.place, key))

    def fail(self, text: str, error: type[Exception] = AssertionError) -> NoReturn:
        __tracebackhide__ = True
        if self.place:
            text += f"\n\nThe failure occurred for item {''.join(str([key]) for key in self.place)}"
        raise error(self.msg if isinstance(self.msg, str) else self.msg(text) if self.msg else text)

    def tolerances(self, *kinds: dtypes.dtype) -> tuple[float, float]:
        """The loosest among the dtypes, unless both were given."""
        if (self.rtol is None) != (self.atol is None):
            missing = "rtol" if self.rtol is None else "atol"
            self.fail(f"Both 'rtol' and 'atol' must be either specified or omitted, but got no {missing}.", ValueError)
        if self.rtol is not None and self.atol is not None:
            return self.rtol, self.atol
        rtols, atols = zip(*(PRECISIONS.get(kind, (0.0, 0.0)) for kind in kinds), strict=True)
        return max(rtols), max(atols)


def assert_close(
    actual: Any,
    expected: Any,
    *,
    allow_subclasses: bool = True,
    rtol: float | None = None,
    atol: float | None = None,
    equal_nan: bool = False,
    check_device: bool = True,
    check_dtype: bool = True,
    check_layout: bool = True,
    check_stride: bool = False,
    msg: str | Callable[[str], str] | None = None,
) -> None:
    r"""An AssertionError that tells how far off, unless $|x - y| \le \text{atol} + \text{rtol} \, |y|$ everywhere.

    Takes tensors, NumPy arrays, numbers, and nested sequences and mappings of them. Where no tolerances are given,
    the dtype decides: see PRECISIONS.

    >>> assert_close(torch.tensor([1., 2.]), torch.tensor([1., 2.0000001]))
    """
    __tracebackhide__ = True
    asked = _Comparison(rtol, atol, equal_nan, check_device, check_dtype, check_stride, allow_subclasses, msg)
    _compare(asked, actual, expected)


def _compare(asked: _Comparison, actual: Any, expected: Any) -> None:
    __tracebackhide__ = True
    if _both(Sequence, actual, expected) and not isinstance(actual, str) and not isinstance(expected, str):
        if len(actual) != len(expected):
            asked.fail(f"The length of the sequences mismatch: {len(actual)} != {len(expected)}")
        for number, (one, other) in enumerate(zip(actual, expected, strict=True)):
            _compare(asked.at(number), one, other)
    elif _both(Mapping, actual, expected):
        _compare_mappings(asked, actual, expected)
    elif actual is None or expected is None:
        if actual is not expected:
            asked.fail(f"None mismatch: {actual} is not {expected}")
    elif _both((bool, np.bool_), actual, expected):
        if bool(actual) is not bool(expected):
            asked.fail(f"Booleans mismatch: {actual} is not {expected}")
    elif _both((int, float, complex, np.number), actual, expected):
        _compare_numbers(asked, *(each.item() if isinstance(each, np.number) else each for each in (actual, expected)))
    elif _related(asked, actual, expected):
        _compare_tensors(asked, as_tensor(actual), as_tensor(expected))
    else:
        asked.fail(
            f"No comparison pair was able to handle inputs of type {type(actual)} and {type(expected)}.", TypeError
        )


def _both(kind: Any, actual: Any, expected: Any) -> bool:
    return isinstance(actual, kind) and isinstance(expected, kind)


def _related(asked: _Comparison, actual: Any, expected: Any) -> bool:
    if not _both((Tensor, np.ndarray, np.generic, int, float, complex), actual, expected):
        return False
    if not asked.allow_subclasses:
        return type(actual) is type(expected)
    return isinstance(actual, type(expected)) or isinstance(expected, type(actual))


def _compare_mappings(asked: _Comparison, actual: Mapping[Any, Any], expected: Mapping[Any, Any]) -> None:
    __tracebackhide__ = True
    if actual.keys() != expected.keys():
        asked.fail(
            "The keys of the mappings do not match:\n"
            f"Missing keys in the actual mapping: {sorted(expected.keys() - actual.keys())}\n"
            f"Additional keys in the actual mapping: {sorted(actual.keys() - expected.keys())}"
        )
    for key in actual:
        _compare(asked.at(key), actual[key], expected[key])


def _compare_numbers(asked: _Comparison, actual: complex, expected: complex) -> None:
    __tracebackhide__ = True
    rtol, atol = asked.tolerances(NUMBER_DTYPES[type(actual)], NUMBER_DTYPES[type(expected)])
    if actual == expected or asked.equal_nan and cmath.isnan(actual) and cmath.isnan(expected):
        return
    difference = abs(actual - expected)
    if not cmath.isfinite(difference) or difference > atol + rtol * abs(expected):
        asked.fail(_numbers_differ(actual, expected, rtol, atol))


def _compare_tensors(asked: _Comparison, actual: Tensor, expected: Tensor) -> None:
    __tracebackhide__ = True
    rtol, atol = asked.tolerances(actual.dtype, expected.dtype)
    attributes: list[tuple[str, Any, Any]] = [("shape", actual.shape, expected.shape)]
    if asked.check_stride:
        attributes.append(("stride()", actual.stride(), expected.stride()))
    if asked.check_device:
        attributes.append(("device", actual.device, expected.device))
    if asked.check_dtype:
        attributes.append(("dtype", actual.dtype, expected.dtype))
    for name, ours, theirs in attributes:
        if ours != theirs:
            asked.fail(f"The values for attribute '{name}' do not match: {ours} != {theirs}.")
    kind = dtypes.promote_types(actual.dtype, expected.dtype)
    actual, expected = (each.detach().cpu().to(kind) for each in (actual, expected))
    matches = isclose(actual, expected, rtol, atol, asked.equal_nan).numpy()
    if matches.all():
        return
    if not actual.ndim:
        asked.fail(_numbers_differ(actual.item(), expected.item(), rtol, atol))
    asked.fail(_tensors_differ(actual, expected, matches, rtol, atol))


def _numbers_differ(actual: complex, expected: complex, rtol: float, atol: float) -> str:
    difference = abs(actual - expected)
    relative = difference / abs(expected) if expected else float("inf")
    allowed = ("", "") if rtol == atol == 0 else (f" (up to {atol} allowed)", f" (up to {rtol} allowed)")
    return (
        f"Scalars are not {'equal' if rtol == atol == 0 else 'close'}!\n\n"
        f"Expected {expected} but got {actual}.\n"
        f"Absolute difference: {difference}{allowed[0]}\n"
        f"Relative difference: {relative}{allowed[1]}"
    )


def _tensors_differ(actual: Tensor, expected: Tensor, matches: np.ndarray, rtol: float, atol: float) -> str:
    wrong = matches.size - int(matches.sum())
    ours, theirs = actual.numpy(), expected.numpy()
    if ours.dtype.kind not in "fc":
        ours, theirs = ours.astype(np.int64), theirs.astype(np.int64)
    with np.errstate(all="ignore"):
        difference = np.where(matches, 0, np.absolute(ours - theirs))
        scale = np.absolute(theirs)
        if scale.dtype.kind != "f":
            scale = scale.astype(dtypes.get_default_dtype().numpy)
        relative = np.where(matches, 0, difference.astype(scale.dtype) / scale)
    lines = []
    for name, distance, tolerance in (("absolute", difference, atol), ("relative", relative, rtol)):
        place = np.unravel_index(int(distance.argmax()), distance.shape)
        line = f"Greatest {name} difference: {distance[place].item()} at index {tuple(int(each) for each in place)}"
        lines.append(line if rtol == atol == 0 else f"{line} (up to {tolerance} allowed)")
    return (
        f"Tensor-likes are not {'equal' if rtol == atol == 0 else 'close'}!\n\n"
        f"Mismatched elements: {wrong} / {matches.size} ({wrong / matches.size:.1%})\n" + "\n".join(lines)
    )


def make_tensor(
    *shape: Any,
    dtype: Any,
    device: Any = "cpu",
    low: float | None = None,
    high: float | None = None,
    requires_grad: bool = False,
    noncontiguous: bool = False,
    exclude_zero: bool = False,
) -> Tensor:
    """A tensor of random numbers from `low` up to `high`: -9 and 9 if nothing is said, 0 and 2 for bools.

    noncontiguous: every other element of a longer row. exclude_zero: zeros become 1, or the smallest positive number.

    >>> make_tensor(2, 3, dtype=torch.float64, low=0, high=1).shape
    torch.Size([2, 3])
    """
    sizes = unpacked(shape)
    if requires_grad and dtype.category < 2:
        raise ValueError(
            f"`requires_grad=True` is not supported for boolean and integral dtypes, but got dtype={dtype!r}"
        )
    if low is None:
        low = -9 if dtype.is_signed else 0
    if high is None:
        high = (2, 10, 9, 9)[dtype.category]
    if low >= high:
        raise ValueError(f"`low` must be less than `high`, but got {low} >= {high}")
    drawn = (*sizes[:-1], 2 * sizes[-1]) if noncontiguous and np.prod(sizes) > 1 else sizes
    kind = dtypes.float64 if dtype.category != 2 else dtype
    values = default_generator.uniform(int(np.prod(drawn)), kind).reshape(drawn) * (high - low) + low
    if dtype is dtypes.complex64 or dtype is dtypes.complex128:
        values = values + 1j * (default_generator.uniform(values.size, kind).reshape(drawn) * (high - low) + low)
    elif dtype.category < 2:
        values = np.floor(values)
    values = values.astype(dtype.numpy)
    if exclude_zero:
        values[values == 0] = 1 if dtype.category < 2 else np.finfo(dtype.numpy).tiny
    result = finished(values, None, device, False)
    if drawn != sizes:
        result = result[..., ::2]
    return result.detach().requires_grad_(requires_grad)


__getattr__ = _missing.names_of(__name__)
