"""Lessons: pages that drive the picture, complete by acts of the learner, and are told in the journal."""

import gc
import types
import weakref
import xml.etree.ElementTree as ElementTree

import pytest
from IPython.core.interactiveshell import InteractiveShell
from minitorch_widgets import Step, act, log_to, predict, read_log, when
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.learning.guide import Guide, Lesson

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(autouse=True)
def log(tmp_path):
    log_to(tmp_path / "lesson.answers.jsonl")
    yield tmp_path / "lesson.answers.jsonl"
    log_to(None)


def names(torch):
    w = torch.ones(3, requires_grad=True)
    return {"torch": torch, "w": w, "loss": (w * 2).sum()}


def opened(torch, *steps, title="a lesson"):
    space = names(torch)
    guide = Guide(steps, title, lambda: space)
    guide.space = space
    return guide


def tell(guide, **message):
    heard = []
    leave = guide.inspector.connect(heard.append)
    guide.inspector.receive({"type": "lesson", "id": "1", **message})
    leave()
    return next(each for each in reversed(heard) if each["type"] == "answer")


def part(guide):
    return guide.inspector.message["snapshot"]["parts"]["lesson"]


def test_the_first_page_is_open_and_travels_with_the_picture(torch):
    guide = opened(torch, Step("One."), Step("Two.", hint="A hint."))
    told = part(guide)
    assert (told["title"], told["at"], [each["text"] for each in told["steps"]]) == (
        "a lesson",
        0,
        ["One.", "Two."],
    )
    assert guide.inspector.message["snapshot"]["views"][0] == "lesson"
    assert "Page 1 of 2: One." in guide.inspector.message["snapshot"]["text"]


def test_pages_are_turned_forward_and_back_and_not_beyond(torch):
    guide = opened(torch, Step("One."), Step("Two."))
    places = [tell(guide, act="turn", to=to)["value"]["at"] for to in (1, 2, 0, -5)]
    assert places == [1, 1, 0, 0]


def test_a_page_drives_the_views_as_it_is_turned_to_and_left(torch):
    guide = opened(
        torch,
        Step("One.", out=[act.select(None)]),
        Step(
            "Two.", on=[act.select("w"), act.select("loss.grad_fn"), act.open("lanes"), act.select("nobody")]
        ),
    )
    drive = tell(guide, act="turn", to=1)["value"]["drive"]
    ids = {name: each["id"] for each in guide.inspector.picture()["tensors"] for name in each["names"]}
    made = next(node["id"] for node in guide.inspector.picture()["nodes"] if node["name"] == "SumBackward0")
    assert drive["acts"] == [
        {"select": None},
        {"select": {"kind": "tensor", "id": ids["w"]}},
        {"select": {"kind": "node", "id": made}},
        {"open": "lanes"},
    ]
    assert tell(guide, act="turn", to=0)["value"]["drive"]["turn"] > drive["turn"]


def test_a_page_can_run_the_walk_to_a_node(torch):
    guide = opened(torch, Step("One.", on=[act.run_to("MulBackward0", root="loss")]))
    timeline = guide.inspector.timeline
    assert timeline.told()["steps"][timeline.position - 1]["name"] == "MulBackward0"


def test_a_page_can_change_the_students_variables(torch):
    guide = opened(
        torch, Step("One.", on=[act.run(lambda names: names.update(extra=names["torch"].ones(2)))])
    )
    assert "extra" in {name for each in guide.inspector.picture()["tensors"] for name in each["names"]}


def test_an_act_that_fails_is_a_note_and_the_page_is_open(torch):
    guide = opened(torch, Step("One.", on=[act.run_to("MulBackward0", root="nothing"), act.open("graph")]))
    assert "there is no nothing to walk backward from" in part(guide)["note"]
    assert part(guide)["drive"]["acts"] == [{"open": "graph"}]


def test_selecting_the_right_thing_completes_a_page(torch):
    guide = opened(torch, Step("Select what made loss.", complete=when.selected("loss.grad_fn")))
    assert part(guide)["watches"] == "selected"
    picture = guide.inspector.picture()
    wrong, right = (next(n["id"] for n in picture["nodes"] if n["name"] == name)
                    for name in ("MulBackward0", "SumBackward0"))  # fmt: skip
    assert not tell(guide, act="selected", kind="node", what=wrong)["value"]["steps"][0]["done"]
    assert tell(guide, act="selected", kind="node", what=right)["value"]["steps"][0]["done"]
    assert part(guide)["steps"][0]["done"] and part(guide)["watches"] == ""


