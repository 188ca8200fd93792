"""Graphs of functions of networks: the nodes that widgets draw and lessons talk about are PyTorch's."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

import minitorch_edu
import minitorch_edu.nn.functional
from tests.device import UNDER_TEST
from tests.oracle import torch

LOGITS = [[0.5, -1.0, 2.0], [1.0, 0.0, -0.5]]


def written(node: Any) -> str:
    """A graph as text: each node with what it follows."""
    if node is None:
        return "-"
    if node.name().endswith("AccumulateGrad"):
        return "leaf"
    return f"{node.name()}({', '.join(written(each) for each, _ in node.next_functions)})"


class Given:
    """The same leaves on either engine."""

    def __init__(self, engine: Any) -> None:
        self.engine, self.F = engine, engine.nn.functional
        self.x = engine.tensor(LOGITS, requires_grad=True)
        self.chances = engine.tensor([[0.5, 0.25, 0.75], [0.1, 0.9, 0.3]], requires_grad=True)
        self.y = engine.tensor([[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
        self.classes = engine.tensor([2, 0])
        self.w = engine.ones(3)
        self.weight = engine.ones(4, 3).requires_grad_()
        self.bias = engine.zeros(4).requires_grad_()
        self.scale = engine.ones(3).requires_grad_()
        self.image = engine.ones(2, 3, 2, 2).requires_grad_()


CASES = {
    "linear": lambda g: g.F.linear(g.x, g.weight, g.bias),
    "linear without bias": lambda g: g.F.linear(g.x, g.weight),
    "linear of one sample": lambda g: g.F.linear(g.x[0], g.weight, g.bias),
    "linear of a batch of sequences": lambda g: g.F.linear(g.x.view(1, 2, 3), g.weight, g.bias),
    "linear of a batch of sequences without bias": lambda g: g.F.linear(g.x.view(1, 2, 3), g.weight),
    "linear of a transposed batch": lambda g: g.F.linear(g.x.view(2, 1, 3).transpose(0, 1), g.weight, g.bias),
    "cross entropy": lambda g: g.F.cross_entropy(g.x, g.classes),
    "cross entropy with weights": lambda g: g.F.cross_entropy(g.x, g.classes, g.w, reduction="sum"),
    "cross entropy of an image": lambda g: g.F.cross_entropy(
        g.image, g.engine.zeros(2, 2, 2, dtype=g.engine.int64)
    ),
    "cross entropy of a sequence": lambda g: g.F.cross_entropy(
        g.image.view(2, 3, 4), g.classes.view(2, 1).expand(2, 4)
    ),
    "cross entropy with probabilities": lambda g: g.F.cross_entropy(g.x, g.y, reduction="sum"),
    "mse": lambda g: g.F.mse_loss(g.x, g.y),
    "mse of two leaves": lambda g: g.F.mse_loss(g.x, g.chances),
    "l1": lambda g: g.F.l1_loss(g.x, g.y),
    "smooth l1": lambda g: g.F.smooth_l1_loss(g.x, g.y),
    "huber": lambda g: g.F.huber_loss(g.x, g.y),
    "bce": lambda g: g.F.binary_cross_entropy(g.chances, g.y),
    "bce with logits": lambda g: g.F.binary_cross_entropy_with_logits(g.x, g.y),
    "kl": lambda g: g.F.kl_div(g.x, g.y, reduction="sum"),
    "poisson": lambda g: g.F.poisson_nll_loss(g.x, g.y),
    "soft margin": lambda g: g.F.soft_margin_loss(g.x, g.y),
    "multi margin": lambda g: g.F.multi_margin_loss(g.x, g.classes),
    "multilabel soft margin": lambda g: g.F.multilabel_soft_margin_loss(g.x, g.y),
    "hinge": lambda g: g.F.hinge_embedding_loss(g.x, g.y),
    "layer norm": lambda g: g.F.layer_norm(g.x, (3,), g.scale, g.scale),
    "layer norm alone": lambda g: g.F.layer_norm(g.x, (3,)),
    "batch norm": lambda g: g.F.batch_norm(
        g.image, g.engine.zeros(3), g.engine.ones(3), g.scale, g.scale, True
    ),
    "batch norm in evaluation": lambda g: g.F.batch_norm(
        g.image, g.engine.zeros(3), g.engine.ones(3), g.scale, None
    ),
    "group norm": lambda g: g.F.group_norm(g.image, 3, g.scale, g.scale),
    "embedding": lambda g: g.F.embedding(g.classes, g.weight),
    "softmin": lambda g: g.F.softmin(g.x, 1),
    "glu": lambda g: g.F.glu(g.image, 2),
    "prelu": lambda g: g.F.prelu(g.x, g.scale),
    "attention": lambda g: g.F.scaled_dot_product_attention(g.image, g.image, g.image),
}
for name in (
    "relu relu6 leaky_relu elu selu celu gelu silu mish softplus softsign logsigmoid hardtanh hardsigmoid hardswish "
    "hardshrink softshrink tanhshrink rrelu dropout"
).split():
    CASES[name] = lambda g, name=name: getattr(g.F, name)(g.x)


@pytest.mark.parametrize("case", CASES)
def test_the_graph_is_pytorchs(case: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours, theirs = (CASES[case](Given(engine)) for engine in (minitorch_edu, torch))
    if case == "dropout" and UNDER_TEST != "cpu":  # one kernel on a GPU
        assert written(ours.grad_fn) == "NativeDropoutBackward0(leaf)"
    else:
        assert written(ours.grad_fn) == written(theirs.grad_fn)
