"""Comparisons: bools, and nothing to differentiate."""

from __future__ import annotations

from minitorch_edu.ops import registry
from minitorch_edu.ops.op import op
from minitorch_edu.tensor import Tensor


@op(promotes="bool")
class eq:
    r"""Whether two elements are equal: $x = y$."""

    def forward(xp, input, other):
        return xp.equal(input, other)


@op(promotes="bool")
class ne:
    r"""Whether two elements differ: $x \ne y$."""

    def forward(xp, input, other):
        return xp.not_equal(input, other)


@op(promotes="bool")
class lt:
    r"""Whether one element is less than another: $x < y$."""

    def forward(xp, input, other):
        return xp.less(input, other)


@op(promotes="bool")
class le:
    r"""Whether one element is at most another: $x \le y$."""

    def forward(xp, input, other):
        return xp.less_equal(input, other)


@op(promotes="bool")
class gt:
    r"""Whether one element is greater than another: $x > y$."""

    def forward(xp, input, other):
        return xp.greater(input, other)


@op(promotes="bool")
class ge:
    r"""Whether one element is at least another: $x \ge y$."""

    def forward(xp, input, other):
        return xp.greater_equal(input, other)


@op
class isnan:
    r"""Whether an element is not a number."""

    def forward(xp, input):
        return xp.isnan(input)


@op
class isinf:
    r"""Whether an element is infinite."""

    def forward(xp, input):
        return xp.isinf(input)


@op
class isfinite:
    r"""Whether an element is neither infinite nor nan."""

    def forward(xp, input):
        return xp.isfinite(input)


@registry.method
def isclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Tensor:
    r"""Where $|x - y| \le \text{atol} + \text{rtol} \, |y|$.

    >>> torch.isclose(torch.tensor([1., 2.]), torch.tensor([1., 2.1]))
    tensor([ True, False])
    """
    return close(input, other, rtol, atol, equal_nan)


@op
class close:
    r"""Where $|x - y| \le \text{atol} + \text{rtol} \, |y|$."""

    def forward(xp, input, other, rtol: float, atol: float, equal_nan: bool):
        return xp.isclose(input, other, rtol, atol, equal_nan)


@registry.method
def allclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Whether all elements are close.

    >>> torch.allclose(torch.tensor([1.]), torch.tensor([1.000001]))
    True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())


@registry.method
def equal(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have the same size and elements.

    >>> torch.equal(torch.tensor([1, 2]), torch.tensor([1, 2]))
    True
    """
    return input.shape == other.shape and bool((input._array == other._array).all())
