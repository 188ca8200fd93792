"""Moments: the pictures after earlier cells, kept as plain values within bounds, for the docked inspector to go back to."""

import gc
import json
import weakref

import pytest
from minitorch_widgets.session import moments, replay
from minitorch_widgets.session.inspector import Inspector

pytestmark = pytest.mark.host


def session(torch, cells):
    """An inspector that has followed these cells; the namespace is in `inspector.variables`."""
    variables = {"torch": torch}
    inspector = Inspector(lambda: variables)
    inspector.variables = variables
    moments.remember(inspector)
    for number, cell in enumerate(cells, 1):
        exec(cell, variables)
        inspector.refresh(f"after cell [{number}]")
    return inspector


def asked(inspector, message):
    heard = []
    leave = inspector.connect(heard.append)
    inspector.receive(message)
    leave()
    return heard[-1]


CELLS = ["x = torch.ones(2)", "x += 1", "y = x * 2"]


def test_every_earlier_picture_is_a_moment_with_a_title_and_a_sentence(torch):
    told = session(torch, CELLS).message["snapshot"]["parts"]["moments"]
    assert [each["title"] for each in told["moments"]] == ["after cell [1]", "after cell [2]"]
    assert all(each["sentence"] and each["level"] == "cell" for each in told["moments"])


def test_a_picture_of_earlier_is_as_it_was(torch):
    inspector = session(torch, CELLS)
    told = inspector.message["snapshot"]["parts"]["moments"]["moments"]
    cells = [asked(inspector, {"type": "moment", "id": "q", "moment": each["id"]})["value"]["lanes"][0]["cells"]
             for each in told]  # fmt: skip
    assert cells == [[1, 1], [2, 2]]


def test_a_tensor_has_the_same_id_in_all_moments(torch):
    inspector = session(torch, CELLS)
    first = inspector.message["snapshot"]["parts"]["moments"]["moments"][0]
    before = asked(inspector, {"type": "moment", "id": "q", "moment": first["id"]})["value"]
    ids = [{name: each["id"] for each in seen["tensors"] for name in each["names"]}["x"]
           for seen in (before, inspector.message["snapshot"])]  # fmt: skip
    assert ids[0] == ids[1]


def test_a_picture_that_is_not_kept_is_a_line_of_text(torch):
    answer = asked(session(torch, CELLS), {"type": "moment", "id": "q", "moment": 999})
    assert answer["problem"] == "That picture is not kept any more."


def test_what_is_kept_is_bounded_and_what_was_dropped_is_said(torch, monkeypatch):
    monkeypatch.setattr(replay, "MOST_NUMBERS", 100)
    told = session(torch, ["x = torch.ones(2)", *["x += 1"] * 8]).message["snapshot"]["parts"]["moments"]
    assert len(told["moments"]) < 8
    assert "dropped to save memory" in told["note"]


def test_no_tensor_lives_longer_for_being_in_a_moment(torch):
    inspector = session(torch, CELLS)
    held = weakref.ref(inspector.variables.pop("y"))
    gc.collect()
    assert held() is None
    json.dumps(inspector.message, allow_nan=False)


def test_the_sentence_of_a_cell_that_is_long_is_cut(torch):
    picture = {"parts": {"changes": {"sentence": "word " * 200}}, "tensors": [], "nodes": []}
    assert len(moments._sentence(picture)) <= 240


def test_an_inspector_that_nobody_follows_has_no_timeline(torch):
    inspector = Inspector(lambda: {"x": torch.ones(2)})
    inspector.refresh("a")
    inspector.refresh("b")
    assert "moments" not in inspector.message["snapshot"]["parts"]
