"""replay.py: one file with all pictures and the whole walk, safe whatever it holds, and honest about what it leaves out."""

import gc
import json
import re
import weakref

import pytest
from minitorch_widgets import backward_steps, save, show
from minitorch_widgets.session import replay
from minitorch_widgets.session.inspector import Inspector

HOSTILE = '</script><script>alert(1)</script><!-- <script> & ]]> "\u2028 {css}'


@pytest.fixture(autouse=True)
def built(tmp_path, monkeypatch):
    """A small front end, so that these tests need no bundle."""
    (tmp_path / "replay.js").write_text("begin()", encoding="utf-8")
    (tmp_path / "widget.css").write_text("p{color:red}", encoding="utf-8")
    monkeypatch.setattr(replay, "STATIC", tmp_path)


def held(text):
    """The pictures that a page holds, as the browser reads them."""
    return json.loads(
        re.search(r'<script type="application/json" id="pictures">(.*?)</script>', text, re.S)[1]
    )


def squares(torch):
    w = torch.tensor([3.0, 4.0], requires_grad=True)
    return w, (w * w).sum()


def test_a_walk_is_saved_with_every_step_and_stays_where_it_was(torch, tmp_path):
    w, loss = squares(torch)
    widget = backward_steps(loss)
    widget._heard(None, {"type": "goto", "position": 1}, [])
    path = widget.save(tmp_path / "replay.html")
    (picture,) = held(path.read_text(encoding="utf-8"))["pictures"]
    timeline = picture["timeline"]
    assert timeline["position"] == 1 and timeline["executed"] == timeline["total"] == 3
    assert all(step["sentence"] for step in timeline["steps"])
    assert w.grad.tolist() == [6.0, 8.0]


def test_a_walk_need_not_run_to_its_end_and_the_file_says_what_it_lacks(tmp_path):
    import minitorch_edu as torch

    w, loss = squares(torch)
    widget = backward_steps(loss)
    widget._heard(None, {"type": "goto", "position": 1}, [])
    found = held(widget.save(tmp_path / "replay.html", finish=False).read_text(encoding="utf-8"))
    assert found["pictures"][0]["timeline"]["executed"] == 1
    assert found["left_out"] == ["Left out: 2 steps of the walk, which had not run yet."]
    assert w.grad is None


def test_all_pictures_are_there_each_as_it_was_last(torch, tmp_path):
    namespace = {"w": torch.tensor([3.0], requires_grad=True)}
    inspector = Inspector(lambda: namespace)
    inspector.refresh("after cell [1]")
    namespace["loss"] = namespace["w"].sum()
    inspector.refresh("after cell [2]")
    inspector.receive({"type": "backward", "tensor": inspector.picture()["roots"][0]})
    inspector.receive({"type": "goto", "position": 1})
    del namespace["loss"]
    inspector.refresh("after cell [3]")
    pictures = held(replay.save(inspector, tmp_path / "replay.html").read_text(encoding="utf-8"))["pictures"]
    assert [each["snapshot"]["title"][-3:] for each in pictures] == ["[1]", "[2]", "[3]"]
    assert [each["timeline"] and each["timeline"]["position"] for each in pictures] == [None, 1, None]


def test_nothing_in_the_pictures_can_end_the_script(torch, tmp_path):
    x = torch.ones(2)
    inspector = Inspector(lambda: {HOSTILE: x})
    inspector.refresh(HOSTILE)
    text = replay.save(inspector, tmp_path / "replay.html").read_text(encoding="utf-8")
    assert text.count("<script") == 2 and text.count("</script") == 2 and "<!--" not in text
    (picture,) = held(text)["pictures"]
    assert picture["snapshot"]["title"] == HOSTILE
    assert picture["snapshot"]["tensors"][0]["names"] == [HOSTILE]


