"""Samples of padding, interpolation and other resampling."""

from __future__ import annotations

from typing import Any

import numpy as np

import minitorch_edu.nn.functional  # noqa: F401  # its cards are imported when they are asked for
from tests.ops.samples.shapes import Entry, Sample, empty, normal, sample, strided
from tests.oracle import torch

F = torch.nn.functional
LINEAR = {1: "linear", 2: "bilinear", 3: "trilinear"}


def resampled(x: Any, size: Any, how: Any) -> Any:
    """What PyTorch calls each kind of resampling."""
    kind, *numbers = how[0]
    dimensions = len(size)
    if kind == "mean":
        return (F.adaptive_avg_pool2d if dimensions == 2 else F.adaptive_avg_pool3d)(x, size)
    if kind in ("reflect", "replicate", "circular"):
        pairs = [
            (part[1], count - n - part[1])
            for part, count, n in zip(how, size, x.shape[-dimensions:], strict=True)
        ]
        return F.pad(x, [each for pair in reversed(pairs) for each in pair], kind)
    if kind == "nearest":
        return F.interpolate(x, size, mode="nearest-exact" if numbers[1] else "nearest")
    mode = {"linear": LINEAR[dimensions], "cubic": "bicubic", "filtered": numbers[-1]}[kind]
    return F.interpolate(x, size, mode=mode, align_corners=numbers[0], antialias=kind == "filtered")


def unresampled(x: Any, shape: Any, how: Any) -> Any:
    zeros = torch.zeros(shape, dtype=x.dtype, requires_grad=True)
    return torch.autograd.grad(resampled(zeros, x.shape[-len(how) :], how), zeros, x, create_graph=True)[0]


def same(dimensions: int, *how: tuple[Any, ...]) -> list[Sample]:
    """To larger and to smaller sizes."""
    found = []
    for part in how:
        found += [
            sample(
                normal(1, 2, *(3, 2, 2)[:dimensions]), size=(5, 3, 2)[:dimensions], how=(part,) * dimensions
            ),
            sample(
                strided(2, 1, *(4, 3, 6)[-dimensions:]),
                size=(2, 3, 4)[-dimensions:],
                how=(part,) * dimensions,
            ),
        ]
    return found


def interpolation(dimensions: int, *how: tuple[Any, ...]) -> Entry:
    return Entry(resampled, lambda: same(dimensions, *how))


def padding(dimensions: int, kind: str) -> Entry:
    """More on both sides, with fewer at one end of the last dimension."""

    def samples() -> list[Sample]:
        how = ((kind, 1),) * (dimensions - 1) + ((kind, 2),)
        fewer = ((kind, 1),) * (dimensions - 1) + ((kind, -1),)
        size = (4,) * (dimensions - 1) + (7,)
        return [
            sample(normal(2, *(2,) * (dimensions - 1), 3), size=size, how=how),
            sample(strided(1, 2, *(3,) * (dimensions - 1), 4), size=(4,) * dimensions, how=fewer),
        ]

    return Entry(resampled, samples, twin=kind != "circular", spared=frozenset({"self"}))


NEAREST, EXACT = ("nearest", None, False), ("nearest", None, True)
LINEARS = (("linear", False, None), ("linear", True, None))
MEAN = (("mean",),) * 2
ENTRIES: dict[str, Entry] = {
    "resampled": Entry(resampled, lambda: same(2, ("mean",), *LINEARS), twin=False),
    "unresampled": Entry(
        unresampled,
        lambda: [sample(normal(1, 2, 3), shape=(1, 3, 5), how=MEAN), sample(normal(1, 1, 2, 5), shape=(1, 1, 3, 2), how=(LINEARS[0],) * 2)],
        twin=False,
    ),
    "adaptive_avg_pool2d_of": interpolation(2, ("mean",))._replace(spared=frozenset({"self"})),
    "adaptive_avg_pool3d_of": interpolation(3, ("mean",))._replace(spared=frozenset({"self"})),
    "upsample_linear1d": interpolation(1, *LINEARS),
    "upsample_bilinear2d": interpolation(2, *LINEARS),
    "upsample_trilinear3d": interpolation(3, *LINEARS),
    "upsample_bicubic2d": interpolation(2, ("cubic", False, None), ("cubic", True, None)),
    "upsample_bilinear2d_aa": interpolation(2, ("filtered", False, None, "bilinear")),
    "upsample_bicubic2d_aa": interpolation(2, ("filtered", False, None, "bicubic")),
    "upsample_lanczos2d_aa": interpolation(2, ("filtered", False, None, "lanczos")),
    "constant_pad": Entry(
        lambda x, pad, value: torch.constant_pad_nd(x, pad, value),
        lambda: [
            sample(normal(2, 3), pad=(1, 2), value=0),
            sample(strided(2, 3), pad=(-1, 2, 1, -1), value=0.5),
            sample(empty(0, 2), pad=(1, 1), value=2.0),
        ],
    ),
}  # fmt: skip
ENTRIES |= {f"upsample_nearest{d}d": interpolation(d, NEAREST) for d in (1, 2, 3)}
ENTRIES |= {f"upsample_nearest_exact{d}d": interpolation(d, EXACT) for d in (1, 2, 3)}
ENTRIES |= {
    f"{name}_pad{d}d": padding(d, kind)
    for kind, name in (("reflect", "reflection"), ("replicate", "replication"), ("circular", "circular"))
    for d in (1, 2, 3)
}

