"""Parts: complex numbers from two real ones, and views of their parts."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import into
from minitorch_edu.ops.op import op
from minitorch_edu.ops.pointwise import cos, sin
from minitorch_edu.ops.signatures import reads
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor


@op
class view_as_real:
    r"""Complex numbers as pairs of real ones, in a last dimension of two; a view.

    >>> torch.view_as_real(torch.tensor([1 + 2j]))
    tensor([[1., 2.]])
    """

    signatures = ("Tensor input",)
    is_view = True

    def forward(xp, input):
        if input.dtype.kind != "c":
            raise TypeError
        part = xp.float64 if input.dtype.itemsize == 16 else xp.float32
        return input[..., None].view(part)

    def grad_input(grad):
        r"$\bar x = \bar z_0 + i \bar z_1$"
        return view_as_complex(grad.reshape(grad.shape))

    def explain(input):
        if not input.is_complex():
            raise RuntimeError("view_as_real is only supported for complex tensors")


@op
class view_as_complex:
    r"""Pairs of real numbers, in a last dimension of two, as complex ones; a view.

    >>> torch.view_as_complex(torch.tensor([[1., 2.]]))
    tensor([1.+2.j])
    """

    signatures = ("Tensor input",)
    is_view = True

    def forward(xp, input):
        if input.shape[-1] != 2 or input.dtype.kind != "f":
            raise TypeError
        whole = xp.complex128 if input.dtype.itemsize == 8 else xp.complex64
        return input.view(whole)[..., 0]

    def grad_input(grad):
        r"$\bar x = (\mathrm{Re}\,\bar z, \mathrm{Im}\,\bar z)$"
        return view_as_real(grad)

    def explain(input):
        if input.dtype not in (dtypes.float16, dtypes.float32, dtypes.float64):
            raise RuntimeError(
                "view_as_complex is only supported for half, float and double tensors, but got a tensor of scalar "
                f"type: {input.dtype.scalar_name}"
            )
        if not input.ndim:
            raise RuntimeError("Input tensor must have one or more dimensions")
        if input.shape[-1] != 2:
            raise RuntimeError("Tensor must have a last dimension of size 2")
        if input.stride(-1) != 1:
            raise RuntimeError("Tensor must have a last dimension with stride 1")
        if any(step % 2 for step in input.stride()[:-1]):
            dim = next(place for place, step in enumerate(input.stride()[:-1]) if step % 2)
            raise RuntimeError(
                f"Tensor must have a stride divisible by 2 for all but last dimension (dim {dim})"
            )


def _check_parts(one: Tensor, other: Tensor) -> None:
    halves = (dtypes.float16, dtypes.float32, dtypes.float64)
    if one.dtype not in halves or other.dtype not in halves:
        raise RuntimeError(
            f"Expected both inputs to be Half, Float or Double tensors but got {one.dtype.scalar_name} and "
            f"{other.dtype.scalar_name}"
        )
    if one.dtype is not other.dtype:
        raise RuntimeError(
            f"Expected object of scalar type {one.dtype.scalar_name} but got scalar type {other.dtype.scalar_name} for "
            "second argument"
        )
    broadcast(one.shape, other.shape)


@op
class complex_parts:
    r"""A complex tensor from its real and its imaginary part: $z = x + iy$."""

    node = "ComplexBackward0"

    def forward(xp, input, imag):
        result = xp.empty(
            xp.broadcast_shapes(input.shape, imag.shape), xp.result_type(input.dtype, xp.complex64)
        )
        result.real = input
        result.imag = imag
        return result

    def grad_input(grad):
        r"$\bar x = \mathrm{Re}\,\bar z$"
        return view_as_real(grad)[..., 0]

    def grad_imag(grad):
        r"$\bar y = \mathrm{Im}\,\bar z$"
        return view_as_real(grad)[..., 1]


@op
class polar_parts:
    r"""A complex tensor from its absolute value and its angle: $z = r e^{i\varphi}$."""

    node = "PolarBackward0"

    def forward(xp, input, angle):
        result = xp.empty(
            xp.broadcast_shapes(input.shape, angle.shape), xp.result_type(input.dtype, xp.complex64)
        )
        result.real = input * xp.cos(angle)
        result.imag = input * xp.sin(angle)
        return result

    def grad_input(grad, angle):
        r"$\bar r = \mathrm{Re}(\bar z)\cos\varphi + \mathrm{Im}(\bar z)\sin\varphi$"
        parts = view_as_real(grad)
        return parts[..., 0] * cos(angle) + parts[..., 1] * sin(angle)

    def grad_angle(grad, result):
        r"$\bar\varphi = \mathrm{Im}(\bar z)\,\mathrm{Re}(z) - \mathrm{Re}(\bar z)\,\mathrm{Im}(z)$"
        parts, whole = view_as_real(grad), view_as_real(result)
        return parts[..., 1] * whole[..., 0] - parts[..., 0] * whole[..., 1]


def _combined(card: Any, one: Any, other: Any, out: Any) -> Tensor:
    if not isinstance(one, Tensor) or not isinstance(other, Tensor):
        raise TypeError("parts")
    if out is not None and not isinstance(out, Tensor):
        raise TypeError("out")
    _check_parts(one, other)
    result = card(one, other)
    if out is None:
        return result
    if out.dtype is not result.dtype:
        raise RuntimeError(
            f"Expected object of scalar type {result.dtype.scalar_name} but got scalar type {out.dtype.scalar_name} "
            "for argument 'out'"
        )
    return into(out, np.asarray(result._array), name=card.__name__.removesuffix("_parts"))


@reads("Tensor real, Tensor imag, *, Tensor out = None")
def complex(real: Tensor, imag: Tensor, *, out: Any = None) -> Tensor:
    """A complex tensor from its real and its imaginary part.

    >>> torch.complex(torch.tensor([1.]), torch.tensor([2.]))
    tensor([1.+2.j])
    """
    return _combined(complex_parts, real, imag, out)


@reads("Tensor abs, Tensor angle, *, Tensor out = None")
def polar(abs: Tensor, angle: Tensor, *, out: Any = None) -> Tensor:
    """A complex tensor from its absolute value and its angle.

    >>> torch.polar(torch.tensor([2.]), torch.tensor([0.]))
    tensor([2.+0.j])
    """
    if isinstance(abs, Tensor) and isinstance(angle, Tensor) and abs.dtype is angle.dtype is dtypes.float16:
        raise NotImplementedError("\"polar_cpu\" not implemented for 'Half'")
    return _combined(polar_parts, abs, angle, out)


@reads("Tensor input")
def real(input: Tensor) -> Tensor:
    """The real part, as a view; a real tensor is its own."""
    if not isinstance(input, Tensor):
        raise TypeError("input")
    return registry.functions["select"](view_as_real(input), -1, 0) if input.is_complex() else input


@reads("Tensor input")
def imag(input: Tensor) -> Tensor:
    """The imaginary part, as a view."""
    if not isinstance(input, Tensor):
        raise TypeError("input")
    if not input.is_complex():
        raise RuntimeError("imag is not implemented for tensors with non-complex dtypes.")
    return registry.functions["select"](view_as_real(input), -1, 1)


registry.functions["real"], registry.functions["imag"] = real, imag