def test_the_page_may_run_its_own_script_and_ask_for_nothing(tmp_path):
    import minitorch_edu as torch

    text = show(torch.ones(2)).save(tmp_path / "replay.html").read_text(encoding="utf-8")
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]
    assert "default-src 'none'" in policy and "connect-src" not in policy
    assert re.search(r"script-src 'sha256-[\w+/]{43}=';", policy) and "http" not in policy
    assert "<p>show(output):" in text  # words for a browser that runs no script


def test_what_does_not_fit_is_left_out_oldest_first_and_said(tmp_path):
    import minitorch_edu as torch

    namespace = {"w": torch.ones(3, requires_grad=True)}
    inspector = Inspector(lambda: namespace)
    for cell in range(8):
        inspector.refresh(f"after cell [{cell}]")
    messages, left_out = replay.collected(inspector, finish=True)
    assert left_out == []
    room = len(replay.page(messages, [])) - len(replay._json(messages[0])) * 2
    found = held(replay.page(messages, [], most_bytes=room))
    titles = [each["snapshot"]["title"] for each in found["pictures"]]
    assert 1 < len(titles) < 8 and titles == [f"after cell [{cell}]" for cell in range(8 - len(titles), 8)]
    (line,) = found["left_out"]
    assert line.startswith(f"Left out: {8 - len(titles)} earlier pictures: the file would be larger than")


def test_a_walk_that_does_not_fit_keeps_the_steps_nearest_to_where_it_stands(tmp_path):
    import minitorch_edu as torch

    w = torch.ones(40, requires_grad=True)
    loss = w.exp().sin().exp().cos().sum()
    widget = backward_steps(loss)
    messages, _ = replay.collected(widget.inspector, finish=True)
    last = messages[0]["timeline"]["steps"][-1]
    room = len(replay.page(messages, [])) - len(replay._json(last))
    found = held(replay.page(messages, [], most_bytes=room))
    told = [step is not None for step in found["pictures"][0]["timeline"]["steps"]]
    assert told[0] and not told[-1] and sorted(told, reverse=True) == told
    assert "of the walk: the file would be larger than" in found["left_out"][0]


def test_the_history_is_bounded_and_says_so(monkeypatch):
    import minitorch_edu as torch

    monkeypatch.setattr(replay, "MOST_NUMBERS", 200)
    x = torch.ones(4)
    inspector = Inspector(lambda: {"x": x})
    for cell in range(20):
        inspector.refresh(f"after cell [{cell}]")
    kept = len(inspector.history.messages)
    assert 0 < kept < 19 and inspector.history.dropped == 19 - kept
    _, left_out = replay.collected(inspector, finish=True)
    assert left_out == [f"{19 - kept} earlier pictures: only the latest are kept"]


def test_the_history_keeps_no_tensor_alive(torch):
    namespace = {"x": torch.ones(3, requires_grad=True)}
    namespace["loss"] = (namespace["x"] * 2.0).sum()
    inspector = Inspector(lambda: namespace)
    inspector.refresh("after cell [1]")
    inspector.refresh("after cell [2]")
    gone = [weakref.ref(each) for each in namespace.values()]
    namespace.clear()
    gc.collect()
    assert [each() for each in gone] == [None, None] and len(inspector.history.messages) == 1


def test_save_takes_tensors_or_what_is_there(tmp_path):
    import minitorch_edu as torch

    here, there = torch.ones(2), torch.ones(3)
    found = held(save(tmp_path / "all.html").read_text(encoding="utf-8"))["pictures"][0]["snapshot"]
    assert {"here", "there"} <= {name for each in found["tensors"] for name in each["names"]}
    found = held(save(tmp_path / "one.html", here).read_text(encoding="utf-8"))["pictures"][0]["snapshot"]
    assert [each["names"] for each in found["tensors"]] == [["here"]] and there is not None


def test_a_missing_bundle_is_said(tmp_path):
    import minitorch_edu as torch

    (tmp_path / "replay.js").unlink()
    with pytest.raises(FileNotFoundError, match=r"python hatch_build\.py build"):
        show(torch.ones(1)).save(tmp_path / "replay.html")