# --- folding, pixels, grids ------------------------------------------------------------------------------------------

WINDOW = {"kernel_size": (2, 2), "dilation": (1, 2), "padding": (1, 0), "stride": (2, 1)}
SQUARE = {"kernel_size": (1, 1), "dilation": (1, 1), "padding": (0, 0), "stride": (1, 1)}


def coordinates(*shape: int) -> np.ndarray:
    """Points in and around an image, none of them on the border of a pixel or of the image."""
    return normal(*shape, seed=3) * 0.6 + 0.013


def grid_samples(dimensions: int) -> list[Sample]:
    found = []
    image, grid = normal(2, 2, *(2, 3, 4)[-dimensions:]), coordinates(2, *(2, 1, 3)[-dimensions:], dimensions)
    for mode in (0, 1) if dimensions == 3 else (0, 1, 2):
        for padding_mode in (0, 1, 2):
            how = {
                "mode": mode,
                "padding_mode": padding_mode,
                "align_corners": padding_mode == 1,
                "orders": (0,) * dimensions,
            }
            found.append(sample(image.copy(), grid.copy(), smooth=padding_mode != 2, **how))
    return found


def grid_sample(x: Any, grid: Any, mode: int, padding_mode: int, align_corners: bool, orders: Any) -> Any:
    return torch.grid_sampler(x, grid, mode, padding_mode, align_corners)


def laid_down(x: Any, grid: Any, shape: Any, **how: Any) -> Any:
    zeros = torch.zeros(shape, dtype=x.dtype, requires_grad=True)
    return torch.autograd.grad(grid_sample(zeros, grid, **how), zeros, x, create_graph=True)[0]


LINEAR_GRID = {"mode": 0, "padding_mode": 0, "align_corners": True, "orders": (0, 0)}


def affine_pulled(x: Any, size: Any, align_corners: bool) -> Any:
    zeros = torch.zeros(len(x), x.shape[-1], x.shape[-1] + 1, dtype=x.dtype, requires_grad=True)
    grid = torch.affine_grid_generator(zeros, size, align_corners)
    return torch.autograd.grad(grid, zeros, x, create_graph=True)[0]


ENTRIES |= {
    "im2col": Entry(
        lambda x, **how: F.unfold(x, **how),
        lambda: [sample(normal(2, 2, 3, 4), **WINDOW), sample(strided(1, 2, 3, 3), **SQUARE)],
    ),
    "col2im": Entry(
        lambda x, **how: F.fold(x, **how),
        lambda: [sample(normal(2, 8, 4), output_size=(3, 4), **WINDOW), sample(strided(1, 2, 6), output_size=(2, 3), **SQUARE)],
    ),
    "pixel_shuffled": Entry(torch.pixel_shuffle, lambda: [sample(normal(2, 4, 1, 3), upscale_factor=2), sample(strided(9, 2, 2), upscale_factor=3)]),
    "pixel_unshuffled": Entry(torch.pixel_unshuffle, lambda: [sample(normal(2, 1, 2, 6), downscale_factor=2), sample(strided(2, 3, 3), downscale_factor=3)]),
    "channels_shuffled": Entry(torch.channel_shuffle, lambda: [sample(normal(2, 6, 2, 2), groups=2), sample(strided(1, 6, 2), groups=3)]),
    "grid_sampled2d": Entry(grid_sample, lambda: grid_samples(2), twin=False),
    "grid_sampled3d": Entry(grid_sample, lambda: grid_samples(3), twin=False),
    "sampled": Entry(grid_sample, lambda: [sample(normal(1, 2, 3, 3), coordinates(1, 2, 2, 2), **LINEAR_GRID)], twin=False),
    "scattered_samples": Entry(
        laid_down, lambda: [sample(normal(1, 2, 2, 2), coordinates(1, 2, 2, 2), shape=(1, 2, 3, 3), **LINEAR_GRID)], twin=False
    ),
    "affine_grid_of": Entry(
        torch.affine_grid_generator,
        lambda: [sample(normal(2, 2, 3), size=(2, 1, 3, 2), align_corners=False), sample(normal(1, 3, 4), size=(1, 2, 1, 3, 2), align_corners=True)],
    ),
    "affine_grid_pulled": Entry(affine_pulled, lambda: [sample(normal(2, 3, 2, 2), size=(2, 1, 3, 2), align_corners=False)], twin=False),
}  # fmt: skip
