"""Comparisons: bools, and nothing to differentiate."""

from __future__ import annotations

from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import same_device
from minitorch_edu.ops.op import op
from minitorch_edu.ops.refusals import lacking
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor


@op(promotes="bool")
class eq:
    r"""Whether two elements are equal: $x = y$."""

    inplace = True
    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Tensor input, Number other, *, Tensor out = None",
    )

    def forward(xp, input, other):
        return xp.equal(input, other)


@op(promotes="bool")
class ne:
    r"""Whether two elements differ: $x \ne y$."""

    inplace = True
    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Tensor input, Number other, *, Tensor out = None",
    )

    def forward(xp, input, other):
        return xp.not_equal(input, other)


@op(promotes="bool")
class lt:
    r"""Whether one element is less than another: $x < y$."""

    inplace = True
    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Tensor input, Number other, *, Tensor out = None",
    )

    refuses, explain = "c", lacking("lt_cpu", "c")

    def forward(xp, input, other):
        return xp.less(input, other)


@op(promotes="bool")
class le:
    r"""Whether one element is at most another: $x \le y$."""

    inplace = True
    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Tensor input, Number other, *, Tensor out = None",
    )

    refuses, explain = "c", lacking("le_cpu", "c")

    def forward(xp, input, other):
        return xp.less_equal(input, other)


@op(promotes="bool")
class gt:
    r"""Whether one element is greater than another: $x > y$."""

    inplace = True
    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Tensor input, Number other, *, Tensor out = None",
    )

    refuses, explain = "c", lacking("gt_cpu", "c")

    def forward(xp, input, other):
        return xp.greater(input, other)


@op(promotes="bool")
class ge:
    r"""Whether one element is at least another: $x \ge y$."""

    inplace = True
    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Tensor input, Number other, *, Tensor out = None",
    )

    refuses, explain = "c", lacking("ge_cpu", "c")

    def forward(xp, input, other):
        return xp.greater_equal(input, other)


@op
class isnan:
    r"""Whether an element is not a number."""

    signatures = ("Tensor input",)

    def forward(xp, input):
        return xp.isnan(input)


@op
class isinf:
    r"""Whether an element is infinite."""

    signatures = ("Tensor input",)

    def forward(xp, input):
        return xp.isinf(input)


@op
class isfinite:
    r"""Whether an element is neither infinite nor nan."""

    signatures = ("Tensor input",)

    def forward(xp, input):
        return xp.isfinite(input)


@registry.method
@reads("Tensor input, Tensor other, float rtol = 1e-05, float atol = 1e-08, bool equal_nan = False")
def isclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Tensor:
    r"""Where $|x - y| \le \text{atol} + \text{rtol} \, |y|$.

    >>> torch.isclose(torch.tensor([1., 2.]), torch.tensor([1., 2.1]))
    tensor([ True, False])
    """
    for name, tolerance in (("rtol", rtol), ("atol", atol)):
        if tolerance < 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {tolerance:g}")
    return close(input, other, rtol, atol, equal_nan)


@op
class close:
    r"""Where $|x - y| \le \text{atol} + \text{rtol} \, |y|$."""

    crosses = ("input", "other")

    def forward(xp, input, other, rtol: float, atol: float, equal_nan: bool):
        if input.dtype is not other.dtype:
            raise ValueError("two dtypes")
        return xp.isclose(input, other, rtol, atol, equal_nan)

    def explain(input, other, rtol, atol, equal_nan):
        if input.dtype is not other.dtype:
            raise RuntimeError(f"{input.dtype.scalar_name} did not match {other.dtype.scalar_name}")


@registry.method
@reads("Tensor input, Tensor other, float rtol = 1e-05, float atol = 1e-08, bool equal_nan = False")
def allclose(
    input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> bool:
    """Whether all elements are close.

    >>> torch.allclose(torch.tensor([1.]), torch.tensor([1.000001]))
    True
    """
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())


@registry.method
@reads("Tensor input, Tensor other")
def equal(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have the same size and elements.

    >>> torch.equal(torch.tensor([1, 2]), torch.tensor([1, 2]))
    True
    """
    if input._storage.backend is not other._storage.backend:
        same_device("equal(self, other)", {"input": input, "other": other})
    return input.shape == other.shape and bool((input._array == other._array).all())
