"""Pointwise ops: element by element, simple to hard."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.op import floating, pointwise
from minitorch_edu.ops.refusals import lacking, unsupported
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor


@pointwise
class neg:
    r"""The negative: $z = -x$.

    >>> torch.neg(torch.tensor([1., -2.]))
    tensor([-1.,  2.])
    """

    def forward(xp, input):
        return xp.negative(input)

    def grad_input(grad):
        r"$\partial z / \partial x = -1$"
        return -grad

    def explain(input):
        if input.dtype.category == 0:
            raise RuntimeError(
                "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert "
                "a mask, use "
                "the `~` or `logical_not()` operator instead."
            )


def scaled(array, alpha):
    """`alpha` times an array, in the array's dtype."""
    kind = array.dtype.kind
    if isinstance(alpha, bool) and kind != "b":
        raise RuntimeError("Boolean alpha only supported for Boolean results.")
    if isinstance(alpha, float | complex) and kind in "biu":
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    if isinstance(alpha, complex) and kind != "c":
        raise RuntimeError("For non-complex input tensors, argument alpha must not be a complex number.")
    return (array * around(alpha, array.dtype)).astype(array.dtype, copy=False)


def around(number, dtype):
    """A number that bytes and other unsigned elements may be multiplied with: -1 is 255, as in PyTorch."""
    return int(number) % 2 ** (8 * dtype.itemsize) if dtype.kind == "u" else number


@pointwise
class add:
    r"""Elementwise sum: $z = x + \alpha \, y$.

    >>> torch.add(torch.tensor([1., 2.]), 3)
    tensor([4., 5.])
    """

    signatures = (
        "Tensor input, Tensor other, *, Number alpha = 1, Tensor out = None",
        "hidden Tensor input, Number alpha, Tensor other",
    )

    def forward(xp, input, other, *, alpha: float = 1):
        return xp.add(input, other) if alpha == 1 else xp.add(input, scaled(other, alpha))

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad

    def grad_other(grad, alpha):
        r"$\partial z / \partial y = \alpha$"
        return grad if alpha == 1 else grad * alpha.conjugate()


@pointwise
class sub:
    r"""Elementwise difference: $z = x - \alpha \, y$.

    >>> torch.sub(torch.tensor([1., 2.]), 3)
    tensor([-2., -1.])
    """

    signatures = (
        "Tensor input, Tensor other, *, Number alpha = 1, Tensor out = None",
        "hidden Tensor input, Number alpha, Tensor other",
    )

    def forward(xp, input, other, *, alpha: float = 1):
        return xp.subtract(input, other) if alpha == 1 else xp.subtract(input, scaled(other, alpha))

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad

    def grad_other(grad, alpha):
        r"$\partial z / \partial y = -\alpha$"
        return -grad if alpha == 1 else grad * -alpha.conjugate()

    def refuse(input, other):
        refuse_bools(input, other)

    def explain(input, other, alpha):
        refuse_bools(input, other)


@pointwise
class rsub:
    r"""The difference the other way round, for `2 - x`: $z = y - \alpha \, x$.

    >>> 2 - torch.tensor([1., 2.])
    tensor([1., 0.])
    """

    signatures = (
        "Tensor input, Tensor other, *, Number alpha = 1",
        "Tensor input, Number other, Number alpha = 1",
    )

    node = "RsubBackward1"
    meeting = ("input", "other")
    inplace = False

    def forward(xp, input, other, *, alpha: float = 1):
        return xp.subtract(other, input) if alpha == 1 else xp.subtract(other, scaled(input, alpha))

    def grad_input(grad, alpha):
        r"$\partial z / \partial x = -\alpha$"
        return -grad if alpha == 1 else grad * -alpha.conjugate()

    def refuse(input, other):
        refuse_bools(input, other)

    def explain(input, other, alpha):
        refuse_bools(input, other)


@pointwise
class rsub_tensor:
    r"""The difference of two tensors the other way round: $z = y - \alpha \, x$."""

    node = "RsubBackward0"
    inplace = False

    def forward(xp, input, other, *, alpha: float = 1):
        return xp.subtract(other, input) if alpha == 1 else xp.subtract(other, scaled(input, alpha))

    def grad_input(grad, alpha):
        r"$\partial z / \partial x = -\alpha$"
        return -grad if alpha == 1 else grad * -alpha.conjugate()

    def grad_other(grad):
        r"$\partial z / \partial y = 1$"
        return grad

    def refuse(input, other):
        refuse_bools(input, other)

    def explain(input, other, alpha):
        refuse_bools(input, other)


rsub_number = rsub


@registry.method
@reads("Tensor input, Tensor other, *, Number alpha = 1", "Tensor input, Number other, Number alpha = 1")
def rsub(input: Tensor, other: Any, alpha: Any = 1) -> Tensor:
    """The difference the other way round: `other - alpha * input`.

    >>> torch.rsub(torch.tensor([1., 2.]), 3)
    tensor([2., 1.])
    """
    chosen = rsub_tensor if isinstance(other, Tensor) else rsub_number
    return chosen(input, other, alpha=alpha)


