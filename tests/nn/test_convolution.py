"""Convolutions as they are called, beside PyTorch's."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import minitorch_edu
from minitorch_edu.autograd import forward_ad
from minitorch_edu.ops import convolution, warned
from tests.ops.calls import agree
from tests.oracle import torch


def made(engine: Any, *shape: int, kind: str = "float32", seed: int = 0) -> Any:
    numbers = np.random.RandomState(seed + sum(shape)).randn(*shape) * 3
    return engine.from_numpy(np.asarray(numbers)).to(getattr(engine, kind))


PLAIN = [
    {}, {"stride": 2}, {"stride": (2, 1), "padding": (1, 2)}, {"dilation": 2}, {"padding": "same"}, {"padding": "valid", "stride": 2},
    {"padding": "same", "dilation": (1, 2)}, {"groups": 2, "padding": 1},
]  # fmt: skip


@pytest.mark.parametrize("how", PLAIN, ids=str)
@pytest.mark.parametrize("batch", [(), (3,)], ids=["one sample", "a batch"])
def test_a_convolution_and_its_gradients_are_pytorchs(how, batch):
    def act(e: Any) -> Any:
        x, w, b = made(e, *batch, 4, 7, 6), made(e, 6, 4 // how.get("groups", 1), 3, 2), made(e, 6)
        for each in (x, w, b):
            each.requires_grad_()
        y = e.nn.functional.conv2d(x, w, b, **how)
        return [y.detach(), *e.autograd.grad((y * y).sum(), [x, w, b])]

    agree(act, rtol=2e-3)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"stride": 3, "output_padding": 1},
        {"dilation": 2, "padding": 1, "output_padding": 1},
        {"groups": 2},
    ],
    ids=str,
)
@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_a_transposed_convolution_and_its_gradients_are_pytorchs(dimensions, how):
    def act(e: Any) -> Any:
        x, w = made(e, 2, 4, *(3, 4, 2)[:dimensions]), made(e, 4, 2, *(3,) * dimensions)
        b = made(e, 2 * how.get("groups", 1))
        for each in (x, w, b):
            each.requires_grad_()
        y = getattr(e, f"conv_transpose{dimensions}d")(x, w, b, **how)
        return [y.detach(), *e.autograd.grad((y * y).sum(), [x, w, b])]

    agree(act, rtol=2e-3)


def test_complex_gradients_are_pytorchs():
    def act(e: Any) -> Any:
        x, w = (
            e.complex(
                made(e, *shape, kind="float64"), made(e, *shape, kind="float64", seed=1)
            ).requires_grad_()
            for shape in ((1, 2, 4, 3), (3, 2, 2, 2))
        )
        y = e.conv2d(x, w, padding=1)
        return list(e.autograd.grad((y * y.conj()).real.sum(), [x, w]))

    agree(act, rtol=1e-8)


@pytest.mark.parametrize("kind", ["float16", "bfloat16", "float32", "float64", "int64", "complex64"])
def test_a_convolution_keeps_its_dtype(kind):
    agree(lambda e: e.conv2d(made(e, 1, 2, 4, 4, kind=kind), made(e, 2, 2, 3, 3, kind=kind)), rtol=5e-2)


def test_the_weights_of_large_batches_get_the_same_gradient_another_way(monkeypatch):
    x, w = made(minitorch_edu, 3, 4, 6, 5, kind="float64"), made(minitorch_edu, 6, 2, 3, 2, kind="float64")
    w.requires_grad_()
    one = minitorch_edu.autograd.grad(minitorch_edu.conv2d(x, w, groups=2).square().sum(), [w])[0]
    monkeypatch.setattr(convolution, "BATCHED", 0)
    other = minitorch_edu.autograd.grad(minitorch_edu.conv2d(x, w, groups=2).square().sum(), [w])[0]
    np.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-12)


def test_without_a_bias_there_is_no_edge_for_one():
    def edges(e: Any) -> Any:
        y = e.conv2d(made(e, 1, 2, 3, 3), made(e, 2, 2, 2, 2).requires_grad_())
        return [y.grad_fn.name(), *(fn is None for fn, _ in y.grad_fn.next_functions)]

    agree(edges)


def test_a_sample_without_a_batch_is_squeezed_from_one():
    def names(e: Any) -> Any:
        node = e.conv2d(made(e, 2, 3, 3), made(e, 2, 2, 2, 2).requires_grad_()).grad_fn
        return [node.name(), node.next_functions[0][0].name()]

    agree(names)


def test_tangents_go_through_a_convolution():
    def push(e: Any, dual: Any) -> Any:
        with dual.dual_level():
            x = dual.make_dual(
                made(e, 1, 2, 4, 4, kind="float64"), made(e, 1, 2, 4, 4, kind="float64", seed=1)
            )
            w = dual.make_dual(
                made(e, 2, 2, 2, 2, kind="float64"), made(e, 2, 2, 2, 2, kind="float64", seed=1)
            )
            return np.array(dual.unpack_dual(e.conv2d(x, w, stride=2)).tangent.tolist())

    ours, theirs = push(minitorch_edu, forward_ad), push(torch, torch.autograd.forward_ad)
    np.testing.assert_allclose(ours, theirs, rtol=1e-10)


def test_uneven_padding_is_warned_of_once(monkeypatch):
    monkeypatch.setattr(warned, "_said", set())
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        for _ in range(2):
            minitorch_edu.conv2d(
                made(minitorch_edu, 1, 1, 4, 4), made(minitorch_edu, 1, 1, 2, 2), padding="same"
            )
    assert [str(each.message) for each in heard] == [
        "Using padding='same' with even kernel lengths and odd dilation may require a zero-padded copy of the input be created"
    ]


WRONG: list[Callable[..., Any]] = [
    lambda e, x, w: e.conv2d(x[0, 0], w),
    lambda e, x, w: e.conv2d(x, w[0]),
    lambda e, x, w: e.conv2d(x, w[:, :2]),
    lambda e, x, w: e.conv2d(x, w, w[0, 0, 0]),
    lambda e, x, w: e.conv2d(x, w, w[0, 0]),
    lambda e, x, w: e.conv2d(x, w.double()),
    lambda e, x, w: e.conv2d(x.double(), w),
    lambda e, x, w: e.conv2d(x.bfloat16(), w.half()),
    lambda e, x, w: e.conv2d(x, w, made(e, 4).double()),
    lambda e, x, w: e.conv2d(x.long(), w),
    lambda e, x, w: e.conv2d(x.bool(), w.bool()),
    lambda e, x, w: e.conv2d(x, w, stride=0),
    lambda e, x, w: e.conv2d(x, w, stride=(1, 2, 3)),
    lambda e, x, w: e.conv2d(x, w, stride=1.5),
    lambda e, x, w: e.conv2d(x, w, padding=-1),
    lambda e, x, w: e.conv2d(x, w, padding=None),
    lambda e, x, w: e.conv2d(x, w, padding="foo"),
    lambda e, x, w: e.conv2d(x, w, padding="same", stride=2),
    lambda e, x, w: e.conv2d(x, w, dilation=0),
    lambda e, x, w: e.conv2d(x, w, dilation=3),
    lambda e, x, w: e.conv2d(x, w, groups=0),
    lambda e, x, w: e.conv2d(x, w, groups=2),
    lambda e, x, w: e.conv2d(x, w, groups=3),
    lambda e, x, w: e.conv2d(x, w, groups=5),
    lambda e, x, w: e.conv2d(x, w, foo=1),
    lambda e, x, w: e.conv2d(x),
    lambda e, x, w: e.conv1d(x, w),
    lambda e, x, w: e.conv3d(x, w),
    lambda e, x, w: e.convolution(x, w, None, (1, 1, 1), (0,), (1,), False, (0,), 1),
    lambda e, x, w: e.convolution(x[0], w, None, (1,), (0,), (1,), False, (0,), 1),
    lambda e, x, w: e.conv_transpose2d(x, w),
    lambda e, x, w: e.conv_transpose2d(x, w[:3], w[0, 0, 0, :2]),
    lambda e, x, w: e.conv_transpose2d(x, w[:3], made(e, 3).double()),
    lambda e, x, w: e.conv_transpose2d(x, w[:3], output_padding=1),
    lambda e, x, w: e.conv_transpose2d(x, w[:3], output_padding=-1),
    lambda e, x, w: e.conv_transpose2d(x.double(), w[:3].double(), padding=5),
    lambda e, x, w: e.conv_transpose2d(x, w[:3], padding="same"),
    lambda e, x, w: e.conv_transpose1d(x[0], w[:3]),
]


@pytest.mark.parametrize("call", WRONG)
def test_a_wrong_convolution_is_refused_in_pytorchs_words(call):
    agree(lambda e: call(e, made(e, 2, 3, 5, 5), made(e, 4, 3, 3, 3)))


def test_channels_that_do_not_fit_are_hinted_at():
    with pytest.raises(RuntimeError) as raised:
        minitorch_edu.conv2d(made(minitorch_edu, 1, 2, 3, 3), made(minitorch_edu, 1, 3, 2, 2))
    assert "(samples, channels, *sizes)" in raised.value.__notes__[0]


def test_a_lenet_learns_as_pytorchs_does():
    """Two steps on images of noise: every loss and every gradient on the way."""

    def act(e: Any) -> Any:
        F = e.nn.functional
        shapes = [(6, 1, 5, 5), (6,), (16, 6, 5, 5), (16,), (10, 256), (10,)]
        parameters = [(made(e, *shape, seed=k) * 0.03).requires_grad_() for k, shape in enumerate(shapes)]
        images, rows = made(e, 4, 1, 28, 28), e.arange(4)
        found = []
        for _ in range(2):
            w1, b1, w2, b2, w3, b3 = parameters
            hidden = F.max_pool2d(F.conv2d(images, w1, b1).relu(), 2)
            hidden = F.avg_pool2d(F.conv2d(hidden, w2, b2).relu(), 2)
            scores = e.log_softmax(hidden.flatten(1) @ w3.t() + b3, 1)
            loss = -scores[rows, rows].mean()
            gradients = e.autograd.grad(loss, parameters)
            found += [loss.detach(), *gradients]
            parameters = [
                (each - 0.1 * gradient).detach().requires_grad_()
                for each, gradient in zip(parameters, gradients, strict=True)
            ]
        return found

    agree(act, rtol=1e-3)
