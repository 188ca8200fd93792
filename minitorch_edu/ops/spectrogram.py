"""Spectrograms: the Fourier transforms of many short pieces of a signal, and the signal made of them again."""

from __future__ import annotations

import warnings
from typing import Any

from minitorch_edu.callers import outside
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import refusal, strangers
from minitorch_edu.ops.creation import ones
from minitorch_edu.ops.fourier import ALL, NONE, ROOT, fft_c2c, fft_c2r, fft_r2c
from minitorch_edu.ops.joining import cat
from minitorch_edu.ops.parts import view_as_real
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.sliding import folded
from minitorch_edu.ops.warned import warn_once
from minitorch_edu.tensor import Tensor

NO_WINDOW = (
    "A window was not provided. A rectangular window will be applied,which is known to cause spectral leakage. Other "
    "windows such as torch.hann_window or torch.hamming_window are recommended to reduce spectral leakage.To suppress "
    "this warning and use a rectangular window, explicitly set `window=torch.ones(n_fft, device=<device>)`."
)
NO_SAME_WINDOW = (
    "A window was not provided. A rectangular window will be applied.Please provide the same window used by stft to "
    "make the inversion lossless.To suppress this warning and use a rectangular window, explicitly set "
    "`window=torch.ones(n_fft, device=<device>)`."
)
OLD_FORMAT = (
    "stft with return_complex=False is deprecated. In a future pytorch release, stft will return complex tensors for "
    "all inputs, and return_complex=False will raise an error.\nNote: you can still call torch.view_as_real on the "
    "complex output to recover the old return format."
)


def _kind(tensor: Tensor) -> str:
    return tensor.dtype.scalar_name


def _said(value: Any) -> str:
    return "None" if value is None else str(int(value))


def _window_said(window: Tensor | None) -> str:
    if window is None:
        return "None"
    return f"torch.{_kind(window)}Tensor{{{list(window.shape)}}}"


def _spread(window: Tensor, length: int) -> Tensor:
    """A window in the middle of zeros."""
    if length == window.shape[0]:
        return window
    left = (length - window.shape[0]) // 2
    right = length - window.shape[0] - left
    return cat([window.new_zeros(left), window, window.new_zeros(right)])


