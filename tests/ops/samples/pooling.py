"""Samples of poolings: windows with padding, holes, an overhang, ties."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.samples.shapes import Entry, Sample, normal, numbers, sample, strided
from tests.oracle import torch

F = torch.nn.functional
NAN = np.array([[[1.0, np.nan, 2.0, np.nan], [3.0, -np.inf, -np.inf, -np.inf]]])


def windows(dimensions: int, kernel: int, stride: int, padding: int, **more: Any) -> dict[str, Any]:
    return {
        "kernel_size": (kernel,) * dimensions,
        "stride": (stride,) * dimensions,
        "padding": (padding,) * dimensions,
        **more,
    }


def greatest(dimensions: int) -> list[Sample]:
    size = (4,) * (dimensions - 1) + (5,)
    plain = {"dilation": (1,) * dimensions, "ceil_mode": False}
    return [
        sample(normal(2, *size), **windows(dimensions, 2, 2, 0, **plain)),
        sample(
            normal(1, 2, *size), **windows(dimensions, 3, 2, 1, dilation=(1,) * dimensions, ceil_mode=True)
        ),
        sample(
            strided(2, *size), **windows(dimensions, 2, 1, 0, dilation=(2,) * dimensions, ceil_mode=False)
        ),
    ]


def planes() -> list[Sample]:
    ties = {"dilation": (1, 1), "ceil_mode": False}
    return [
        *greatest(2),
        sample(numbers(1, 4, 4), smooth=False, **windows(2, 2, 2, 0, **ties)),
        sample(NAN.copy(), **windows(2, 2, 1, 1, **ties), smooth=False),
        sample(np.full((1, 2, 3), -np.inf), **windows(2, 2, 1, 1, **ties), smooth=False),
    ]


def averages(dimensions: int) -> list[Sample]:
    size = (4,) * (dimensions - 1) + (5,)
    plain = {"ceil_mode": False, "count_include_pad": True, "divisor_override": None}
    return [
        sample(normal(2, *size), **windows(dimensions, 2, 2, 0, **plain)),
        sample(normal(1, 2, *size), **windows(dimensions, 3, 2, 1, **{**plain, "ceil_mode": True})),
        sample(
            strided(2, *size),
            **windows(dimensions, 3, 2, 1, **{**plain, "ceil_mode": True, "count_include_pad": False}),
        ),
        sample(normal(2, *size), **windows(dimensions, 2, 1, 0, **{**plain, "divisor_override": 3})),
    ]


def adaptive(dimensions: int) -> list[Sample]:
    sizes = (3, 4, 5)[-dimensions:]
    found = [
        sample(normal(2, *sizes), output_size=(2, 3, 2)[:dimensions]),
        sample(strided(1, 2, *sizes), output_size=(6, 1, 5)[:dimensions]),
    ]
    return [*found, sample(NAN.copy(), output_size=(1, 2), smooth=False)] if dimensions == 2 else found


def fractions(dimensions: int) -> list[Sample]:
    sizes, chances = (5, 6, 7)[-dimensions:], np.random.RandomState(0).rand(2, 2, dimensions)
    return [
        sample(
            normal(2, 2, *sizes),
            chances,
            kernel_size=(2, 3, 2)[:dimensions],
            output_size=(2, 3, 4)[:dimensions],
        ),
        sample(
            normal(2, *sizes),
            chances[:1].copy(),
            kernel_size=(2,) * dimensions,
            output_size=(1,) * dimensions,
        ),
    ]


def unaveraged(x: Any, shape: Any, **how: Any) -> Any:
    """The transpose of the mean, as PyTorch differentiates it."""
    pool = F.avg_pool2d if len(how["stride"]) == 2 else F.avg_pool3d
    zeros = torch.zeros(shape, dtype=x.dtype, requires_grad=True)
    return torch.autograd.grad(pool(zeros, **how), zeros, x, create_graph=True)[0]


def planted(x: Any, indices: Any, shape: Any, dimensions: int) -> Any:
    lead = len(shape) - dimensions
    flat = torch.zeros(shape, dtype=x.dtype).flatten(lead)
    return flat.scatter_add(lead, indices.flatten(lead), x.flatten(lead)).reshape(shape)


def taken(x: Any, indices: Any, dimensions: int) -> Any:
    lead = x.ndim - dimensions
    return x.flatten(lead).gather(lead, indices.flatten(lead)).reshape(indices.shape)


SPARED = frozenset({"self"})
DISTINCT = np.array([[0, 5, 4, 2], [3, 1, 0, 4]])
PLACES = np.array([[[0, 5], [5, 2]], [[3, 3], [1, 0]]])
SHARES = {
    "kernel_size": (2, 2),
    "stride": (2, 2),
    "padding": (1, 0),
    "count_include_pad": False,
    "divisor_override": None,
}
ENTRIES: dict[str, Entry] = {
    "max_pool2d_with_indices": Entry(lambda x, **how: F.max_pool2d(x, return_indices=True, **how), planes, spared=SPARED),
    "max_pool3d_with_indices": Entry(lambda x, **how: F.max_pool3d(x, return_indices=True, **how), lambda: greatest(3), spared=SPARED),
    "planted": Entry(planted, lambda: [sample(normal(2, 2, 2), PLACES, shape=(2, 2, 3), dimensions=2)], twin=False),
    "taken": Entry(taken, lambda: [sample(normal(2, 2, 3), PLACES, dimensions=2)], twin=False),
    "avg_pool2d_of": Entry(F.avg_pool2d, lambda: averages(2), spared=SPARED),
    "avg_pool3d_of": Entry(F.avg_pool3d, lambda: averages(3), spared=SPARED),
    "adaptive_max_pool2d_of": Entry(lambda x, output_size: F.adaptive_max_pool2d(x, output_size, True), lambda: adaptive(2), spared=SPARED),
    "adaptive_max_pool3d_of": Entry(lambda x, output_size: F.adaptive_max_pool3d(x, output_size, True), lambda: adaptive(3), spared=SPARED),
    "max_unpool2d_of": Entry(
        torch._C._nn.max_unpool2d,
        lambda: [sample(normal(2, 2, 2), DISTINCT.reshape(2, 2, 2), output_size=(3, 2)), sample(normal(1, 2, 2, 2), DISTINCT.reshape(1, 2, 2, 2), output_size=(2, 4))],
        spared=SPARED,
    ),
    "max_unpool3d_of": Entry(
        lambda x, indices, output_size: torch._C._nn.max_unpool3d(x, indices, output_size, (1, 1, 1), (0, 0, 0)),
        lambda: [sample(normal(2, 1, 2, 2), DISTINCT.reshape(2, 1, 2, 2), output_size=(1, 3, 2))],
        spared=SPARED,
    ),
    "fractional_max_pool2d_of": Entry(lambda x, samples, **how: torch._C._nn.fractional_max_pool2d(x, output_size=how["output_size"], kernel_size=how["kernel_size"], random_samples=samples), lambda: fractions(2), spared=SPARED),
    "fractional_max_pool3d_of": Entry(lambda x, samples, **how: torch._C._nn.fractional_max_pool3d(x, output_size=how["output_size"], kernel_size=how["kernel_size"], random_samples=samples), lambda: fractions(3), spared=SPARED),
    "over_windows": Entry(unaveraged, lambda: [sample(normal(2, 2, 2), shape=(2, 2, 4), **SHARES)], twin=False),
}  # fmt: skip
