"""cuda.amp: the older names of mixed precision on a GPU. Each says what it is called now."""

from __future__ import annotations

from typing import Any

from minitorch_edu import amp, dtypes
from minitorch_edu import missing as _missing
from minitorch_edu.amp.deprecated import deprecated
from minitorch_edu.backends import gpus


def amp_definitely_not_available() -> bool:
    """Whether there is no GPU."""
    return not gpus.gpus()


class autocast(amp.autocast):
    """`torch.amp.autocast("cuda", ...)`."""

    _called = "torch.cuda.amp.autocast_mode.autocast"

    def __init__(
        self, enabled: bool = True, dtype: dtypes.dtype = dtypes.float16, cache_enabled: bool = True
    ) -> None:
        deprecated("torch.cuda.amp.autocast(args...)", "torch.amp.autocast('cuda', args...)")
        super().__init__("cuda", dtype, enabled, cache_enabled)


class GradScaler(amp.GradScaler):
    """`torch.amp.GradScaler("cuda", ...)`."""

    _called = "torch.cuda.amp.grad_scaler.GradScaler"

    def __init__(
        self,
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        deprecated("torch.cuda.amp.GradScaler(args...)", "torch.amp.GradScaler('cuda', args...)")
        super().__init__("cuda", init_scale, growth_factor, backoff_factor, growth_interval, enabled)


def custom_fwd(fwd: Any = None, *, cast_inputs: dtypes.dtype | None = None) -> Any:
    """`torch.amp.custom_fwd(..., device_type="cuda")`."""
    deprecated("torch.cuda.amp.custom_fwd(args...)", "torch.amp.custom_fwd(args..., device_type='cuda')")
    return amp.custom_fwd(fwd, device_type="cuda", cast_inputs=cast_inputs)


def custom_bwd(bwd: Any) -> Any:
    """`torch.amp.custom_bwd(..., device_type="cuda")`."""
    deprecated("torch.cuda.amp.custom_bwd(args...)", "torch.amp.custom_bwd(args..., device_type='cuda')")
    return amp.custom_bwd(bwd, device_type="cuda")

__getattr__ = _missing.names_of(__name__)
