"""Arrays: what a kernel sees of a tensor: elements at addresses, one at a time, with the bounds looked after."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends import gpus
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.backends.wall import DeviceArray
from minitorch_edu.cuda.lab.errors import ILLEGAL_ACCESS
from minitorch_edu.tensor import Tensor

SHARED_MEMORY = 1 << 56
"""Shared memory has addresses of its own: from here on."""


FEW = 1 << 16
"""Up to so many elements an array keeps a table of its addresses, which is quicker than to compute them."""


class Array:
    """An array in global or in shared memory. Its elements are reached by the lab alone."""

    __slots__ = ("name", "values", "base", "shape", "ndim", "size", "dtype", "find", "cells", "nothing")

    def __init__(self, name: str, values: np.ndarray, base: int, like: Array | None = None) -> None:
        self.name, self.values, self.base = name, values, base
        self.shape, self.ndim, self.size, self.dtype = values.shape, values.ndim, values.size, values.dtype
        self.find: Callable[[Any], int | None] = self._finder() if like is None else like.find
        """The address of an index; None where it is not plainly right."""
        self.cells: dict[int, Any] | None = {} if base >= SHARED_MEMORY else None
        """Shared memory: what was written, by address. (The values of global memory are in `values`.)"""
        self.nothing = values.dtype.type(np.nan if values.dtype.kind in "fc" else 0)
        """What a thread gets that reads where nothing is."""

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, index: Any) -> Any:
        raise TypeError(
            "a function of the host cannot be called with an array of a kernel: decorate it with "
            "@cuda.kernel(device=True)"
        )

    __setitem__ = __getitem__  # type: ignore[assignment]

    def _whole(self, *others: Any) -> Any:
        raise TypeError(
            f"a thread works on one element at a time: {self.name}[i], and not {self.name} as a whole"
        )

    __iter__ = __bool__ = __neg__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _whole
    __truediv__ = __rtruediv__ = __matmul__ = __rmatmul__ = __lt__ = __le__ = __gt__ = __ge__ = _whole

    def __repr__(self) -> str:
        return f"<{self.name}: {list(self.shape)} {self.dtype}>"

    def addresses(self) -> np.ndarray:
        """The address of every element."""
        found = np.full(self.shape, self.base, np.int64)
        for dim, (size, step) in enumerate(zip(self.shape, self.values.strides, strict=True)):
            found += (np.arange(size) * step).reshape([-1 if each == dim else 1 for each in range(self.ndim)])
        return found

    def index_of(self, address: int) -> Any:
        """The index at which an address is found, or None."""
        found = np.argwhere(self.addresses() == address)
        if not len(found):
            return None
        index = tuple(found[0].tolist())
        return index[0] if self.ndim == 1 else index

    def _finder(self) -> Callable[[Any], int | None]:
        if self.size > FEW:
            return finder(self.base, self.shape, self.values.strides)
        every = range(self.size) if self.ndim == 1 else itertools.product(*map(range, self.shape))
        return dict(zip(every, self.addresses().ravel().tolist(), strict=True)).get


def finder(base: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> Callable[[Any], int | None]:
    """What gives the address of an index of plain integers in a large array."""
    if len(shape) == 1:
        rows, down = shape[0], strides[0]

        def find(index: Any) -> int | None:
            return base + index * down if type(index) is int and 0 <= index < rows else None

    else:

        def find(index: Any) -> int | None:
            if type(index) is not tuple or len(index) != len(shape):
                return None
            if not all(0 <= each < size for each, size in zip(index, shape, strict=True)):
                return None
            return base + sum(map(operator.mul, index, strides))

    return find


NO_GRADIENTS_HERE = (
    "Can't get __cuda_array_interface__ on Variable that requires grad. If gradients aren't required, use "
    "var.detach() to get Variable that doesn't require grad."
)


class Addresses:
    """Addresses for arrays of the host: each memory begins at a multiple of 512, as on a GPU."""

    def __init__(self) -> None:
        self.next = 1 << 20
        self.known: dict[int, tuple[int, np.ndarray]] = {}

    def of(self, values: np.ndarray) -> int:
        """Where the array begins. Arrays that share memory share addresses."""
        root = values
        while type(root.base) is np.ndarray:
            root = root.base
        first, end = np.lib.array_utils.byte_bounds(root)
        if id(root) not in self.known:
            self.known[id(root)] = self.next, root
            self.next += -(-max(end - first, 1) // 512) * 512
        return self.known[id(root)][0] + values.__array_interface__["data"][0] - first


def plain(value: Any) -> Any:
    """What an argument is made of: a NumPy array, an array of a device, or a number."""
    if isinstance(value, Tensor):
        if value.requires_grad:
            raise RuntimeError(NO_GRADIENTS_HERE)
        return value._array
    return value


def admitted(name: str, value: Any, addresses: Addresses) -> Any:
    """An argument as the kernel sees it: arrays as Arrays, numbers by value."""
    found = plain(value)
    if isinstance(found, DeviceArray):
        return Array(name, found._inside, found.ptr)
    if isinstance(found, np.ndarray):
        if gpus.simulated:
            raise on_the_host(name, value)
        return Array(name, found, addresses.of(found))
    if isinstance(found, bool | int | float | complex | np.generic):
        return found
    error = TypeError(f"a kernel takes tensors, arrays and numbers, and {name} is {_article(value)}")
    if isinstance(found, list | tuple):
        error.add_note(f"Make a tensor of it: torch.tensor({name})")
    raise error


def _article(value: Any) -> str:
    word = type(value).__name__
    return f"an {word}" if word[0] in "aeiouAEIOU" else f"a {word}"


def on_the_host(name: str, value: Any) -> gpus.AcceleratorError:
    """The error for an argument that a GPU does not reach."""
    what = "tensor" if isinstance(value, Tensor) else "NumPy array"
    error = gpus.AcceleratorError(f"{ILLEGAL_ACCESS}\n  {name} is a {what} in the memory of the CPU")
    move = f"{name}.cuda()" if what == "tensor" else f"torch.from_numpy({name}).cuda()"
    error.add_note(
        f"A kernel runs on the GPU and reaches the GPU's memory only: pass {move}, and copy results back."
    )
    return error


def backends(arguments: tuple[Any, ...]) -> list[Any]:
    """The GPUs that the arguments live on, each once."""
    found = []
    for value in arguments:
        if isinstance(value, Tensor):
            found.append(value._storage.backend)
        elif any(kind in gpus.owners for kind in type(value).__mro__):
            found.append(gpus.owner_of(value))
    return [each for each in dict.fromkeys(found) if each is not cpu]


def as_dtype(dtype: Any) -> np.dtype:
    """A dtype as NumPy knows it; `float` is float32, as it is on a GPU."""
    if isinstance(dtype, dtypes.dtype):
        return dtype.numpy
    return np.dtype({float: np.float32, int: np.int32}.get(dtype, dtype))
