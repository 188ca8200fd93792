"""Operands: what compiled ops ask when the inputs are not simply tensors of one dtype, shape and device."""

from __future__ import annotations

import numbers
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.autograd.graph import op_name, saved_array
from minitorch_edu.backends import gpus
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import refuse as refuse_apart
from minitorch_edu.ops.apart import together as together
from minitorch_edu.ops.overlap import refuse_partial_overlap as refuse_partial_overlap
from minitorch_edu.ops.overlap import refuse_shared
from minitorch_edu.ops.signatures import NUMBERS_TOO
from minitorch_edu.ops.transforms import Level, innermost, levels
from minitorch_edu.parameter import Parameter
from minitorch_edu.shape import broadcast, listed
from minitorch_edu.tensor import Tensor, wrap

if TYPE_CHECKING:
    from minitorch_edu.autograd.graph import Node
    from minitorch_edu.ops.op import Card
    from minitorch_edu.ops.signatures import Form

NUMBERS = (bool, int, float, complex, np.number, np.bool_)
REAL = (bool, int, float, np.integer, np.floating, np.bool_)


def tensors(form: Form, *values: Any) -> tuple[Tensor, ...] | Level | Variant:
    """The values as tensors: subclasses as they are, numbers as zero-dim tensors of a fitting dtype.

    Or who answers for them: a level, see Note [Tensors that stand for more]; or the card of a tensor and a number.
    """
    card = form.card
    if card.name in NUMBERS_TOO and not any(isinstance(value, Tensor) for value in values):
        values = tuple(_alone(value) for value in values)  # torch.add(1, 2)
    for position, value in enumerate(values):
        if not (isinstance(value, Tensor) or (card.takes_numbers[position] and isinstance(value, NUMBERS))):
            form.refuse_values(values)
            raise TypeError(
                f"{_public_name(card)}(): argument '{card.inputs[position]}' (position {position + 1}) must be Tensor, "
                f"not {type_name(value)}"
            )
    if levels.entered and (level := innermost(values)) is not None:
        return level
    if not any(isinstance(value, Tensor) for value in values):
        form.refuse_values(values)
    if card.variants and (variant := _variant(card, values)) is not None:
        return variant
    if card.refuse is not None:
        card.refuse(*values)
    return _with_numbers(card, values)


class Variant(NamedTuple):
    """The card that answers a call with a number: it saves the number itself, on a node of its own."""

    name: str
    number: int  # which of the inputs it is

    def run(self, form: Form, inputs: tuple[Any, ...], arguments: dict[str, Any]) -> Any:
        others = [value for position, value in enumerate(inputs) if position != self.number]
        function = registry.functions[f"{self.name}_" if form.inplace else self.name]
        return function(*others, inputs[self.number], **arguments)


def _variant(card: Card, values: tuple[Any, ...]) -> Variant | None:
    for position, name in enumerate(card.inputs):
        if name in card.variants and isinstance(values[position], REAL):
            return Variant(card.variants[name], position)
    return None


def for_pair(form: Form, first: Any, other: Any) -> Any:
    """The operands of `x + y` as tensors, or NotImplemented, so that Python asks the other operand."""
    if (type(other) is float or type(other) is int) and (type(first) is Tensor or type(first) is Parameter):
        known = constants.get(first._array.dtype)
        if known is not None and first._storage.backend is cpu:
            constant = known.get(other)  # most calls, quicker
            return first, _constant(other, first) if constant is None else constant
    return for_operator(form, first, other)


def for_operator(form: Form, *values: Any) -> Any:
    """The same for any number of operands."""
    first, *others = values
    card = form.card
    if card.name == "eq" and isinstance(others[0], np.ndarray) and others[0].dtype in dtypes.BY_NUMPY:
        return first, wrap(others[0], cpu)  # `==` alone knows arrays
    if not all(isinstance(value, (Tensor, *NUMBERS)) for value in values):
        return NotImplemented
    if levels.entered and (level := innermost(values)) is not None:
        return level
    if card.refuse is not None:
        card.refuse(*values)
    return _with_numbers(card, values)


constants: dict[Any, dict[float, Tensor]] = {np.dtype(kind): {} for kind in (np.float32, np.float64)}
"""The numbers of programs, as zero-dim tensors that are made once: {dtype: {number: tensor}}.

Nothing writes to them, and whoever asks a node for what it has saved is given an alias.
"""


def _constant(number: float, first: Tensor) -> Tensor:
    """A number as a zero-dim tensor of the dtype of the first operand, kept for the next time."""
    array = np.asarray(number, first._array.dtype)
    constant = wrap(array, cpu)
    if number and number == number and not grad_mode.inference:  # 0.0 and -0.0 are equal keys
        known = constants[array.dtype]
        if len(known) > 1000:
            known.clear()
        array.flags.writeable = False
        known[number] = constant
    return constant


