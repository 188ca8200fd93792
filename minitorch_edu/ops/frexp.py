"""Frexp: what a floating point number is made of."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.ops.exponentials import exp2
from minitorch_edu.ops.op import op
from minitorch_edu.ops.refusals import Unsupported
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

frexp_result: Any = namedtuple("frexp", ["mantissa", "exponent"])
frexp_result.__module__ = "torch.return_types"
frexp_result.__repr__ = lambda pair: (
    f"torch.return_types.frexp(\nmantissa={pair.mantissa!r},\nexponent={pair.exponent!r})"
)


@op
class frexp_parts:
    r"""Mantissa and exponent: $x = m \, 2^e$ with $\frac{1}{2} \leq |m| < 1$."""

    domain = r"where $x \ne 0$ and $|x|$ is not a power of two"
    node = "FrexpBackward0"
    outputs = ("mantissa", "exponent")
    differentiable = 1

    def forward(xp, input):
        if input.dtype.kind not in "fV":
            raise Unsupported
        mantissa, exponent = xp.frexp(input)
        return mantissa, exponent.astype(xp.int32, copy=False)

    def grad_input(grad, exponent):
        r"$\partial m / \partial x = 2^{-e}$"
        return grad / exp2(exponent)

    def explain(input):
        raise RuntimeError("torch.frexp() only supports floating-point dtypes")


@registry.method
@reads("Tensor input, *, tuple of Tensors out = None")
def frexp(input: Tensor) -> Any:
    """Mantissa and exponent, which make a floating point number: `mantissa * 2 ** exponent`.

    >>> torch.frexp(torch.tensor([6., 1.]))
    torch.return_types.frexp(
    mantissa=tensor([0.7500, 0.5000]),
    exponent=tensor([3, 1], dtype=torch.int32))
    """
    return frexp_result(*frexp_parts(input))