def refuse_bools(input, other):
    """Bools do not subtract."""
    bools = [
        isinstance(each, bool) or getattr(each, "dtype", None) is dtypes.bool_ for each in (input, other)
    ]
    if all(bools):
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` "
            "operator instead."
        )
    if any(bools):
        raise RuntimeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, "
            "use the `~` or `logical_not()` operator instead."
        )


@pointwise
class mul:
    r"""Elementwise product: $z = x \, y$.

    >>> torch.mul(torch.tensor([1., 2.]), 3)
    tensor([3., 6.])
    """

    holomorphic = True

    def forward(xp, input, other):
        return xp.multiply(input, other)

    def grad_input(grad, other):
        r"$\partial z / \partial x = y$"
        return grad * other

    def grad_other(grad, input):
        r"$\partial z / \partial y = x$"
        return grad * input


@floating
class div:
    r"""Elementwise quotient: $z = x / y$. Integers divide to floating point numbers.

    >>> torch.div(torch.tensor([1, 2]), 2)
    tensor([0.5000, 1.0000])
    """

    domain = r"where $y \ne 0$"
    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Tensor input, Tensor other, *, str? rounding_mode, Tensor out = None",
        "Tensor input, Number other, *, str? rounding_mode",
    )

    holomorphic = True
    others = {"rounding_mode": "div_rounding"}

    def forward(xp, input, other):
        return xp.true_divide(input, other)

    def grad_input(grad, other):
        r"$\partial z / \partial x = 1 / y$"
        return grad / other

    def grad_other(grad, input, other):
        r"$\partial z / \partial y = -x / y^2$"
        return -grad * (input / other / other)


@floating
class reciprocal:
    r"""One over each element: $z = 1 / x$.

    >>> torch.reciprocal(torch.tensor([2., 4.]))
    tensor([0.5000, 0.2500])
    """

    domain = r"where $x \ne 0$"
    holomorphic = True

    def forward(xp, input):
        return xp.true_divide(1, input)

    def grad_input(grad, result):
        r"$\partial z / \partial x = -z^2$"
        return -grad * (result * result)


@pointwise
class abs:
    r"""The absolute value: $z = |x|$.

    >>> torch.abs(torch.tensor([-1., 2.]))
    tensor([1., 2.])
    """

    domain = r"where $x \ne 0$"
    refuses, explain = "b", lacking("abs_cpu", "b")

    def forward(xp, input):
        return xp.absolute(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \operatorname{sgn}(x)$"
        return grad * sgn(input)


@pointwise
class sign:
    r"""The sign of each element: $-1$, $0$ or $1$. It is constant almost everywhere.

    >>> torch.sign(torch.tensor([-3., 0., 2.]))
    tensor([-1.,  0.,  1.])
    """

    domain = r"where $x \ne 0$"

    def forward(xp, input):
        if input.dtype.kind == "b":
            return input.copy()
        return xp.sign(input) if input.dtype.kind != "c" else unsupported()

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0

    def explain(input):
        raise NotImplementedError(
            "Unlike NumPy, torch.sign is not intended to support complex numbers. Please use torch.sgn instead."
        )


@pointwise
class sgn:
    r"""The sign of each element, of complex numbers too: $z = x / |x|$, and $0$ for $0$.

    >>> torch.sgn(torch.tensor([3 + 4j, 0]))
    tensor([0.6000+0.8000j, 0.0000+0.0000j])
    """

    domain = r"where $x \ne 0$"
    diagonal = False  # a complex number moves on a circle: not in the direction of its own derivative

    def forward(xp, input):
        if input.dtype.kind == "c":
            return input / (xp.absolute(input) + (input == 0))
        return xp.sign(input) if input.dtype.kind != "b" else input.copy()

    def grad_input(grad, input, result):
        r"$\partial L / \partial x = (\bar z - z\,\mathrm{Re}(\bar z \, \mathrm{conj}(z))) / |x|$, for real $x$ $0$"
        return (grad - result * (grad * result.conj()).real) * (input != 0) / (abs(input) + (input == 0))


@floating
class exp:
    r"""The exponential: $z = e^x$.

    >>> torch.exp(torch.tensor([0., 1.]))
    tensor([1.0000, 2.7183])
    """

    holomorphic = True

    def forward(xp, input):
        return xp.exp(input)

    def grad_input(grad, result):
        r"$\partial z / \partial x = e^x = z$"
        return grad * result


@floating
class log:
    r"""The natural logarithm: $z = \ln x$.

    >>> torch.log(torch.tensor([1., 2.]))
    tensor([0.0000, 0.6931])
    """

    domain = "where $x > 0$"
    holomorphic = True

    def forward(xp, input):
        return xp.log(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = 1 / x$"
        return grad / input


@floating
class sqrt:
    r"""The square root: $z = \sqrt{x}$.

    >>> torch.sqrt(torch.tensor([1., 4.]))
    tensor([1., 2.])
    """

    domain = "where $x > 0$"
    holomorphic = True

    def forward(xp, input):
        return xp.sqrt(input)

    def grad_input(grad, result):
        r"$\partial z / \partial x = \frac{1}{2 \sqrt{x}} = \frac{1}{2 z}$"
        return grad / (2 * result)


@floating
class sin:
    r"""The sine: $z = \sin x$, in radians.

    >>> torch.sin(torch.tensor([0., 1.]))
    tensor([0.0000, 0.8415])
    """

    holomorphic = True

    def forward(xp, input):
        return xp.sin(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = \cos x$"
        return grad * cos(input)


@floating
class cos:
    r"""The cosine: $z = \cos x$, in radians.

    >>> torch.cos(torch.tensor([0., 1.]))
    tensor([1.0000, 0.5403])
    """

    holomorphic = True

    def forward(xp, input):
        return xp.cos(input)

    def grad_input(grad, input):
        r"$\partial z / \partial x = -\sin x$"
        return grad * -sin(input)
