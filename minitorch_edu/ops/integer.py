"""Whole numbers: rounding, and division with a remainder."""

from __future__ import annotations

from typing import Any

from minitorch_edu.backends.gpus import seen
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import pointwise
from minitorch_edu.ops.operands import NUMBERS
from minitorch_edu.ops.refusals import (
    Unsupported,
    beside,
    lacking,
    meeting_number,
    refuse_cast,
)
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor, wrap

# --- rounding -------------------------------------------------------------------------------------------------------


def complex_or_bool(name: str) -> Any:
    """The `explain` of `floor` and its like."""

    def explain(input: Tensor) -> None:
        if input.dtype.is_complex and name != "round":
            raise NotImplementedError(f"{name} is not supported for complex inputs")
        raise NotImplementedError(f"\"{name}_vml_cpu\" not implemented for '{input.dtype.scalar_name}'")

    return explain


@pointwise
class floor:
    r"""The largest whole number that is not larger: $z = \lfloor x \rfloor$.

    >>> torch.floor(torch.tensor([1.5, -1.5]))
    tensor([ 1., -2.])
    """

    domain = "where $x$ is not a whole number"
    refuses, explain = "b", complex_or_bool("floor")

    def forward(xp, input):
        return xp.floor(input)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@pointwise
class ceil:
    r"""The smallest whole number that is not smaller: $z = \lceil x \rceil$.

    >>> torch.ceil(torch.tensor([1.5, -1.5]))
    tensor([ 2., -1.])
    """

    domain = "where $x$ is not a whole number"
    refuses, explain = "b", complex_or_bool("ceil")

    def forward(xp, input):
        return xp.ceil(input)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@pointwise
class trunc:
    r"""The whole part, towards zero: $z = \operatorname{sign}(x) \lfloor |x| \rfloor$.

    >>> torch.trunc(torch.tensor([1.5, -1.5]))
    tensor([ 1., -1.])
    """

    domain = "where $x$ is not a whole number"
    refuses, explain = "b", complex_or_bool("trunc")

    def forward(xp, input):
        return xp.trunc(input)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@pointwise
class frac:
    r"""What `trunc` takes away: $z = x - \operatorname{trunc}(x)$.

    >>> torch.frac(torch.tensor([1.5, -1.5]))
    tensor([ 0.5000, -0.5000])
    """

    domain = "where $x$ is not a whole number"
    refuses, explain = "biuc", lacking("frac_cpu", "b", "i", "u", "c")

    def forward(xp, input):
        return input - xp.trunc(input)

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad


@pointwise
class round_whole:
    r"""The nearest whole number; of two, the even one: $z = \lfloor x \rceil$."""

    domain = "where $x$ is not halfway between two whole numbers"
    node = "RoundBackward0"
    refuses, explain = "bc", complex_or_bool("round")

    def forward(xp, input):
        return xp.rint(input).astype(input.dtype, copy=False)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@pointwise
class round_decimals:
    r"""The nearest number with so many decimals: $z = 10^{-d} \lfloor 10^d x \rceil$."""

    domain = "where $10^d x$ is not halfway between two whole numbers"
    node = "RoundBackward1"

    def forward(xp, input, decimals: int):
        if input.dtype.kind in "biuc":
            raise Unsupported
        scale = input.dtype.type(10.0 ** abs(decimals))
        return xp.rint(input * scale) / scale if decimals > 0 else xp.rint(input / scale) * scale

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0

    def explain(input, decimals):
        kernel = "round_cpu" if decimals else "round_vml_cpu"
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{input.dtype.scalar_name}'")


@registry.method
@reads("Tensor input, *, Tensor out = None", "Tensor input, *, int decimals, Tensor out = None")
def round(input: Tensor, *, decimals: int | None = None) -> Tensor:
    """The nearest whole number, or the nearest with `decimals` digits after the point. Halves go to the even one.

    >>> torch.round(torch.tensor([0.5, 1.5, 2.7]))
    tensor([0., 2., 3.])
    """
    return round_whole(input) if decimals is None else round_decimals(input, decimals)


@registry.method
@reads("Tensor input", "Tensor input, *, int decimals")
def round_(input: Tensor, *, decimals: int | None = None) -> Tensor:
    """`round` in place."""
    if decimals is None:
        return registry.functions["round_whole_"](input)
    return registry.functions["round_decimals_"](input, decimals)


# --- division with a remainder --------------------------------------------------------------------------------------


def divisor(array):
    """An array that whole numbers may be divided by."""
    if array.dtype.kind in "iu" and (known := seen(array)) is not None and not known.all():
        raise ZeroDivisionError
    return array


def divided(kernel: str) -> Any:
    """The `explain` of the divisions."""
    lacks = lacking(kernel, "b", "c")

    def explain(input: Tensor, *others: Any) -> None:
        lacks(input, *others)
        other = others[0]
        whole = (
            input.dtype.category == 1
            if not isinstance(other, Tensor)
            else max(input.dtype.category, other.dtype.category) == 1
        )
        if whole and (not bool((other == 0).any()) if isinstance(other, Tensor) else other):
            return
        if whole:
            raise RuntimeError("ZeroDivisionError")

    return explain


@pointwise
class floor_divide:
    r"""The quotient, rounded down: $z = \lfloor x / y \rfloor$. It has no derivative.

    >>> torch.floor_divide(torch.tensor([7, -7]), 2)
    tensor([ 3, -4])
    """

    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Tensor input, Number other",
    )

    refuses, explain = "bc", divided("div_floor_cpu")

    def forward(xp, input, other):
        return xp.floor_divide(input, divisor(other))