def _public_name(card: Card) -> str:
    """The name a student wrote: several cards may stand behind it, as `sum_all` and `sum_dim` do behind `sum`."""
    return card.name if card.signatures else card.name.split("_")[0]


def type_name(value: Any) -> str:
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


def _with_numbers(card: Card, values: tuple[Any, ...]) -> tuple[Tensor, ...]:
    """Numbers take the dtype of the tensors beside them, unless their category is higher."""
    partner: Any = None
    for value in values:
        if isinstance(value, Tensor):
            if partner is None or value.dtype.category > partner.dtype.category:
                partner = value
    floor = dtypes.get_default_dtype() if card.promotes == "float" else partner.dtype
    return tuple(
        value if isinstance(value, Tensor) else _from_number(value, partner, floor) for value in values
    )


def _alone(value: Any) -> Any:
    """A number without a tensor beside it, as a tensor; anything else as it is."""
    if not isinstance(value, NUMBERS):
        return value
    kind: Any = dtypes.of_number(value)  # type: ignore[arg-type]  # NumPy's numbers as well
    return wrap(np.asarray(value, kind.numpy), cpu)


def _from_number(value: complex, partner: Tensor, floor: dtypes.dtype) -> Tensor:
    """A zero-dim tensor of the dtype of highest category: `partner`'s, `floor`, or that of the number."""
    kind = max(partner.dtype, floor, dtypes.of_number(value), key=lambda dtype: dtype.category)
    backend = partner._storage.backend
    try:
        array = backend.asarray(value, kind.numpy)
    except OverflowError:
        array = backend.asarray(value).astype(kind.numpy)  # 300 as uint8 wraps around, as in PyTorch
    number = wrap(array, backend)
    if backend is not cpu:
        number._made = "number"
    return number


def sequence(form: Form, values: Any) -> tuple[Tensor, ...] | Level:
    """The tensors of a list argument."""
    card = form.card
    if not isinstance(values, list | tuple):
        raise TypeError(
            f"{_public_name(card)}(): argument '{card.many}' (position 1) must be tuple of Tensors, not "
            f"{type_name(values)}"
        )
    if not values:
        if card.name == "cat_dim":
            raise ValueError("torch.cat(): expected a non-empty list of Tensors")
        raise RuntimeError(f"{_public_name(card)} expects a non-empty TensorList")
    for position, value in enumerate(values):
        if not isinstance(value, Tensor):
            raise TypeError(
                f"expected Tensor as element {position} in argument 0, but got {type_name(value)}"
            )
    if levels.entered and (level := innermost(values)) is not None:
        return level
    return tuple(values)


def arrays_of(card: Card, values: Sequence[Tensor]) -> list[Any]:
    """The arrays of a list argument, in one dtype and on one device."""
    if any(each._storage.backend is not values[0]._storage.backend for each in values):
        refuse_apart(card, *values)
    kind = result_type(*values).numpy
    return [each._array if each._array.dtype is kind else each._array.astype(kind) for each in values]


def result_type(*values: Tensor) -> dtypes.dtype:
    """The dtype in which tensors meet. A zero-dim tensor only counts where its category is higher."""
    by_rank: list[dtypes.dtype | None] = [None, None]
    for value in values:
        rank = 0 if value._array.ndim else 1
        known = by_rank[rank]
        by_rank[rank] = value.dtype if known is None else dtypes.promote_types(known, value.dtype)
    shaped, zero_dim = by_rank
    if shaped is None or zero_dim is None:
        return shaped or zero_dim  # type: ignore[return-value]
    if shaped.category >= zero_dim.category:
        return shaped
    if shaped.is_floating_point:  # beside a complex number: complex, of its own precision
        return dtypes.complex128 if shaped is dtypes.float64 else dtypes.complex64
    return dtypes.promote_types(shaped, zero_dim) if shaped is dtypes.bool_ else zero_dim


def promoted(card: Card, *values: Tensor) -> tuple[Any, ...]:
    """The arrays of the operands, in the dtype the card computes in."""
    if card.refuse is not None:
        card.refuse(*values)
    kind = result_type(*values)
    if card.promotes == "float" and kind.category < 2:
        kind = dtypes.get_default_dtype()
    return tuple(value._array.astype(kind.numpy, copy=False) for value in values)


def widened(*arrays: Any) -> tuple[Any, ...]:
    """(the dtype to round to, *the arrays to compute with): float32 for float16 and bfloat16, else what is there."""
    kind = arrays[0].dtype
    if kind.kind not in "fV" or any(each.dtype is not kind for each in arrays if each.dtype.kind in "fVc"):
        return (None, *arrays)
    return (kind, *map(wide, arrays))


