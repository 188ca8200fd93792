"""Windows under SciPy's names: weights that fade a piece of a signal in and out.

A window of M places is a curve, looked at in M points. A symmetric one (`sym=True`) ends as it began; a periodic one is
the symmetric one of M + 1 places without its last, so that it can follow itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from minitorch_edu import dtypes, layouts
from minitorch_edu import missing as _missing
from minitorch_edu.ops.creation import empty, ones
from minitorch_edu.ops.data import tensor
from minitorch_edu.ops.ranges import arange, linspace
from minitorch_edu.tensor import Tensor


def _checked(name: str, M: int, options: dict[str, Any]) -> None:
    """Refuse what PyTorch refuses, and put the default dtype where none was given."""
    if options["dtype"] is None:
        options["dtype"] = dtypes.get_default_dtype()
    if M < 0:
        raise ValueError(f"{name} requires non-negative window length, got M={M}")
    if options["layout"] is not layouts.strided:
        raise ValueError(f"{name} is implemented for strided tensors only, got: {options['layout']}")
    if options["dtype"] not in (dtypes.float32, dtypes.float64):
        raise ValueError(f"{name} expects float32 or float64 dtypes, got: {options['dtype']}")


def _options(dtype: Any, layout: Any, device: Any, requires_grad: bool) -> dict[str, Any]:
    return {"dtype": dtype, "layout": layout, "device": device, "requires_grad": requires_grad}


def _points(M: int, first: float, step: float, options: dict[str, Any]) -> Tensor:
    """The M points at which a curve is looked at."""
    return linspace(first * step, (first + (M - 1)) * step, M, **options)


def bartlett(
    M: int,
    *,
    sym: bool = True,
    dtype: dtypes.dtype | None = None,
    layout: layouts.layout = layouts.strided,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Bartlett's window, a triangle: w_n = 1 - |2 n / (M - 1) - 1|.

    >>> torch.signal.windows.bartlett(5)
    tensor([0.0000, 0.5000, 1.0000, 0.5000, 0.0000])
    """
    options = _options(dtype, layout, device, requires_grad)
    _checked("bartlett", M, options)
    if M < 2:
        return _short(M, options)
    step = 2 / (M - 1 if sym else M)
    return 1 - linspace(-1, -1 + (M - 1) * step, M, **options).abs()


def _short(M: int, options: dict[str, Any]) -> Tensor:
    """A window of no place, or of a single one."""
    return (ones if M else empty)((M,), **options)


