"""Signals: announcements that cost nothing while nobody listens."""

from __future__ import annotations

from typing import Any

import pytest

import minitorch_edu as torch
from minitorch_edu import events


def test_a_signal_without_listeners_is_false() -> None:
    assert not events.Signal()


def test_a_listener_hears_what_is_announced() -> None:
    signal, heard = events.Signal(), []
    with events.listen(signal, lambda *words: heard.append(words)):
        signal("one", 2)
    assert heard == [("one", 2)]


def test_a_listener_leaves_with_its_block_even_after_an_error() -> None:
    signal = events.Signal()
    with pytest.raises(KeyError), events.listen(signal, print):
        raise KeyError
    assert not signal


def test_a_listener_may_leave_while_it_is_told() -> None:
    signal, heard = events.Signal(), []

    def once(word: str) -> None:
        heard.append(word)
        signal.remove(once)

    signal.append(once)
    signal.append(heard.append)
    signal("hello")
    assert heard == ["hello", "hello"]
    assert signal == [heard.append]


def test_an_op_announces_its_card_its_inputs_and_its_result() -> None:
    heard: list[Any] = []
    x = torch.ones(2)
    with events.listen(events.op_executed, lambda *words: heard.append(words)):
        y = torch.mul(x, 3)
    ((card, inputs, result),) = heard
    assert card.name == "mul"
    assert inputs[0] is x
    assert result is y


def test_an_in_place_op_announces_the_write_before_itself() -> None:
    heard: list[str] = []
    x = torch.ones(2)
    with (
        events.listen(events.storage_written, lambda tensor, card: heard.append(f"written {tensor is x}")),
        events.listen(events.op_executed, lambda card, inputs, result: heard.append(card.name)),
    ):
        x += 1
    assert heard == ["written True", "add"]


def test_an_export_to_numpy_is_announced_with_the_array() -> None:
    heard: list[Any] = []
    x = torch.ones(2)
    with events.listen(events.storage_exported, lambda *words: heard.append(words)):
        array = x.numpy()
    assert heard[0][0] is x
    assert heard[0][1] is array


def test_backward_announces_its_start_each_step_and_its_end() -> None:
    heard: list[str] = []
    x = torch.ones(2, requires_grad=True)
    loss = (x * 3).sum()
    with (
        events.listen(events.backward_started, lambda task: heard.append(f"start {len(task.order)}")),
        events.listen(events.backward_stepped, lambda task, step: heard.append(type(step.node).__name__)),
        events.listen(events.gradient_accumulated, lambda tensor, grad: heard.append(f"grad {grad.tolist()}")),
        events.listen(events.backward_finished, lambda task, error: heard.append(f"end {error}")),
    ):
        loss.backward()
    assert heard == ["start 3", "SumBackward0", "MulBackward0", "grad [3.0, 3.0]", "AccumulateGrad", "end None"]


def test_a_failing_backward_announces_its_error() -> None:
    heard: list[BaseException | None] = []
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    y.mul_(2)
    with (
        events.listen(events.backward_finished, lambda task, error: heard.append(error)),
        pytest.raises(RuntimeError) as caught,
    ):
        y.sum().backward()
    assert heard == [caught.value]


def test_what_leaves_its_history_behind_is_announced() -> None:
    x = torch.ones(2, requires_grad=True)
    heard: list[tuple[str, Any, Any]] = []
    with events.listen(events.history_cut, lambda *words: heard.append(words)), pytest.warns(UserWarning):
        results = [x.detach(), x.data, torch.tensor(x), x.long()]
    assert [(how, source is x) for how, source, _ in heard] == [
        ("detach", True),
        ("data", True),
        ("tensor", True),
        ("cast", True),
    ]
    assert all(told is result for (_, _, told), result in zip(heard, results, strict=True))
