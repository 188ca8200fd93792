"""Distributions: tensors filled in place with random numbers, and numbers drawn with a tensor of parameters.

Numbers go to their places in the order of memory, as PyTorch's loops run: a transposed tensor is filled by columns.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.callers import outside
from minitorch_edu.ops import box_muller, registry
from minitorch_edu.ops.generator import Generator, default_generator
from minitorch_edu.ops.op import op
from minitorch_edu.ops.overlap import refuse_shared
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

# --- numbers into arrays --------------------------------------------------------------------------------------------


def in_memory_order(array: np.ndarray) -> np.ndarray:
    """The array with its dimensions from the widest stride to the narrowest."""
    return array.transpose(sorted(range(array.ndim), key=lambda dim: -array.strides[dim]))


def drawn(array: np.ndarray, draw: Callable[[int], np.ndarray]) -> np.ndarray:
    """New numbers for each place of `array`, in its shape: `draw(count)` gives them in the order of memory."""
    refuse_shared(array)
    if array.flags.c_contiguous:
        return draw(array.size).reshape(array.shape)
    order = sorted(range(array.ndim), key=lambda dim: -array.strides[dim])
    numbers = draw(array.size).reshape([array.shape[dim] for dim in order])
    return numbers.transpose(np.argsort(order))


def _kind(array: np.ndarray) -> dtypes.dtype:
    return dtypes.BY_NUMPY[array.dtype]


def _refuse(kernel: str, kind: dtypes.dtype) -> None:
    raise NotImplementedError(f"\"{kernel}\" not implemented for '{kind.scalar_name}'")


def _halves(array: np.ndarray) -> np.ndarray:
    """The real and imaginary parts of a complex array, as one more dimension."""
    parts = np.empty((*array.shape, 2), array.real.dtype)
    steps = (*array.strides, array.real.itemsize)
    return np.lib.stride_tricks.as_strided(parts, parts.shape, _dense(parts, steps))


def _dense(parts: np.ndarray, steps: tuple[int, ...]) -> tuple[int, ...]:
    """Strides without gaps in the order of `steps`."""
    strides, reach = [0] * parts.ndim, parts.itemsize
    for dim in sorted(range(parts.ndim), key=lambda dim: (steps[dim], -dim)):
        strides[dim] = reach
        reach *= parts.shape[dim]
    return tuple(strides)


def uniform_numbers(array: np.ndarray, low: float, high: float, generator: Generator | None) -> np.ndarray:
    kind = _kind(array)
    if kind.category == 3:
        values = uniform_numbers(_halves(array), low, high, generator)
        return np.ascontiguousarray(values).view(array.dtype)[..., 0]
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
    source = generator or default_generator
    return drawn(array, lambda count: source.uniform(count, kind, low, high))


def _greatest(kind: dtypes.dtype) -> Any:
    return 3.3895313892515355e38 if kind.name == "bfloat16" else np.finfo(kind.numpy).max


def normal_numbers(array: np.ndarray, mean: float, std: float, generator: Generator | None) -> np.ndarray:
    kind = _kind(array)
    if not std >= 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    if not array.size:
        return array
    if kind.category == 3:
        values = normal_numbers(_halves(array), mean, std / math.sqrt(2), generator)
        return np.ascontiguousarray(values).view(array.dtype)[..., 0]
    if kind.category < 2:
        _refuse("normal_kernel_cpu", kind)
    source, whole = generator or default_generator, array.flags.c_contiguous
    return drawn(array, lambda count: source.normal(count, kind, mean, std, whole))


def _doubles(array: np.ndarray, generator: Generator | None, transform: Callable[[Any], Any]) -> np.ndarray:
    """What `transform` makes of uniform numbers in float64, rounded to the dtype of `array`."""
    source = generator or default_generator

    def draw(count: int) -> np.ndarray:
        return _cast(transform(source.uniform(count, dtypes.float64)), array.dtype)

    return drawn(array, draw)


def _cast(values: np.ndarray, kind: np.dtype) -> np.ndarray:
    """The numbers in a dtype; float16 and bfloat16 are reached by way of float32, as in PyTorch."""
    if kind.itemsize == 2 and kind.kind not in "iu":
        values = values.astype(np.float32)
    with np.errstate(all="ignore"):
        return values.astype(kind)


_CONTINUOUS = (
    "{} distribution is a continuous probability distribution. dtype must be a floating point but you "
    "specified {}"
)


def exponential_numbers(array: np.ndarray, rate: float, generator: Generator | None) -> np.ndarray:
    if not rate > 0:
        raise RuntimeError(f"exponential_ expects lambda > 0.0, but found lambda={rate:g}")
    if _kind(array).category != 2:
        raise RuntimeError(_CONTINUOUS.format("Exponential", _kind(array).scalar_name))
    return _doubles(array, generator, lambda u: -1.0 / rate * box_muller.log1p(-u))


def coin_numbers(array: np.ndarray, p: Any, generator: Generator | None) -> np.ndarray:
    kind, source = _kind(array), generator or default_generator
    if not isinstance(p, np.ndarray):
        if not 0 <= p <= 1:
            raise RuntimeError(f"bernoulli_ expects p to be in [0, 1], but got p={p:g}")
        if kind.category == 3:
            _refuse("bernoulli_scalar_cpu_", kind)
        return _doubles(array, generator, lambda u: u < p)
    if kind.category == 3:
        _refuse("bernoulli_tensor_cpu_self_", kind)
    if not array.size:
        return array
    chances = _expanded(p, array.shape)
    of = _kind(p)
    if of.category != 2:
        _refuse("bernoulli_tensor_cpu_p_", of)
    if not ((p >= 0) & (p <= 1)).all():
        raise RuntimeError(
            "Expected p_in >= 0 && p_in <= 1 to be true, but got false.  (Could this error message be improved?  If "
            "so, please report an enhancement request to PyTorch.)"
        )
    wide = dtypes.float64 if of is dtypes.float64 else dtypes.float32
    return (drawn(array, lambda count: source.uniform(count, wide)) < chances).astype(array.dtype)


def _expanded(p: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    try:
        return np.broadcast_to(p, shape)
    except ValueError:
        raise RuntimeError(
            f"The expanded size of the tensor ({shape[-1]}) must match the existing size ({p.shape[-1]}) at "
            f"non-singleton dimension {len(shape) - 1}.  Target sizes: {list(shape)}.  Tensor sizes: {list(p.shape)}"
        ) from None


# --- integers -------------------------------------------------------------------------------------------------------


def integers(array: np.ndarray, bounds: tuple[int | None, ...], generator: Generator | None) -> np.ndarray:
    """Integers in [from, to); to the end of the dtype where `to` is None; all the dtype has without bounds."""
    kind, source = _kind(array), generator or default_generator
    if not bounds:
        return drawn(array, lambda count: _any_integers(count, kind, source))
    low, high = bounds if len(bounds) == 2 else (0, bounds[0])
    for bound in (low, high):
        if bound is not None and not -(2**63) <= bound < 2**63:
            raise ValueError("Overflow when unpacking long long")
    if high is None and low == -(2**63):
        return drawn(array, lambda count: _all_64_bits(count, kind, source))
    if high is not None and low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    if kind.category == 3:
        what = "check_random_bounds" if high is not None else "random_from_to_impl"
        raise RuntimeError(f"{what} handles only integral, floating-point and boolean types")
    low, last = _representable(low, high, kind)
    span = last - low + 1

    def draw(count: int) -> np.ndarray:
        words = source.words64(count) if span >= 2**28 else source.words(count)
        words = words % np.uint64(span) if span < 2**64 else words
        return _cast((words + np.uint64(low % 2**64)).view(np.int64), array.dtype)

    return drawn(array, draw)


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


def _any_integers(count: int, kind: dtypes.dtype, source: Generator) -> np.ndarray:
    if kind.category == 3:
        _refuse("random_kernel_cpu", kind)
    words = source.words64(count) if kind.name in ("int64", "float64") else source.words(count)
    if kind.category == 2:
        digits = {"float64": 53, "float32": 24, "float16": 11, "bfloat16": 8}[kind.name]
        return _cast(words % np.uint64(2**digits + 1), kind.numpy)
    most = 1 if not kind.category else int(np.iinfo(kind.numpy).max)
    return (words % np.uint64(most + 1)).astype(kind.numpy)


def _all_64_bits(count: int, kind: dtypes.dtype, source: Generator) -> np.ndarray:
    if kind.name in ("bool", "float16") or kind.category == 3:
        _refuse("random_full_64_bits_range_kernel_cpu", kind)
    if kind.name not in ("int64", "float64", "float32", "bfloat16"):
        raise RuntimeError(
            "random_full_64_bits_range_kernel_cpu handles only int64, double, float and bfloat16"
        )
    return _cast(source.words64(count).view(np.int64), kind.numpy)


# --- filling a tensor -----------------------------------------------------------------------------------------------
# What was there before does not matter, so the derivative is zero. Only the in-place forms have public names.


@op
class uniform_between:
    r"""Numbers spread evenly: $z_i \sim U(a, b)$."""

    node = "UniformBackward0"
    inplace = True

    def forward(xp, input, low: float = 0.0, high: float = 1.0, generator: object = None):
        return uniform_numbers(input, low, high, generator)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class normal:
    r"""Normally distributed numbers: $z_i \sim N(\mu, \sigma^2)$."""

    signatures = ("Tensor input, float mean = 0, float std = 1, *, torch.Generator generator = None",)
    inplace = True

    def forward(xp, input, mean: float = 0.0, std: float = 1.0, *, generator: object = None):
        return normal_numbers(input, mean, std, generator)

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
        if _kind(input).category != 2:
            _refuse("log_normal_cpu", _kind(input))
        source = generator or default_generator

        def draw(count):
            normal = source.normal(count, dtypes.float64, mean, std, contiguous=False)
            return _cast(box_muller.exp(normal), input.dtype)

        return drawn(input, draw)

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
        return _doubles(
            input, generator, lambda u: box_muller.fma64(box_muller.tan(math.pi * (u - 0.5)), sigma, median)
        )

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class exponential:
    r"""Waiting times: $z_i = -\ln(1 - u_i) / \lambda$ with $u_i \sim U(0, 1)$."""

    signatures = ("Tensor input, float lambd = 1, *, torch.Generator generator = None",)
    inplace = True

    def forward(xp, input, lambd: float = 1.0, *, generator: object = None):
        return exponential_numbers(input, lambd, generator)

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
        if _kind(input).category in (0, 3):
            _refuse("geometric_cpu", _kind(input))
        return _doubles(input, generator, lambda u: np.ceil(box_muller.log(u) / math.log1p(-p)))

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class random_between:
    r"""Integers, evenly: $z_i \in \{a, \dots, b - 1\}$."""

    node = "RandomBackward0"
    inplace = True

    def forward(xp, input, bounds: tuple = (), generator: object = None):
        return integers(input, bounds, generator)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class coins:
    r"""Ones with probability $p$, else zeros: $P(z_i = 1) = p$. `p` is a number, or an array for each place."""

    inplace = True
    node = "BernoulliBackward2"

    def forward(xp, input, p: object = 0.5, generator: object = None):
        return coin_numbers(input, p, generator)

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