def wide(array: Any) -> Any:
    """Narrow floats as float32; anything else as it is."""
    return array.astype(np.float32) if array.itemsize == 2 and array.dtype.kind in "fV" else array


def wide_saved(saved: Any, node: Node) -> Any:
    """What a node has saved, to compute with in float32."""
    return wide(saved_array(saved, node))


def explained(form: Form, error: Exception, *given: Any) -> Exception:
    """What PyTorch would have said, where a kernel has refused its inputs."""
    card = form.card
    if form.signatures:
        values = dict(zip((*card.inputs, *card.arguments), given, strict=True))
        known = {each.name for each in card.signatures[0].parameters}
        options = {each.name: values.pop(each.name) for each in card.parameters if each.kind is each.KEYWORD_ONLY}
        form.refuse_values(tuple(value for name, value in values.items() if name in known), **options)
    if card.explain is not None:
        card.explain(*given)
    inputs = [value for value in given[: len(card.inputs)] if isinstance(value, Tensor)]
    if card.promotes is not None and len(inputs) > 1:
        try:
            shape: tuple[int, ...] = inputs[0].shape
            for other in inputs[1:]:
                shape = broadcast(shape, other.shape)
        except RuntimeError as mismatch:
            for position, name in enumerate(card.inputs):
                if isinstance(given[position], Tensor):
                    mismatch.add_note(f"{name} has shape {tuple(given[position].shape)}")
            mismatch.add_note("Sizes are compared from the right; they must be equal, or one of them 1.")
            return mismatch
    return error


def may_write(tensor: Tensor) -> None:
    """Refuse an in-place write that autograd could not follow. The tensor requires grad, and grad mode is on."""
    base = tensor._base
    if base is not None:
        may_follow(tensor)
        if base._grad_fn is None:
            raise RuntimeError(
                "a view of a leaf Variable that requires grad is being used in an in-place operation."
            )
    if tensor._grad_fn is None:
        error = RuntimeError("a leaf Variable that requires grad is being used in an in-place operation.")
        error.add_note(
            "A leaf is where gradients end up; if it changed in place, .grad would belong to a value that is gone.\n"
            "Write x = x + 1 for a new tensor, or update it inside `with torch.no_grad():`."
        )
        raise error


def made_unrecorded(view: Tensor, source: Tensor, made: str = "unrecorded") -> None:
    """Remember of a view how it came about without being recorded. See Note [Views that must not be written]."""
    if grad_mode.enabled and not source._requires_grad and made == "unrecorded":
        if hasattr(source, "_made"):  # a view of plain numbers is what the view before it was
            view._made = source._made
        return
    view._made = made if grad_mode.enabled else "inference" if grad_mode.inference else "unrecorded"
    view._requires_grad = source._requires_grad


def may_follow(view: Tensor, written: str = "is being") -> None:
    """Refuse a recorded write that the history of a view cannot follow.

    Note [Views that must not be written]
    A write through one of several views of one op would have to be undone in all the others; and for a view that was
    made under no_grad nobody can say whether the write should count. PyTorch refuses both, when the write is recorded,
    and also to look at the history of such a view once its base was written. A view of such a view is one, too.
    """
    made = how_made(view)
    if made is None:
        return
    node = view._grad_fn
    output = "" if node is None else f"Output {view._output_nr} of {op_name(node)} is a view"
    unrecorded = made in ("unrecorded", "inference")
    if node is None or unrecorded:
        subject = f"{output} of a view which" if output else "A view"
        here, now = ("inference", "in normal mode") if made == "inference" else ("no_grad", "with grad mode enabled")
        text = f"{subject} was created in {here} mode and {written} modified inplace {now}."
    else:
        text = f"{output} and {written} modified inplace."
    if unrecorded:
        block = "inference_mode" if made == "inference" else "no_grad"
        text += (
            " Given that this use case is ambiguous and error-prone, it is forbidden. You can clarify your code by "
            f"moving both the view and the inplace either both inside the {block} block (if you don't want the inplace "
            "to be tracked) or both outside (if you want the inplace to be tracked)."
        )
    elif made == "function":
        text += (
            " This view was created inside a custom Function (or because an input was returned as-is) and the autograd "
            "logic to handle view+inplace would override the custom backward associated with the custom Function, "
            "leading to incorrect gradients. This behavior is forbidden. You can fix this by cloning the output of the "
            "custom Function."
        )
    else:
        text += (
            " This view is the output of a function that returns multiple views. Such functions do not allow the "
            "output views to be modified inplace. You should replace the inplace operation by an out-of-place one."
        )
    raise RuntimeError(text)


