"""Differences of neighbours, and what they measure: slopes and areas. Also the powers of a polynomial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import refusal, strangers
from minitorch_edu.ops.joining import cat
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import wrap_dim, wrap_dims
from minitorch_edu.tensor import Tensor


@registry.method
@reads(
    "Tensor input, int n = 1, int dim = -1, Tensor prepend = None, Tensor append = None, *, Tensor out = None",
)
def diff(
    input: Tensor, n: int = 1, dim: int = -1, prepend: Tensor | None = None, append: Tensor | None = None
) -> Tensor:
    """The differences of neighbours along `dim`, taken `n` times.

    >>> torch.diff(torch.tensor([1, 4, 9]))
    tensor([3, 5])
    """
    if not input.ndim:
        raise RuntimeError("diff expects input to be at least one-dimensional")
    if n < 0:
        raise RuntimeError(f"order must be non-negative but got {n}")
    place = wrap_dim(dim, input.ndim)
    for each in (prepend, append):
        if each is not None:
            _fits(each, input, place)
    if not n:
        return input.clone()
    whole = [each for each in (prepend, input, append) if each is not None]
    result = cat(whole, place) if len(whole) > 1 else input
    for _ in range(min(n, result.shape[place])):
        size = result.shape[place]
        later, earlier = result.narrow(place, 1, size - 1), result.narrow(place, 0, size - 1)
        result = later ^ earlier if result.dtype is dtypes.bool_ else later - earlier
    return result


def _fits(other: Tensor, input: Tensor, place: int) -> None:
    """What is to be joined with the input."""
    if other.ndim != input.ndim:
        raise RuntimeError("diff expects prepend or append to be the same dimension as input")
    for dim, (size, wide) in enumerate(zip(input.shape, other.shape, strict=True)):
        if size != wide and dim != place:
            raise RuntimeError(
                "diff expects the shape of tensor to prepend or append to match that of input except along the "
                f"differencing dimension; input.size({dim}) = {size}, but got tensor.size({dim}) = {wide}"
            )


# --- slopes ---------------------------------------------------------------------------------------------------------


@reads(
    "Tensor input, *, tuple of ints dim, int edge_order = 1",
    "Tensor input, *, Number spacing, tuple of ints dim, int edge_order = 1",
    "Tensor input, *, Number spacing = None, int dim = None, int edge_order = 1",
    "Tensor input, *, tuple of Scalars spacing, int dim = None, int edge_order = 1",
    "Tensor input, *, tuple of Scalars spacing, tuple of ints dim, int edge_order = 1",
    "Tensor input, *, tuple of Tensors spacing, int dim = None, int edge_order = 1",
    "Tensor input, *, tuple of Tensors spacing, tuple of ints dim, int edge_order = 1",
)
def gradient(
    input: Tensor, *, spacing: Any = None, dim: Any = None, edge_order: int = 1
) -> tuple[Tensor, ...]:
    """The slopes along each dimension (or `dim`) of what was measured at points `spacing` apart, or at these points.

    >>> torch.gradient(torch.tensor([1., 4., 9., 16.]))
    (tensor([3., 4., 6., 7.]),)
    """
    if isinstance(spacing, Tensor):
        raise TypeError("spacing")
    dims = wrap_dims(dim, input.ndim) if dim is not None else tuple(range(input.ndim))
    several = isinstance(spacing, list | tuple)
    _check(input, spacing if several else None, dim, dims, edge_order)
    steps = spacing if several else [1.0 if spacing is None else spacing] * len(dims)
    return tuple(_slope(input, place, step, edge_order) for place, step in zip(dims, steps, strict=True))


def _check(
    input: Tensor, spacing: Sequence[Any] | None, dim: Any, dims: tuple[int, ...], edge_order: int
) -> None:
    if input.dtype is dtypes.uint8:
        raise RuntimeError("torch.gradient does not support uint8 input.")
    if spacing is not None and dim is None and len(spacing) != input.ndim:
        raise RuntimeError(
            "torch.gradient expected spacing to be unspecified, a scalar, or a list of length equal to 'self.dim() = "
            f"{input.ndim}', since dim argument was not given, but got a list of length {len(spacing)}"
        )
    if spacing is not None and dim is not None and len(spacing) != len(dims):
        raise RuntimeError(
            "torch.gradient expected spacing to be unspecified, a scalar or it's spacing and dim arguments to have the "
            f"same length, but got a spacing argument of length {len(spacing)} and a dim argument of length "
            f"{len(dims)}."
        )
    if edge_order not in (1, 2):
        raise RuntimeError("torch.gradient only supports edge_order=1 and edge_order=2.")
    for each in spacing or ():
        if isinstance(each, Tensor) and each.ndim != 1:
            raise RuntimeError(
                "torch.gradient expected each element of spacing to have one dimension, but got an element with "
                f"{each.ndim} dimensions!"
            )
        if isinstance(each, Tensor) and (apart := strangers(input, each)) is not None:
            places = f"got devices {input.device} and {each.device}!"
            raise refusal(f"torch.gradient expected each tensor to be on the same device, but {places}", *apart)
    if any(input.shape[place] <= edge_order for place in dims):
        raise RuntimeError("torch.gradient expected each dimension size to be at least edge_order+1")


def _slope(input: Tensor, place: int, step: Any, edge_order: int) -> Tensor:
    """The slope along one dimension; at both ends, of the last two or three points."""
    size = input.shape[place]

    def at(start: int, count: int = 1) -> Tensor:
        return input.narrow(place, start, count)

    if isinstance(step, Tensor):
        return _slope_between(input, place, step, edge_order)
    middle = (at(2, size - 2) - at(0, size - 2)) / step / 2
    if edge_order == 1:
        first, last = (at(1) - at(0)) / step, (at(size - 1) - at(size - 2)) / step
    else:
        first = (at(1) * 4 - at(0) * 3 - at(2)) / (2 * step)
        last = (at(size - 1) * 3 - at(size - 2) * 4 + at(size - 3)) / (2 * step)
    return cat([first, middle, last], place)


def _slope_between(input: Tensor, place: int, points: Tensor, edge_order: int) -> Tensor:
    """The same of points with different distances: the slope of the parabola through three of them."""
    size = input.shape[place]
    shape = [1] * input.ndim
    shape[place] = -1
    apart = diff(points).view(*shape)
    before, after = apart.narrow(place, 0, size - 2), apart.narrow(place, 1, size - 2)
    left, center, right = (input.narrow(place, start, size - 2) for start in range(3))
    both = before + after
    middle = (
        left * (-after / (before * both))
        + center * ((after - before) / (before * after))
        + right * (before / (after * both))
    )

    def ends(tensor: Tensor, count: int) -> list[Tensor]:
        return [tensor.narrow(place, start, 1) for start in (*range(count), *range(-count, 0))]

    if edge_order == 1:
        (f0, f1, f2, f3), (h0, h1) = ends(input, 2), ends(apart, 1)
        return cat([(f1 - f0) / h0, middle, (f3 - f2) / h1], place)
    (f0, f1, f2, f3, f4, f5), (h0, h1, h2, h3) = ends(input, 3), ends(apart, 2)
    first = (
        f0 * (-(2 * h0 + h1) / (h0 * (h0 + h1))) + f1 * ((h0 + h1) / (h0 * h1)) - f2 * (h0 / (h1 * (h0 + h1)))
    )
    last = (
        f3 * (h3 / (h2 * (h2 + h3))) - f4 * ((h2 + h3) / (h2 * h3)) + f5 * ((2 * h3 + h2) / (h3 * (h2 + h3)))
    )
    return cat([first, middle, last], place)


# --- areas ----------------------------------------------------------------------------------------------------------


def _area(y: Tensor, x: Any, dx: Any, dim: int, name: str) -> tuple[Tensor, Any, int]:
    """(the sums of neighbours, the distances of points, the dimension)."""
    if not y.ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    place = wrap_dim(dim, y.ndim)
    for each in (y, x):
        if isinstance(each, Tensor) and each.dtype is dtypes.bool_:
            which = "`y`" if x is None else "`x` or `y`"
            raise RuntimeError(f"{name}: received a bool input for {which}, but bool is not supported")
    if isinstance(dx, complex):
        raise RuntimeError(f"{name}: Currently, we only support dx as a real number.")
    size = max(y.shape[place] - 1, 0)
    sums = y.narrow(place, 0, size) + y.narrow(place, min(1, y.shape[place]), size)
    if x is None:
        return sums, dx, place
    if x.ndim == 1 or x.ndim < y.ndim:
        if x.shape[-1 if x.ndim == 1 else place - y.ndim] != y.shape[place]:
            raise RuntimeError(f"{name}: There must be one `x` value for each sample point")
        shape = [1] * y.ndim
        shape[place] = -1
        x = x.view(*shape) if x.ndim == 1 else x.view(*[1] * (y.ndim - x.ndim), *x.shape)
    return sums, diff(x, dim=place - y.ndim), place


def trapezoid(y: Tensor, x: Any = None, *, dx: Any = 1, dim: int = -1) -> Tensor:
    """The area under a line through points, whose heights are `y`; at places `x`, or `dx` apart.

    >>> torch.trapezoid(torch.tensor([1., 2., 4.]))
    tensor(4.5000)
    """
    sums, apart, place = _area(y, x, dx, dim, "trapezoid")
    if x is not None:
        return (sums * apart).sum(place) / 2.0
    if not y.shape[place]:
        return sums.sum(place)
    ends = y.select(place, 0) + y.select(place, -1)
    return (y.sum(place) - ends * 0.5) * apart


def cumulative_trapezoid(y: Tensor, x: Any = None, *, dx: Any = 1, dim: int = -1) -> Tensor:
    """The areas under a line through points, up to each of them but the first.

    >>> torch.cumulative_trapezoid(torch.tensor([1., 2., 4.]))
    tensor([1.5000, 4.5000])
    """
    sums, apart, place = _area(y, x, dx, dim, "cumulative_trapezoid")
    if x is not None:
        return (sums * apart).cumsum(place) / 2.0
    return (sums * (apart / 2.0)).cumsum(place)


AREAS = ("Tensor y, Tensor x, *, int dim = -1", "Tensor y, *, Number dx = 1, int dim = -1")
trapz = reads("Tensor y, *, float dx = 1, int dim = -1", AREAS[0], name="trapz")(trapezoid)
trapezoid = reads(*AREAS)(trapezoid)
cumulative_trapezoid = reads(*AREAS)(cumulative_trapezoid)


# --- powers ---------------------------------------------------------------------------------------------------------


@reads("Tensor x, int N = None, bool increasing = False")
def vander(x: Tensor, N: int | None = None, increasing: bool = False) -> Tensor:
    """A row of powers for each number: those of a polynomial, the highest first.

    >>> torch.vander(torch.tensor([1, 2, 3]))
    tensor([[1, 1, 1],
            [4, 2, 1],
            [9, 3, 1]])
    """
    if x.ndim != 1:
        raise RuntimeError("x must be a one-dimensional tensor.")
    count = x.shape[0] if N is None else N
    if count < 0:
        raise RuntimeError("N must be non-negative.")
    powers = _powers(x.to(dtypes.int64) if x.dtype.category < 2 else x, count)
    return powers if increasing else powers.flip(1)


def _powers(x: Tensor, count: int) -> Tensor:
    """The powers 0 to count - 1 along a new last dimension."""
    if count < 2:
        return x.new_ones((*x.shape, count))
    raised = x.unsqueeze(-1).expand(*x.shape, count - 1).cumprod(-1)
    return cat([x.new_ones((*x.shape, 1)).to(raised.dtype), raised], -1)
