"""A large picture that hardly changes is told as what is new in it; one that does is told whole."""

import json

from minitorch_widgets.session.inspector import Inspector

from tests.widgets.mirror import Mirror


def loop(torch, turns):
    w = torch.ones(3, requires_grad=True)
    h = torch.zeros(3)
    for _ in range(turns):
        h = torch.tanh(h * w + 0.1)
    return {"w": w, "loss": h.sum()}


def told(namespace):
    inspector, mirror = Inspector(lambda: namespace), Mirror()
    inspector.connect(mirror.hear)
    inspector.refresh("after cell [1]")
    return inspector, mirror


def test_a_cell_that_leaves_the_graph_alone_sends_little(torch):
    namespace = loop(torch, 400)
    inspector, mirror = told(namespace)
    namespace["more"] = namespace["loss"] * 2.0
    inspector.refresh("after cell [2]")
    whole, change = mirror.raw
    assert (whole["type"], change["type"]) == ("snapshot", "update")
    assert len(json.dumps(change)) < len(json.dumps(whole)) / 10
    assert mirror[-1]["snapshot"] == inspector.message["snapshot"]
    assert mirror[-1]["revision"] == inspector.message["revision"]


def test_what_an_error_added_goes_with_the_next_picture(torch):
    namespace = loop(torch, 400)
    inspector, mirror = told(namespace)
    inspector.refresh("after cell [2]", {"text": "ValueError: no", "hint": "", "line": "", "where": ""})
    inspector.refresh("after cell [3]")
    assert "error" in mirror[1]["snapshot"] and "error" not in mirror[2]["snapshot"]
    assert mirror[2]["snapshot"] == inspector.message["snapshot"]


def test_a_graph_that_was_computed_anew_is_told_whole(torch):
    namespace = loop(torch, 400)
    inspector, mirror = told(namespace)
    namespace.update(loop(torch, 400))
    inspector.refresh("after cell [2]")
    assert [each["type"] for each in mirror.raw] == ["snapshot", "snapshot"]


def test_a_small_picture_is_told_whole(torch):
    inspector, mirror = told(loop(torch, 4))
    inspector.refresh("after cell [2]")
    assert [each["type"] for each in mirror.raw] == ["snapshot", "snapshot"]


def test_a_walk_goes_on_over_a_cell(torch):
    namespace = loop(torch, 400)
    inspector, mirror = told(namespace)
    root = next(each["id"] for each in mirror[-1]["snapshot"]["tensors"] if "loss" in each["names"])
    inspector.receive({"type": "backward", "tensor": root})
    inspector.receive({"type": "goto", "position": 3})
    inspector.refresh("after cell [2]")
    assert mirror[-1]["timeline"]["position"] == 3
    assert mirror[-1]["snapshot"] == inspector.message["snapshot"]
