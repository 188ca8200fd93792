"""Fused ops: two or three steps of arithmetic as one, which optimizers and interpolations are written with."""

from __future__ import annotations

from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op, pointwise
from minitorch_edu.ops.operands import NUMBERS
from minitorch_edu.ops.pointwise import around
from minitorch_edu.ops.refusals import Unsupported, lacking
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor


def same_dtype(*arrays):
    """Interpolation does not promote."""
    if any(each.dtype is not arrays[0].dtype for each in arrays):
        raise Unsupported
    return arrays[0]


def refuse_interpolation(input: Tensor, end: Tensor, weight: Any) -> None:
    for name, each in (("end", end), ("weight", weight)):
        if (
            isinstance(each, Tensor)
            and each.dtype is not input.dtype
            and not (name == "weight" and each.ndim == 0)
        ):
            raise RuntimeError(
                f"expected dtype {input.dtype.c_name} for `{name}` but got dtype {each.dtype.c_name}"
            )
    if input.dtype.category < 2:
        kernel = "lerp_kernel_tensor" if isinstance(weight, Tensor) and weight.ndim else "lerp_kernel_scalar"
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{input.dtype.scalar_name}'")


@op(diagonal=True)
class lerp_number:
    r"""A point between two others, by a number: $z = x + w (y - x)$."""

    node = "LerpBackward0"
    holomorphic = True
    inplace = True
    widens = True
    explain = refuse_interpolation

    def forward(xp, input, end, weight: float):
        if same_dtype(input, end).dtype.kind not in "fcV":
            raise Unsupported
        weight = input.dtype.type(weight)
        step = end - input
        return input + weight * step if abs(weight) < 0.5 else end - step * (1 - weight)

    def grad_input(grad, weight):
        r"$\partial z / \partial x = 1 - w$"
        return grad * (1 - weight)

    def grad_end(grad, weight):
        r"$\partial z / \partial y = w$"
        return grad * weight


@op(diagonal=True)
class lerp_tensor:
    r"""A point between two others, by a weight for each element: $z = x + w (y - x)$."""

    node = "LerpBackward1"
    holomorphic = True
    inplace = True
    widens = True
    explain = refuse_interpolation

    def forward(xp, input, end, weight):
        if same_dtype(input, end, weight if weight.ndim else end).dtype.kind not in "fcV":
            raise Unsupported
        weight = weight.astype(input.dtype, copy=False)
        step = end - input
        return xp.where(xp.absolute(weight) < 0.5, input + weight * step, end - step * (1 - weight))

    def grad_input(grad, weight):
        r"$\partial z / \partial x = 1 - w$"
        return grad * (1 - weight)

    def grad_end(grad, weight):
        r"$\partial z / \partial y = w$"
        return grad * weight

    def grad_weight(grad, input, end):
        r"$\partial z / \partial w = y - x$"
        return grad * (end - input)


@registry.method
@reads(
    "Tensor input, Tensor end, Tensor weight, *, Tensor out = None",
    "Tensor input, Tensor end, Number weight, *, Tensor out = None",
)
def lerp(input: Tensor, end: Tensor, weight: Any) -> Tensor:
    """A point on the line from `input` to `end`: `weight` 0 is its start, 1 its end.

    >>> torch.lerp(torch.tensor([0., 1.]), torch.tensor([10., 3.]), 0.5)
    tensor([5., 2.])
    """
    return lerp_number(input, end, weight) if isinstance(weight, NUMBERS) else lerp_tensor(input, end, weight)


@registry.method
@reads("Tensor end, Tensor weight", "Tensor end, Number weight", method=True)
def lerp_(input: Tensor, end: Tensor, weight: Any) -> Tensor:
    """`lerp` in place."""
    chosen = "lerp_number_" if isinstance(weight, NUMBERS) else "lerp_tensor_"
    return registry.functions[chosen](input, end, weight)


# --- a product or a quotient on top ---------------------------------------------------------------------------------


def times(array, value):
    """A number times an array, in the array's dtype."""
    if value == 1:
        return array
    return array * array.dtype.type(around(value, array.dtype))


@pointwise
class addcmul:
    r"""A product added: $z = x + v \, a \, b$.

    >>> torch.addcmul(torch.tensor([1.]), torch.tensor([2.]), torch.tensor([3.]), value=0.5)
    tensor([4.])
    """

    signatures = (
        "Tensor input, Tensor tensor1, Tensor tensor2, *, Number value = 1, Tensor out = None",
        "hidden Tensor input, Number value, Tensor tensor1, Tensor tensor2",
    )
    holomorphic = True
    widens = True
    refuses = "b"

    def forward(xp, input, tensor1, tensor2, *, value: float = 1):
        return input + times(tensor1, value) * tensor2

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad

    def grad_tensor1(grad, tensor2, value):
        r"$\partial z / \partial a = v \, b$"
        return grad * (tensor2 * value)

    def grad_tensor2(grad, tensor1, value):
        r"$\partial z / \partial b = v \, a$"
        return grad * (tensor1 * value)

    def explain(input, tensor1, tensor2, value):
        lacking("addcmul_cpu_out", "b")(input, tensor1, tensor2)


@pointwise
class addcdiv:
    r"""A quotient added: $z = x + v \, a / b$.

    >>> torch.addcdiv(torch.tensor([1.]), torch.tensor([2.]), torch.tensor([4.]), value=2)
    tensor([2.])
    """

    domain = r"where $b \ne 0$"
    signatures = (
        "Tensor input, Tensor tensor1, Tensor tensor2, *, Number value = 1, Tensor out = None",
        "hidden Tensor input, Number value, Tensor tensor1, Tensor tensor2",
    )
    holomorphic = True
    widens = True
    refuses = "biu"

    def forward(xp, input, tensor1, tensor2, *, value: float = 1):
        return input + times(tensor1, value) / tensor2

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad

    def grad_tensor1(grad, tensor2, value):
        r"$\partial z / \partial a = v / b$"
        return grad * (value / tensor2)

    def grad_tensor2(grad, tensor1, tensor2, value):
        r"$\partial z / \partial b = -v \, a / b^2$"
        return -grad * (value * tensor1 / (tensor2 * tensor2))

    def explain(input, tensor1, tensor2, value):
        refuse_whole(tensor1, tensor2)

    def refuse(input, tensor1, tensor2):
        refuse_whole(tensor1, tensor2)


def refuse_whole(one: Tensor, other: Tensor) -> None:
    if one.dtype.category < 2 and other.dtype.category < 2:
        raise RuntimeError(
            "Integer division with addcdiv is no longer supported, and in a future  release addcdiv will perform a "
            "true division of tensor1 and tensor2. The historic addcdiv behavior can be implemented as (input + value "
            "* torch.trunc(tensor1 / tensor2)).to(input.dtype) for integer inputs and as (input + value * tensor1 / "
            "tensor2) for float inputs. The future addcdiv behavior is just the latter implementation: (input + value "
            "* tensor1 / tensor2), for all dtypes."
        )
