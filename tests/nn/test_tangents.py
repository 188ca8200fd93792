"""Forward mode through convolutions, poolings and vision: tangents are PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu.autograd import forward_ad
from tests.oracle import torch

CALLS: list[Callable[[Any, Any], Any]] = [
    lambda e, x: e.conv2d(x, made(e, 4, 3, 3, 3), stride=2, padding=1),
    lambda e, x: e.conv_transpose2d(x, made(e, 3, 2, 3, 3), stride=2),
    lambda e, x: e.nn.functional.max_pool2d(x, 3, 2, 1),
    lambda e, x: e.nn.functional.avg_pool2d(x, 3, 2, 1),
    lambda e, x: e.nn.functional.adaptive_avg_pool2d(x, 4),
    lambda e, x: e.nn.functional.adaptive_max_pool2d(x, 4),
    lambda e, x: e.nn.functional.max_unpool2d(*e.nn.functional.max_pool2d(x, 2, return_indices=True), 2),
    lambda e, x: e.nn.functional.pad(x, (1, 2)),
    lambda e, x: e.nn.functional.pad(x, (1, 2, 1, 1), "reflect"),
    lambda e, x: e.nn.functional.interpolate(x, 9, mode="bilinear"),
    lambda e, x: e.nn.functional.unfold(x, 2),
    lambda e, x: e.pixel_unshuffle(x, 2),
]


def made(engine: Any, *shape: int, seed: int = 0) -> Any:
    return engine.from_numpy(np.random.RandomState(seed + sum(shape)).randn(*shape))


@pytest.mark.parametrize("call", CALLS)
def test_tangents_are_pytorchs(call):
    found = []
    for engine, dual in ((minitorch_edu, forward_ad), (torch, torch.autograd.forward_ad)):
        with dual.dual_level():
            x = dual.make_dual(made(engine, 2, 3, 6, 6), made(engine, 2, 3, 6, 6, seed=5))
            found.append(np.array(dual.unpack_dual(call(engine, x)).tangent.tolist()))
    np.testing.assert_allclose(*found, rtol=1e-10, atol=1e-12)
