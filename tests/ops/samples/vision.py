"""Samples of padding, interpolation and other resampling."""

from __future__ import annotations

from typing import Any

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
