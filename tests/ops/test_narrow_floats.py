"""float16 and bfloat16: where PyTorch has a kernel for a derivative, it is computed in float32 and rounded once."""

from __future__ import annotations

import numpy as np
import pytest

import minitorch_edu
from tests.oracle import torch

X, Y = np.random.RandomState(1).randn(2, 20, 24).astype(np.float32)
PLACES = np.random.RandomState(2).randint(0, 20, (20, 24))
ROWS = PLACES[:, 0]


def index(t, values):
    return t.tensor(values)


CALLS = {
    **{
        name: lambda t, x, y, name=name: getattr(t.nn.functional, name)(x)
        for name in "celu elu gelu hardsigmoid hardswish leaky_relu mish selu silu softplus".split()
    },
    "tanh": lambda t, x, y: t.tanh(x),
    "softmax": lambda t, x, y: t.softmax(x, 1),
    "cumsum": lambda t, x, y: t.cumsum(x, 1),
    "gather": lambda t, x, y: x.gather(0, index(t, PLACES)),
    "index_select": lambda t, x, y: x.index_select(0, index(t, ROWS)),
    "repeat": lambda t, x, y: x.repeat(5, 3),
    "smooth_l1_loss": lambda t, x, y: t.nn.functional.smooth_l1_loss(x, y),
    "layer_norm": lambda t, x, y: t.nn.functional.layer_norm(x, (24,)),
    "scatter_add": lambda t, x, y: x.scatter_add(0, index(t, PLACES), y),
    "index_add": lambda t, x, y: x.index_add(0, index(t, ROWS), y),
    # without kernels of their own: PyTorch rounds after every step, and so do we
    "reciprocal": lambda t, x, y: t.reciprocal(x),
    "mul": lambda t, x, y: x * y,
}


def bits(t, call, kind):
    """The result and the gradients, as float32, which holds them exactly."""
    x, y = (t.tensor(each).to(getattr(t, kind)).requires_grad_() for each in (X, Y))
    result = call(t, x, y)
    weights = np.asarray(np.random.RandomState(3).randn(*result.shape), np.float32)
    result.backward(t.tensor(weights).to(result.dtype))
    return [each.detach().float().tolist() for each in (result, x.grad, y.grad) if each is not None]


@pytest.mark.parametrize("kind", ["float16", "bfloat16"])
@pytest.mark.parametrize("name", CALLS)
def test_results_and_gradients_are_pytorchs_to_the_last_bit(name, kind):
    """But for one in a hundred: two float32 exponentials that differ by a bit may lie on two sides of a tie."""
    for ours, theirs in zip(
        bits(minitorch_edu, CALLS[name], kind), bits(torch, CALLS[name], kind), strict=True
    ):
        assert np.mean(np.asarray(ours) != np.asarray(theirs)) < 0.01