@registry.method
def stft(
    input: Tensor,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Tensor | None = None,
    center: bool = True,
    pad_mode: str = "reflect",
    normalized: bool = False,
    onesided: bool | None = None,
    return_complex: bool | None = None,
    align_to_window: bool | None = None,
) -> Tensor:
    """The spectra of pieces of `n_fft` elements, `hop_length` apart: (..., frequencies, pieces).

    >>> torch.stft(torch.ones(8), 4, hop_length=4, window=torch.ones(4), return_complex=True).shape
    torch.Size([3, 3])
    """
    if center and align_to_window is not None:
        raise RuntimeError("stft align_to_window should only be set when center = false")
    if center:
        from minitorch_edu.ops.padding import pad

        around = int(n_fft // 2)
        shaped = input.view([1] * (3 - input.ndim) + list(input.shape))
        padded = pad(shaped, [around, around], pad_mode)
        input = padded.view(padded.shape[-input.ndim :])
    if window is not None:
        _refuse_apart("stft", input, window)
    hop = n_fft // 4 if hop_length is None else hop_length
    length = n_fft if win_length is None else win_length
    if window is None:
        warn_once(NO_WINDOW)
    if return_complex is None:
        if not (input.is_complex() or (window is not None and window.is_complex())):
            raise RuntimeError(
                "stft requires the return_complex parameter be given for real inputs, and will further require that "
                "return_complex=True in a future PyTorch release."
            )
        return_complex = True
    elif not return_complex:
        warn_once(OLD_FORMAT)
    _check_pieces(input, n_fft, hop, length, window, (normalized, onesided, return_complex, align_to_window))
    single = input.ndim == 1
    signal = input.unsqueeze(0) if single else input
    pieces = signal.unfold(-1, n_fft, hop)
    if window is not None:
        pieces = pieces * _spread(window, n_fft)
    elif length < n_fft:
        pieces = pieces * _spread(ones((length,), dtype=input.dtype, device=input.device), n_fft)
    spectrum = _spectrum(pieces, ROOT if normalized else NONE, onesided).transpose(1, 2)
    spectrum = spectrum.squeeze(0) if single else spectrum
    return spectrum if return_complex else view_as_real(spectrum)


def _refuse_apart(name: str, input: Tensor, window: Tensor) -> None:
    if (apart := strangers(input, window)) is not None:
        places = f"got self on {input.device} and window on {window.device}"
        raise refusal(f"{name} input and window must be on the same device but {places}", *apart)


def _spectrum(pieces: Tensor, normalization: int, onesided: bool | None) -> Tensor:
    if pieces.is_complex():
        if onesided:
            raise RuntimeError("Cannot have onesided output if window or input is complex")
        return fft_c2c(pieces, (2,), normalization, True)
    return fft_r2c(pieces, (2,), normalization, True if onesided is None else onesided)


def _check_pieces(
    input: Tensor, n_fft: int, hop: int, length: int, window: Tensor | None, options: tuple[Any, ...]
) -> None:
    normalized, onesided, return_complex, align = options
    sizes = ", ".join(map(str, input.shape))
    said = (
        f"stft(torch.{_kind(input)}Tensor[{sizes}], n_fft={n_fft}, hop_length={hop}, win_length={length}, "
        f"window={_window_said(window)}, normalized={int(normalized)}, onesided={_said(onesided)}, "
        f"return_complex={_said(return_complex)}, align_to_window={_said(align)}) : "
    )
    if input.dtype.category < 2:
        raise RuntimeError(said + "expected a tensor of floating point or complex values")
    if input.ndim not in (1, 2):
        raise RuntimeError(said + "expected a 1D or 2D tensor")
    size = input.shape[-1]
    if not 0 < n_fft <= size:
        raise RuntimeError(f"{said}expected 0 < n_fft < {size}, but got n_fft={n_fft}")
    if hop <= 0:
        raise RuntimeError(f"{said}expected hop_length > 0, but got hop_length={hop}")
    if not 0 < length <= n_fft:
        raise RuntimeError(f"{said}expected 0 < win_length <= n_fft, but got win_length={length}")
    if window is not None and tuple(window.shape) != (length,):
        raise RuntimeError(
            f"{said}expected a 1D window tensor of size equal to win_length={length}, but got window with size "
            f"{list(window.shape)}"
        )


@registry.method
@reads(
    "Tensor input, int n_fft, int hop_length = None, int win_length = None, Tensor window = None, bool center = True, "
    "bool normalized = False, bool onesided = None, int length = None, bool return_complex = False"
)
def istft(
    input: Tensor,
    n_fft: int,
    hop_length: int | None = None,
    win_length: int | None = None,
    window: Tensor | None = None,
    center: bool = True,
    normalized: bool = False,
    onesided: bool | None = None,
    length: int | None = None,
    return_complex: bool = False,
) -> Tensor:
    """The signal whose pieces have these spectra: where pieces overlap, their mean, weighed by the window.

    >>> x = torch.arange(8.)
    >>> pieces = torch.stft(x, 4, window=torch.ones(4), return_complex=True)
    >>> torch.allclose(torch.istft(pieces, 4, window=torch.ones(4)), x)
    True
    """
    if window is None:
        warn_once(NO_SAME_WINDOW)
    else:
        _refuse_apart("istft", input, window)
    hop = n_fft // 4 if hop_length is None else hop_length
    size = n_fft if win_length is None else win_length
    said = (
        f"istft(CPU{input.dtype.scalar_name}Type{list(input.shape)}, n_fft={n_fft}, hop_length={hop}, "
        f"win_length={size}, window={_window_said(window)}, center={int(center)}, normalized={int(normalized)}, "
        f"onesided={_said(onesided)}, length={'None' if length is None else length}, "
        f"return_complex={int(return_complex)})"
    )
    if not input.is_complex():
        raise RuntimeError(
            "istft requires a complex-valued input tensor matching the output from stft with return_complex=True."
        )
    _check_spectra(said, input, n_fft, hop, size, window, onesided)
    single = input.ndim == 2
    spectra = (input.unsqueeze(0) if single else input).transpose(1, 2)
    if window is None:
        window = ones((size,), dtype=input.dtype.to_real(), device=input.device)
    window = _spread(window, n_fft)
    if onesided is None:
        onesided = spectra.shape[-1] != n_fft
    normalization = ROOT if normalized else ALL
    if return_complex:
        if onesided:
            raise RuntimeError("Cannot have onesided output if window or input is complex")
        pieces = fft_c2c(spectra, (2,), normalization, False)
    else:
        if window.is_complex():
            raise RuntimeError("Complex windows are incompatible with return_complex=False")
        half = spectra if onesided else spectra[..., : n_fft // 2 + 1]
        pieces = fft_c2r(half, (2,), normalization, n_fft)
    signal = _overlapped(said, pieces, window, n_fft, hop, center, length)
    return signal.squeeze(0) if single else signal


def _overlapped(
    said: str, pieces: Tensor, window: Tensor, n_fft: int, hop: int, center: bool, length: int | None
) -> Tensor:
    """Pieces added up where they were, and divided by how much of them there is."""
    count = pieces.shape[1]
    whole = n_fft + hop * (count - 1)
    signal = folded(pieces * window, (pieces.shape[0], whole), 1, n_fft, hop)
    weight = folded((window * window).expand(1, count, n_fft), (1, whole), 1, n_fft, hop)
    start = n_fft // 2 if center else 0
    end = start + length if length is not None else whole - n_fft // 2 if center else whole
    signal, weight = signal[:, start:end], weight[:, start:end]
    if bool(weight.abs().min() < 1e-11):
        raise RuntimeError(f"{said} window overlap add min: 1\n[ CPUBoolType{{}} ]")
    signal = signal / weight
    if end > whole:
        warnings.warn(
            "The length of signal is shorter than the length parameter. Result is being padded with zeros in the tail. "
            "Please check your center and hop_length settings.",
            stacklevel=outside(),
        )
        from minitorch_edu.ops.padding import pad

        signal = pad(signal, (0, end - whole))
    return signal


def _check_spectra(
    said: str, input: Tensor, n_fft: int, hop: int, size: int, window: Tensor | None, onesided: bool | None
) -> None:
    if not input.numel():
        raise RuntimeError(f"{said} : input tensor cannot be empty.")
    if input.ndim not in (2, 3):
        raise RuntimeError(f"{said} : expected a tensor with 2 or 3 dimensions, but got {input.ndim}")
    frequencies = input.shape[-2]
    if onesided is not False and frequencies != n_fft and n_fft // 2 + 1 != frequencies:
        raise RuntimeError(
            f"{said} : expected the frequency dimension (3rd to the last) of the input tensor to match n_fft / 2 + 1 "
            f"when onesided=True, but got {frequencies}"
        )
    if onesided is False and frequencies != n_fft:
        raise RuntimeError(
            f"{said} : expected the frequency dimension (3rd to the last) of the input tensor to match n_fft when "
            f"onesided=False, but got {frequencies}"
        )
    if not 0 < hop <= size:
        raise RuntimeError(f"{said} : expected 0 < hop_length <= win_length")
    if not 0 < size <= n_fft:
        raise RuntimeError(f"{said} : expected 0 < win_length <= n_fft")
    if window is not None and tuple(window.shape) != (size,):
        raise RuntimeError(f"{said} : Invalid window shape. window has to be 1D and length of `win_length`")
