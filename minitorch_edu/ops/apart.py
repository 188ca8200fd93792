"""Apart: operands on different devices. A number in a zero-dim tensor of the CPU may come along; all else is refused.

Note [Numbers that cross over]
`x * torch.tensor(2.)` works where `x` is on a GPU: PyTorch lets one zero-dim tensor of the CPU meet a tensor of the GPU
in arithmetic, and hands its value to the kernel. Here it is carried over first. Where it requires grad the graph shows
that step, so that its gradient finds the way home.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from minitorch_edu.backends.cpu import cpu
from minitorch_edu.ops import registry
from minitorch_edu.tensor import Tensor

if TYPE_CHECKING:
    from minitorch_edu.ops.op import Card

STRUCTURED = frozenset(
    "addbmm addmm addmv baddbmm bmm cat gather mm nll_loss_forward scatter scatter_add scatter_reduce".split()
)
"""Kernels whose wrappers PyTorch names without the underscore of an empty overload."""

KERNELS = {
    "embedding_rows": "index_select",
    "nll_loss": "nll_loss_forward",
    "nll_loss_weighted": "nll_loss_forward",
    "nll_loss2d": "nll_loss2d_forward",
    "nll_loss2d_weighted": "nll_loss2d_forward",
}
"""The kernels behind cards of another name."""

POINTWISE = frozenset({"index_put_values", "close", "polar", "binary_cross_entropy"})
"""Cards that run in a loop over elements, as arithmetic does, and say of devices what that says."""

FREE = frozenset({"where_tensor", "masked_fill_tensor"})
"""Cards that take any number of operands without dimensions from the CPU."""

TORCH_NAMES = {"input": "self", "indices": "index"}


def together(card: Card, *values: Tensor, written: bool = False) -> tuple[Tensor, ...]:
    """The operands of a card on one device. See Note [Numbers that cross over].

    written: whether the first of them is written in place.
    """
    there = next(backend for each in values if (backend := each._storage.backend) is not cpu)
    crossing = [each for each in values if each._storage.backend is cpu and not each._array.ndim]
    arithmetic = card.promotes is not None and len(values) == 2
    if card.name not in FREE and (
        not arithmetic or len(crossing) != 1 or (written and values[0] is crossing[0])
    ):
        refuse(card, *values)
    carry = registry.functions["to"]
    crosses = {id(each) for each in crossing}
    found = tuple(carry(each, there.device) if id(each) in crosses else each for each in values)
    if any(each._storage.backend is not there for each in found):
        refuse(card, *values)
    return found


def refuse(card: Card, *values: Tensor) -> NoReturn:
    """PyTorch's words for tensors of several devices, which are not the same for every kind of op."""
    if card.name == "convolution_of":
        raise RuntimeError(_of_types(*values))
    if card.name.startswith("masked_fill"):
        raise RuntimeError(
            f"expected self and mask to be on the same device, but got mask on {values[-1].device} and self on "
            f"{values[0].device}"
        )
    if card.promotes is not None or card.diagonal or card.name in POINTWISE:
        common = next(each.device for each in values if each._storage.backend is not cpu)
        other = next(each.device for each in values if each.device is not common)
        text = f"found at least two devices, {common} and {other}!"
    else:
        position = next(n for n, each in enumerate(values) if each.device is not values[0].device)
        text = (
            f"got {_argument(card, position)} is on {values[position].device}, different from other tensors on "
            f"{values[0].device} (when checking argument in method {_method(card)})"
        )
    error = RuntimeError(f"Expected all tensors to be on the same device, but {text}")
    error.add_note(
        "Move one of them first: x.to(device) copies a tensor, model.to(device) all parameters of a module."
    )
    raise error


def _argument(card: Card, position: int) -> str:
    if card.many is not None:
        return "tensors"
    name = card.inputs[position]
    return TORCH_NAMES.get(name, name)


def _method(card: Card) -> str:
    kernel = KERNELS.get(card.name) or (card.name if card.signatures else card.name.rsplit("_", 1)[0])
    return f"wrapper_CUDA_{'' if kernel in STRUCTURED else '_'}{kernel}"


def _of_types(input: Tensor, weight: Tensor, *rest: Tensor) -> str:
    """What a convolution says, which looks at the types of its operands."""
    ours, theirs = input.type(), weight.type()
    if ours == theirs:
        return f"Input type ({ours}) and bias type ({rest[0].type()}) should be the same"
    other = " or input should be a MKLDNN tensor and weight is a dense tensor" if input.is_cpu else ""
    return f"Input type ({ours}) and weight type ({theirs}) should be the same{other}"
