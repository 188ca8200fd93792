"""Steps of recurrent networks, beside PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.ops.calls import agree

GATES = {"rnn_tanh_cell": 1, "rnn_relu_cell": 1, "gru_cell": 3, "lstm_cell": 4}


def made(engine: Any, *shape: int) -> Any:
    numbers = np.random.RandomState(sum(shape)).randn(*shape)
    return engine.from_numpy(numbers).requires_grad_()


def names(node: Any, depth: int = 0) -> Any:
    """The graph behind a node, as the names of its nodes."""
    return node and (node.name(), [names(each, depth + 1) for each, _ in node.next_functions if depth < 9])


@pytest.mark.parametrize("biases", [False, True])
@pytest.mark.parametrize("name", GATES)
def test_a_step_its_graph_and_its_gradients_are_pytorchs(name, biases):
    def act(engine: Any) -> Any:
        gates = GATES[name]
        x, h = made(engine, 2, 3), made(engine, 2, 4)
        weights = [made(engine, gates * 4, 3), made(engine, gates * 4, 4)]
        weights += [made(engine, gates * 4) for _ in range(2 * biases)]
        state = (h, made(engine, 2, 5)[:, :4]) if name == "lstm_cell" else h
        found = getattr(engine, name)(x, state, *weights)
        found = found if isinstance(found, tuple) else (found,)
        graph = [names(each.grad_fn) for each in found]
        sum((each * each).sum() for each in found).backward()
        return [each.detach() for each in found], graph, [each.grad for each in (x, h, *weights)]

    agree(act, rtol=1e-12)


WRONG = {
    "inputs": (2, 5, 2, 4, 4, 3, 4, 4), "samples": (2, 3, 3, 4, 4, 3, 4, 4), "hidden": (2, 3, 2, 5, 4, 3, 4, 4),
    "weights of the input": (2, 3, 2, 4, 5, 3, 4, 4), "weights of the state": (2, 3, 2, 4, 4, 3, 5, 4),
}  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", GATES)
def test_sizes_that_do_not_fit_are_refused(name, wrong):
    def act(engine: Any) -> Any:
        one, two, three, four, five, six, seven, eight = WRONG[wrong]
        state = made(engine, three, four)
        gates = GATES[name]
        return getattr(engine, name)(
            made(engine, one, two),
            (state, state) if name == "lstm_cell" else state,
            made(engine, gates * five, six),
            made(engine, gates * seven, eight),
        )

    agree(act)


def test_an_lstm_has_two_states():
    agree(lambda e: e.lstm_cell(made(e, 2, 3), (made(e, 2, 4),), made(e, 16, 3), made(e, 16, 4)))
    agree(lambda e: e.gru_cell(made(e, 3), made(e, 4), made(e, 12, 3), made(e, 12, 4)))
