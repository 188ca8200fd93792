"""Samples of more activations."""

from __future__ import annotations

import numpy as np

from tests.ops.samples.shapes import Entry, array, empty, normal, sample, strided, unary
from tests.oracle import torch

nn, F = torch._C._nn, torch.nn.functional
aten = torch.ops.aten


def wider(*shape, seed=0):
    return np.asarray(normal(*shape, seed=seed) * 3)


def with_arguments(*values, **arguments):
    """The shapes of pointwise ops, each with these arguments."""
    return lambda: [
        each._replace(arguments=arguments)
        for each in [*unary(normal)(), *(sample(value.copy()) for value in values)]
    ]


def prelu_kernels():
    weight = normal(3, seed=4)
    return [
        sample(normal(2, 3), normal(1, 3)),
        sample(strided(2, 3), weight.reshape(1, 3)),
        sample(normal(3), array(0.25)),
        sample(empty(0), normal(1)),
    ]


def with_noise(training: bool):
    options = {"lower": 0.1, "upper": 0.3, "training": training}
    return [sample(normal(2, 3), np_noise(normal(2, 3)), **options), sample(empty(0), empty(0), **options)]


def np_noise(values):
    return values * 0 + (values > 0) + 0.2 * (values <= 0)


ENTRIES: dict[str, Entry] = {
    "leaky_relu": Entry(nn.leaky_relu, with_arguments(normal(4) * 3, negative_slope=0.2)),
    "hardtanh": Entry(nn.hardtanh, with_arguments(normal(4) * 3, min_val=-1.1, max_val=0.7)),
    "hardsigmoid": Entry(nn.hardsigmoid, unary(wider)),
    "hardswish": Entry(nn.hardswish, unary(wider)),
    "hardshrink": Entry(torch.hardshrink, with_arguments(lambd=0.61)),
    "softshrink": Entry(nn.softshrink, with_arguments(lambd=0.61)),
    "threshold": Entry(torch.threshold, with_arguments(threshold=0.41, value=7.0)),
    "elu": Entry(nn.elu, with_arguments(normal(4) * 3, alpha=1.3, scale=0.8, input_scale=1.5)),
    "celu": Entry(torch.celu, with_arguments(normal(4) * 3, alpha=1.25)),
    "silu": Entry(nn.silu, unary(normal, sample(array(30.0, -30.0)))),
    "softplus": Entry(nn.softplus, with_arguments(normal(4) * 9, beta=2.0, threshold=11.0)),
    "mish": Entry(nn.mish, unary(normal, sample(array(30.0, -30.0)))),
    "log_sigmoid": Entry(F.logsigmoid, unary(normal, sample(array(90.0, -90.0))), spared=frozenset({"buffer"})),
    "normal_cdf": Entry(torch.special.ndtr, unary(normal), twin=False),
    "gelu": Entry(
        nn.gelu, lambda: [*unary(normal)(), *with_arguments(normal(3) * 9, approximate="tanh")()]
    ),
    "prelu_kernel": Entry(aten._prelu_kernel, prelu_kernels, twin=False),
    "rrelu_with_noise": Entry(
        lambda x, noise, **options: aten.rrelu_with_noise(x, noise, **options),
        lambda: with_noise(False),
    ),
    "glu_halves": Entry(
        nn.glu,
        lambda: [sample(normal(2, 4), dim=1), sample(strided(4, 3), dim=0), sample(normal(2, 4, 2), dim=-2)],
    ),
}  # fmt: skip
