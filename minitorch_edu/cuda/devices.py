"""cuda.devices: how many GPUs there are, and which of them `device="cuda"` stands for."""

from __future__ import annotations

from typing import Any

from minitorch_edu.backends import gpus
from minitorch_edu.backends.gpu import Gpu
from minitorch_edu.devices import device as _device


def is_available() -> bool:
    """Whether tensors can live on a GPU, a simulated one included.

    >>> "cuda" if torch.cuda.is_available() else "cpu"
    'cpu'
    """
    return bool(gpus.gpus())


def device_count() -> int:
    """How many GPUs there are."""
    return len(gpus.gpus())


def is_initialized() -> bool:
    """Whether a GPU was used already."""
    return gpus.initialized


def init() -> None:
    """Get the GPUs ready. Their first use does it, too."""
    gpus.gpu()


ipc_collect = init  # no memory here is shared with other processes


def current_device() -> int:
    """The index of the device that `device="cuda"` stands for.

    >>> with torch.cuda.simulate(devices=2), torch.cuda.device(1):
    ...     torch.cuda.current_device(), torch.zeros(1, device="cuda").device
    (1, device(type='cuda', index=1))
    """
    init()
    return gpus.current


def set_device(device: Any) -> None:
    """Let `device="cuda"` stand for this device from now on. A negative index changes nothing."""
    index = index_of(device)
    if index >= 0:
        gpus.use(index)


def synchronize(device: Any = None) -> None:
    """Let the host wait until the device has done all its work."""
    init()
    gpus.gpu(index_of(device, optional=True)).synchronize()
    if gpus.kept:
        gpus.let_go()


def can_device_access_peer(device: Any, peer_device: Any) -> bool:
    """Whether one device can read another's memory without the host's help."""
    init()
    index, peer = index_of(device, optional=True), index_of(peer_device)
    if not 0 <= index < device_count():
        raise AssertionError("Invalid device id")
    if not 0 <= peer < device_count():
        raise AssertionError("Invalid peer device id")
    return gpus.gpu(index).reaches(peer)


class device:
    """Let `device="cuda"` stand for this device until the end of the block. None changes nothing."""

    def __init__(self, device: Any) -> None:
        self.idx: Any = index_of(device, optional=True)
        self.prev_idx = -1

    def __enter__(self) -> None:
        if self.idx is None or self.idx < 0:
            return
        if not gpus.gpus():
            raise RuntimeError("PyTorch was compiled without CUDA support")
        self.prev_idx = gpus.use(self.idx)

    def __exit__(self, *error: Any) -> None:
        if self.prev_idx >= 0 and gpus.gpus():
            gpus.use(self.prev_idx)


class device_of(device):
    """The same for the device of a tensor or a storage; nothing where it lives on the CPU."""

    def __init__(self, obj: Any) -> None:
        super().__init__(obj.get_device() if obj.is_cuda else -1)


def index_of(device: Any, optional: bool = False) -> Any:
    """The index that is meant by an index, a name, a device or a block; of nothing, where `optional`, the current one.

    None where even that is not to be had.
    """
    if isinstance(device, int):
        return device
    if isinstance(device, str):
        device = _device(device)
    if isinstance(device, _device):
        if device.type != "cuda":
            raise ValueError(f"Expected a cuda device, but got: {device}")
        if device.index is not None:
            return device.index
    elif isinstance(device, _Guard):
        return device.idx
    if optional:
        return gpus.current if gpus.gpus() else None
    raise ValueError(f"Expected a torch.device with a specified index or an integer, but got:{device}")


_Guard = device  # `device` is the name of an argument as well


def gpu_of(device: Any) -> Gpu:
    """The GPU whose memory is asked about; the current one where none is named."""
    index = index_of(device, optional=True)
    if gpus.gpus() and not 0 <= index < device_count():
        raise RuntimeError(f"Invalid device argument {index}: did you call init?")
    return gpus.gpu(index)