def test_reaching_a_step_completes_a_page(torch):
    guide = opened(torch, Step("Walk to w.", on=[act.begin("loss")], complete=when.reached("w")))
    guide.inspector.receive({"type": "goto", "position": 2})
    assert not tell(guide, act="moved")["value"]["steps"][0]["done"]
    guide.inspector.receive({"type": "goto", "position": 3})
    assert tell(guide, act="moved")["value"]["steps"][0]["done"]


def test_changing_a_number_completes_a_page(torch):
    guide = opened(torch, Step("Change w.", complete=when.edited("w")))
    guide.after_cell()
    assert not part(guide)["steps"][0]["done"]
    guide.space["w"].data[1] = 7
    guide.after_cell()
    assert part(guide)["steps"][0]["done"]


def test_a_condition_that_holds_after_a_cell_completes_a_page(torch):
    guide = opened(
        torch, Step("Run backward().", complete=when.holds(lambda names: names["w"].grad is not None))
    )
    assert not part(guide)["steps"][0]["done"]
    guide.space["loss"].backward()
    guide.after_cell()
    assert part(guide)["steps"][0]["done"] and "Done: 1 of 1 acts." in part(guide)["sentence"]


def test_answering_a_question_completes_a_page(torch):
    question = predict("1 + 1", "value")
    guide = opened(torch, Step("Answer.", complete=when.answered(question, right=True)))
    question.answer(2)
    guide.after_cell()
    assert part(guide)["steps"][0]["done"]


def test_a_condition_that_raises_does_not_hold_and_stops_nothing(torch):
    guide = opened(torch, Step("Never.", complete=when.holds(lambda names: 1 / 0)))
    guide.after_cell()
    assert not part(guide)["steps"][0]["done"]


def test_a_page_that_is_done_stays_done(torch):
    guide = opened(torch, Step("Once.", complete=when.holds(lambda names: "flag" in names)))
    guide.space["flag"] = True
    guide.after_cell()
    del guide.space["flag"]
    guide.after_cell()
    assert part(guide)["steps"][0]["done"]


def test_opened_and_completed_pages_stand_in_the_journal(torch, log):
    guide = opened(torch, Step("One."), Step("Two.", complete=when.holds(lambda names: True)))
    guide.turn(1)
    events = [(entry["event"], entry["step"]) for entry in read_log(log)]
    assert events == [("opened", 0), ("opened", 1), ("completed", 1)]
    assert all(entry["lesson"] == "a lesson" for entry in read_log(log)) and read_log(log)[-1]["seconds"] >= 0


def test_a_lesson_without_pages_says_what_it_needs(torch):
    with pytest.raises(ValueError, match="at least one step"):
        opened(torch)


def test_the_still_picture_has_all_pages_and_markup_is_text(torch):
    guide = opened(torch, Step("Read <b>this</b>."), Step("Do it.", complete=when.holds(lambda names: True)))
    guide.turn(1)
    drawing = to_svg(guide.inspector.picture())
    said = "".join(ElementTree.fromstring(drawing).itertext())
    assert "· 1. Read <b>this</b>." in said and "✓ 2. Do it." in said and "<b>" not in drawing


def test_a_function_s_tensors_live_no_longer_for_a_lesson(torch):
    def lesson():
        w = torch.ones(3)
        frame = types.SimpleNamespace(f_globals={"torch": torch}, f_locals={"w": w})
        return Lesson([Step("One.")], "", frame), weakref.ref(w)

    kept, held = lesson()
    gc.collect()
    assert held() is None and kept.guide.step.text == "One."


def test_a_lesson_in_a_notebook_looks_again_after_each_cell(torch):
    shell = InteractiveShell.instance()
    try:
        shell.user_ns["torch"] = torch
        shell.run_cell(
            "from minitorch_widgets import lesson, Step, when\n"
            "opened = lesson(Step('Make x.', complete=when.holds(lambda names: 'x' in names)))"
        )
        guide = shell.user_ns["opened"].guide
        assert guide.done == set()
        shell.run_cell("x = torch.ones(2)")
        assert guide.done == {0}
        shell.run_cell("opened = lesson(Step('Make y.', complete=when.holds(lambda names: 'y' in names)))")
        assert len(shell.events.callbacks["post_run_cell"]) == 1  # the lesson that was opened last
        held = weakref.ref(guide)
        del guide
        for name in ("opened", "_"):
            shell.user_ns.pop(name, None)
        gc.collect()
        assert held() is None
        assert shell.run_cell("1").success
    finally:
        shell.reset(new_session=True)
        InteractiveShell.clear_instance()
