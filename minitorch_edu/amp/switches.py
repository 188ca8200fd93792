"""Switches of autocast: on or off for a type of device, the dtype it casts to, and the cache of its casts."""

from __future__ import annotations

import warnings
from typing import Any

from minitorch_edu import devices, dtypes
from minitorch_edu.amp import casting
from minitorch_edu.amp.state import NARROW, state
from minitorch_edu.callers import outside
from minitorch_edu.ops.kinds import type_name


def _checked(function: str, device_type: Any) -> str:
    if not isinstance(device_type, str):
        raise TypeError(
            f"{function}(): argument 'device_type' (position 1) must be str, not {type_name(device_type)}"
        )
    return devices.device(device_type).type


def is_autocast_available(device_type: str) -> bool:
    """Whether PyTorch has autocast for a type of device.

    >>> torch.amp.is_autocast_available("cpu")
    True
    """
    return _checked("_is_autocast_available", device_type) in NARROW


def is_autocast_enabled(device_type: str = "cuda") -> bool:
    """Whether autocast is on, in this thread and for a type of device.

    >>> torch.is_autocast_enabled("cpu")
    False
    """
    return _checked("is_autocast_enabled", device_type) in state.enabled


def set_autocast_enabled(*given: Any) -> None:
    """Switch autocast on or off for a type of device: set_autocast_enabled("cpu", True). A bare bool is for CUDA."""
    device_type = _checked("set_autocast_enabled", given[0]) if len(given) == 2 else "cuda"
    if type(given[-1]) is not bool:
        raise TypeError(
            f"set_autocast_enabled(): argument 'enabled' (position {len(given)}) must be bool, not "
            f"{type_name(given[-1])}"
        )
    before = device_type in state.enabled
    if given[-1] and not before:
        state.enabled.add(device_type)
        casting.begin()
    elif before and not given[-1]:
        state.enabled.remove(device_type)
        casting.end()


def get_autocast_dtype(device_type: str) -> dtypes.dtype:
    """The dtype to which autocast casts on a type of device.

    >>> torch.get_autocast_dtype("cpu"), torch.get_autocast_dtype("cuda")
    (torch.bfloat16, torch.float16)
    """
    kind = state.dtypes.get(_checked("get_autocast_dtype", device_type))
    if kind is None:
        raise RuntimeError("unsupported scalarType")
    return kind


def set_autocast_dtype(device_type: str, dtype: dtypes.dtype) -> None:
    """Let autocast cast to another dtype on a type of device."""
    kind = _checked("set_autocast_dtype", device_type)
    if not isinstance(dtype, dtypes.dtype):
        raise TypeError(
            f"set_autocast_dtype(): argument 'dtype' (position 2) must be torch.dtype, not {type_name(dtype)}"
        )
    state.dtypes[kind] = dtype


def is_autocast_cache_enabled() -> bool:
    """Whether the casts of weights are kept until the thread leaves the last context."""
    return state.cache_enabled


def set_autocast_cache_enabled(enabled: bool) -> None:
    """Keep the casts of weights, or cast them anew for each op."""
    if type(enabled) is not bool:
        raise TypeError(f"enabled must be a bool (got {type_name(enabled)})")
    state.cache_enabled = enabled


def clear_autocast_cache() -> None:
    """Forget the casts of weights."""
    state.weights.clear()


def autocast_increment_nesting() -> int:
    """One context more: how many there are now."""
    state.nesting += 1
    return state.nesting


def autocast_decrement_nesting() -> int:
    """One less."""
    state.nesting -= 1
    return state.nesting


# --- from before devices had names ----------------------------------------------------------------------------------


def _deprecated(old: str, new: str) -> None:
    warnings.warn(
        f"torch.{old} is deprecated. Please use torch.{new} instead.",
        DeprecationWarning,
        stacklevel=outside(),
    )


def is_autocast_cpu_enabled() -> bool:
    """`is_autocast_enabled("cpu")`."""
    _deprecated("is_autocast_cpu_enabled()", "is_autocast_enabled('cpu')")
    return is_autocast_enabled("cpu")


def set_autocast_cpu_enabled(enabled: bool) -> None:
    """`set_autocast_enabled("cpu", enabled)`."""
    _deprecated("set_autocast_cpu_enabled(enabled)", "set_autocast_enabled('cpu', enabled)")
    set_autocast_enabled("cpu", enabled)


def get_autocast_cpu_dtype() -> dtypes.dtype:
    """`get_autocast_dtype("cpu")`."""
    _deprecated("get_autocast_cpu_dtype()", "get_autocast_dtype('cpu')")
    return get_autocast_dtype("cpu")


def set_autocast_cpu_dtype(dtype: dtypes.dtype) -> None:
    """`set_autocast_dtype("cpu", dtype)`."""
    _deprecated("set_autocast_cpu_dtype(dtype)", "set_autocast_dtype('cpu', dtype)")
    set_autocast_dtype("cpu", dtype)


def get_autocast_gpu_dtype() -> dtypes.dtype:
    """`get_autocast_dtype("cuda")`."""
    _deprecated("get_autocast_gpu_dtype()", "get_autocast_dtype('cuda')")
    return get_autocast_dtype("cuda")


def set_autocast_gpu_dtype(dtype: dtypes.dtype) -> None:
    """`set_autocast_dtype("cuda", dtype)`."""
    _deprecated("set_autocast_gpu_dtype(dtype)", "set_autocast_dtype('cuda', dtype)")
    set_autocast_dtype("cuda", dtype)