def modulo(xp, input, other):
    """C's remainder, brought to the sign of `other`. NumPy's own gives a zero that sign too, PyTorch's does not."""
    if input.dtype.kind != "f":
        return xp.remainder(input, other)
    left = xp.fmod(input, other)
    return xp.where((left != 0) & ((left < 0) != (other < 0)), left + other, left)


@pointwise
class remainder_tensor:
    r"""What is left of a division rounded down; it has the sign of $y$: $z = x - y \lfloor x / y \rfloor$."""

    domain = "where $x / y$ is not a whole number"
    node = "RemainderBackward1"
    refuses, explain = "bc", divided("remainder_cpu")

    def forward(xp, input, other):
        return modulo(xp, input, divisor(other))

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = -\lfloor x / y \rfloor$"
        return -grad * floor_divide(input, other)


@pointwise
class remainder_scalar:
    r"""What is left of a division by a number: $z = x - n \lfloor x / n \rfloor$."""

    domain = "where $x / y$ is not a whole number"
    node = "RemainderBackward0"
    refuses, explain = "bc", divided("remainder_cpu")

    def forward(xp, input, other: float):
        other = xp.asarray(other).astype(input.dtype)
        return modulo(xp, input, divisor(other))

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad


@pointwise
class fmod_tensor:
    r"""What is left of a division rounded towards zero; it has the sign of $x$."""

    domain = "where $x / y$ is not a whole number"
    node = "FmodBackward1"
    refuses, explain = "bc", divided("fmod_cpu")

    def forward(xp, input, other):
        return xp.fmod(input, divisor(other))

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = -\operatorname{trunc}(x / y)$"
        return -grad * trunc(input / other)


@pointwise
class fmod_scalar:
    r"""What is left of a division by a number, rounded towards zero."""

    domain = "where $x / y$ is not a whole number"
    node = "FmodBackward0"
    refuses, explain = "bc", divided("fmod_cpu")

    def forward(xp, input, other: float):
        other = xp.asarray(other).astype(input.dtype)
        return xp.fmod(input, divisor(other))

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad


@registry.method
@reads(
    "Tensor input, Tensor other, *, Tensor out = None",
    "Number self, Tensor other",
    "Tensor input, Number other, *, Tensor out = None",
)
def remainder(input: Any, other: Any) -> Tensor:
    """What is left of a division rounded down, as Python's `%`: it has the sign of `other`.

    >>> torch.remainder(torch.tensor([7, -7]), 3)
    tensor([1, 2])
    """
    if isinstance(other, Tensor):
        if isinstance(input, Tensor):
            return remainder_tensor(input, other)
        if isinstance(input, NUMBERS):
            return number_first("remainder_tensor", input, other)
    if isinstance(other, NUMBERS):
        return remainder_scalar(beside(other, input), other)
    return remainder_tensor(input, other)


@registry.method
@reads(
    "Tensor input, Tensor other, *, Tensor out = None",
    "Tensor input, Number other, *, Tensor out = None",
)
def fmod(input: Tensor, other: Any) -> Tensor:
    """What is left of a division rounded towards zero, as C's `fmod`: it has the sign of `input`.

    >>> torch.fmod(torch.tensor([7, -7]), 3)
    tensor([ 1, -1])
    """
    if isinstance(other, NUMBERS):
        return fmod_scalar(beside(other, input), other)
    return fmod_tensor(input, other)


def number_first(name: str, number: Any, tensor: Tensor) -> Tensor:
    """A card on a number and a tensor, in this order."""
    kind = meeting_number(number, tensor)
    backend = tensor._storage.backend
    return registry.functions[name](wrap(backend.asarray(number).astype(kind.numpy), backend), tensor)


@registry.method
@reads("Tensor other", "Number other", method=True)
def remainder_(input: Tensor, other: Any) -> Tensor:
    """`remainder` in place."""
    return _in_place("remainder", input, other)


@registry.method
@reads("Tensor other", "Number other", method=True)
def fmod_(input: Tensor, other: Any) -> Tensor:
    """`fmod` in place."""
    return _in_place("fmod", input, other)


def _in_place(name: str, input: Tensor, other: Any) -> Tensor:
    if not isinstance(other, NUMBERS):
        return registry.functions[f"{name}_tensor_"](input, other)
    refuse_cast(meeting_number(other, input), input)
    return registry.functions[f"{name}_scalar_"](input, other)


# --- divisors -------------------------------------------------------------------------------------------------------


@pointwise
class gcd:
    r"""The greatest whole number that divides both: $z = \gcd(x, y)$.

    >>> torch.gcd(torch.tensor([12, 7]), torch.tensor([18, 0]))
    tensor([6, 7])
    """

    refuses, explain = "bfcV", lacking("gcd_cpu", "b", "f", "c")

    def forward(xp, input, other):
        return xp.gcd(input, other)


@pointwise
class lcm:
    r"""The smallest whole number that both divide: $z = \operatorname{lcm}(x, y)$.

    >>> torch.lcm(torch.tensor([4, 7]), torch.tensor([6, 0]))
    tensor([12,  0])
    """

    refuses, explain = "bfcV", lacking("lcm_cpu", "b", "f", "c")

    def forward(xp, input, other):
        return xp.lcm(input, other)
