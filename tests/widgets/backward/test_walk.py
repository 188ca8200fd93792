"""walk.py: the real backward pass, a step at a time, forwards and back, with the same gradients at the end."""

import gc
import json
import time
import weakref

import pytest
from minitorch_widgets.backward.walk import Timeline, called_by
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.picture.snapshot import snapshot


def program(torch):
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    w = torch.tensor([[0.1, -0.2], [0.3, 0.4]], requires_grad=True)
    b = torch.tensor([0.5, -0.5], requires_grad=True)
    hidden = (x @ w + b).tanh()
    loss = (hidden * hidden + b).mean()
    return {"x": x, "w": w, "b": b, "hidden": hidden, "loss": loss}


def walk_of(variables, **options):
    memory = Memory()
    picture = snapshot(variables, memory=memory)
    return Timeline(variables["loss"], "loss", memory, called=called_by(picture), **options), picture


def bits(tensor):
    return tensor.detach().numpy().tobytes()


def test_stepping_and_rewinding_leaves_the_same_bits_as_backward(torch):
    plain = program(torch)
    plain["loss"].backward()
    stepped = program(torch)
    timeline, _ = walk_of(stepped)
    for position in (1, 3, 0, 4, 2, 99, 0, 5):
        timeline.goto(position)
    timeline.finish()
    assert timeline.error is None
    for name in ("w", "b"):
        assert bits(stepped[name].grad) == bits(plain[name].grad)


def test_a_second_walk_accumulates_as_a_second_backward_does(torch):
    variables = program(torch)
    for retain in (True, False):
        timeline, _ = walk_of(variables, retain_graph=retain)
        timeline.finish()
    plain = program(torch)
    plain["loss"].backward(retain_graph=True)
    plain["loss"].backward()
    assert bits(variables["w"].grad) == bits(plain["w"].grad)
    added = [step["accumulated"] for step in timeline.steps if step["accumulated"]]
    assert all(each["before"] is not None for each in added)


def test_going_back_shows_the_same_records(torch):
    timeline, _ = walk_of(program(torch))
    timeline.goto(3)
    seen = json.dumps(timeline.state()["steps"][:3])
    timeline.goto(1)
    assert timeline.state()["position"] == 1 and timeline.state()["executed"] >= 3
    timeline.goto(3)
    assert json.dumps(timeline.state()["steps"][:3]) == seen


def test_our_engine_runs_only_as_far_as_somebody_looked():
    import minitorch_edu as torch

    variables = program(torch)
    timeline, _ = walk_of(variables)
    timeline.goto(2)
    assert timeline.state()["executed"] == 2 and variables["w"].grad is None
    timeline.finish()
    assert variables["w"].grad is not None


def test_a_walk_is_json_and_its_nodes_are_the_snapshots(torch):
    timeline, picture = walk_of(program(torch))
    timeline.goto(99)
    state = json.loads(json.dumps(timeline.state(), allow_nan=False))
    assert set(state["order"]) == {node["id"] for node in picture["nodes"]}
    assert [step["node"] for step in state["steps"]] == state["order"]
    assert state["total"] == len(state["steps"]) == state["executed"]


def test_arrivals_are_counted_and_added_up(torch):
    x = torch.tensor([2.0], requires_grad=True)
    y = x * 3.0
    loss = (y * y).sum()
    timeline, _ = walk_of({"x": x, "y": y, "loss": loss})
    timeline.goto(2)
    first, second = timeline.state()["steps"][1]["outgoing"]
    assert (first["arrived"], first["expected"], first["sum"]["data"]) == (1, 2, [6.0])
    assert (second["arrived"], second["expected"], second["sum"]["data"]) == (2, 2, [12.0])
    assert "where 2 of 2 have now arrived: together [12]" in timeline.state()["steps"][1]["sentence"]