def blackman(
    M: int,
    *,
    sym: bool = True,
    dtype: dtypes.dtype | None = None,
    layout: layouts.layout = layouts.strided,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Blackman's window: w_n = 0.42 - 0.5 cos(2 pi n / (M - 1)) + 0.08 cos(4 pi n / (M - 1)).

    >>> torch.signal.windows.blackman(4, sym=False).round(decimals=2)
    tensor([-0.0000, 0.3400, 1.0000, 0.3400])
    """
    options = _options(dtype, layout, device, requires_grad)
    _checked("blackman", M, options)
    return general_cosine(M, a=[0.42, 0.5, 0.08], sym=sym, **options)


def cosine(
    M: int,
    *,
    sym: bool = True,
    dtype: dtypes.dtype | None = None,
    layout: layouts.layout = layouts.strided,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Half a wave: w_n = sin(pi (n + 1/2) / M).

    >>> torch.signal.windows.cosine(3)
    tensor([0.5000, 1.0000, 0.5000])
    """
    options = _options(dtype, layout, device, requires_grad)
    _checked("cosine", M, options)
    if not M:
        return _short(M, options)
    return _points(M, 0.5, math.pi / (M + 1 if not sym and M > 1 else M), options).sin()


def exponential(
    M: int,
    *,
    center: float | None = None,
    tau: float = 1.0,
    sym: bool = True,
    dtype: dtypes.dtype | None = None,
    layout: layouts.layout = layouts.strided,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """A decay to both sides of a centre c: w_n = exp(-|n - c| / tau).

    >>> torch.signal.windows.exponential(3)
    tensor([0.3679, 1.0000, 0.3679])
    """
    options = _options(dtype, layout, device, requires_grad)
    _checked("exponential", M, options)
    if tau <= 0:
        raise ValueError(f"Tau must be positive, got: {tau} instead.")
    if sym and center is not None:
        raise ValueError("Center must be None for symmetric windows")
    if not M:
        return _short(M, options)
    if center is None:
        center = (M if not sym and M > 1 else M - 1) / 2.0
    return (-_points(M, -center, 1 / tau, options).abs()).exp()


def gaussian(
    M: int,
    *,
    std: float = 1.0,
    sym: bool = True,
    dtype: dtypes.dtype | None = None,
    layout: layouts.layout = layouts.strided,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """The bell curve: w_n = exp(-(n - c)^2 / (2 std^2)).

    >>> torch.signal.windows.gaussian(3)
    tensor([0.6065, 1.0000, 0.6065])
    """
    options = _options(dtype, layout, device, requires_grad)
    _checked("gaussian", M, options)
    if std <= 0:
        raise ValueError(f"Standard deviation must be positive, got: {std} instead.")
    if not M:
        return _short(M, options)
    first = -(M if not sym and M > 1 else M - 1) / 2.0
    return (-(_points(M, first, 1 / (std * math.sqrt(2)), options) ** 2)).exp()


def general_cosine(
    M: int,
    *,
    a: Iterable[float],
    sym: bool = True,
    dtype: dtypes.dtype | None = None,
    layout: layouts.layout = layouts.strided,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """A sum of cosines: w_n = a_0 - a_1 cos(2 pi n / (M - 1)) + a_2 cos(4 pi n / (M - 1)) - ...

    >>> torch.signal.windows.general_cosine(3, a=[0.5, 0.5])
    tensor([0., 1., 0.])
    """
    options = _options(dtype, layout, device, requires_grad)
    _checked("general_cosine", M, options)
    if M < 2:
        return _short(M, options)
    if not isinstance(a, Iterable):
        raise TypeError("Coefficients must be a list/tuple")
    if not a:
        raise ValueError("Coefficients cannot be empty")
    angle = linspace(0, (M - 1) * (2 * math.pi / (M - 1 if sym else M)), M, **options)
    kind, given = options["dtype"], {"device": device, "requires_grad": requires_grad}
    weights = tensor([(-1) ** order * weight for order, weight in enumerate(a)], dtype=kind, **given)
    orders = arange(weights.shape[0], dtype=kind, **given)
    return (weights.unsqueeze(-1) * (orders.unsqueeze(-1) * angle).cos()).sum(0)


def general_hamming(
    M: int,
    *,
    alpha: float = 0.54,
    sym: bool = True,
    dtype: dtypes.dtype | None = None,
    layout: layouts.layout = layouts.strided,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """A raised cosine: w_n = alpha - (1 - alpha) cos(2 pi n / (M - 1)).

    >>> torch.signal.windows.general_hamming(3, alpha=0.75)
    tensor([0.5000, 1.0000, 0.5000])
    """
    options = _options(dtype, layout, device, requires_grad)
    return general_cosine(M, a=[alpha, 1.0 - alpha], sym=sym, **options)


def hamming(
    M: int,
    *,
    sym: bool = True,
    dtype: dtypes.dtype | None = None,
    layout: layouts.layout = layouts.strided,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Hamming's window: w_n = 0.54 - 0.46 cos(2 pi n / (M - 1)).

    >>> torch.signal.windows.hamming(3)
    tensor([0.0800, 1.0000, 0.0800])
    """
    return general_hamming(M, sym=sym, **_options(dtype, layout, device, requires_grad))


def hann(
    M: int,
    *,
    sym: bool = True,
    dtype: dtypes.dtype | None = None,
    layout: layouts.layout = layouts.strided,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Hann's window: w_n = (1 - cos(2 pi n / (M - 1))) / 2.

    >>> torch.signal.windows.hann(4, sym=False)
    tensor([0.0000, 0.5000, 1.0000, 0.5000])
    """
    return general_hamming(M, alpha=0.5, sym=sym, **_options(dtype, layout, device, requires_grad))


def kaiser(
    M: int,
    *,
    beta: float = 12.0,
    sym: bool = True,
    dtype: dtypes.dtype | None = None,
    layout: layouts.layout = layouts.strided,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Kaiser's window: w_n = I_0(beta sqrt(1 - (2 n / (M - 1) - 1)^2)) / I_0(beta).

    >>> torch.signal.windows.kaiser(3, beta=1.0)
    tensor([0.7898, 1.0000, 0.7898])
    """
    options = _options(dtype, layout, device, requires_grad)
    _checked("kaiser", M, options)
    if beta < 0:
        raise ValueError(f"beta must be non-negative, got: {beta} instead.")
    if M < 2:
        return _short(M, options)
    widest = tensor(beta, dtype=options["dtype"], device=device)
    last = widest.minimum((M - 1) * (2.0 * widest / (M - 1 if sym else M)) - widest)
    points = linspace(-widest, last, M, **options)
    return (widest * widest - points**2).sqrt().i0() / widest.i0()


def nuttall(
    M: int,
    *,
    sym: bool = True,
    dtype: dtypes.dtype | None = None,
    layout: layouts.layout = layouts.strided,
    device: Any = None,
    requires_grad: bool = False,
) -> Tensor:
    """Nuttall's window, whose spectrum falls off to 93 decibels: a sum of four cosines.

    >>> torch.signal.windows.nuttall(3)
    tensor([3.6280e-04, 1.0000e+00, 3.6280e-04])
    """
    options = _options(dtype, layout, device, requires_grad)
    return general_cosine(M, a=[0.3635819, 0.4891775, 0.1365995, 0.0106411], sym=sym, **options)


__getattr__ = _missing.names_of(__name__)
