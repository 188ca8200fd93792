"""Storage: the bytes. Tensors are ways of looking at them."""

from __future__ import annotations

from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.backends import gpus
from minitorch_edu.backends.backend import Backend
from minitorch_edu.devices import device
from minitorch_edu.naming import Named
from minitorch_edu.ops import registry


class VersionCounter:
    """How often the bytes were written in place: the tensor's `_version`.

    A tensor, its views and its `detach()` share one counter; `.data` shares the bytes but counts afresh. So a write
    through `.data`, or through NumPy, goes unnoticed.
    """

    __slots__ = ("value",)
    counts = True  # only what inference mode has made does not

    def __init__(self) -> None:
        self.value = 0


class Storage(VersionCounter, metaclass=Named):
    """A run of bytes on one device. A tensor and all its views hold the same Storage object.

    `buffer` is the array that owns the bytes, or that was handed in from NumPy; only its memory counts here, not
    its shape. The storage itself counts the writes, for all tensors but those from `.data`.
    """

    _called = "torch.storage.UntypedStorage"

    __slots__ = ("buffer", "backend", "__weakref__")

    def __init__(self, buffer: Any, backend: Backend) -> None:
        self.buffer = buffer
        self.backend = backend
        self.value = 0

    @property
    def device(self) -> device:
        return self.backend.device

    def data_ptr(self) -> int:
        """The address of the first byte."""
        return self.backend.address(self.buffer)[0]

    def nbytes(self) -> int:
        """How many bytes there are."""
        first, end = self.backend.address(self.buffer)
        return end - first

    size = __len__ = nbytes

    @property
    def is_cuda(self) -> bool:
        return self.device.type == "cuda"

    def get_device(self) -> int | None:
        """The index of the device; None for the CPU."""
        return self.device.index

    def to(self, *, device: Any, non_blocking: bool = False) -> Storage:
        """A storage with the same bytes on another device; itself where it is there already."""
        return registry.functions["storage_to"](self, device)

    def cpu(self) -> Storage:
        """The same bytes on the CPU."""
        return self.to(device="cpu")

    def cuda(self, device: Any = None, non_blocking: bool = False) -> Storage:
        """The same bytes on a CUDA device."""
        return self.to(device="cuda" if device is None else device)

    def clone(self) -> Storage:
        """A copy."""
        return registry.functions["storage_clone"](self)

    def is_pinned(self, device: Any = None) -> bool:
        """Whether a GPU can read the memory by itself."""
        return self in gpus.pinned

    def pin_memory(self, device: Any = None) -> Storage:
        """A copy in memory that a GPU can read by itself."""
        return registry.functions["storage_pinned"](self)

    def __getitem__(self, index: int) -> int:
        """One byte."""
        size = self.nbytes()
        if not -size <= index < size:
            raise IndexError(f"index {index} out of range for storage of size {size}")
        return self._bytes()[index]

    def tolist(self) -> list[int]:
        """The bytes as integers."""
        return list(self._bytes())

    def _bytes(self) -> bytes:
        if not self.nbytes():
            return b""
        # the buffer may be laid out in any order: read its memory, not its elements
        host = self.backend.to_host(self.buffer)
        order = sorted(range(host.ndim), key=lambda dim: -host.strides[dim])
        return host.transpose(order).tobytes()

    def __repr__(self) -> str:
        lines = "".join(f" {each}\n" for each in self.tolist())
        return f"{lines}[torch.storage.UntypedStorage(device={self.device}) of size {self.nbytes()}]"

__getattr__ = _missing.names_of(__name__)
