"""Memory: the bytes behind a tensor, read as other numbers, in another order, or exchanged for others."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.naming import Named
from minitorch_edu.ops import operands, registry
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.strided import span, window
from minitorch_edu.ops.warned import warn_once
from minitorch_edu.shape import contiguous_strides, listed, unpacked
from minitorch_edu.storage import Storage
from minitorch_edu.tensor import Tensor, wrap

# --- bytes read as other numbers ------------------------------------------------------------------------------------


@registry.method
def view_dtype(input: Tensor, dtype: dtypes.dtype) -> Tensor:
    """The same bytes read as numbers of another dtype. No gradient flows through it.

    >>> torch.tensor([1.0]).view(torch.int32)
    tensor([1065353216], dtype=torch.int32)
    """
    have, want = input.element_size(), dtype.numpy.itemsize
    if have != want:
        _refuse_sizes(input, dtype, want // have)
    result = input._alias()
    result._array = input._array.view(dtype.numpy)
    return result


def _refuse_sizes(input: Tensor, dtype: dtypes.dtype, times: int) -> None:
    """The rules for elements of another size; `times`: how much longer they are, 0 if shorter."""
    views = f"view {input.dtype.scalar_name} as {dtype.scalar_name} (different element sizes)"
    if not input.ndim:
        raise RuntimeError(f"self.dim() cannot be 0 to {views}")
    if input.stride(-1) != 1:
        raise RuntimeError(f"self.stride(-1) must be 1 to {views}, but got {input.stride(-1)}")
    if not times:
        return
    found = [("size(-1)", input.shape[-1]), ("storage_offset()", input.storage_offset())]
    found += [(f"stride({dim})", input.stride(dim)) for dim in range(input.ndim - 1)]
    for name, number in found:
        if number % times:
            raise RuntimeError(f"self.{name} must be divisible by {times} to {views}, but got {number}")


# --- bytes exchanged ------------------------------------------------------------------------------------------------


def over(storage: Storage, dtype: Any, offset: int, size: Any, stride: Any) -> Any:
    """An array over the bytes of a storage, whatever its own array looks like."""
    xp, kind = storage.backend.xp, dtype.numpy
    if not storage.nbytes() or 0 in size:
        return xp.zeros(size, kind)
    strip = xp.lib.stride_tricks.as_strided(first_element(storage.buffer), (1,), (storage.buffer.itemsize,))
    itemsize = strip.itemsize
    strip = xp.lib.stride_tricks.as_strided(strip, (storage.nbytes() // itemsize,), (itemsize,))
    return window(xp, strip.view(kind), size, stride, offset)


def first_element(buffer: Any) -> Any:
    """A view that begins at the lowest address of an array, which may run backwards."""
    return buffer[(*(slice(None, None, -1 if step < 0 else 1) for step in buffer.strides), ...)]


def _reach(storage: Storage, dtype: Any, offset: int, size: Any, stride: Any) -> None:
    needed = (offset + span(size, stride)) * dtype.numpy.itemsize
    if 0 not in size and needed > storage.nbytes():
        raise RuntimeError(
            f"setStorage: sizes {listed(size)}, strides {listed(stride)}, storage offset {offset}, and itemsize "
            f"{dtype.numpy.itemsize} requiring a storage size of {needed} are out of bounds for storage of size "
            f"{storage.nbytes()}"
        )


@registry.method
@reads(
    "",
    "torch.Storage source",
    "torch.Storage source, int storage_offset, tuple of ints size, tuple of ints stride = None",
    "Tensor source",
    "Tensor source, int storage_offset, tuple of ints size, tuple of ints stride = None",
    method=True,
)
def set_(
    input: Tensor, source: Any = None, storage_offset: int = 0, size: Any = None, stride: Any = None
) -> Tensor:
    """Look at other bytes from now on: those of another tensor, of a storage, or none.

    >>> x, y = torch.zeros(2), torch.ones(3)
    >>> x.set_(y)
    tensor([1., 1., 1.])
    """
    if input._requires_grad and grad_mode.enabled:
        operands.may_write(input)
    if isinstance(source, Tensor):
        if source.dtype is not input.dtype:
            raise RuntimeError(
                f"Could not set tensor of type {source.dtype.c_name} to a tensor of type {input.dtype.c_name}"
            )
        storage, offset = source._storage, source.storage_offset()
        sizes, strides = tuple(source.shape), source.stride()
        array = source._array
    else:
        storage = source._untyped if isinstance(source, TypedStorage) else source
        if storage is None:
            backend = input._storage.backend
            storage = Storage(backend.xp.empty(0, input.dtype.numpy), backend)
        if not isinstance(storage, Storage):
            raise TypeError(_set_refusal(type(source).__name__))
        offset = storage_offset
        sizes = (storage.nbytes() // input.element_size(),) if size is None else tuple(size)
        strides = contiguous_strides(sizes) if stride is None else tuple(stride)
        _reach(storage, input.dtype, offset, sizes, strides)
        array = over(storage, input.dtype, offset, sizes, strides)
    if storage.backend is not input._storage.backend:
        raise RuntimeError(
            f'Attempted to set the storage of a tensor on device "{input.device}" to a storage on different device '
            f'"{storage.device}".  This is no longer allowed; the devices must match.'
        )
    input._array, input._storage = array, storage
    input._version_counter.value += 1  # the counter stays the tensor's own
    return input


def _set_refusal(kind: str) -> str:
    why = f"      didn't match because some of the arguments have invalid types: (!{kind}!)\n"
    return (
        f"set_() received an invalid combination of arguments - got ({kind}), but expected one of:\n * ()\n{why}"
        f" * (torch.Storage source)\n{why}"
        " * (torch.Storage source, int storage_offset, tuple of ints size, tuple of ints stride = None)\n"
        f" * (Tensor source)\n{why}"
        " * (Tensor source, int storage_offset, tuple of ints size, tuple of ints stride = None)\n"
    )


@registry.method
@reads("tuple of ints size, *, torch.memory_format memory_format = None", method=True)
def resize_(input: Tensor, *size: Any, memory_format: Any = None) -> Tensor:
    """Another shape over the same storage, which grows if it is too small; elements are not moved.

    Other tensors over a storage that has to grow keep the old one: NumPy's arrays cannot follow.

    >>> torch.arange(6).resize_(2, 2)
    tensor([[0, 1],
            [2, 3]])
    """
    sizes = unpacked(size)
    if input.requires_grad:
        raise RuntimeError("cannot resize variables that require grad")
    if any(each < 0 for each in sizes):
        raise RuntimeError("numel: integer multiplication overflow")
    if sizes == tuple(input.shape):
        return input
    strides, offset = contiguous_strides(sizes), input.storage_offset()
    needed = offset + span(sizes, strides)
    storage = input._storage
    if needed * input.element_size() > storage.nbytes():
        backend = storage.backend
        memory = backend.xp.zeros(needed, input.dtype.numpy)
        here = storage.nbytes() // input.element_size()
        if here:
            memory[:here] = over(storage, input.dtype, 0, (here,), (1,))
        storage = Storage(memory, backend)
    input._array = over(storage, input.dtype, offset, sizes, strides)
    input._storage = storage
    input._version_counter.value += 1
    return input


@registry.method
@reads("Tensor input, Tensor the_template, *, torch.memory_format memory_format = None")
def resize_as_(input: Tensor, other: Tensor, *, memory_format: Any = None) -> Tensor:
    """`resize_` to the shape of another tensor."""
    return resize_(input, other.shape)


# --- a storage with a dtype -----------------------------------------------------------------------------------------


class TypedStorage(metaclass=Named):
    """The bytes of a storage as numbers: what `tensor.storage()` gives. PyTorch keeps it for old code only."""

    _called = "torch.storage.TypedStorage"

    def __init__(self, untyped: Storage, dtype: dtypes.dtype) -> None:
        self._untyped = untyped
        self.dtype = dtype

    def _elements(self) -> Any:
        return over(self._untyped, self.dtype, 0, (self.size(),), (1,))

    @property
    def device(self) -> Any:
        return self._untyped.device

    def untyped(self) -> Storage:
        return self._untyped

    def size(self) -> int:
        return self.nbytes() // self.element_size()

    __len__ = size

    def element_size(self) -> int:
        return self.dtype.numpy.itemsize

    def nbytes(self) -> int:
        return self._untyped.nbytes()

    def data_ptr(self) -> int:
        return self._untyped.data_ptr()

    def tolist(self) -> list[Any]:
        return self._untyped.backend.to_host(self._elements()).tolist()

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, int):
            if not -len(self) <= place < len(self):
                raise IndexError(f"index {place} out of range for storage of size {len(self)}")
            return self.tolist()[place]
        raise RuntimeError("slices are only supported in UntypedStorage.__getitem__")

    def __setitem__(self, place: int, value: Any) -> None:
        self._elements()[place] = value

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __repr__(self) -> str:
        info = f"[torch.storage.TypedStorage(dtype={self.dtype}, device={self.device}) of size {len(self)}]"
        return "\n".join([*(f" {each}" for each in self.tolist()), info]) if len(self) else info


TYPED_IS_OLD = (
    "TypedStorage is deprecated. It will be removed in the future and UntypedStorage will be the only storage class. "
    "This should only matter to you if you are using storages directly.  To access UntypedStorage directly, use "
    "tensor.untyped_storage() instead of tensor.storage()"
)


@registry.method
@reads("", method=True)
def storage(input: Tensor) -> TypedStorage:
    """The storage as numbers of the tensor's dtype; `untyped_storage()` is the new way."""
    warn_once(TYPED_IS_OLD)
    return TypedStorage(input._storage, input.dtype)


