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


X, W = np.random.RandomState(0).randn(2, 4, 3), np.random.RandomState(1).rand(4)
NATIVE: dict[str, Any] = {
    "layers": lambda e, x, w: e.native_layer_norm(x, (3,), None, None, 1e-5),
    "layers with a weight": lambda e, x, w: e.native_layer_norm(x, [3], w[:3], w[:3] * 2, 1e-5),
    "two dimensions": lambda e, x, w: e.native_layer_norm(x, (4, 3), None, None, 1e-5),
    "another shape": lambda e, x, w: e.native_layer_norm(x, (4,), None, None, 1e-5),
    "another weight": lambda e, x, w: e.native_layer_norm(x, (3,), w, None, 1e-5),
    "a batch": lambda e, x, w: e.native_batch_norm(x, w, w, *running(e), True, 0.1, 1e-5),
    "as in training before": lambda e, x, w: e.native_batch_norm(x, w, w, *running(e), False, 0.1, 1e-5),
    "without statistics": lambda e, x, w: e.native_batch_norm(x, None, None, None, None, True, 0.1, 1e-5),
    "rows made shorter": lambda e, x, w: (
        e.embedding_renorm_(x.detach()[0] * 5, e.tensor([1, 3, 1]), 1.0, 2.0),
    ),
    "rows of a leaf": lambda e, x, w: (e.embedding_renorm_(x, e.tensor([1]), 1.0, 2.0),),
    "fractions of rows": lambda e, x, w: (e.embedding_renorm_(x.detach()[0], e.tensor([1.5]), 1.0, 2.0),),
    "a row that is not there": lambda e, x, w: (e.embedding_renorm_(x.detach()[0], e.tensor([7]), 1.0, 2.0),),
    "rows of a vector": lambda e, x, w: (e.embedding_renorm_(w.detach(), e.tensor([1]), 1.0, 2.0),),
}


BAGS: dict[str, Any] = {
    "the sum": lambda e, w, i, o: e.embedding_bag(w, i, o),
    "the mean": lambda e, w, i, o: e.embedding_bag(w, i, o, False, 1),
    "the greatest": lambda e, w, i, o: e.embedding_bag(w, i, o, mode=2),
    "integers of 32 bits": lambda e, w, i, o: e.embedding_bag(w, i.int(), o.int(), mode=2),
    "in float32": lambda e, w, i, o: e.embedding_bag(w.detach().float(), i, o, False, 0, False, None, False),
    "padding": lambda e, w, i, o: e.embedding_bag(w, i, o, False, 1, False, None, False, 3),
    "padding of the greatest": lambda e, w, i, o: e.embedding_bag(w, i, o, False, 2, False, None, False, 3),
    "weighted": lambda e, w, i, o: e.embedding_bag(w, i, o, False, 0, False, w[:, 0].detach()[i], False),
    "where the last one ends": lambda e, w, i, o: e.embedding_bag(
        w, i, e.tensor([0, 2, 5]), False, 1, False, None, True
    ),
    "no indices": lambda e, w, i, o: e.embedding_bag(w, i[:0], o[:0], False, 2),
    "another mode": lambda e, w, i, o: e.embedding_bag(w, i, o, False, 5),
    "a mode by name": lambda e, w, i, o: e.embedding_bag(w, i, o, False, "sum"),
    "weighted maxima": lambda e, w, i, o: e.embedding_bag(w, i, o, False, 2, False, w[:, 0][i]),
    "no offsets": lambda e, w, i, o: e.embedding_bag(w, i),
}


@pytest.mark.parametrize("call", BAGS)
def test_bags_hand_on_what_they_found(call):
    def act(engine: Any) -> Any:
        weight = given(engine, X[0])
        found = BAGS[call](engine, weight, engine.tensor([2, 0, 1, 3, 3]), engine.tensor([0, 2, 2]))
        if found[0].requires_grad:
            (found[0] ** 2).sum().backward()
        return [each.detach() for each in found], weight.grad

    agree(act, rtol=1e-10)


def running(engine: Any) -> tuple[Any, Any]:
    return engine.zeros(4, dtype=engine.float64), engine.ones(4, dtype=engine.float64)


@pytest.mark.parametrize("call", NATIVE)
def test_native_functions_hand_on_what_they_found(call):
    def act(engine: Any) -> Any:
        x, w = given(engine, X), given(engine, W)
        found = NATIVE[call](engine, x, w)
        if found[0].requires_grad:
            (found[0] ** 2).sum().backward()
        nodes = [None if each.grad_fn is None else each.grad_fn.name() for each in found]
        return [each.detach() for each in found], nodes, [x.grad, w.grad]

    agree(act, rtol=1e-10)


def test_running_statistics_follow_those_of_a_batch():
    def act(engine: Any) -> Any:
        mean, variance = running(engine)
        engine.native_batch_norm(given(engine, X), None, None, mean, variance, True, 0.25, 1e-5)
        return mean, variance

    agree(act, rtol=1e-12)
