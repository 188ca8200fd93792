"""Parts: complex numbers from two real ones, views of their parts, conjugates and angles."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.creation import into, ones_like
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

    kernel = "complex.out(real=input, imag)"
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

    kernel = "polar.out(abs=input, angle)"
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
    return into(out, result._array, name=card.__name__.removesuffix("_parts"))


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


# --- conjugates and angles ------------------------------------------------------------------------------------------


@op
class conjugate:
    r"""The complex conjugate: $z = \bar x$, here $\mathrm{Re}\,x - i\,\mathrm{Im}\,x$."""

    node = "ConjBackward0"

    def forward(xp, input):
        return xp.conj(input)

    def grad_input(grad):
        r"$\partial L / \partial x = \mathrm{conj}(\partial L / \partial z)$"
        return conjugate(grad)


@op
class conjugate_now:
    r"""The complex conjugate, as `conj_physical` computes it."""

    node = "ConjPhysicalBackward0"
    inplace = True

    def forward(xp, input):
        return xp.conj(input)

    def grad_input(grad):
        r"$\partial L / \partial x = \mathrm{conj}(\partial L / \partial z)$"
        return conjugate_now(grad)


def _conjugated(name: str, card: Any, doc: str) -> Any:
    """A function that takes the conjugate of a complex tensor, and hands a real one on."""

    def take(input: Tensor) -> Tensor:
        if not isinstance(input, Tensor):
            raise TypeError("input")
        return card(input) if card is not None and input.is_complex() else input

    take.__name__ = take.__qualname__ = name
    take.__doc__ = doc
    made = reads("Tensor input" + ", *, Tensor out = None" * (name == "conj_physical"))(take)
    registry.functions[name] = made
    return made


conj = _conjugated(
    "conj",
    conjugate,
    """The complex conjugate. A copy: PyTorch's is a view that is computed later.

    >>> torch.conj(torch.tensor([1 + 2j]))
    tensor([1.-2.j])
    """,
)
conj_physical = _conjugated(
    "conj_physical",
    conjugate_now,
    """The complex conjugate, computed at once.

    >>> torch.conj_physical(torch.tensor([1 + 2j]))
    tensor([1.-2.j])
    """,
)
resolve_conj = _conjugated("resolve_conj", None, "The tensor itself: no conjugate is ever left to compute.")
resolve_neg = _conjugated("resolve_neg", None, "The tensor itself: no sign is ever left to change.")


@registry.method
@reads("", method=True)
def conj_physical_(input: Tensor) -> Tensor:
    """`conj_physical`, written into the tensor itself."""
    return registry.functions["conjugate_now_"](input) if input.is_complex() else input


@op(promotes="float")
class angle_complex:
    r"""The angle of a complex number: $z = \arg x$."""

    domain = r"where $x$ is not on the half-line $x \leq 0$"
    node = "AngleBackward0"
    inplace = False

    def forward(xp, input):
        return xp.arctan2(input.imag, input.real)

    def grad_input(grad, input):
        r"$\partial L / \partial x = i x / |x|^2 \cdot \partial L / \partial z$"
        return where(input == 0, 0, grad * input * 1j / (abs(input) * abs(input)))


@op(promotes="float")
class angle_real:
    r"""The angle of a real number: $0$, and $\pi$ where it is negative."""

    domain = r"where $x \ne 0$"
    node = "AngleBackward0"
    inplace = False

    def forward(xp, input):
        return xp.where(xp.isnan(input), input, xp.where(input < 0, xp.pi, 0)).astype(input.dtype)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@registry.method
@reads("Tensor input, *, Tensor out = None")
def angle(input: Tensor) -> Tensor:
    """The angle of each complex number; 0 or pi for real ones.

    >>> torch.angle(torch.tensor([1j, -1]))
    tensor([1.5708, 3.1416])
    """
    if not isinstance(input, Tensor):
        raise TypeError("input")
    return angle_complex(input) if input.is_complex() else angle_real(input)


@registry.method
@reads("Tensor input")
def isreal(input: Tensor) -> Tensor:
    """Which elements have no imaginary part.

    >>> torch.isreal(torch.tensor([1 + 0j, 1j]))
    tensor([ True, False])
    """
    if not isinstance(input, Tensor):
        raise TypeError("input")
    if not input.is_complex():
        return ones_like(input, dtype=dtypes.bool_)
    return imag(input) == 0