# --- copies that keep who shares with whom --------------------------------------------------------------------------


def copied_storage(storage: Storage, memo: dict[Any, Any]) -> Storage:
    """A copy of a storage: one for all tensors that share it, within one `copy.deepcopy`."""
    copies = memo.setdefault("torch", {})
    if id(storage) not in copies:
        backend = storage.backend
        copies[id(storage)] = Storage(
            over(storage, dtypes.uint8, 0, (storage.nbytes(),), (1,)).copy(), backend
        )
        copies[id(copies[id(storage)])] = storage  # keeps the old one alive: its id must stay its own
    return copies[id(storage)]


@registry.method
def deepcopy(input: Tensor, memo: dict[int, Any]) -> Tensor:
    """What `copy.deepcopy` does: a leaf over a copy of the whole storage, and a copy of the gradient.

    Two views of one storage become two tensors over one new storage.
    """
    if id(input) in memo:
        return memo[id(input)]
    if not input.is_leaf:
        raise RuntimeError(
            "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.  "
            "If you were attempting to deepcopy a module, this may be because of a torch.nn.utils.weight_norm usage, "
            "see https://github.com/pytorch/pytorch/pull/103001"
        )
    copied = copied_storage(input._storage, memo)
    array = over(copied, input.dtype, input.storage_offset(), tuple(input.shape), input.stride())
    result = wrap(array, copied.backend)
    result._storage = copied
    memo[id(input)] = result
    result._requires_grad = input._requires_grad
    if input.grad is not None:
        result.grad = copy.deepcopy(input.grad, memo)
    if input.__dict__:
        result.__dict__.update(copy.deepcopy(input.__dict__, memo))
    return result


