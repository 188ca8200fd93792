"""Fourier transforms under PyTorch's names, of one dimension or several, and the frequencies they belong to."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops.arranging import roll
from minitorch_edu.ops.creation import check_options
from minitorch_edu.ops.fourier import (
    fft_c2c,
    fft_c2r,
    fft_r2c,
    normalization_of,
    promoted,
    resized,
)
from minitorch_edu.ops.linalg_basics import conj
from minitorch_edu.ops.ranges import arange
from minitorch_edu.ops.signatures import OPTIONS, reads
from minitorch_edu.shape import wrap_dim
from minitorch_edu.tensor import Tensor

ONE = "Tensor input, int n = None, int dim = -1, str norm = None, *, Tensor out = None"
TWO = "Tensor input, tuple of ints[1] s = None, tuple of ints[1] dim = {-2,-1}, str norm = None, *, Tensor out = None"
SEVERAL = "Tensor input, tuple of ints[1] s = None, tuple of ints[1] dim = None, str norm = None, *, Tensor out = None"

# --- one dimension --------------------------------------------------------------------------------------------------


def _along(input: Tensor, dim: int) -> int:
    if not input.ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    return wrap_dim(dim, input.ndim)


def _whole(input: Tensor, n: int | None, dim: int, norm: str | None, forward: bool) -> Tensor:
    """A full spectrum, of complex numbers or of real ones."""
    given = promoted(input, False)
    along = _along(given, dim)
    length = given.shape[along] if n is None else n
    if length < 1:
        raise RuntimeError(f"Invalid number of data points ({length}) specified")
    given = resized(given, (along,), (length,)) if n is not None else given
    normalization = normalization_of(norm, forward)
    if given.is_complex():
        return fft_c2c(given, (along,), normalization, forward)
    spectrum = fft_r2c(given, (along,), normalization, False)
    return spectrum if forward else conj(spectrum)


def _to_half(name: str, input: Tensor, n: int | None, dim: int, norm: str | None, forward: bool) -> Tensor:
    if input.is_complex():
        raise RuntimeError(f"{name} expects a real input tensor, but got {input.dtype.scalar_name}")
    given = promoted(input, False)
    along = _along(given, dim)
    length = given.shape[along] if n is None else n
    if length < 1:
        raise RuntimeError(f"Invalid number of data points ({length}) specified")
    given = resized(given, (along,), (length,)) if n is not None else given
    half = fft_r2c(given, (along,), normalization_of(norm, forward), True)
    return half if forward else conj(half)


def _from_half(input: Tensor, n: int | None, dim: int, norm: str | None, forward: bool) -> Tensor:
    given = promoted(input, True)
    along = _along(given, dim)
    length = 2 * (given.shape[along] - 1) if n is None else n
    if length < 1:
        raise RuntimeError(f"Invalid number of data points ({length}) specified")
    given = resized(given, (along,), (length // 2 + 1,)) if n is not None else given
    if forward:
        given = conj(given)
    return fft_c2r(given, (along,), normalization_of(norm, forward), length)


@reads(ONE, name="fft_fft")
def fft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The Fourier transform along one dimension: X_k = sum_n x_n exp(-2 pi i k n / N).

    >>> torch.fft.fft(torch.tensor([1., 0., 0., 0.]))
    tensor([1.+0.j, 1.+0.j, 1.+0.j, 1.+0.j])
    """
    return _whole(input, n, dim, norm, True)


@reads(ONE, name="fft_ifft")
def ifft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The way back from `fft`: x_n = 1/N sum_k X_k exp(2 pi i k n / N).

    >>> torch.fft.ifft(torch.tensor([4., 0., 0., 0.])).real
    tensor([1., 1., 1., 1.])
    """
    return _whole(input, n, dim, norm, False)


@reads(ONE, name="fft_rfft")
def rfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The first half of the spectrum of real numbers, which says it all.

    >>> torch.fft.rfft(torch.tensor([1., 0., 0., 0.]))
    tensor([1.+0.j, 1.+0.j, 1.+0.j])
    """
    return _to_half("rfft", input, n, dim, norm, True)


@reads(ONE, name="fft_irfft")
def irfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The real numbers whose first half of a spectrum is given. n: how many, since two lengths have the same half.

    >>> torch.fft.irfft(torch.tensor([1., 1., 1.]))
    tensor([1., 0., 0., 0.])
    """
    return _from_half(input, n, dim, norm, False)


@reads(ONE, name="fft_hfft")
def hfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The spectrum, which is real, of a signal that is its own mirror image, and of which half is given.

    >>> torch.fft.hfft(torch.tensor([1., 1., 1.]))
    tensor([4., 0., 0., 0.])
    """
    return _from_half(input, n, dim, norm, True)


