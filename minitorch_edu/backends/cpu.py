"""The CPU backend: NumPy, and nothing in between."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from minitorch_edu.devices import device as _device


class CpuBackend:
    """NumPy as a device. Its memory *is* the host's, so the road to NumPy copies nothing."""

    device = _device("cpu")
    xp: ModuleType = np
    array_type: type = np.ndarray
    asarray = staticmethod(np.asarray)

    def from_host(self, array: Any) -> Any:
        return array.copy()

    def to_host(self, array: Any) -> Any:
        return array

    def peek(self, array: Any) -> Any:
        return array

    def address(self, array: Any) -> tuple[int, int]:
        return np.lib.array_utils.byte_bounds(array)

    def synchronize(self) -> None:
        pass  # NumPy has returned by the time anybody asks


cpu = CpuBackend()


def get_cpu_capability() -> str:
    """Which instructions NumPy may use, in PyTorch's words.

    >>> torch.backends.cpu.get_cpu_capability() in ("DEFAULT", "AVX2", "AVX512", "SVE256")
    True
    """
    known = getattr(np._core._multiarray_umath, "__cpu_features__", {})  # type: ignore[attr-defined]
    if known.get("AVX512F") or known.get("AVX512_SKX"):
        return "AVX512"
    return "AVX2" if known.get("AVX2") else "DEFAULT"
