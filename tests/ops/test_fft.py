"""Fourier transforms, spectrograms and windows: values, gradients and refusals beside PyTorch's."""

from __future__ import annotations

import numpy as np
import pytest

from tests.ops.calls import agree

ONE = ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"]
TWO = [f"{name}2" for name in ONE]
SEVERAL = [f"{name}n" for name in ONE]
SETTINGS = [{}, {"norm": "ortho"}, {"norm": "forward"}]
TO_HALF = ("rfft", "ihfft", "rfft2", "ihfft2", "rfftn", "ihfftn")


def numbers(*shape: int, complex: bool = False) -> np.ndarray:
    source = np.random.RandomState(0)
    found = source.randn(*shape)
    return found + 1j * source.randn(*shape) if complex else found


def cases():
    for name in ONE:
        yield from (
            (name, {**each, **more}) for each in SETTINGS for more in ({}, {"n": 3}, {"n": 6, "dim": 0})
        )
    for name in TWO + SEVERAL:
        yield from (
            (name, {**each, **more}) for each in SETTINGS for more in ({}, {"s": (2, 6)}, {"dim": (1, 0)})
        )


@pytest.mark.parametrize("name, given", cases())
def test_a_transform_and_its_derivatives_are_pytorchs(name, given):
    def act(engine):
        x = engine.from_numpy(numbers(4, 5, complex=name not in TO_HALF)).requires_grad_()
        result = getattr(engine.fft, name)(x, **given)
        weights = engine.from_numpy(numbers(*result.shape))
        (first,) = engine.autograd.grad(((result.abs() ** 2) * weights).sum(), x, create_graph=True)
        (second,) = engine.autograd.grad((first.abs() ** 2).sum(), x)
        return result.detach(), first.detach(), second

    agree(act, rtol=1e-9)


@pytest.mark.parametrize("name", ONE + TWO + SEVERAL)
def test_single_precision_stays_single(name):
    agree(lambda e: getattr(e.fft, name)(e.arange(12.0).reshape(3, 4)), rtol=1e-4)
    agree(lambda e: getattr(e.fft, name)(e.arange(12).reshape(3, 4)), rtol=1e-4)


@pytest.mark.parametrize("name", ONE)
def test_the_nodes_are_pytorchs(name):
    def act(engine):
        x = engine.ones(4, requires_grad=True)
        return getattr(engine.fft, name)(x).grad_fn.name()

    agree(act)


@pytest.mark.parametrize(
    "act",
    [
        lambda e: e.fft.fft(e.tensor(1.0)),
        lambda e: e.fft.fft(e.ones(2), n=0),
        lambda e: e.fft.fft(e.ones(2), norm="x"),
        lambda e: e.fft.fft(e.ones(2, dtype=e.float16)),
        lambda e: e.fft.fft(e.ones(2), dim=3),
        lambda e: e.fft.rfft(e.ones(2) * 1j),
        lambda e: e.fft.ihfft(e.ones(2) * 1j),
        lambda e: e.fft.irfft(e.ones(1)),
        lambda e: e.fft.fftn(e.ones(2), s=(2, 2)),
        lambda e: e.fft.fftn(e.ones(2, 2), s=(2,), dim=(0, 1)),
        lambda e: e.fft.fftn(e.ones(2, 2), dim=(0, 0)),
        lambda e: e.fft.irfftn(e.tensor(1.0)),
        lambda e: e.fft.rfftn(e.ones(2, 2) * 1j),
        lambda e: e.fft.fft2(e.ones(3)),
        lambda e: e.fft.fftfreq(3, dtype=e.int64),
        lambda e: e.hann_window(-1),
        lambda e: e.hann_window(3, dtype=e.int64),
        lambda e: e.stft(e.ones(8), 4),
        lambda e: e.stft(e.ones(8), 4, hop_length=0, return_complex=True),
        lambda e: e.stft(e.ones(8), 40, center=False, return_complex=True),
        lambda e: e.stft(e.ones(8), 4, win_length=5, return_complex=True),
        lambda e: e.stft(e.ones(8), 4, window=e.ones(3), return_complex=True),
        lambda e: e.istft(e.ones(3, 9), 4),
        lambda e: e.istft(e.ones(3, 9) * 1j, 4, window=e.zeros(4)),
        lambda e: e.istft(e.ones(3, 9) * 1j, 4, hop_length=5),
    ],
)
def test_wrong_calls_are_refused_in_pytorchs_words(act):
    agree(act)


@pytest.mark.parametrize("count", [1, 4, 5])
def test_frequencies_and_shifts(count):
    for name in ("fftfreq", "rfftfreq"):
        agree(lambda e, name=name: getattr(e.fft, name)(count, d=0.5), rtol=1e-7)
    for name in ("fftshift", "ifftshift"):
        agree(lambda e, name=name: getattr(e.fft, name)(e.arange(2 * count).reshape(2, count)))
        agree(lambda e, name=name: getattr(e.fft, name)(e.arange(2 * count).reshape(2, count), dim=1))


@pytest.mark.parametrize("name", ["hann", "hamming", "blackman", "bartlett", "kaiser"])
@pytest.mark.parametrize("periodic", [True, False])
def test_windows(name, periodic):
    for count in (0, 1, 2, 5, 8):
        agree(
            lambda e, count=count: getattr(e, f"{name}_window")(count, periodic, dtype=e.float64), rtol=1e-12
        )
        agree(lambda e, count=count: getattr(e, f"{name}_window")(count, periodic), rtol=1e-6)


def test_a_spectrogram_is_the_signal_again():
    def act(engine):
        x = engine.from_numpy(numbers(2, 40)).requires_grad_()
        window = engine.hann_window(8, dtype=engine.float64)
        pieces = engine.stft(x, 8, hop_length=2, window=window, return_complex=True)
        again = engine.istft(pieces, 8, hop_length=2, window=window, length=40)
        (grad,) = engine.autograd.grad((again**2).sum() + (pieces.abs() ** 2).sum(), x)
        return pieces.detach(), again.detach(), grad

    agree(act, rtol=1e-9)