@reads(ONE, name="fft_ihfft")
def ihfft(input: Tensor, n: int | None = None, dim: int = -1, norm: str | None = None) -> Tensor:
    """The way back from `hfft`: half of the signal.

    >>> torch.fft.ihfft(torch.tensor([4., 0., 0., 0.]))
    tensor([1.-0.j, 1.-0.j, 1.-0.j])
    """
    return _to_half("ihfft", input, n, dim, norm, False)


# --- several dimensions ---------------------------------------------------------------------------------------------


def _ints(value: Any) -> tuple[int, ...] | None:
    return None if value is None else (value,) if isinstance(value, int) else tuple(value)


def _dims_and_lengths(input: Tensor, s: Any, dim: Any) -> tuple[tuple[int, ...], list[int]]:
    """The dimensions, and how long each is to be made."""
    lengths, dims = _ints(s), _ints(dim)
    wrapped: tuple[int, ...] | None = None
    if dims is not None:
        wrapped = tuple(_along(input, each) for each in dims)
        if len(set(wrapped)) != len(wrapped):
            raise RuntimeError("FFT dims must be unique")
    if lengths is not None:
        if dims is not None and len(dims) != len(lengths):
            raise RuntimeError("When given, dim and shape arguments must have the same length")
        if len(lengths) > input.ndim:
            raise RuntimeError(
                f"Got shape with {len(lengths)} values but input tensor only has {input.ndim} dimensions."
            )
        if wrapped is None:
            wrapped = tuple(range(input.ndim - len(lengths), input.ndim))
        found = [
            input.shape[place] if length == -1 else length
            for place, length in zip(wrapped, lengths, strict=True)
        ]
    else:
        wrapped = tuple(range(input.ndim)) if wrapped is None else wrapped
        found = [input.shape[place] for place in wrapped]
    for length in found:
        if length <= 0:
            raise RuntimeError(f"Invalid number of data points ({length}) specified")
    return wrapped, found


def _whole_of(input: Tensor, s: Any, dim: Any, norm: str | None, forward: bool) -> Tensor:
    given = promoted(input, True)
    dims, lengths = _dims_and_lengths(given, s, dim)
    given = resized(given, dims, tuple(lengths))
    return fft_c2c(given, dims, normalization_of(norm, forward), forward)


def _to_half_of(name: str, input: Tensor, s: Any, dim: Any, norm: str | None) -> Tensor:
    if input.is_complex():
        raise RuntimeError(f"{name} expects a real-valued input tensor, but got {input.dtype.scalar_name}")
    given = promoted(input, False)
    dims, lengths = _dims_and_lengths(given, s, dim)
    if not dims:
        raise RuntimeError(f"{name} must transform at least one axis")
    given = resized(given, dims, tuple(lengths))
    return fft_r2c(given, dims, normalization_of(norm, True), True)


