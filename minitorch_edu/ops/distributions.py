"""Distributions: tensors filled in place with random numbers, and numbers drawn with a tensor of parameters.

Numbers go to their places in the order of memory, as PyTorch's loops run: a transposed tensor is filled by columns.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.gpus import seen
from minitorch_edu.callers import outside
from minitorch_edu.ops import registry
from minitorch_edu.ops.drawing import drawn, halves
from minitorch_edu.ops.generator import Generator, source_for
from minitorch_edu.ops.op import op
from minitorch_edu.ops.operands import namespace_of
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

# --- numbers into arrays --------------------------------------------------------------------------------------------


def _kind(array: np.ndarray) -> dtypes.dtype:
    return dtypes.BY_NUMPY[array.dtype]


def _refuse(kernel: str, kind: dtypes.dtype) -> None:
    raise NotImplementedError(f"\"{kernel}\" not implemented for '{kind.scalar_name}'")


def _joined(parts: Any, kind: np.dtype) -> Any:
    """Complex numbers from their parts, the last dimension."""
    return namespace_of(parts).ascontiguousarray(parts).view(kind)[..., 0]


def uniform_numbers(array: Any, low: float, high: float, source: Any) -> Any:
    kind = _kind(array)
    if kind.category == 3:
        return _joined(uniform_numbers(halves(array), low, high, source), array.dtype)
    if kind.category < 2:
        _refuse("check_uniform_bounds", kind)
    limit = float(_greatest(kind))
    for name, bound in (("from", low), ("to", high)):
        if not -limit <= bound <= limit:
            raise RuntimeError(f"{name} is out of bounds for {kind.c_name}")
    if low > high:
        raise RuntimeError(
            f"uniform_ expects to return a [from, to) range, but found from={low:g} > to={high:g}"
        )
    if high - low > limit:
        raise RuntimeError(
            f"uniform_ expects to-from <= std::numeric_limits<{kind.scalar_name}>::max(), but found to={high:g} "
            f"and from={low:g} which result in to-from to exceed the limit"
        )
    return drawn(array, lambda count: source.uniform(count, kind, low, high))


def _greatest(kind: dtypes.dtype) -> Any:
    return 3.3895313892515355e38 if kind.name == "bfloat16" else np.finfo(kind.numpy).max


def normal_numbers(array: Any, mean: float, std: float, source: Any) -> Any:
    kind = _kind(array)
    if not std >= 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    if not array.size:
        return array
    if kind.category == 3:
        return _joined(normal_numbers(halves(array), mean, std / math.sqrt(2), source), array.dtype)
    if kind.category < 2:
        _refuse(f"normal_kernel_{source.device.type}", kind)
    whole = array.flags.c_contiguous
    return drawn(array, lambda count: source.normal(count, kind, mean, std, whole))


_CONTINUOUS = (
    "{} distribution is a continuous probability distribution. dtype must be a floating point but you "
    "specified {}"
)


def exponential_numbers(array: Any, rate: float, source: Any) -> Any:
    if not rate > 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={rate:g}")
    if _kind(array).category != 2:
        raise RuntimeError(_CONTINUOUS.format("Exponential", _kind(array).scalar_name))
    return drawn(array, lambda count: source.exponential(count, _kind(array), rate))


def check_chance(p: float) -> None:
    if not 0 <= p <= 1:
        raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")


def coin_numbers(array: Any, p: Any, source: Any) -> Any:
    kind, device = _kind(array), source.device.type
    if isinstance(p, float | int | np.generic):
        check_chance(p)
        if kind.category == 3:
            _refuse(f"bernoulli_scalar_{device}_", kind)
        return drawn(array, lambda count: source.coins(count, kind, p))
    if kind.category == 3:
        _refuse(f"bernoulli_tensor_{device}_self_", kind)
    if not array.size:
        return array
    chances = _expanded(p, array.shape)
    of = _kind(p)
    if of.category != 2:
        _refuse(f"bernoulli_tensor_{device}_p_", of)
    known = seen(p)
    if known is not None and not ((known >= 0) & (known <= 1)).all():
        raise RuntimeError(
            "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  If "
            "so, please report an enhancement request to PyTorch.)"
        )
    return source.coins_by(array, chances)


def _expanded(p: Any, shape: tuple[int, ...]) -> Any:
    try:
        return namespace_of(p).broadcast_to(p, shape)
    except ValueError:
        raise RuntimeError(
            f"The expanded size of the tensor ({shape[-1]}) must match the existing size ({p.shape[-1]}) at "
            f"non-singleton dimension {len(shape) - 1}.  Target sizes: {list(shape)}.  Tensor sizes: {list(p.shape)}"
        ) from None


# --- integers -------------------------------------------------------------------------------------------------------


def integers(array: Any, bounds: tuple[int | None, ...], source: Any) -> Any:
    """Integers in [from, to); to the end of the dtype where `to` is None; all the dtype has without bounds."""
    kind, device = _kind(array), source.device.type
    if not bounds:
        if kind.category == 3:
            _refuse(f"random_kernel_{device}", kind)
        return drawn(array, lambda count: source.any_integers(count, kind))
    low, high = bounds if len(bounds) == 2 else (0, bounds[0])
    for bound in (low, high):
        if bound is not None and not -(2**63) <= bound < 2**63:
            raise ValueError("Overflow when unpacking long long")
    if high is None and low == -(2**63):
        _check_64_bits(kind, f"random_full_64_bits_range_kernel_{device}")
        return drawn(array, lambda count: source.all_integers(count, kind))
    if high is not None and low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    if kind.category == 3:
        what = "check_random_bounds" if high is not None else "random_from_to_impl"
        raise RuntimeError(f"{what} handles only integral, floating-point and boolean types")
    low, last = _representable(low, high, kind)
    return drawn(array, lambda count: source.integers(count, kind, low, last - low + 1))


def _check_64_bits(kind: dtypes.dtype, kernel: str) -> None:
    """Refuse a dtype that cannot hold any integer of 64 bits."""
    if kind.name in ("bool", "float16") or kind.category == 3:
        _refuse(kernel, kind)
    if kind.name not in ("int64", "float64", "float32", "bfloat16"):
        raise RuntimeError(f"{kernel} handles only int64, double, float and bfloat16")


def _representable(low: int, high: int | None, kind: dtypes.dtype) -> tuple[int, int]:
    """The first and the last integer to draw: within what the dtype can tell apart, or at least hold."""
    if kind.category < 2:
        least, most = (0, 1) if not kind.category else (np.iinfo(kind.numpy).min, np.iinfo(kind.numpy).max)
        last = int(most) if high is None else high - 1
        _check_bounds(low, last, least, most, kind)
        return low, last
    digits = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}[kind.name]
    held = kind.numpy.type
    first_up = int(held(low + 1))
    if first_up < low:
        low = first_up + (1 << (abs(low + 1).bit_length() - digits))
    if high is None:
        last = 2**digits
        if low >= last:
            raise RuntimeError(
                "random_ expects 'from' casted to dtype to be less than or equal to 'to_inc' casted to dtype, but "
                f"got from={low} > to_inc={last}"
            )
    else:
        below = held(high - 1)
        if below >= high:
            below = int(below) if np.isfinite(below) else 2**63 - 1
            high = below - (1 << (abs(high - 1).bit_length() - digits))
        if low >= high:
            raise RuntimeError(
                "random_ expects 'from' casted to dtype to be less than 'to' casted to dtype, but got "
                f"from={low} >= to={high}"
            )
        last = high - 1
    limit = float(_greatest(kind))
    _check_bounds(low, last, -limit, limit, kind)
    _warn_bounds(low, last, digits, kind)
    return low, last


def _check_bounds(low: int, last: int, least: Any, most: Any, kind: dtypes.dtype) -> None:
    for name, bound in (("from", low), ("to - 1", last)):
        if not least <= bound <= most:
            raise RuntimeError(f"{name} is out of bounds for {kind.c_name}")


def _warn_bounds(low: int, last: int, digits: int, kind: dtypes.dtype) -> None:
    for name, bound in (("from", low), ("to - 1", last)):
        if abs(bound) > 2**digits:
            import warnings

            warnings.warn(
                f"{name} is out of bounds [-(2^{digits}), 2^{digits}]. Due to precision limitations {kind.c_name} can "
                "support discrete uniform distribution only within this range. This warning will become an error in "
                "version 1.7 release, please fix the code in advance",
                UserWarning,
                stacklevel=outside(),
            )


# --- filling a tensor -----------------------------------------------------------------------------------------------
# What was there before does not matter, so the derivative is zero. Only the in-place forms have public names.


@op
class uniform_between:
    r"""Numbers spread evenly: $z_i \sim U(a, b)$."""

    node = "UniformBackward0"
    inplace = True

    def forward(xp, input, low: float = 0.0, high: float = 1.0, generator: object = None):
        return uniform_numbers(input, low, high, source_for(input, generator))

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class normal:
    r"""Normally distributed numbers: $z_i \sim N(\mu, \sigma^2)$."""

    signatures = ("Tensor input, float mean = 0, float std = 1, *, torch.Generator generator = None",)
    inplace = True

    def forward(xp, input, mean: float = 0.0, std: float = 1.0, *, generator: object = None):
        return normal_numbers(input, mean, std, source_for(input, generator))

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class log_normal:
    r"""Numbers whose logarithms are normally distributed: $\ln z_i \sim N(\mu, \sigma^2)$."""

    signatures = ("Tensor input, float mean = 1, float std = 2, *, torch.Generator generator = None",)
    inplace = True

    def forward(xp, input, mean: float = 1.0, std: float = 2.0, *, generator: object = None):
        if not std > 0:
            raise RuntimeError(f"log_normal_ expects std > 0.0, but found std={std:g}")
        kind, source = _kind(input), source_for(input, generator)
        if kind.category != 2:
            _refuse(f"log_normal_{source.device.type}", kind)
        return drawn(input, lambda count: source.log_normal(count, kind, mean, std))

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class cauchy:
    r"""Cauchy's distribution: $z_i = m + \sigma \tan(\pi (u_i - 1/2))$ with $u_i \sim U(0, 1)$."""

    signatures = ("Tensor input, float median = 0, float sigma = 1, *, torch.Generator generator = None",)
    inplace = True

    def forward(xp, input, median: float = 0.0, sigma: float = 1.0, *, generator: object = None):
        if not sigma > 0:
            raise RuntimeError(f"cauchy_ expects sigma > 0.0, but found sigma={sigma:g}")
        if _kind(input).category != 2:
            raise RuntimeError(_CONTINUOUS.format("Cauchy", _kind(input).c_name))
        source = source_for(input, generator)
        return drawn(input, lambda count: source.cauchy(count, _kind(input), median, sigma))

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class exponential:
    r"""Waiting times: $z_i = -\ln(1 - u_i) / \lambda$ with $u_i \sim U(0, 1)$."""

    signatures = ("Tensor input, float lambd = 1, *, torch.Generator generator = None",)
    inplace = True

    def forward(xp, input, lambd: float = 1.0, *, generator: object = None):
        return exponential_numbers(input, lambd, source_for(input, generator))

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class geometric:
    r"""How many trials until the first success: $P(z_i = k) = (1 - p)^{k - 1} p$."""

    signatures = ("Tensor input, float p, *, torch.Generator generator = None",)
    inplace = True

    def forward(xp, input, p: float, *, generator: object = None):
        if not 0 < p < 1:
            raise RuntimeError(f"geometric_ expects p to be in (0, 1), but got p={p:g}")
        kind, source = _kind(input), source_for(input, generator)
        if kind.category in (0, 3):
            _refuse(f"geometric_{source.device.type}", kind)
        return drawn(input, lambda count: source.geometric(count, kind, p))

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class random_between:
    r"""Integers, evenly: $z_i \in \{a, \dots, b - 1\}$."""

    node = "RandomBackward0"
    inplace = True

    def forward(xp, input, bounds: tuple = (), generator: object = None):
        return integers(input, bounds, source_for(input, generator))

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class coins:
    r"""Ones with probability $p$, else zeros: $P(z_i = 1) = p$. `p` is a number, or an array for each place."""

    inplace = True
    node = "BernoulliBackward2"

    def forward(xp, input, p: object = 0.5, generator: object = None):
        return coin_numbers(input, p, source_for(input, generator))

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@registry.method
@reads("float from = 0, float to = 1, *, torch.Generator generator = None", method=True)
def uniform_(input: Tensor, *bounds: float, generator: Generator | None = None, **named: float) -> Tensor:
    """Fill a tensor with uniform numbers: uniform_(from=0, to=1)."""
    given = dict(zip(("from", "to"), bounds, strict=False)) | named
    return registry.functions["uniform_between_"](
        input, given.get("from", 0.0), given.get("to", 1.0), generator
    )


@registry.method
@reads(
    "*, torch.Generator generator = None",
    "int from, int? to, *, torch.Generator generator = None",
    "int to, *, torch.Generator generator = None",
    method=True,
)
def random_(input: Tensor, *bounds: Any, generator: Generator | None = None, **named: Any) -> Tensor:
    """Fill a tensor with integers: random_(), random_(to), random_(from, to)."""
    if named:
        bounds = (named.get("from", bounds[0] if bounds else 0), named.get("to"))
    return registry.functions["random_between_"](input, bounds, generator)


@registry.method
@reads(
    "Tensor p, *, torch.Generator generator = None",
    "float p = 0.5, *, torch.Generator generator = None",
    method=True,
)
def bernoulli_(input: Tensor, p: Any = 0.5, *, generator: Generator | None = None) -> Tensor:
    """Fill a tensor with ones and zeros: ones with probability `p`, a number or a tensor."""
    return registry.functions["coins_"](input, p._array if isinstance(p, Tensor) else p, generator)
