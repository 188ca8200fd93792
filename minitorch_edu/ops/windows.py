"""Windows: weights that fade a piece of a signal in and out, so that its ends do not show in the spectrum."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops.creation import check_options, empty, ones, zeros
from minitorch_edu.ops.outputs import C_NAMES
from minitorch_edu.ops.ranges import arange
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

OPTIONS = (
    "torch.dtype dtype = None, torch.layout layout = None, torch.device device = None, bool? pin_memory = False, "
    "bool? requires_grad = False"
)
FORMS = (f"int window_length, *, {OPTIONS}", f"int window_length, bool periodic, *, {OPTIONS}")


def window(
    name: str, length: int, periodic: bool, options: dict[str, Any], shape: Callable[[Tensor, int], Tensor]
) -> Tensor:
    """A window of a shape: what it makes of the places 0, 1, ... and their number. A periodic one lacks its last."""
    kind = dtypes.get_default_dtype() if options.get("dtype") is None else options["dtype"]
    if kind.category < 2:
        raise RuntimeError(
            f"{name} expects floating point dtypes, got: TensorOptions(dtype={C_NAMES.get(kind, kind.c_name)}, "
            "device=cpu, layout=Strided (default), requires_grad=false (default), pinned_memory=false, "
            "memory_format=(nullopt))"
        )
    if length < 0:
        raise RuntimeError(f"{name} requires non-negative window_length, got window_length={length}")
    check_options(None, options.get("pin_memory"), None)
    device, requires_grad = options.get("device"), bool(options.get("requires_grad"))
    if length == 0:
        return empty((0,), dtype=kind, device=device, requires_grad=requires_grad)
    if length == 1:
        return ones((1,), dtype=kind, device=device, requires_grad=requires_grad)
    count = length + bool(periodic)
    made = shape(arange(count, dtype=kind, device=device), count)
    return (made[:length].clone() if periodic else made).requires_grad_(requires_grad)


def raised(alpha: float, beta: float) -> Callable[[Tensor, int], Tensor]:
    """alpha - beta cos(2 pi n / (N - 1))"""
    return lambda places, count: (places * (2 * math.pi / (count - 1))).cos() * -beta + alpha


@reads(*FORMS)
def hann_window(window_length: int, periodic: bool = True, **options: Any) -> Tensor:
    """Hann's window: w_n = (1 - cos(2 pi n / (N - 1))) / 2.

    >>> torch.hann_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return window("hann_window", window_length, periodic, options, raised(0.5, 0.5))


@reads(
    *FORMS,
    f"int window_length, bool periodic, float alpha, *, {OPTIONS}",
    f"int window_length, bool periodic, float alpha, float beta, *, {OPTIONS}",
)
def hamming_window(
    window_length: int, periodic: bool = True, alpha: float = 0.54, beta: float = 0.46, **options: Any
) -> Tensor:
    """Hamming's window: w_n = alpha - beta cos(2 pi n / (N - 1)).

    >>> torch.hamming_window(4)
    tensor([0.0800, 0.5400, 1.0000, 0.5400])
    """
    return window("hamming_window", window_length, periodic, options, raised(alpha, beta))


@reads(*FORMS)
def blackman_window(window_length: int, periodic: bool = True, **options: Any) -> Tensor:
    """Blackman's window: w_n = 0.42 - 0.5 cos(2 pi n / (N - 1)) + 0.08 cos(4 pi n / (N - 1)).

    >>> torch.blackman_window(4).round(decimals=2)
    tensor([-0.0000, 0.3400, 1.0000, 0.3400])
    """

    def shape(places: Tensor, count: int) -> Tensor:
        angle = places * (math.pi / (count - 1))
        return (angle * 4).cos() * 0.08 - (angle * 2).cos() * 0.5 + 0.42

    return window("blackman_window", window_length, periodic, options, shape)


@reads(*FORMS)
def bartlett_window(window_length: int, periodic: bool = True, **options: Any) -> Tensor:
    """Bartlett's window, a triangle: w_n = 1 - |2 n / (N - 1) - 1|.

    >>> torch.bartlett_window(4)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """

    def shape(places: Tensor, count: int) -> Tensor:
        rising = places * (2.0 / (count - 1))
        first = ((count - 1) >> 1) + 1
        rising[first:] = 2 - rising[first:]
        return rising

    return window("bartlett_window", window_length, periodic, options, shape)


@reads(*FORMS, f"int window_length, bool periodic, float beta, *, {OPTIONS}")
def kaiser_window(window_length: int, periodic: bool = True, beta: float = 12.0, **options: Any) -> Tensor:
    """Kaiser's window: w_n = I_0(beta sqrt(1 - (2 n / (N - 1) - 1)^2)) / I_0(beta).

    >>> torch.kaiser_window(3, periodic=False, beta=0.)
    tensor([1., 1., 1.])
    """
    from minitorch_edu.ops.special_bessel import i0  # SciPy's, and not needed before

    def shape(places: Tensor, count: int) -> Tensor:
        across = places * (2.0 / (count - 1)) - 1
        inside = (1 - across * across).clamp(min=0).sqrt()
        greatest = zeros((), dtype=places.dtype, device=places.device) + beta
        return i0(inside * beta) / i0(greatest)

    return window("kaiser_window", window_length, periodic, options, shape)