@registry.method
def shallow_copy(input: Tensor) -> Tensor:
    """What `copy.copy` does: another leaf over the same bytes, with versions counted apart."""
    result = input.data
    result._requires_grad = input.requires_grad
    result.__dict__.update(input.__dict__)
    return result


@registry.method
def reduce(input: Tensor, protocol: Any) -> tuple[Any, ...]:
    """What pickling keeps: the whole storage and how this tensor looks at it, but no gradient and no history."""
    storage, itemsize = input._storage, input.element_size()
    elements = over(storage, input.dtype, 0, (storage.nbytes() // itemsize,), (1,))
    kept = storage.backend.to_host(elements).copy()
    view = (input.storage_offset(), tuple(input.shape), input.stride())
    return _restored, (kept, view, input.requires_grad, dict(input.__dict__), str(input.device))


def _restored(
    elements: Any, view: Any, requires_grad: bool, attributes: dict[str, Any], location: str = "cpu"
) -> Tensor:
    offset, size, stride = view
    backend = cpu if location == "cpu" else registry.functions["restored"](location)
    result = wrap(elements if backend is cpu else backend.from_host(elements), backend)
    result._array = over(result._storage, dtypes.BY_NUMPY[elements.dtype], offset, size, stride)
    result.__dict__.update(attributes)
    return result.requires_grad_(requires_grad)
