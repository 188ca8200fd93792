"""autocast: a region in which each op runs in the dtype that suits it. What happens to an op is in casting.py."""

from __future__ import annotations

import collections.abc
import contextlib
import functools
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.amp import switches
from minitorch_edu.backends import gpus
from minitorch_edu.callers import outside
from minitorch_edu.naming import Addressed, Named
from minitorch_edu.tensor import Tensor

CALLABLE = (
    "autocast()(func) requires a callable, but got {}. Did you mean to use autocast as a context manager? "
    "For example:\n"
    "    with torch.autocast(device_type=...):\n"
    "        output = model(input)"
)
SUPPORTED = (dtypes.bfloat16, dtypes.float16)


class autocast(Addressed, metaclass=Named):
    """A with-block or a decorator: matrix products of float32 run in 16 bits inside, losses in 32.

    dtype: bfloat16 on the CPU and float16 on a GPU, unless told otherwise.
    cache_enabled: cast each weight once, and not again for each op that takes it.

    >>> x = torch.ones(2, 2)
    >>> with torch.autocast("cpu"):
    ...     product = x @ x
    >>> product.dtype, (x @ x).dtype
    (torch.bfloat16, torch.float32)
    """

    _called = "torch.amp.autocast_mode.autocast"

    def __init__(
        self,
        device_type: str,
        dtype: dtypes.dtype | None = None,
        enabled: bool = True,
        cache_enabled: bool | None = None,
    ) -> None:
        if not isinstance(device_type, str):
            raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
        self.fast_dtype = switches.get_autocast_dtype(device_type) if dtype is None else dtype
        self.device = device_type
        if not switches.is_autocast_available(device_type):
            raise RuntimeError(f"User specified an unsupported autocast device_type '{device_type}'")
        self._cache_enabled = switches.is_autocast_cache_enabled() if cache_enabled is None else cache_enabled
        self._enabled = enabled and self._is_possible()

    def _is_possible(self) -> bool:
        """Whether there is such a device, which can compute in such a dtype; a warning says if not."""
        if self.device == "cuda":
            if gpus.gpus():
                return True
            text = "CUDA is not available or torch_xla is imported. Disabling autocast."
        elif self.fast_dtype in SUPPORTED:
            return True
        else:
            name = self.device.upper()
            text = (
                f"In {name} autocast, but the target dtype is not supported. Disabling autocast.\n"
                f"{name} Autocast only supports dtypes of {', '.join(map(str, SUPPORTED))} currently."
            )
        warnings.warn(text, UserWarning, stacklevel=outside())
        return False

    def __enter__(self) -> autocast:
        self.prev_cache_enabled = switches.is_autocast_cache_enabled()
        self.prev = switches.is_autocast_enabled(self.device)
        self.prev_fastdtype = switches.get_autocast_dtype(self.device)
        switches.set_autocast_enabled(self.device, self._enabled)
        switches.set_autocast_dtype(self.device, self.fast_dtype)
        switches.autocast_increment_nesting()
        switches.set_autocast_cache_enabled(self._cache_enabled)
        return self

    def __exit__(self, *error: Any) -> None:
        if switches.autocast_decrement_nesting() == 0:
            switches.clear_autocast_cache()
        switches.set_autocast_enabled(self.device, self.prev)
        switches.set_autocast_dtype(self.device, self.prev_fastdtype)
        switches.set_autocast_cache_enabled(self.prev_cache_enabled)

    def __call__(self, func: Any) -> Any:
        if not callable(func):
            raise TypeError(CALLABLE.format(type(func).__name__))

        @functools.wraps(func)
        def decorate_autocast(*args: Any, **kwargs: Any) -> Any:
            with self:
                return func(*args, **kwargs)

        return decorate_autocast


def current() -> dict[str, tuple[dtypes.dtype, bool]]:
    """How autocast is set: the dtype, and whether it is on, for each type of device that tensors can be on."""
    return {
        device: (switches.get_autocast_dtype(device), switches.is_autocast_enabled(device))
        for device in ("cpu", "cuda")
    }


@contextlib.contextmanager
def restored(setting: dict[str, tuple[dtypes.dtype, bool]]) -> Iterator[None]:
    """A region in which it is set as it was; off, where it had not been used."""
    with contextlib.ExitStack() as regions:
        for device in ("cpu", "cuda"):
            dtype, enabled = setting.get(device, (None, False))
            regions.enter_context(autocast(device, dtype, enabled))
        yield


def _cast(value: Any, device_type: str, dtype: dtypes.dtype) -> Any:
    """A tensor in another dtype, where autocast may cast it, and those in containers."""
    if isinstance(value, Tensor):
        fits = value.is_floating_point() and value.device.type == device_type
        return value.to(dtype) if fits and value.dtype is not dtypes.float64 else value
    if isinstance(value, str | bytes | np.ndarray):
        return value
    if isinstance(value, collections.abc.Mapping):
        return {_cast(k, device_type, dtype): _cast(v, device_type, dtype) for k, v in value.items()}
    if isinstance(value, collections.abc.Iterable):
        items = (_cast(each, device_type, dtype) for each in value)
        return type(value)(items) if isinstance(value, list | tuple) else items  # type: ignore[call-arg]
    return value


def custom_fwd(
    fwd: Callable[..., Any] | None = None, *, device_type: str, cast_inputs: dtypes.dtype | None = None
) -> Any:
    """For `forward` of an autograd Function: remember for `backward` whether autocast was on.

    cast_inputs: where it is on, cast the inputs to this dtype, and run `forward` with autocast off.
    """
    if not isinstance(device_type, str):
        raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
    if fwd is None:
        return functools.partial(custom_fwd, device_type=device_type, cast_inputs=cast_inputs)
    forward = fwd

    @functools.wraps(forward)
    def decorate_fwd(*args: Any, **kwargs: Any) -> Any:
        args[0]._dtype = switches.get_autocast_dtype(device_type)
        on = switches.is_autocast_enabled(device_type)
        args[0]._fwd_used_autocast = on and cast_inputs is None
        if not on or cast_inputs is None:
            return forward(*args, **kwargs)
        with autocast(device_type, enabled=False):
            cast = _cast((args, kwargs), device_type, cast_inputs)
            return forward(*cast[0], **cast[1])

    return decorate_fwd


def custom_bwd(bwd: Callable[..., Any] | None = None, *, device_type: str) -> Any:
    """For `backward` of an autograd Function: run it as `forward` ran, with autocast or without."""
    if not isinstance(device_type, str):
        raise ValueError(f"Expected `device_type` of type `str`, got: `{type(device_type)}`")
    if bwd is None:
        return functools.partial(custom_bwd, device_type=device_type)
    backward = bwd

    @functools.wraps(backward)
    def decorate_bwd(*args: Any, **kwargs: Any) -> Any:
        with autocast(device_type, args[0]._dtype, args[0]._fwd_used_autocast):
            return backward(*args, **kwargs)

    return decorate_bwd
