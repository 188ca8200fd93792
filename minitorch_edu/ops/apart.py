"""Apart: operands on different devices. A number in a zero-dim tensor of the CPU may come along; all else is refused.

Note [Numbers that cross over]
`x * torch.tensor(2.)` works where `x` is on a GPU: PyTorch lets one zero-dim tensor of the CPU meet a tensor of the GPU
in arithmetic, and hands its value to the kernel. Here it is carried over first. Where it requires grad the graph shows
that step, so that its gradient finds the way home.

Note [Names of wrappers]
PyTorch's build writes a wrapper around each kernel for CUDA, from the line of native_functions.yaml that declares it,
and most wrappers compare the devices of their tensors. A card says which line is its own: `kernel = "mm(self, mat2)"`,
the arguments in the order in which they are looked at; `isin.Tensor_Tensor(elements=input, ...)` where an input of the
card has another name. The wrapper's name is made of that of the line, one way for kernels whose shapes PyTorch knows
beforehand (`structured`), another way for the rest. A kernel that is a loop over elements, as arithmetic is, has no
such wrapper: there TensorIterator, which runs the loop, compares the devices.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from minitorch_edu.backends.cpu import cpu
from minitorch_edu.ops import registry
from minitorch_edu.tensor import Tensor

if TYPE_CHECKING:
    from minitorch_edu.ops.op import Card

LOOP = "TensorIterator"
"""What a card calls its kernel where that is a loop over elements."""

SAME = "Expected all tensors to be on the same device, but"


def together(card: Card, *values: Tensor, written: bool = False) -> tuple[Tensor, ...]:
    """The operands of a card on one device. See Note [Numbers that cross over].

    written: whether the first of them is written in place.
    """
    there = next(backend for each in values if (backend := each._storage.backend) is not cpu)
    crossing = {
        name
        for name, each in zip(card.inputs, values, strict=True)
        if each._storage.backend is cpu and not each._array.ndim
    }
    if card.crosses:
        crossing.intersection_update(card.crosses)
    else:
        arithmetic = card.promotes is not None and card.kernel == LOOP and len(values) == 2
        if not arithmetic or len(crossing) != 1 or (written and card.inputs[0] in crossing):
            refuse(card, *values, written=written)
    carry = registry.functions["to"]
    found = tuple(
        carry(each, there.device, non_blocking=True) if name in crossing else each
        for name, each in zip(card.inputs, values, strict=True)
    )
    if any(each._storage.backend is not there for each in found):
        refuse(card, *values, written=written)
    return found


def refuse(card: Card, *values: Tensor, written: bool = False) -> NoReturn:
    """PyTorch's words for tensors of several devices, which are not the same for every kind of op."""
    if card.apart is not None:
        card.apart(*values)
    if card.kernel != LOOP:
        named = dict(zip(card.inputs, values, strict=True)) if card.many is None else {card.many: values}
        same_device(card.kernel, named, structured=card.structured, written=written)
    common = next(each for each in values if each._storage.backend is not cpu)
    other = next(each for each in values if each._storage.backend is not common._storage.backend)
    raise refusal(f"{SAME} found at least two devices, {common.device} and {other.device}!", common, other)


def same_device(kernel: str, given: dict[str, Any], *, structured: bool = False, written: bool = False) -> None:
    """What the wrapper of a kernel says of tensors on several devices, if they are. See Note [Names of wrappers].

    given: tensors, lists of them, and None, by the names that `kernel` has for them.
    """
    line, _, arguments = kernel.rstrip(")").partition("(")
    first: Tensor | None = None
    for name, each in _looked_at(arguments, given):
        if first is None:
            first = each
        elif each._storage.backend is not first._storage.backend:
            raise refusal(
                f"{SAME} got {name} is on {each.device}, different from other tensors on {first.device} (when checking "
                f"argument in method {wrapper(line, structured, written)})",
                first,
                each,
            )


def _looked_at(arguments: str, given: dict[str, Any]) -> Iterator[tuple[str, Tensor]]:
    for argument in arguments.split(", "):
        name, _, known_as = argument.partition("=")
        value = given.get(known_as or ("input" if name == "self" else name))
        for each in value if isinstance(value, Sequence) else (value,):
            if each is not None:
                yield name, each


def wrapper(line: str, structured: bool, written: bool = False) -> str:
    """The wrapper around the kernel of a line such as "isin.Tensor_Tensor". See Note [Names of wrappers]."""
    name, _, overload = line.partition(".")
    name += "_" if written and not name.endswith("_") else "_out" if overload == "out" else ""
    parts = [name, overload] if structured and overload else [name] if structured else [overload, name]
    return "_".join(["wrapper_CUDA", *parts])


def strangers(*values: Tensor) -> tuple[Tensor, Tensor] | None:
    """The first of the tensors, and the first that is on another device; None where they are all on one."""
    first = values[0]
    other = next((each for each in values if each._storage.backend is not first._storage.backend), None)
    return None if other is None else (first, other)


def refusal(text: str, one: Tensor, other: Tensor) -> RuntimeError:
    """An error about two tensors on different devices, with what helps."""
    error = RuntimeError(text)
    if one.device is other.device:
        error.add_note(
            f"Both are called {one.device}, but each belongs to another simulation, and they share no memory:\n"
            f"x.to('{one.device}') brings a tensor to the present one."
        )
    else:
        error.add_note(
            "Move one of them first: x.to(device) copies a tensor, model.to(device) all parameters of a module."
        )
    return error


def of_types(input: Tensor, weight: Tensor, *rest: Tensor) -> NoReturn:
    """What a convolution says, which looks at the types of its operands."""
    ours, theirs = input.type(), weight.type()
    if ours == theirs:
        text = f"Input type ({ours}) and bias type ({rest[0].type()}) should be the same"
        raise refusal(text, input, rest[0])
    other = " or input should be a MKLDNN tensor and weight is a dense tensor" if input.is_cpu else ""
    text = f"Input type ({ours}) and weight type ({theirs}) should be the same{other}"
    raise refusal(text, input, weight)
