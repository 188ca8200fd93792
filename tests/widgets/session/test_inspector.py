"""inspector.py: messages in, messages out, and never an exception."""

import gc
import json
import threading
import weakref

from minitorch_widgets.session.inspector import Inspector

from tests.widgets.mirror import Mirror


def start(torch):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    variables = {"x": x, "y": (y := x * 3.0), "loss": (y * y).sum()}
    inspector = Inspector(lambda: variables)
    told = Mirror()
    inspector.connect(told.hear)
    return variables, inspector, told


def test_hello_is_answered_with_a_snapshot(torch):
    _, inspector, told = start(torch)
    inspector.receive({"type": "hello"})
    assert told[-1]["type"] == "snapshot" and told[-1]["revision"] == told[-1]["snapshot"]["revision"] == 1
    assert told[-1]["timeline"] is None
    json.dumps(told, allow_nan=False)


def test_a_walk_by_messages_ends_with_the_gradients(torch):
    variables, inspector, told = start(torch)
    inspector.receive({"type": "hello"})
    (root,) = told[-1]["snapshot"]["roots"]
    inspector.receive({"type": "backward", "tensor": root})
    assert told[-1]["timeline"]["root_name"] == "loss" and told[-1]["timeline"]["position"] == 0
    for position in (1, 2, 0, 3):
        inspector.receive({"type": "goto", "position": position})
        assert told[-1]["timeline"]["position"] == position
    inspector.receive({"type": "finish"})
    assert told[-1]["timeline"] is None
    assert variables["x"].grad.tolist() == [18.0, 36.0]
    assert "x.grad" in [name for each in told[-1]["snapshot"]["tensors"] for name in each["names"]]
    revisions = [each["revision"] for each in told]
    assert revisions == sorted(set(revisions))


def test_going_back_looks_at_nothing_anew(torch):
    variables, inspector, told = start(torch)
    inspector.receive({"type": "hello"})
    inspector.receive({"type": "backward", "tensor": told[-1]["snapshot"]["roots"][0]})
    inspector.receive({"type": "goto", "position": 3})
    last = told[-1]["snapshot"]
    inspector.receive({"type": "goto", "position": 1})
    assert {**told[-1]["snapshot"], "revision": 0} == {**last, "revision": 0}


def test_nonsense_is_answered_with_a_line_of_text(torch):
    _, inspector, told = start(torch)
    for nonsense in (
        None, 7, {}, {"type": "dance"}, {"type": "backward", "tensor": "t99"}, {"type": "backward"},
        {"type": "goto", "position": "far"}, {"type": "goto", "position": None}, {"type": "goto", "position": 1},
    ):  # fmt: skip
        told.clear()
        inspector.receive(nonsense)
        assert [each["type"] for each in told] == ["problem"] and told[0]["text"]
    inspector.receive({"type": "hello"})
    assert told[-1]["type"] == "snapshot"


def test_a_namespace_that_raises_is_a_problem_and_the_next_look_works():
    answers = [RuntimeError("gone"), {}]

    def namespace():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    inspector = Inspector(namespace)
    assert inspector.refresh("after cell [1]") == {
        "type": "problem",
        "text": "The inspector met RuntimeError: gone",
    }
    assert inspector.refresh("after cell [2]")["type"] == "snapshot"


def test_a_view_that_is_gone_is_dropped_and_the_others_are_told(torch):
    _, inspector, told = start(torch)
    calls = []

    def broken(message):
        calls.append(message)
        raise OSError("closed")

    inspector.connect(broken)
    inspector.refresh()
    inspector.refresh()
    assert len(calls) == 1 and len(told) == 2


def test_a_view_can_leave(torch):
    _, inspector, told = start(torch)
    more = []
    leave = inspector.connect(more.append)
    inspector.refresh()
    leave()
    leave()
    inspector.refresh()
    assert len(more) == 1 and len(told) == 2


def test_a_walk_ends_when_its_root_is_computed_anew(torch):
    variables, inspector, told = start(torch)
    inspector.refresh()
    inspector.receive({"type": "backward", "tensor": told[-1]["snapshot"]["roots"][0]})
    inspector.refresh("after cell [2]")
    assert told[-1]["timeline"] is not None
    variables["loss"] = (variables["x"] * 2.0).sum()
    inspector.refresh("after cell [3]")
    assert told[-1]["timeline"] is None


def test_starting_again_in_the_middle_begins_with_the_first_step_and_runs_none_twice(torch):
    variables, inspector, told = start(torch)
    inspector.refresh()
    (root,) = told[-1]["snapshot"]["roots"]
    inspector.receive({"type": "backward", "tensor": root})
    inspector.receive({"type": "goto", "position": 2})
    if torch.__name__ == "minitorch_edu":  # a recorded walk has run as a whole
        inspector.receive({"type": "backward", "tensor": root})
        assert told[-1]["timeline"]["position"] == 0 and told[-1]["timeline"]["executed"] == 2
    inspector.receive({"type": "finish"})
    assert variables["x"].grad.tolist() == [18.0, 36.0]


def test_starting_elsewhere_ends_the_first_walk_as_backward_would(torch):
    variables, inspector, told = start(torch)
    variables["other"] = (variables["x"] * 5.0).sum()
    inspector.refresh()
    first, second = told[-1]["snapshot"]["roots"]
    inspector.receive({"type": "backward", "tensor": first})
    inspector.receive({"type": "goto", "position": 1})
    inspector.receive({"type": "backward", "tensor": second})
    assert told[-1]["timeline"]["root_name"] == "other"
    inspector.receive({"type": "finish"})
    assert variables["x"].grad.tolist() == [23.0, 41.0]


def test_a_second_walk_of_a_freed_graph_is_an_error_with_a_way_out(torch):
    _, inspector, told = start(torch)
    inspector.refresh()
    (root,) = told[-1]["snapshot"]["roots"]
    for _ in range(2):
        inspector.receive({"type": "backward", "tensor": root})
        inspector.receive({"type": "goto", "position": 99})
    assert "a second time" in told[-1]["timeline"]["error"]["text"]
    assert "retain_graph" in told[-1]["timeline"]["error"]["hint"]


def test_an_error_of_the_cell_is_in_the_picture(torch):
    _, inspector, told = start(torch)
    error = {"text": "ValueError: no", "hint": "", "line": "f()", "where": "cell [2], line 1"}
    inspector.refresh("after cell [2]", error)
    assert told[-1]["snapshot"]["error"]["text"] == "ValueError: no"
    assert told[-1]["snapshot"]["text"].startswith(
        "The cell raised ValueError: no at cell [2], line 1 (f())."
    )


def test_the_inspector_keeps_no_tensor_alive(torch):
    variables, inspector, told = start(torch)
    inspector.refresh()
    inspector.receive({"type": "backward", "tensor": told[-1]["snapshot"]["roots"][0]})
    inspector.receive({"type": "finish"})
    gone = [weakref.ref(each) for each in variables.values()]
    variables.clear()
    gc.collect()
    assert [each() for each in gone] == [None] * 3


def test_messages_from_another_thread_wait_for_the_look_to_end(torch):
    variables, inspector, told = start(torch)
    inspector.refresh()
    inspector.receive({"type": "backward", "tensor": told[-1]["snapshot"]["roots"][0]})
    threads = [
        threading.Thread(target=inspector.receive, args=({"type": "goto", "position": i % 4},))
        for i in range(12)
    ]
    threads += [threading.Thread(target=inspector.refresh) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    revisions = [each["revision"] for each in told]
    assert revisions == sorted(revisions) and all(each["type"] == "snapshot" for each in told)
