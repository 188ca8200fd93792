"""Backend: what the engine asks of a device."""

from __future__ import annotations

from types import ModuleType
from typing import Any, Protocol

from minitorch_edu.devices import device


class Backend(Protocol):
    """One device: an array namespace that kernels call, and the road between it and the host.

    `xp` is NumPy or speaks as it does; `array_type` is the type of its arrays (kernels may return scalars for
    zero-dim results, which `asarray` turns back into arrays).
    """

    device: device
    xp: ModuleType
    array_type: type

    def asarray(self, values: Any, dtype: Any = None) -> Any:
        """An array on this device; an array that is already here stays the same object."""

    def from_host(self, array: Any) -> Any:
        """A copy on this device of a NumPy array."""

    def to_host(self, array: Any) -> Any:
        """The array as NumPy can read it; on the CPU this is the array itself."""

    def peek(self, array: Any) -> Any:
        """The elements as NumPy sees them where they are, for whoever shows them: nothing is copied, awaited or
        counted. None where only a copy would tell, as on a real GPU."""

    def address(self, array: Any) -> tuple[int, int]:
        """The lowest address that `array` reads and the end of the last byte it reads."""

    def synchronize(self) -> None:
        """Wait until all work that was handed to the device is done."""
