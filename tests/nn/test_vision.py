"""Padding, interpolation, grids, folding and pixels as they are called, beside PyTorch's."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minitorch_edu
from tests.ops.calls import agree
from tests.oracle import torch


def made(engine: Any, *shape: int, kind: str = "float32", seed: int = 0) -> Any:
    numbers = np.random.RandomState(seed + sum(shape)).randn(*shape)
    return engine.from_numpy(np.asarray(numbers)).to(getattr(engine, kind))


RIGHT: list[Callable[[Any, Any], Any]] = [
    lambda F, x: F.pad(x, (1, 2)),
    lambda F, x: F.pad(x, (1, -2, 0, 3), value=2.5),
    lambda F, x: F.pad(x, (3, 2, 1, 0), "reflect"),
    lambda F, x: F.pad(x, (7, -2, 1, 9), "replicate"),
    lambda F, x: F.pad(x, (5, 6, -1, 2), "circular"),
    lambda F, x: F.pad(x, (1, 1, 1, 1, 1, 1), "reflect"),
    lambda F, x: F.interpolate(x, (7, 3)),
    lambda F, x: F.interpolate(x, scale_factor=(1.7, 0.6)),
    lambda F, x: F.interpolate(x, scale_factor=1.7, recompute_scale_factor=True, mode="bilinear"),
    lambda F, x: F.interpolate(x, scale_factor=1.7, mode="bilinear"),
    lambda F, x: F.interpolate(x, (9, 3), mode="nearest-exact"),
    lambda F, x: F.interpolate(x, (9, 3), mode="bilinear", align_corners=True),
    lambda F, x: F.interpolate(x, (9, 3), mode="bicubic"),
    lambda F, x: F.interpolate(x, (9, 3), mode="bicubic", align_corners=True),
    lambda F, x: F.interpolate(x, (2, 3), mode="bilinear", antialias=True),
    lambda F, x: F.interpolate(x, (9, 2), mode="bicubic", antialias=True),
    lambda F, x: F.interpolate(x, (3, 3), mode="lanczos", antialias=True),
    lambda F, x: F.interpolate(x, scale_factor=0.5, mode="area"),
    lambda F, x: F.interpolate(x[0], 11, mode="linear"),
    lambda F, x: F.interpolate(x[None], 4, mode="trilinear"),
    lambda F, x: F.unfold(x, (2, 3), dilation=2, padding=1, stride=(1, 2)),
    lambda F, x: F.fold(F.unfold(x, 3), (5, 6), 3),
    lambda F, x: F.pixel_shuffle(x.reshape(2, 9, 2, 5), 3),
    lambda F, x: F.pixel_unshuffle(x.reshape(2, 1, 9, 10).narrow(2, 0, 8), 2),
    lambda F, x: F.channel_shuffle(x, 3),
]


@pytest.mark.parametrize("call", RIGHT)
def test_the_result_and_its_gradient_are_pytorchs(call):
    def act(e: Any) -> Any:
        x = made(e, 2, 3, 5, 6).requires_grad_()
        y = call(e.nn.functional, x)
        return [y.detach(), *e.autograd.grad((y * y).sum(), [x])]

    agree(act, rtol=1e-4)


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("padding_mode", ["zeros", "border", "reflection"])
@pytest.mark.parametrize("mode", ["bilinear", "nearest", "bicubic"])
def test_samples_on_a_grid_are_pytorchs(mode, padding_mode, align_corners):
    def act(e: Any) -> Any:
        theta = made(e, 2, 2, 3, kind="float64").requires_grad_()
        image = made(e, 2, 3, 4, 5, kind="float64").requires_grad_()
        grid = e.nn.functional.affine_grid(theta, (2, 3, 3, 4), align_corners=align_corners)
        y = e.nn.functional.grid_sample(image, grid, mode, padding_mode, align_corners)
        return [y.detach(), *e.autograd.grad((y * y).sum(), [image, theta])]

    agree(act, rtol=1e-8)


def test_images_of_bytes_stay_bytes():
    for mode in ("nearest", "bilinear", "bicubic"):
        numbers = np.arange(0, 256, 5, dtype="uint8")[:48].reshape(1, 3, 4, 4)
        ours, theirs = (
            e.nn.functional.interpolate(e.from_numpy(numbers), (7, 3), mode=mode)
            for e in (minitorch_edu, torch)
        )
        assert str(ours.dtype) == str(theirs.dtype)
        assert np.abs(ours.numpy().astype(int) - theirs.numpy().astype(int)).max() <= 1


def test_what_is_infinite_touches_only_what_is_made_of_it():
    def act(e: Any) -> Any:
        x = made(e, 1, 1, 2, 3).requires_grad_()
        given = e.zeros(1, 1, 4, 6)
        given[0, 0, 0, 0] = float("inf")
        return list(e.autograd.grad(e.nn.functional.interpolate(x, (4, 6)), [x], [given]))

    agree(act)


SAID: list[Callable[[Any, Any], Any]] = [
    lambda e, x: e.nn.functional.grid_sample(x, made(e, 2, 2, 2, 2)),
    lambda e, x: e.nn.functional.affine_grid(made(e, 2, 2, 3), (2, 3, 4, 5)),
    lambda e, x: e.nn.functional.affine_grid(made(e, 2, 2, 3), (2, 3, 1, 5), align_corners=True),
    lambda e, x: e.nn.functional.upsample(x, 3),
    lambda e, x: e.nn.functional.upsample_bilinear(x, 3),
    lambda e, x: e.nn.functional.upsample_nearest(x, 3),
]


@pytest.mark.parametrize("call", SAID)
def test_the_warnings_are_pytorchs(call):
    def heard(e: Any) -> list[str]:
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            call(e, made(e, 2, 3, 5, 6))
        return [f"{each.category.__name__}: {each.message}" for each in said]

    assert heard(minitorch_edu) == heard(torch) != []


WRONG: list[Callable[[Any, Any], Any]] = [
    lambda F, x: F.pad(x, (1,)),
    lambda F, x: F.pad(x, 1),
    lambda F, x: F.pad(x, (1.5, 1)),
    lambda F, x: F.pad(x, (1,) * 10),
    lambda F, x: F.pad(x, (-4, -4)),
    lambda F, x: F.pad(x, (1, 1), "reflect"),
    lambda F, x: F.pad(x, (1, 1), "foo"),
    lambda F, x: F.pad(x, (1, 1, 1, 1), "reflect", 1),
    lambda F, x: F.pad(x, (6, 1, 1, 1), "reflect"),
    lambda F, x: F.pad(x, (7, 1, 1, 1), "circular"),
    lambda F, x: F.pad(x[..., :0], (1, 1, 1, 1), "replicate"),
    lambda F, x: F.pad(x.bool(), (1, 1, 1, 1), "reflect"),
    lambda F, x: F.interpolate(x),
    lambda F, x: F.interpolate(x, 3, 2.0),
    lambda F, x: F.interpolate(x, 0),
    lambda F, x: F.interpolate(x[0], 0, mode="linear"),
    lambda F, x: F.interpolate(x[:, :0], 3),
    lambda F, x: F.interpolate(x, (3, 3, 3)),
    lambda F, x: F.interpolate(x, (3.0, 3.0)),
    lambda F, x: F.interpolate(x, scale_factor=(2.0,)),
    lambda F, x: F.interpolate(x, 3, mode="linear"),
    lambda F, x: F.interpolate(x, 3, mode="foo"),
    lambda F, x: F.interpolate(x, 3, align_corners=True),
    lambda F, x: F.interpolate(x, 3, recompute_scale_factor=True),
    lambda F, x: F.interpolate(x, 3, mode="lanczos"),
    lambda F, x: F.interpolate(x, 3, antialias=True),
    lambda F, x: F.interpolate(x.long(), 3),
    lambda F, x: F.interpolate(x.long(), 3, mode="bicubic"),
    lambda F, x: F.grid_sample(x, x, mode="foo"),
    lambda F, x: F.grid_sample(x, x, padding_mode="foo"),
    lambda F, x: F.grid_sample(x, x),
    lambda F, x: F.grid_sample(x, x[:1, :2, :, :2]),
    lambda F, x: F.grid_sample(x, x[..., :2].double()),
    lambda F, x: F.grid_sample(x[:, :, :0], x[..., :2]),
    lambda F, x: F.affine_grid(x[0, :, :2, :3], (3, 1, 2)),
    lambda F, x: F.affine_grid(x[0, :, :2, :2], (3, 1, 2, 2)),
    lambda F, x: F.affine_grid(x[0, :, :2, :3], (2, 1, 2, 2)),
    lambda F, x: F.affine_grid(x[0, :, :2, :3], (3, 1, 0, 2)),
    lambda F, x: F.affine_grid(x[0, :, :2, :3].long(), (3, 1, 2, 2)),
    lambda F, x: F.unfold(x[0, 0, 0], 2),
    lambda F, x: F.unfold(x, 7),
    lambda F, x: F.unfold(x, 2, stride=0),
    lambda F, x: F.unfold(x, (2, 2, 2)),
    lambda F, x: F.unfold(x.long(), 2),
    lambda F, x: F.fold(x[0], 4, 2),
    lambda F, x: F.fold(x.reshape(2, 12, -1)[..., :6], 4, 2),
    lambda F, x: F.fold(x[0, 0, 0], 4, 2),
    lambda F, x: F.pixel_shuffle(x, 2),
    lambda F, x: F.pixel_shuffle(x, 0),
    lambda F, x: F.pixel_shuffle(x, 2.0),
    lambda F, x: F.pixel_unshuffle(x, 2),
    lambda F, x: F.channel_shuffle(x, 2),
    lambda F, x: F.channel_shuffle(x, 0),
]


@pytest.mark.parametrize("call", WRONG)
def test_a_wrong_call_is_refused_in_pytorchs_words(call):
    agree(lambda e: call(e.nn.functional, made(e, 2, 3, 5, 6)))
