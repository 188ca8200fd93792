"""Features: parts of a picture and answers to a view, each in a file of its own, none able to spoil the rest."""

import json

import pytest
from minitorch_widgets import features
from minitorch_widgets.session.inspector import Inspector

import minitorch_edu as torch


@pytest.fixture
def inspector(monkeypatch):
    monkeypatch.setattr(features, "PARTS", {})
    monkeypatch.setattr(features, "ANSWERS", {})
    x = torch.ones(2, requires_grad=True)
    return Inspector(lambda: {"x": x, "y": x * 2})


def replies(inspector, message):
    heard = []
    leave = inspector.connect(heard.append)
    inspector.receive(message)
    leave()
    return heard


def test_a_part_travels_in_every_picture(inspector):
    @features.part("names")
    def names(taken):
        return {
            each["names"][0]: list(taken.objects[each["id"]].shape) for each in taken.tensors if each["names"]
        }

    told = inspector.refresh()["snapshot"]["parts"]["names"]
    assert (told["x"], told["y"]) == ([2], [2])


def test_a_part_with_nothing_to_tell_is_not_there(inspector):
    features.part("silent")(lambda taken: None)
    assert inspector.refresh()["snapshot"]["parts"] == {}


def test_a_part_that_raises_is_named_and_the_picture_stands(inspector):
    @features.part("broken")
    def broken(taken):
        raise ZeroDivisionError

    seen = inspector.refresh()["snapshot"]
    assert [each["label"] for each in seen["nodes"]] == ["x", "mul"]
    assert "broken: looking at it raised ZeroDivisionError" in seen["omitted"]


def test_an_answer_carries_the_question_s_id(inspector):
    features.answers("double")(lambda inspector, message: message["of"] * 2)
    assert replies(inspector, {"type": "double", "id": "q1", "of": 4}) == [
        {"type": "answer", "id": "q1", "value": 8}
    ]


def test_an_answer_that_raises_is_a_line_of_text_for_the_one_who_asked(inspector):
    @features.answers("hopeless")
    def hopeless(inspector, message):
        raise LookupError("That tensor is gone.")

    (told,) = replies(inspector, {"type": "hopeless", "id": "q2"})
    assert told == {"type": "answer", "id": "q2", "problem": "That tensor is gone."}


def test_an_inspector_can_have_parts_and_views_of_its_own():
    inspector = Inspector(dict, views=["lanes"], parts={"table": lambda: [1, 2]})
    seen = inspector.refresh()["snapshot"]
    assert (seen["views"], seen["parts"]["table"]) == (["lanes"], [1, 2])
    assert json.loads(json.dumps(seen)) == seen
