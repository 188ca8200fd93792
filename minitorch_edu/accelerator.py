"""accelerator: the same questions as in cuda, asked of whatever there is beside the CPU."""

from __future__ import annotations

from collections import OrderedDict
from importlib import import_module
from types import ModuleType
from typing import Any

from minitorch_edu import cuda, dtypes
from minitorch_edu import missing as _missing
from minitorch_edu.backends import gpus
from minitorch_edu.devices import device as _device


def is_available() -> bool:
    """Whether there is a device beside the CPU."""
    return cuda.is_available()


def get_device_module(device: Any = None) -> ModuleType:
    """The module of a device: that of the current accelerator where none is named, or of the CPU.

    >>> torch.get_device_module("cuda").__name__.rpartition(".")[2]
    'cuda'
    """
    if device is None:
        found = current_accelerator() or _device("cpu")
    elif isinstance(device, str | _device):
        found = _device(device)
    else:
        raise RuntimeError(f"Invalid value of device '{device}', expect torch.device, str, or None")
    if found.type not in ("cpu", "cuda"):
        raise RuntimeError(
            f"Device '{found.type}' does not have a corresponding module registered as 'torch.{found.type}'."
        )
    return import_module(f"minitorch_edu.{found.type}")


def device_count() -> int:
    """How many such devices there are."""
    return cuda.device_count()


def current_accelerator(check_available: bool = False) -> _device | None:
    """The device beside the CPU, without an index; None where there is none.

    >>> torch.accelerator.current_accelerator() or "cpu"
    'cpu'
    """
    return _device("cuda") if is_available() else None


def _index_of(device: Any, optional: bool = False) -> int:
    if isinstance(device, int):
        return device
    if isinstance(device, str):
        device = _device(device)
    if isinstance(device, _device):
        known = current_accelerator()
        if known is None:
            raise RuntimeError("Accelerator expected")
        if device.type != known.type:
            raise ValueError(f"{device.type} doesn't match the current accelerator {known}.")
        if device.index is not None:
            return device.index
    if not optional:
        raise ValueError(f"Expected a torch.device with a specified index or an integer, but got:{device}")
    return current_device_index()


def _needed() -> None:
    if not is_available():
        raise RuntimeError("Cannot access accelerator device when none is available.")


def current_device_index() -> int:
    """Which of the devices is the current one."""
    _needed()
    return cuda.current_device()


def set_device_index(device: Any, /) -> None:
    """Make a device the current one. A negative index changes nothing."""
    index = _index_of(device)
    _needed()
    cuda.set_device(index)


current_device_idx, set_device_idx = current_device_index, set_device_index


class device_index:
    """Make a device the current one until the end of the block. None changes nothing."""

    def __init__(self, device: int | None, /) -> None:
        self.idx = device
        self.prev_idx = -1

    def __enter__(self) -> None:
        if self.idx is not None:
            _needed()
            self.prev_idx = gpus.use(self.idx)

    def __exit__(self, *error: Any) -> None:
        if self.prev_idx >= 0 and is_available():
            gpus.use(self.prev_idx)


def synchronize(device: Any = None, /) -> None:
    """Let the host wait until a device has done all its work."""
    index = _index_of(device, optional=True)
    _needed()
    cuda.synchronize(index)


def current_stream(device: Any = None, /) -> cuda.Stream:
    """The stream that work for a device goes into."""
    index = _index_of(device, optional=True)
    _needed()
    return cuda.current_stream(index)


def set_stream(stream: cuda.Stream) -> None:
    """Put the work to come into this stream; its device becomes the current one."""
    cuda.set_stream(stream)


def get_device_capability(device: Any = None, /) -> dict[str, Any]:
    """What a device can do: in which dtypes tensors can be made there."""
    _index_of(device, optional=True)
    return {"supported_dtypes": set(dtypes.BY_NUMPY.values())}


# --- memory ---------------------------------------------------------------------------------------------------------


def empty_cache() -> None:
    """Give memory that no tensor uses back to the driver."""
    _needed()
    cuda.empty_cache()


def memory_stats(device_index: Any = None, /) -> OrderedDict[str, Any]:
    """The numbers of the allocator."""
    return cuda.memory_stats(_index_of(device_index, optional=True))


def memory_allocated(device_index: Any = None, /) -> int:
    """Bytes in tensors."""
    return cuda.memory_allocated(_index_of(device_index, optional=True))


def max_memory_allocated(device_index: Any = None, /) -> int:
    """The most there have been."""
    return cuda.max_memory_allocated(_index_of(device_index, optional=True))


def memory_reserved(device_index: Any = None, /) -> int:
    """Bytes that were asked of the driver."""
    return cuda.memory_reserved(_index_of(device_index, optional=True))


def max_memory_reserved(device_index: Any = None, /) -> int:
    """The most there have been."""
    return cuda.max_memory_reserved(_index_of(device_index, optional=True))


def get_memory_info(device_index: Any = None, /) -> tuple[int, int]:
    """Free bytes, and all of them."""
    return cuda.mem_get_info(_index_of(device_index, optional=True))


def reset_peak_memory_stats(device_index: Any = None, /) -> None:
    """Let the highest numbers begin at the present ones."""
    cuda.reset_peak_memory_stats(_index_of(device_index, optional=True))


def reset_accumulated_memory_stats(device_index: Any = None, /) -> None:
    """Let the sums begin at 0."""
    cuda.reset_accumulated_memory_stats(_index_of(device_index, optional=True))


__getattr__ = _missing.names_of(__name__)
