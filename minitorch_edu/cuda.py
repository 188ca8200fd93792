"""cuda: what programs ask about GPUs before they use one. The answers are those of PyTorch on a machine without one."""

from __future__ import annotations

from typing import Any, NoReturn


def is_available() -> bool:
    """Whether tensors can live on a GPU.

    >>> "cuda" if torch.cuda.is_available() else "cpu"
    'cpu'
    """
    return False


def device_count() -> int:
    """How many GPUs there are."""
    return 0


def is_initialized() -> bool:
    """Whether a GPU was used already."""
    return False


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """Whether the GPU computes in bfloat16."""
    return False


def manual_seed(seed: int) -> None:
    """Begin the GPU's random numbers again, once there is a GPU: as in PyTorch, no error without one."""


def manual_seed_all(seed: int) -> None:
    """Begin the random numbers of all GPUs again."""


def empty_cache() -> None:
    """Give back memory that no tensor uses."""


def memory_allocated(device: Any = None) -> int:
    """Bytes in tensors on the GPU."""
    return 0


max_memory_allocated = memory_reserved = max_memory_reserved = memory_allocated


def _refuse(*arguments: Any, **options: Any) -> NoReturn:
    """There is no GPU to ask."""
    raise AssertionError("Torch not compiled with CUDA enabled")


init = current_device = current_stream = synchronize = _refuse
get_device_name = get_device_properties = get_device_capability = _refuse
