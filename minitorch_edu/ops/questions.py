"""Questions: what a tensor is, asked as a function; and the dtype in which two operands would meet."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends import gpus
from minitorch_edu.naming import pytorchs
from minitorch_edu.ops import operands, registry
from minitorch_edu.ops.creation import no_pinning
from minitorch_edu.ops.signatures import reads
from minitorch_edu.storage import Storage
from minitorch_edu.tensor import Tensor, wrap


def _asked(name: str, doc: str, answer: Any) -> Any:
    """A function of one tensor."""

    def ask(input: Tensor) -> Any:
        if not isinstance(input, Tensor):
            raise TypeError("input")
        return answer(input)

    ask.__name__ = ask.__qualname__ = name
    ask.__doc__ = doc
    return reads("Tensor input")(ask)


def _index_of(input: Tensor) -> int:
    index = input.device.index
    return -1 if index is None else index


is_floating_point = _asked(
    "is_floating_point",
    "Whether the elements are floating point numbers.",
    lambda input: input.dtype.is_floating_point,
)
is_complex = _asked("is_complex", "Whether the elements are complex.", lambda input: input.dtype.is_complex)
is_signed = _asked("is_signed", "Whether the elements may be negative.", lambda input: input.dtype.is_signed)
is_conj = _asked("is_conj", "Whether the conjugate is still to be taken: never, here.", lambda input: False)
is_neg = _asked("is_neg", "Whether the sign is still to be changed: never, here.", lambda input: False)
is_distributed = _asked(
    "is_distributed", "Whether it is spread over machines: never, here.", lambda input: False
)
is_inference = _asked(
    "is_inference",
    "Whether it was made in inference mode, so that autograd must not see it.",
    lambda input: not input._version_counter.counts,
)
is_nonzero = _asked("is_nonzero", "Whether the one element is not zero.", bool)
numel = _asked("numel", "How many elements there are.", lambda input: input.numel())
get_device = _asked("get_device", "The number of the CUDA device; -1 on the CPU.", _index_of)

for _question in (is_signed, is_conj, is_neg, is_distributed, is_inference, is_nonzero, get_device):
    registry.method(_question)


def typename(obj: Any, /) -> str:
    """The name of an object's type; of a tensor, `x.type()`.

    >>> torch.typename(torch.ones(2))
    'torch.FloatTensor'
    """
    if isinstance(obj, Tensor):
        return obj.type()
    named = obj if isinstance(obj, type) or hasattr(obj, "__qualname__") else type(obj)
    module = pytorchs(getattr(named, "__module__", "") or "")
    return (
        named.__qualname__ if module in ("", "builtins", "__builtin__") else f"{module}.{named.__qualname__}"
    )


# --- questions that only methods answer -----------------------------------------------------------------------------


def _method(name: str, doc: str, answer: Any) -> None:
    def ask(input: Tensor) -> Any:
        return answer(input)

    ask.__name__ = ask.__qualname__ = name
    ask.__doc__ = doc
    registry.method(reads("", method=True)(ask))


_method("dense_dim", "How many dimensions are not sparse: all of them.", lambda input: input.ndim)
_method("sparse_dim", "How many dimensions are sparse: none.", lambda input: 0)


@registry.method
@reads("Tensor tensor", method=True)
def is_set_to(input: Tensor, tensor: Tensor) -> bool:
    """Whether two tensors look at the same bytes in the same way."""
    if not isinstance(tensor, Tensor):
        raise TypeError("tensor")
    looks = [(each.data_ptr(), each.shape, each.stride()) for each in (input, tensor)]
    return looks[0] == looks[1] and input.untyped_storage() is tensor.untyped_storage()


@registry.method
@reads("torch.device device = None", method=True)
def pin_memory(input: Tensor, device: Any = None) -> Tensor:
    """A copy in memory that a GPU can read by itself, while the host does something else. Without a GPU there is none.

    >>> with torch.cuda.simulate():
    ...     torch.ones(3).pin_memory().is_pinned()
    True
    """
    if not gpus.gpus():
        raise RuntimeError("Cannot access accelerator device when none is available.")
    if not input.is_cpu:
        raise RuntimeError(f"cannot pin '{input.type()}' only dense CPU tensors can be pinned")
    if input.is_pinned():
        return input
    return pinned(registry.functions["clone"](input))


@registry.method
def pinned(input: Tensor) -> Tensor:
    """A new tensor, whose memory is pinned."""
    if not gpus.gpus():
        raise no_pinning()
    if not input.is_cpu:
        raise RuntimeError("Only dense CPU tensors can be pinned")
    gpus.pinned.add(input._storage)
    return input


@registry.method
@reads("torch.dtype dtype = None, *, bool masked_grad = None", method=True)
def to_dense(input: Tensor, dtype: Any = None, *, masked_grad: Any = None) -> Tensor:
    """The tensor itself: no tensor here is sparse."""
    return input if dtype is None else input.to(dtype)


def is_storage(obj: Any) -> bool:
    """Whether `obj` is a storage."""
    return isinstance(obj, Storage)


@registry.method
@reads("Tensor input, Tensor other")
def is_same_size(input: Tensor, other: Tensor) -> bool:
    """Whether two tensors have one shape."""
    if not isinstance(input, Tensor) or not isinstance(other, Tensor):
        raise TypeError("input")
    return input.shape == other.shape


@reads(
    "Tensor tensor, Tensor other",
    "Number scalar, Tensor tensor",
    "Tensor tensor, Number other",
    "Number scalar1, Number scalar2",
)
def result_type(*operands_: Any, **named: Any) -> dtypes.dtype:
    """The dtype of a result of two operands, tensors or numbers.

    >>> torch.result_type(torch.tensor([1, 2], dtype=torch.uint8), 1)
    torch.uint8
    """
    given = [*operands_, *named.values()]
    numbers = (int, float, complex, np.number, np.bool_)
    if len(given) != 2 or not all(isinstance(each, (Tensor, *numbers)) for each in given):
        raise TypeError("operands")
    tensors = [each for each in given if isinstance(each, Tensor)]
    if not tensors:
        return dtypes.promote_types(*map(dtypes.of_number, given))
    kind = operands.result_type(*tensors)
    for number in given:
        if not isinstance(number, Tensor):
            found = dtypes.of_number(number)
            if found.category > kind.category:
                zero_dim = wrap(np.zeros((), found.numpy), tensors[0]._storage.backend)
                kind = operands.result_type(
                    wrap(np.zeros(1, kind.numpy), tensors[0]._storage.backend), zero_dim
                )
    return kind


promote_types = reads("torch.dtype type1, torch.dtype type2")(dtypes.promote_types)
can_cast = reads("torch.dtype from_, torch.dtype to")(dtypes.can_cast)
