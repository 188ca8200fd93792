"""Poolings as they are called, beside PyTorch's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minitorch_edu
from tests.ops.calls import agree


def made(engine: Any, *shape: int, kind: str = "float32", seed: int = 0) -> Any:
    numbers = np.random.RandomState(seed + sum(shape)).randn(*shape) * 3
    return engine.from_numpy(np.asarray(numbers)).to(getattr(engine, kind))


def values_and_gradient(call: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    """What a pooling returns of a (2, 3, 7, 8) input, and its gradient there."""

    def act(e: Any) -> Any:
        x = made(e, 2, 3, 7, 8).requires_grad_()
        found = call(e.nn.functional, x)
        results = list(found) if isinstance(found, tuple) else [found]
        return [*(each.detach() for each in results), *e.autograd.grad((results[0] * results[0]).sum(), [x])]

    return act


RIGHT: list[Callable[[Any, Any], Any]] = [
    lambda F, x: F.max_pool2d(x, 2),
    lambda F, x: F.max_pool2d(x, (3, 2), (1, 2), (1, 0), return_indices=True),
    lambda F, x: F.max_pool2d(x, 2, 3, dilation=(1, 3), ceil_mode=True, return_indices=True),
    lambda F, x: F.max_pool2d(x, 3, 2, 1, ceil_mode=True, return_indices=True),
    lambda F, x: F.max_pool1d(x[0], 3, 2, 1, return_indices=True),
    lambda F, x: F.max_pool1d(x[0], 3, 2, 1),
    lambda F, x: F.max_pool3d(x, 2, 1, 1, return_indices=True),
    lambda F, x: F.avg_pool2d(x, 3, 2, 1),
    lambda F, x: F.avg_pool2d(x, 3, 2, 1, ceil_mode=True, count_include_pad=False),
    lambda F, x: F.avg_pool2d(x, (2, 3), divisor_override=5),
    lambda F, x: F.avg_pool1d(x[0], 3, 1, 1),
    lambda F, x: F.avg_pool3d(x, (1, 2, 2), 1),
    lambda F, x: F.adaptive_avg_pool2d(x, 1),
    lambda F, x: F.adaptive_avg_pool2d(x, (3, None)),
    lambda F, x: F.adaptive_avg_pool1d(x[0], 9),
    lambda F, x: F.adaptive_avg_pool3d(x, (2, 3, 4)),
    lambda F, x: F.adaptive_max_pool1d(x[0], 3, return_indices=True),
    lambda F, x: F.adaptive_max_pool2d(x, (3, 5), return_indices=True),
    lambda F, x: F.adaptive_max_pool3d(x, 2),
    lambda F, x: F.lp_pool1d(x[0], 2, 3),
    lambda F, x: F.lp_pool2d(x, 2.0, (2, 3), 1),
    lambda F, x: F.lp_pool3d(x, 2, 2),
    lambda F, x: F.lp_pool2d(x, float("inf"), 2),
    lambda F, x: F.max_unpool2d(*F.max_pool2d(x, 2, return_indices=True), 2, output_size=(7, 8)),
    lambda F, x: F.max_unpool1d(*F.max_pool1d(x[0], 2, return_indices=True), 2),
    lambda F, x: F.max_unpool3d(*F.max_pool3d(x, 2, return_indices=True), 2, output_size=(3, 7, 8)),
]


@pytest.mark.parametrize("call", RIGHT)
def test_a_pooling_and_its_gradient_are_pytorchs(call):
    agree(values_and_gradient(call), rtol=1e-4)


def test_random_windows_are_where_pytorch_has_them():
    def act(e: Any) -> Any:
        samples = e.from_numpy(np.random.RandomState(0).rand(2, 3, 2).astype("float32"))
        return e.nn.functional.fractional_max_pool2d(
            made(e, 2, 3, 9, 8), 2, output_ratio=(0.6, 0.7), return_indices=True, _random_samples=samples
        )

    agree(act)


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float64", "int64", "uint8", "int8"])
def test_the_greatest_of_a_window_keeps_its_dtype(kind):
    agree(lambda e: e.nn.functional.max_pool2d(made(e, 1, 2, 4, 6, kind=kind), 3, 2, 1, return_indices=True))


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float64", "int64"])
def test_a_mean_keeps_its_dtype(kind):
    agree(lambda e: e.nn.functional.avg_pool2d(made(e, 1, 2, 4, 6, kind=kind), 2), rtol=1e-3)


EQUAL = ([1.0, np.nan, np.nan, 2.0], [2.0, 5.0, 5.0, 1.0], [-np.inf, -np.inf, -np.inf, -np.inf])


@pytest.mark.parametrize("numbers", EQUAL, ids=str)
def test_nan_wins_and_of_equals_the_first(numbers):
    given = np.array([[numbers], [numbers]], "float32")
    agree(lambda e: e.nn.functional.max_pool2d(e.from_numpy(given), (1, 4), return_indices=True))
    agree(lambda e: e.nn.functional.max_pool2d(e.from_numpy(given), (1, 3), 1, (0, 1), return_indices=True))
    agree(lambda e: e.nn.functional.adaptive_max_pool2d(e.from_numpy(given), 1, return_indices=True))


WRONG: list[Callable[[Any, Any], Any]] = [
    lambda e, x: e.nn.functional.max_pool2d(x[0, 0], 2),
    lambda e, x: e.nn.functional.max_pool2d(x[None], 2),
    lambda e, x: e.nn.functional.max_pool2d(x, (2, 2, 2)),
    lambda e, x: e.nn.functional.max_pool2d(x, 2, (1, 2, 3)),
    lambda e, x: e.nn.functional.max_pool2d(x, 2, 2, (1, 2, 3)),
    lambda e, x: e.nn.functional.max_pool2d(x, 2, 2, 0, (1, 2, 3)),
    lambda e, x: e.nn.functional.max_pool2d(x, 2, 2, 2),
    lambda e, x: e.nn.functional.max_pool2d(x, 3, 2, -1),
    lambda e, x: e.nn.functional.max_pool2d(x, 2, 0),
    lambda e, x: e.nn.functional.max_pool2d(x, 2, 2, 0, 0),
    lambda e, x: e.nn.functional.max_pool2d(x, 9),
    lambda e, x: e.nn.functional.max_pool2d(x, 2.5),
    lambda e, x: e.nn.functional.max_pool2d(3, 2),
    lambda e, x: e.nn.functional.max_pool2d(x.bool(), 2),
    lambda e, x: e.nn.functional.max_pool2d(x[:, :0], 2),
    lambda e, x: e.nn.functional.max_pool1d(x, 2),
    lambda e, x: e.nn.functional.max_pool1d(x[0], 0),
    lambda e, x: e.nn.functional.max_pool1d(x[0], 2, 0),
    lambda e, x: e.nn.functional.max_pool1d(x[0], 2, 1, 2),
    lambda e, x: e.nn.functional.max_pool1d(x[0], (1, 2)),
    lambda e, x: e.nn.functional.max_pool1d(x[0], 2, (1, 2), return_indices=True),
    lambda e, x: e.nn.functional.max_pool1d(x[0].long(), 2),
    lambda e, x: e.nn.functional.max_pool3d(x[0], 2),
    lambda e, x: e.nn.functional.max_pool3d(x[:, :0, None], 1),
    lambda e, x: e.nn.functional.avg_pool2d(x, 2, divisor_override=0),
    lambda e, x: e.nn.functional.avg_pool2d(x.int(), 2),
    lambda e, x: e.nn.functional.avg_pool2d(x[0, 0], 2),
    lambda e, x: e.nn.functional.avg_pool3d(x, 9),
    lambda e, x: e.nn.functional.avg_pool3d(x, (2, 2)),
    lambda e, x: e.nn.functional.avg_pool1d(x, 2),
    lambda e, x: e.nn.functional.avg_pool1d(x[0], (1, 2)),
    lambda e, x: e.nn.functional.adaptive_avg_pool2d(x, -1),
    lambda e, x: e.nn.functional.adaptive_avg_pool2d(x, (1, 2, 3)),
    lambda e, x: e.nn.functional.adaptive_avg_pool2d(x.long(), 2),
    lambda e, x: e.nn.functional.adaptive_avg_pool2d(x[..., :0], 2),
    lambda e, x: e.nn.functional.adaptive_max_pool2d(x, -1),
    lambda e, x: e.nn.functional.adaptive_max_pool2d(x[0, 0], 2),
    lambda e, x: e.nn.functional.adaptive_max_pool1d(x[0], (2, 3)),
    lambda e, x: e.nn.functional.max_unpool2d(x, x, 2),
    lambda e, x: e.nn.functional.max_unpool2d(x, e.full(x.shape, 1000), 2),
    lambda e, x: e.nn.functional.max_unpool2d(x, e.zeros(2, 3, 7, 7).long(), 2),
    lambda e, x: e.nn.functional.max_unpool2d(x, e.zeros(x.shape).long(), 2, output_size=(99, 9)),
    lambda e, x: e.nn.functional.max_unpool2d(x, e.zeros(x.shape).long(), 2, output_size=(9, 9, 9)),
    lambda e, x: e.nn.functional.fractional_max_pool2d(x, 2),
    lambda e, x: e.nn.functional.fractional_max_pool2d(x, 2, output_size=(9, 3)),
    lambda e, x: e.nn.functional.fractional_max_pool2d(x, 2, output_size=3, _random_samples=x[..., 0]),
]


@pytest.mark.parametrize("call", WRONG)
def test_a_wrong_pooling_is_refused_in_pytorchs_words(call):
    agree(lambda e: call(e, made(e, 2, 3, 7, 8)))


@pytest.mark.parametrize("call", RIGHT[:2] + RIGHT[7:8] + RIGHT[12:18] + RIGHT[23:24])
def test_the_nodes_are_pytorchs(call):
    def names(e: Any) -> Any:
        found = call(e.nn.functional, made(e, 2, 3, 7, 8).requires_grad_())
        node, names = (found[0] if isinstance(found, tuple) else found).grad_fn, []
        while node is not None:
            names.append(node.name())
            node = node.next_functions[0][0] if node.next_functions else None
        return names

    agree(names)


def test_windows_at_random_follow_the_seed():
    minitorch_edu.manual_seed(3)
    x = made(minitorch_edu, 1, 1, 9, 9)
    one = minitorch_edu.nn.functional.fractional_max_pool2d(x, 2, output_size=4)
    minitorch_edu.manual_seed(3)
    assert minitorch_edu.equal(one, minitorch_edu.nn.functional.fractional_max_pool2d(x, 2, output_size=4))
