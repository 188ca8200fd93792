"""Normal numbers whose means, deviations or both are given by tensors."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.ops.creation import check_options, kind_for, leaf, placed, shape_of
from minitorch_edu.ops.distributions import normal_numbers
from minitorch_edu.ops.drawing import outline
from minitorch_edu.ops.generator import Generator, source_for, source_on
from minitorch_edu.ops.op import op
from minitorch_edu.ops.rooms import room
from minitorch_edu.ops.signatures import OPTIONS, reads
from minitorch_edu.ops.transforms import drawn
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor

# The derivative is zero, here as in PyTorch: that of the numbers for means and deviations that are drawn anew.


@op
class normal_with_means:
    r"""Normally distributed numbers, each with a mean of its own: $z_i \sim N(x_i, \sigma^2)$."""

    node = "NormalBackward1"
    inplace = False

    def forward(xp, mean, std: object = 1.0, generator: object = None):
        return normal_numbers(xp.empty(mean.shape, mean.dtype), 0.0, std, source_for(mean, generator)) + mean

    def grad_mean(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class normal_with_deviations:
    r"""Normally distributed numbers, each with a deviation of its own: $z_i \sim N(\mu, x_i^2)$."""

    node = "NormalBackward2"
    inplace = False

    def forward(xp, std, mean: object = 0.0, generator: object = None):
        source = source_for(std, generator)
        numbers = normal_numbers(xp.empty(std.shape, std.dtype), 0.0, 1.0, source) * std
        return numbers + std.dtype.type(mean)

    def grad_std(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class normal_with_both:
    r"""Normally distributed numbers, each with a mean and a deviation of its own: $z_i \sim N(x_i, y_i^2)$."""

    kernel = "normal.Tensor_Tensor(mean, std)"
    node = "NormalBackward3"
    inplace = False

    def forward(xp, mean, std, generator: object = None):
        shape = broadcast(mean.shape, std.shape)
        numbers = normal_numbers(xp.empty(shape, mean.dtype), 0.0, 1.0, source_for(mean, generator))
        return (numbers * std).astype(mean.dtype) + mean

    def grad_mean(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0

    def grad_std(grad):
        r"$\partial z / \partial y = 0$"
        return grad * 0


@reads(
    "Tensor mean, Tensor std, *, torch.Generator generator = None, Tensor out = None",
    "Tensor mean, float std = 1, *, torch.Generator generator = None, Tensor out = None",
    "float mean, Tensor std, *, torch.Generator generator = None, Tensor out = None",
    f"float mean, float std, tuple of ints size, *, torch.Generator generator = None, Tensor out = None, {OPTIONS}",
)
@drawn
def normal(
    mean: Any,
    std: Any = 1.0,
    size: Any = None,
    *,
    generator: Generator | None = None,
    out: Tensor | None = None,
    dtype: Any = None,
    layout: Any = None,
    device: Any = None,
    pin_memory: Any = False,
    requires_grad: bool = False,
) -> Tensor:
    """Normally distributed numbers: normal(mean, std) where one of them is a tensor, or normal(mean, std, size).

    >>> generator = torch.manual_seed(0); torch.normal(torch.tensor([0.0, 100.0]), 1.0)
    tensor([ 1.5410, 99.7066])
    """
    several, spread = isinstance(mean, Tensor), isinstance(std, Tensor)
    if not several and not spread:
        if size is None:
            raise TypeError(
                f"normal() received an invalid combination of arguments - got ({type(mean).__name__}, "
                f"{type(std).__name__}), but expected one of:\n{_FORMS}"
            )
        check_options(layout, pin_memory, requires_grad)
        if out is not None:
            kind_for(out, dtype)
            return _written(out, shape_of((size,)), mean, std, generator)
        backend = cpu if device is None else placed(device)  # PyTorch's does not look at the default
        kind, shape = dtype or dtypes.get_default_dtype(), shape_of((size,))
        array = room(shape, kind) if backend is cpu else outline(shape, kind.numpy)
        return leaf(normal_numbers(array, mean, std, source_on(backend, generator)), backend, requires_grad)
    if spread:
        _check_deviations(std)
    if out is not None:
        known = out.shape if not (several and spread) else std.shape
        return _written(out, broadcast((mean if several else std).shape, known), mean, std, generator)
    if several and spread:
        return normal_with_both(mean, std, generator)
    return (
        normal_with_means(mean, std, generator) if several else normal_with_deviations(std, mean, generator)
    )


def _check_deviations(std: Tensor) -> None:
    if std.is_complex():
        raise RuntimeError("normal expects standard deviation to be non-complex")
    if std.numel() and not bool((std._array >= 0).all()):
        raise RuntimeError("normal expects all elements of std >= 0.0")


def _written(out: Tensor, shape: tuple[int, ...], mean: Any, std: Any, generator: Any) -> Tensor:
    """`out` filled in place, in its own dtype and in the order of its memory."""
    given = (out, mean, std)
    if grad_mode.enabled and any(isinstance(each, Tensor) and each._requires_grad for each in given):
        raise RuntimeError(
            "normal(): functions with out=... arguments don't support automatic differentiation, but one of the "
            "arguments requires grad."
        )
    if out.shape != shape:
        out.resize_(shape)
    if not isinstance(mean, Tensor) and not isinstance(std, Tensor):
        return out.normal_(mean, std, generator=generator)
    out.normal_(0.0, 1.0 if isinstance(std, Tensor) else std, generator=generator)
    if isinstance(std, Tensor):
        out.mul_(std)
    return out.add_(mean)


_FORMS = """\
 * (Tensor mean, Tensor std, *, torch.Generator generator = None, Tensor out = None)
 * (Tensor mean, float std = 1, *, torch.Generator generator = None, Tensor out = None)
 * (float mean, Tensor std, *, torch.Generator generator = None, Tensor out = None)
 * (float mean, float std, tuple of ints size, *, torch.Generator generator = None, Tensor out = None, \
torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, bool pin_memory = False, \
bool requires_grad = False)
"""
