"""Shared memory: tensors whose bytes several processes see, so that what one of them writes the others read."""

from __future__ import annotations

import contextlib
import mmap
import os
import tempfile
import weakref
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.ops import registry
from minitorch_edu.ops.memory import over
from minitorch_edu.ops.signatures import reads
from minitorch_edu.storage import Storage
from minitorch_edu.tensor import Tensor, wrap

IN_MEMORY = "/dev/shm"
"""Where Linux keeps files in memory. Elsewhere they are files that the system need not write to the disk."""

_files: weakref.WeakKeyDictionary[Storage, str] = weakref.WeakKeyDictionary()
_storages: weakref.WeakValueDictionary[str, Storage] = weakref.WeakValueDictionary()


@registry.method
@reads("", method=True)
def is_shared(input: Tensor) -> bool:
    """Whether other processes may see this memory: after `share_memory_()`, and on a GPU."""
    return input.is_cuda or input._storage in _files


@registry.method
@reads("", method=True)
def share_memory_(input: Tensor) -> Tensor:
    """Move the bytes to where other processes see them: those that are given the tensor, and those that fork.

    >>> x = torch.zeros(2)
    >>> x.share_memory_().is_shared()
    True
    """
    if is_shared(input):
        return input
    if input._base is not None:
        error = RuntimeError("share_memory_(): a view cannot be shared apart from the tensor it is a view of")
        error.add_note("share that one, before there are views of it")
        raise error
    old, size = input._storage, input._storage.nbytes()
    handle, path = tempfile.mkstemp(prefix="torch_", dir=IN_MEMORY if os.path.isdir(IN_MEMORY) else None)
    os.truncate(handle, max(size, 1))
    os.close(handle)
    storage = _mapped(path)
    weakref.finalize(storage, _remove, path, os.getpid())
    storage.buffer[:size] = over(old, dtypes.uint8, 0, (size,), (1,))
    view = input.storage_offset(), tuple(input.shape), input.stride()
    input._array = over(storage, input.dtype, *view)
    input._storage = storage
    return input


def _mapped(path: str) -> Storage:
    """The bytes of such a file. They stay as long as the storage, with or without the file."""
    with open(path, "r+b") as file:
        storage = Storage(np.frombuffer(mmap.mmap(file.fileno(), 0), np.uint8), cpu)
    _files[storage], _storages[path] = path, storage
    return storage


def _remove(path: str, owner: int) -> None:
    if os.getpid() == owner:  # a process that was forked has this to do as well, and must not
        with contextlib.suppress(OSError):
            os.unlink(path)


def reduced(tensor: Tensor) -> tuple[Any, ...]:
    """What travels to another process instead of the bytes of a tensor that is shared."""
    view = tensor.storage_offset(), tuple(tensor.shape), tensor.stride()
    return _attached, (_files[tensor._storage], tensor.dtype, view, tensor.requires_grad)


def _attached(path: str, kind: dtypes.dtype, view: Any, requires_grad: bool) -> Tensor:
    storage = _storages.get(path) or _mapped(path)
    result = wrap(over(storage, kind, *view), cpu)
    result._storage = result._version_counter = storage
    return result.requires_grad_(requires_grad)