def how_made(view: Tensor) -> str | None:
    """Why a view must not be written where that is recorded; None for a plain one.

    "unrecorded"  it was made under no_grad; "inference": in inference mode
    "multiple"    it is one of several views of one op
    "function"    a custom Function returned it
    """
    made = getattr(view, "_made", None)
    node: Any = view._grad_fn
    while made is None and node is not None:
        card = getattr(node, "card", None)
        if card is None or not card.is_view or node.edges[0] is None:
            return None
        if card.listed:
            return "multiple"
        node = node.edges[0][0]
        if isinstance(node, Tensor):
            return getattr(node, "_made", None)
    return made


EVEN = frozenset({"fill", "zero"})
"""Cards that write the same value everywhere: they may write to memory in which several elements lie."""


def write(card: Card, tensor: Tensor, array: Any) -> None:
    """Put `array` where `tensor` is, and count the version up."""
    target = tensor._array
    if array.shape != target.shape:
        if getattr(card.declaration, "keeps_size", False):
            raise RuntimeError(
                f"Bad in-place call: input tensor size {list(target.shape)} and output tensor size {list(array.shape)} "
                "should match"
            )
        raise RuntimeError(
            f"output with shape {listed(target.shape)} doesn't match the broadcast shape {listed(array.shape)}"
        )
    if array.dtype is not target.dtype:
        if array.dtype.kind == "f" and target.dtype.kind == "c":
            raise RuntimeError(f"In-place {card.name} is not supported for complex tensors.")
        _refuse_cast(dtypes.from_numpy_dtype(array.dtype), tensor.dtype)
    flags = target.flags
    if not flags.c_contiguous and card.name not in EVEN:
        refuse_shared(target)
    if type(target) is np.ndarray and not flags.writeable:
        raise ValueError(
            "output array is read-only: it was made from a NumPy array that must not be written to"
        )
    tensor._storage.backend.xp.copyto(target, array, casting="unsafe")
    tensor._version_counter.value += 1


def may_hold(card: Card, input: Tensor, *others: Tensor) -> None:
    """Refuse an in-place op, before its kernel is blamed, where the input could not hold the result."""
    if card.promotes in ("same", "float") and others:
        _refuse_cast(result_type(input, *others), input.dtype)


def _refuse_cast(source: dtypes.dtype, own: dtypes.dtype) -> None:
    if source.category > own.category:
        raise RuntimeError(
            f"result type {source.scalar_name} can't be cast to the desired output type {own.scalar_name}"
        )


def edges(values: Sequence[Tensor]) -> tuple[Any, ...]:
    """Where the gradients of a list argument go."""
    return tuple((each._grad_fn or each, each._output_nr) if each._requires_grad else None for each in values)


def rebase_history(tensor: Tensor, node: Node) -> None:
    """After an in-place op: `node` is where the tensor now comes from."""
    registry.functions["rebase_history"](tensor, node)  # a floor up


def wrapped(array: Any) -> Tensor:
    """A tensor over a bare array of the backward pass."""
    backend = cpu if isinstance(array, np.ndarray | numbers.Number | np.generic) else gpus.owner_of(array)
    return wrap(backend.asarray(array), backend)


def conjugated_arrays(node: Any, grad: Any) -> tuple[Any, ...]:
    """A holomorphic node's gradients, of a complex one. See Note [Complex derivatives]."""
    found = node.run_on_arrays(grad.conj(), conjugated=True)
    return tuple(None if each is None else each.conj() for each in found)


def conjugated_tensors(node: Any, grad: Tensor) -> tuple[Any, ...]:
    """The same for tensors."""
    conj = registry.functions["conj_physical"]
    found = node.run_on_tensors(conj(grad), conjugated=True)
    return tuple(None if each is None else conj(each) for each in found)


def whole_arrays(node: Node, grads: Sequence[Any]) -> list[Any]:
    """The gradients of a node's outputs, zeros for those that nothing arrived at."""
    if len(grads) == 1:
        return list(grads)
    xp = namespace_of(next(grad for grad in grads if grad is not None))
    return [
        xp.zeros(shape, kind) if grad is None else grad
        for grad, shape, kind in zip(grads, node.shape, node.dtype, strict=True)
    ]


def whole_tensors(node: Node, grads: Sequence[Any]) -> list[Any]:
    """The same for gradients that are tensors."""
    if len(grads) == 1:
        return list(grads)
    backend = next(grad for grad in grads if grad is not None)._storage.backend
    return [
        wrap(backend.xp.zeros(shape, kind), backend) if grad is None else grad
        for grad, shape, kind in zip(grads, node.shape, node.dtype, strict=True)
    ]


def namespace_of(array: Any) -> Any:
    """The array namespace that an array belongs to."""
    if type(array) is np.ndarray or isinstance(array, numbers.Number | np.generic):
        return cpu.xp
    return gpus.namespace_of(array)
