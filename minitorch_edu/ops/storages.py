"""Storages on other devices: copies of their bytes, and the place that a file names for them."""

from __future__ import annotations

import re
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.backends import gpus
from minitorch_edu.backends.backend import Backend
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.devices import device as _device
from minitorch_edu.ops import registry
from minitorch_edu.ops.creation import backend_for
from minitorch_edu.ops.memory import over
from minitorch_edu.ops.placement import carried
from minitorch_edu.storage import Storage


@registry.method
def storage_to(storage: Storage, device: Any) -> Storage:
    """A storage with the same bytes on another device; itself where it is there already."""
    here, there = storage.backend, backend_for(device)
    return storage if there is here else Storage(carried(_bytes_of(storage), here, there), there)


@registry.method
def storage_clone(storage: Storage) -> Storage:
    """A storage with the same bytes beside it."""
    return Storage(_bytes_of(storage).copy(), storage.backend)


@registry.method
def storage_pinned(storage: Storage) -> Storage:
    """A storage with the same bytes in pinned memory; itself where it is pinned already."""
    if storage.backend is not cpu:
        raise TypeError("cannot pin 'torch.cuda.UntypedStorage' only CPU memory can be pinned")
    if not gpus.gpus():
        raise RuntimeError("Cannot access accelerator device when none is available.")
    if storage in gpus.pinned:
        return storage
    result = storage_clone(storage)
    gpus.pinned.add(result)
    return result


def _bytes_of(storage: Storage) -> Any:
    return over(storage, dtypes.uint8, 0, (storage.nbytes(),), (1,))


@registry.method
def restored(location: str) -> Backend | None:
    """The backend that a location of a file stands for, such as "cuda:0"; None where it stands for nothing here."""
    if location == "cpu":
        return cpu
    if location != "cuda" and not re.match(r"cuda(:|[0-9]+)", location):
        return None
    index = _device(location).index
    known = gpus.gpus()
    if not known:
        error = RuntimeError(
            "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is False. If you are "
            "running on a CPU-only machine, please use torch.load with map_location=torch.device('cpu') to map your "
            "storages to the CPU."
        )
        error.add_note("Or let torch.cuda.simulate() give this program a simulated GPU.")
        raise error
    if index is not None and index >= len(known):
        raise RuntimeError(
            f"Attempting to deserialize object on CUDA device {index} but torch.cuda.device_count() is {len(known)}. "
            "Please use torch.load with map_location to map your storages to an existing device."
        )
    return gpus.gpu(index)