def test_broadcasting_is_summed_up_in_what_arrives(torch):
    column = torch.ones(3, 1, requires_grad=True)
    row = torch.ones(4, requires_grad=True)
    loss = (column * row).sum()
    timeline, _ = walk_of({"column": column, "row": row, "loss": loss})
    timeline.goto(2)
    to_column, to_row = timeline.state()["steps"][1]["outgoing"]
    assert (to_column["value"]["shape"], to_column["value"]["data"]) == ([3, 1], [4.0] * 3)
    assert (to_row["value"]["shape"], to_row["value"]["data"]) == ([4], [3.0] * 4)
    assert to_row["rule"]["numbers_text"].endswith(", summed to (4,) = [3, 3, 3, 3]")


def test_rules_come_with_their_numbers(torch):
    w = torch.tensor([2.0, 5.0], requires_grad=True)
    x = torch.tensor([3.0, 4.0])
    loss = (w * x).sum()
    timeline, _ = walk_of({"w": w, "x": x, "loss": loss})
    timeline.goto(2)
    rule = timeline.state()["steps"][1]["outgoing"][0]["rule"]
    assert rule["code"] == "grad * other"
    assert rule["numbers_text"] == "[1, 1] * [3, 4] = [3, 4]"
    assert rule["numbers_mathml"].startswith("<math") and rule["mathml"].startswith("<math")


def test_a_version_mismatch_ends_the_walk_with_a_way_out(torch):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x.exp()
    loss = (y * 2.0).sum()
    y.add_(1.0)
    timeline, picture = walk_of({"x": x, "y": y, "loss": loss})
    timeline.goto(99)
    assert "modified by an inplace operation" in timeline.error["text"]
    assert "clone()" in timeline.error["hint"]
    (failed,) = [node["name"] for node in picture["nodes"] if node["id"] == timeline.error["node"]]
    assert failed == "ExpBackward0"
    assert [step["name"] for step in timeline.state()["steps"]][:2] == ["SumBackward0", "MulBackward0"]
    timeline.goto(1)
    assert timeline.position == 1 and x.grad is None


def test_a_freed_graph_says_so(torch):
    variables = program(torch)
    variables["loss"].backward()
    timeline, _ = walk_of(variables)
    timeline.goto(99)
    assert "a second time" in timeline.error["text"] and "retain_graph=True" in timeline.error["hint"]


def test_a_root_without_history_or_with_many_elements_is_an_error_in_words(torch):
    x = torch.ones(2, requires_grad=True)
    timeline, _ = walk_of({"loss": torch.ones(1)})
    assert "does not require grad" in timeline.error["text"]
    timeline, _ = walk_of({"x": x, "loss": x * 2.0})
    timeline.goto(1)
    assert "only for scalar outputs" in timeline.error["text"] and timeline.error["hint"]


def test_a_gradient_can_be_given(torch):
    x = torch.ones(2, requires_grad=True)
    loss = x * 2.0
    timeline, _ = walk_of({"x": x, "loss": loss}, gradient=torch.tensor([1.0, 10.0]))
    timeline.finish()
    assert x.grad.tolist() == [2.0, 20.0]


def test_a_long_walk_is_recorded_up_to_a_limit_and_runs_to_its_end(torch):
    x = torch.ones(1, requires_grad=True)
    y = x
    for _ in range(5000):
        y = y * 1.0
    started = time.process_time()
    timeline, _ = walk_of({"x": x, "loss": y})
    timeline.finish()
    assert time.process_time() - started < 10
    assert len(timeline.state()["steps"]) == 2000 and timeline.error is None
    assert x.grad.tolist() == [1.0]


def test_records_hold_no_tensor(torch):
    variables = program(torch)
    timeline, _ = walk_of(variables)
    timeline.finish()
    gone = weakref.ref(variables["hidden"])
    del variables
    gc.collect()
    assert gone() is None
    assert timeline.state()["steps"]


def test_hooks_of_a_recorded_walk_are_taken_away():
    torch = pytest.importorskip("torch")
    variables = program(torch)
    walk_of(variables, retain_graph=True)
    timeline, _ = walk_of(variables, retain_graph=True)
    count = len(timeline.steps)
    variables["loss"].backward()
    assert len(timeline.steps) == count
