"""cpu.amp: the older names of mixed precision on the CPU. Each says what it is called now."""

from __future__ import annotations

from minitorch_edu import amp, dtypes
from minitorch_edu.amp.deprecated import deprecated


class autocast(amp.autocast):
    """`torch.amp.autocast("cpu", ...)`."""

    _called = "torch.cpu.amp.autocast_mode.autocast"

    def __init__(
        self, enabled: bool = True, dtype: dtypes.dtype = dtypes.bfloat16, cache_enabled: bool = True
    ) -> None:
        deprecated("torch.cpu.amp.autocast(args...)", "torch.amp.autocast('cpu', args...)")
        super().__init__("cpu", dtype, enabled, cache_enabled)


class GradScaler(amp.GradScaler):
    """`torch.amp.GradScaler("cpu", ...)`."""

    _called = "torch.cpu.amp.grad_scaler.GradScaler"

    def __init__(
        self,
        init_scale: float = 2.0**16,
        growth_factor: float = 2.0,
        backoff_factor: float = 0.5,
        growth_interval: int = 2000,
        enabled: bool = True,
    ) -> None:
        deprecated("torch.cpu.amp.GradScaler(args...)", "torch.amp.GradScaler('cpu', args...)")
        super().__init__("cpu", init_scale, growth_factor, backoff_factor, growth_interval, enabled)
