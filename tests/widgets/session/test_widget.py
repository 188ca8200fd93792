"""widget.py and the public calls: a live view, a still picture and words in every display."""

import gc
import importlib
import json
import weakref

import minitorch_widgets
from minitorch_widgets import backward_steps, show
from minitorch_widgets.session.widget import MISSING, InspectorWidget


def test_show_narrows_to_a_graph_and_uses_the_callers_names(torch):
    weight = torch.ones(2, requires_grad=True)
    other = torch.ones(7)
    loss = (weight * 2.0).sum()
    picture = show(loss).state["snapshot"]
    names = {name for each in picture["tensors"] for name in each["names"] if each["kind"] == "tensor"}
    assert names == {"weight", "loss"} and picture["title"] == "show(loss)"
    assert other is not None


def test_show_alone_shows_everything(torch):
    one, two = torch.ones(1), torch.ones(2)
    names = {name for each in show().state["snapshot"]["tensors"] for name in each["names"]}
    assert {"one", "two"} <= names and one is not two


def test_show_takes_an_expression(torch):
    x = torch.ones(2, requires_grad=True)
    held = x * 2.0
    assert show(held * 3.0).state["snapshot"]["title"] == "show(output)"


def test_every_display_has_a_picture_and_words(torch):
    x = torch.ones(2, requires_grad=True)
    loss = x.sum()
    data, _ = show(loss)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["image/svg+xml"].startswith("<svg") and "loss comes from sum of x" in data["text/plain"]


def test_backward_steps_walks_the_real_backward(torch):
    w = torch.tensor([3.0], requires_grad=True)
    loss = (w * w).sum()
    widget = backward_steps(loss)
    assert widget.state["timeline"]["position"] == 0
    widget._heard(None, {"type": "goto", "position": 2}, [])
    assert widget.state["timeline"]["position"] == 2
    widget._heard(None, {"type": "finish"}, [])
    assert w.grad.tolist() == [6.0]


def test_what_a_step_frees_stays_in_the_picture_as_long_as_it_has_a_name(torch):
    x = torch.tensor([1.0, 2.0])
    w = torch.ones(2, requires_grad=True)
    loss = (w * x).sum()
    widget = backward_steps(loss)

    def names():
        return {name for each in widget.state["snapshot"]["tensors"] for name in each["names"]}

    assert "x" in names() and x is not None
    widget._heard(None, {"type": "goto", "position": 3}, [])
    assert {"x", "w", "w.grad", "loss"} <= names()


def test_the_words_tell_how_far_the_walk_has_come(torch):
    w = torch.tensor([3.0], requires_grad=True)
    loss = (w * w).sum()
    widget = backward_steps(loss)
    widget._heard(None, {"type": "goto", "position": 1}, [])
    text = widget._repr_mimebundle_()[0]["text/plain"]
    assert "Backward from loss: 1 of 3 steps done. Step 1 of 3: SumBackward0 receives 1." in text


def test_backward_steps_of_something_that_has_no_graph_is_an_error_in_words(torch):
    plain = torch.ones(1)
    assert "does not require grad" in backward_steps(plain).state["timeline"]["error"]["text"]


def test_the_state_is_json_that_a_saved_notebook_can_keep(torch):
    x = torch.ones(2, requires_grad=True)
    loss = (x * float("inf")).sum()
    json.dumps(show(loss).state, allow_nan=False)


def test_messages_travel_to_the_view(torch, monkeypatch):
    x = torch.ones(2)
    widget = show(x)
    sent = []
    monkeypatch.setattr(widget, "send", sent.append)
    widget._heard(None, {"type": "hello"}, [])
    widget._heard(None, {"type": "nonsense"}, [])
    assert [each["type"] for each in sent] == ["snapshot", "problem"]
    widget.close()
    widget.inspector.refresh()
    assert len(sent) == 2


def test_a_widget_keeps_no_tensor_alive(torch):
    def shown():  # a function of its own: a running frame may keep a copy of its variables
        x = torch.ones(2, requires_grad=True)
        loss = x.sum()
        return show(loss), weakref.ref(loss)

    widget, gone = shown()
    gc.collect()
    assert gone() is None and widget.state["snapshot"]


def test_a_missing_bundle_is_said_in_the_output():
    assert "export default" in MISSING and "hatch_build.py build" in MISSING
    assert "missing from this installation" in MISSING
    assert issubclass(InspectorWidget, importlib.import_module("anywidget").AnyWidget)


def test_the_public_names_are_all_there_with_an_example_each():
    for name in minitorch_widgets.__all__:
        assert callable(getattr(minitorch_widgets, name))
        if not name.endswith("ipython_extension"):
            assert ">>>" in getattr(minitorch_widgets, name).__doc__
