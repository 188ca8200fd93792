"""Bits: what is done to the bits of whole numbers, and to truths."""

from __future__ import annotations

from minitorch_edu.ops.op import op, pointwise
from minitorch_edu.ops.refusals import lacking, without_bools

# --- bits -----------------------------------------------------------------------------------------------------------


@op
class bitwise_not:
    r"""The bits of each element, inverted; for bools, not."""

    signatures = ("Tensor input, *, Tensor out = None",)

    inplace = True

    def forward(xp, input):
        return xp.invert(input)

    def explain(input):
        raise NotImplementedError(f"\"bitwise_not_cpu\" not implemented for '{input.dtype.scalar_name}'")


@pointwise
class bitwise_and:
    r"""The bits that both elements have; for bools, and."""

    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Number self, Tensor other",
        "Tensor input, Number other, *, Tensor out = None",
    )

    explain = lacking("bitwise_and_cpu", "f", "c")

    def forward(xp, input, other):
        return xp.bitwise_and(input, other)


@pointwise
class bitwise_or:
    r"""The bits that either element has; for bools, or."""

    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Number self, Tensor other",
        "Tensor input, Number other, *, Tensor out = None",
    )

    explain = lacking("bitwise_or_cpu", "f", "c")

    def forward(xp, input, other):
        return xp.bitwise_or(input, other)


@pointwise
class bitwise_xor:
    r"""The bits that one of two elements has; for bools, either but not both."""

    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Number self, Tensor other",
        "Tensor input, Number other, *, Tensor out = None",
    )

    explain = lacking("bitwise_xor_cpu", "f", "c")

    def forward(xp, input, other):
        return xp.bitwise_xor(input, other)


@pointwise
class bitwise_left_shift:
    r"""The bits, moved up by so many places: $z = x \cdot 2^y$. Those that do not fit are lost."""

    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Number self, Tensor other",
        "Tensor input, Number other, *, Tensor out = None",
    )

    explain = lacking("lshift_cpu", "b", "f", "c")

    def forward(xp, input, other):
        shifted = xp.left_shift(without_bools(input, other), other)
        return xp.where(in_width(xp, input, other), shifted, xp.zeros_like(shifted))


@pointwise
class bitwise_right_shift:
    r"""The bits, moved down by so many places: $z = \lfloor x / 2^y \rfloor$."""

    signatures = (
        "Tensor input, Tensor other, *, Tensor out = None",
        "Number self, Tensor other",
        "Tensor input, Number other, *, Tensor out = None",
    )

    explain = lacking("rshift_cpu", "b", "f", "c")

    def forward(xp, input, other):
        last = input.dtype.itemsize * 8 - 1  # then only the sign is left, or nothing
        inside = in_width(xp, input, other)
        shifted = xp.right_shift(without_bools(input, other), xp.where(inside, other, last))
        return xp.where(inside | (input.dtype.kind == "i"), shifted, xp.zeros_like(shifted)).astype(
            input.dtype, copy=False
        )


def in_width(xp, input, places):
    """Whether a shift moves by less than the bits there are."""
    return (places >= 0) & (places < input.dtype.itemsize * 8)


# --- truths ---------------------------------------------------------------------------------------------------------


@op
class logical_not:
    r"""Whether an element is zero: $\lnot x$."""

    signatures = ("Tensor input, *, Tensor out = None",)

    inplace = True

    def forward(xp, input):
        return xp.logical_not(input)


@op(promotes="bool")
class logical_and:
    r"""Whether neither of two elements is zero: $x \land y$."""

    signatures = ("Tensor input, Tensor other, *, Tensor out = None",)

    inplace = True

    def forward(xp, input, other):
        return xp.logical_and(input, other)


@op(promotes="bool")
class logical_or:
    r"""Whether one of two elements is not zero: $x \lor y$."""

    signatures = ("Tensor input, Tensor other, *, Tensor out = None",)

    inplace = True

    def forward(xp, input, other):
        return xp.logical_or(input, other)


@op(promotes="bool")
class logical_xor:
    r"""Whether just one of two elements is zero: $x \oplus y$."""

    signatures = ("Tensor input, Tensor other, *, Tensor out = None",)

    inplace = True

    def forward(xp, input, other):
        return xp.logical_xor(input, other)
