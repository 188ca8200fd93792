"""What PyTorch has a second time in torch, beside nn.functional."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.ops.calls import agree

ONES = np.array([[1, -1, 1, 1], [-1, -1, 1, -1], [1, 1, 1, -1]])
STEPS = np.log(np.random.RandomState(1).dirichlet(np.ones(4), (5, 2)))
LENGTHS = np.array([5, 4]), np.array([2, 1])


def numbers(seed: int) -> np.ndarray:
    return np.random.RandomState(seed).rand(3, 4)


def given(engine: Any, value: Any) -> Any:
    """An array as a tensor, which requires grad where it can."""
    if not isinstance(value, np.ndarray):
        return value
    return engine.tensor(value, requires_grad=value.dtype.kind == "f")


A, B, C, LABELS = numbers(0), numbers(1), numbers(2), np.array([1, -1, 1])
LOSSES: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
    ("kl_div", (A, B), {}),
    ("kl_div", (A, B), {"log_target": True}),
    ("binary_cross_entropy_with_logits", (A, B), {}),
    ("binary_cross_entropy_with_logits", (A, B), {"pos_weight": C.tolist()}),
    ("hinge_embedding_loss", (A, ONES, 0.5), {}),
    ("margin_ranking_loss", (A, B, ONES), {"margin": 0.5}),
    ("cosine_embedding_loss", (A, C, LABELS, 0.5), {}),
    ("poisson_nll_loss", (A, B, True, True, 1e-8), {}),
    ("poisson_nll_loss", (A, B, False, False, 1e-2), {}),
    ("triplet_margin_loss", (A, B, C, 0.3, 1.0, 1e-6, True), {}),
    ("triplet_margin_loss", (A, B, C), {"margin": -0.1}),
    ("ctc_loss", (STEPS, np.array([[1, 2], [3, 3]]), (5, 4), (2, 1)), {}),
    ("ctc_loss", (STEPS, np.array([[1, 2], [3, 3]]), *LENGTHS), {"zero_infinity": True}),
]


@pytest.mark.parametrize("reduction", [0, 1, 2, 3])
@pytest.mark.parametrize("name, inputs, named", LOSSES)
def test_a_loss_knows_its_reduction_by_a_number(name, inputs, named, reduction):
    def act(engine: Any) -> Any:
        tensors = [given(engine, each) for each in inputs]
        options = {
            key: engine.tensor(value, dtype=engine.float64) if isinstance(value, list) else value
            for key, value in named.items()
        }
        loss = getattr(engine, name)(*tensors, reduction=reduction, **options)
        loss.sum().backward()
        return (
            loss.detach(),
            loss.grad_fn.name(),
            [each.grad for each in tensors if getattr(each, "requires_grad", 0)],
        )

    agree(act, rtol=1e-12)