def _last_length(name: str, input: Tensor, s: Any, dim: Any) -> tuple[tuple[int, ...], list[int], int]:
    """(dims, lengths of the half spectrum, length of the result's last dimension)"""
    given = _ints(s)
    dims, lengths = _dims_and_lengths(input, s, dim)
    if not dims:
        raise RuntimeError(f"{name} must transform at least one axis")
    last = 2 * (input.shape[dims[-1]] - 1) if given is None or given[-1] == -1 else given[-1]
    if last < 1:
        raise RuntimeError(f"Invalid number of data points ({last}) specified")
    return dims, [*lengths[:-1], last // 2 + 1], last


def _from_half_of(input: Tensor, s: Any, dim: Any, norm: str | None) -> Tensor:
    given = promoted(input, True)
    dims, lengths, last = _last_length("irfftn", given, s, dim)
    return fft_c2r(resized(given, dims, tuple(lengths)), dims, normalization_of(norm, False), last)


@reads(SEVERAL, name="fft_fftn")
def fftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The Fourier transform along several dimensions, or all.

    >>> torch.fft.fftn(torch.ones(2, 2))
    tensor([[4.+0.j, 0.+0.j],
            [0.+0.j, 0.+0.j]])
    """
    return _whole_of(input, s, dim, norm, True)


@reads(SEVERAL, name="fft_ifftn")
def ifftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The way back from `fftn`."""
    return _whole_of(input, s, dim, norm, False)


@reads(SEVERAL, name="fft_rfftn")
def rfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The spectrum of real numbers along several dimensions; of the last one, half.

    >>> torch.fft.rfftn(torch.ones(2, 2))
    tensor([[4.+0.j, 0.+0.j],
            [0.+0.j, 0.+0.j]])
    """
    return _to_half_of("rfftn", input, s, dim, norm)


@reads(SEVERAL, name="fft_irfftn")
def irfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The way back from `rfftn`."""
    return _from_half_of(input, s, dim, norm)


@reads(SEVERAL, name="fft_hfftn")
def hfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The spectrum, which is real, of a signal of which half is given: `hfft` along the last dimension."""
    given = promoted(input, True)
    dims, lengths, last = _last_length("hfftn", given, s, dim)
    given = resized(given, dims, tuple(lengths))
    normalization = normalization_of(norm, True)
    if len(dims) > 1:
        given = fft_c2c(given, dims[:-1], normalization, True)
    return fft_c2r(conj(given), dims[-1:], normalization, last)


@reads(SEVERAL, name="fft_ihfftn")
def ihfftn(input: Tensor, s: Any = None, dim: Any = None, norm: str | None = None) -> Tensor:
    """The way back from `hfftn`: half of the signal."""
    if input.is_complex():
        raise RuntimeError(f"ihfftn expects a real-valued input tensor, but got {input.dtype.scalar_name}")
    given = promoted(input, False)
    dims, lengths = _dims_and_lengths(given, s, dim)
    if not dims:
        raise RuntimeError("ihfftn must transform at least one axis")
    given = resized(given, dims, tuple(lengths))
    normalization = normalization_of(norm, False)
    half = conj(fft_r2c(given, dims[-1:], normalization, True))
    return half if len(dims) == 1 else fft_c2c(half, dims[:-1], normalization, False)


def _two(name: str, function: Any) -> Any:
    """The form for two dimensions, the last ones unless others are given."""

    def transform(input: Tensor, s: Any = None, dim: Any = (-2, -1), norm: str | None = None) -> Tensor:
        return function(input, s, dim, norm)

    transform.__name__ = transform.__qualname__ = name
    transform.__doc__ = f"`{function.__name__}` along the last two dimensions."
    return reads(TWO, name=f"fft_{name}")(transform)


fft2, ifft2 = _two("fft2", fftn), _two("ifft2", ifftn)
rfft2, irfft2 = _two("rfft2", rfftn), _two("irfft2", irfftn)
hfft2, ihfft2 = _two("hfft2", hfftn), _two("ihfft2", ihfftn)


# --- frequencies ----------------------------------------------------------------------------------------------------

FREQUENCIES = f"int n, float d = 1.0, *, Tensor out = None, {OPTIONS}"


def _frequencies(name: str, numbers: Tensor, n: int, d: float, requires_grad: bool) -> Tensor:
    return (numbers * (1.0 / (n * d))).requires_grad_(requires_grad)


def _floating(name: str, dtype: Any) -> Any:
    kind = dtypes.get_default_dtype() if dtype is None else dtype
    if kind.category < 2:
        raise RuntimeError(f"{name} requires a floating point or complex dtype")
    return kind


@reads(FREQUENCIES, name="fft_fftfreq")
def fftfreq(
    n: int, d: float = 1.0, *, dtype: Any = None, layout: Any = None, device: Any = None,
    pin_memory: bool = False, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """The frequencies of what `fft` returns, for samples `d` apart: 0, then positive ones, then negative ones.

    >>> torch.fft.fftfreq(4)
    tensor([ 0.0000,  0.2500, -0.5000, -0.2500])
    """
    check_options(layout, pin_memory, requires_grad)
    numbers = arange(n, dtype=_floating("fftfreq", dtype), device=device)
    half = (n + 1) // 2
    numbers[half:] = arange(-(n // 2), 0, dtype=numbers.dtype, device=device)
    return _frequencies("fftfreq", numbers, n, d, requires_grad)


@reads(FREQUENCIES, name="fft_rfftfreq")
def rfftfreq(
    n: int, d: float = 1.0, *, dtype: Any = None, layout: Any = None, device: Any = None,
    pin_memory: bool = False, requires_grad: bool = False,
) -> Tensor:  # fmt: skip
    """The frequencies of what `rfft` returns, for samples `d` apart.

    >>> torch.fft.rfftfreq(4)
    tensor([0.0000, 0.2500, 0.5000])
    """
    check_options(layout, pin_memory, requires_grad)
    numbers = arange(n // 2 + 1, dtype=_floating("rfftfreq", dtype), device=device)
    return _frequencies("rfftfreq", numbers, n, d, requires_grad)


def _shifted(input: Tensor, dim: Any, steps: Any) -> Tensor:
    dims = _ints(dim)
    dims = tuple(range(input.ndim)) if dims is None else tuple(wrap_dim(each, input.ndim) for each in dims)
    return roll(input, tuple(steps(input.shape[each]) for each in dims), dims)


@reads("Tensor input, tuple of ints[1] dim = None", name="fft_fftshift")
def fftshift(input: Tensor, dim: Any = None) -> Tensor:
    """The frequency 0 to the middle.

    >>> torch.fft.fftshift(torch.tensor([0, 1, -2, -1]))
    tensor([-2, -1,  0,  1])
    """
    return _shifted(input, dim, lambda size: size // 2)


@reads("Tensor input, tuple of ints[1] dim = None", name="fft_ifftshift")
def ifftshift(input: Tensor, dim: Any = None) -> Tensor:
    """The way back from `fftshift`.

    >>> torch.fft.ifftshift(torch.tensor([-2, -1, 0, 1]))
    tensor([ 0,  1, -2, -1])
    """
    return _shifted(input, dim, lambda size: (size + 1) // 2)
