"""The timeline, a trace, a prediction and a lesson, each by keyboard alone, in a real browser; and axe looks at each."""

import sys

import pytest
from minitorch_widgets import Step, act, log_to, trace, when
from minitorch_widgets.learning.guide import Guide
from minitorch_widgets.learning.predicting import predict_from
from minitorch_widgets.session import moments
from minitorch_widgets.session.inspector import Inspector
from playwright.sync_api import expect

import minitorch_edu as torch
from tests.e2e.axe import violations

LOOKS = [{}, {"width": 700, "scheme": "dark"}, {"forced": True}]


@pytest.fixture(autouse=True)
def no_log():
    log_to(None)


def traced():
    w = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
    with trace() as steps:
        y = w * 2
        row = y.detach()[0]
        row += 1
        loss = y.sum()
        loss.backward()
    steps.held = (w, y, row, loss)
    return steps


def followed():
    """An inspector that has seen three cells."""
    variables = {"w": torch.ones(3, requires_grad=True)}
    inspector = Inspector(lambda: variables)
    inspector.variables = variables
    moments.remember(inspector)
    inspector.refresh("after cell [1]")
    variables["y"] = variables["w"] * 2
    inspector.refresh("after cell [2]")
    variables["loss"] = variables["y"].sum()
    inspector.refresh("after cell [3]")
    return inspector


def tab_to(page, name, most=40):
    """Press Tab until the focus is in the part of this name."""
    for _ in range(most):
        if page.page.evaluate("(name) => !!document.activeElement?.closest(`[data-testid=\"${name}\"]`)", name):
            return
        page.page.keyboard.press("Tab")
    raise AssertionError(f"{most} times Tab, and the focus was never in {name}")


def sound(page):
    assert page.errors == [] and page.strangers == []
    assert violations(page.page) == []


def wide(page):
    """Whether something sticks out of the page to the right."""
    return page.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


def test_a_trace_is_gone_through_by_arrows_and_every_box_stays_where_it_is(open_inspector):
    steps = traced()
    page = open_inspector(steps.inspector)
    tab_to(page, "moments")
    while not page.page.evaluate("document.activeElement.classList.contains('mt-mark')"):
        page.page.keyboard.press("Tab")
    page.page.keyboard.press("Home")
    expect(page.part("moment")).to_have_text("Before the first operation.")
    seen, places = [], {}
    for number in range(1, 6):
        page.page.keyboard.press("ArrowRight")
        expect(page.root.locator(".mt-mark[aria-current]")).to_have_attribute("data-key", f"moment {number}")
        seen.append(page.part("moment").inner_text())
        page.settle()
        for box in page.root.locator(".mt-node").all():
            where = box.bounding_box()
            places.setdefault(box.get_attribute("data-id"), set()).add((round(where["x"]), round(where["width"])))
    assert "mul makes y" in seen[0] and "looks at the bytes" in seen[1]
    assert all(len(each) == 1 for each in places.values()), places
    page.page.keyboard.press("End")
    expect(page.part("moment")).to_contain_text("3 nodes ran")
    expect(page.part("status")).not_to_contain_text("as it was")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_trace_is_sound_at_a_moment_of_the_past(open_inspector, look):
    steps = traced()
    page = open_inspector(steps.inspector, **look)
    page.part("moment-back").click()
    page.part("moment-back").click()
    expect(page.part("status")).to_contain_text("as it was")
    sound(page)
    assert not wide(page)


def test_the_picture_after_an_earlier_cell_is_gone_back_to_and_selection_survives(open_inspector):
    page = open_inspector(followed())
    page.root.locator(".mt-node").filter(has_text="loss").first.click()
    expect(page.part("pane")).to_contain_text("SumBackward0")
    tab_to(page, "moments")
    page.page.keyboard.press("ArrowLeft")
    expect(page.part("status")).to_contain_text("after cell [2] (as it was)")
    expect(page.root.locator(".mt-node")).to_have_count(2)
    page.page.keyboard.press("Home")
    expect(page.part("moment-position")).to_have_text("1 of 3, as it was")
    sound(page)
    page.page.keyboard.press("End")
    expect(page.part("moment-position")).to_have_text("now")
    expect(page.part("pane")).to_contain_text("SumBackward0")


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_question_is_answered_by_keyboard_alone(open_inspector, look):
    x = torch.ones(2, 3)
    frame = sys._getframe()
    assert x is not None
    question = predict_from(frame, "x.T.reshape(6)", ("shape", "shares memory"), "", "x", "", (), 0)
    page = open_inspector(question.inspector, **look)
    sound(page)
    tab_to(page, "predict-form")
    keyboard = page.page.keyboard
    keyboard.type("(6,)")
    keyboard.press("Tab")
    keyboard.press("Space")
    keyboard.press("Enter")
    expect(page.part("verdicts")).to_contain_text("reshape never copies")
    expect(page.part("verdicts")).to_be_focused()
    expect(page.part("verdicts")).to_contain_text("✓ shape: right")
    assert [verdict.right for verdict in question.verdicts.values()] == [True, False]
    sound(page)
    assert not wide(page)


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_lesson_is_gone_through_by_keyboard_and_done_by_doing(open_inspector, look):
    w = torch.ones(3, requires_grad=True)
    names = {"w": w, "loss": (w * 2).sum()}
    guide = Guide(
        [
            Step("This is w.", on=[act.select("w"), act.open("lanes")]),
            Step("Select what made loss.", on=[act.select(None)], complete=when.selected("loss.grad_fn")),
            Step("Walk to w.", on=[act.begin("loss")], complete=when.reached("w"), hint="Press End."),
        ],
        "Gradients",
        lambda: names,
    )
    page = open_inspector(guide.inspector, **look)
    keyboard = page.page.keyboard
    expect(page.part("pane")).to_contain_text("w")
    tab_to(page, "lesson")
    keyboard.press(">")
    expect(page.part("lesson-page")).to_have_text("Select what made loss.")
    page.root.locator(".mt-node[tabindex='0']").focus()
    keyboard.press("End")
    keyboard.press("Enter")
    if "Done" not in page.part("lesson").inner_text():  # End went to the leaf: the loss is at the other end
        keyboard.press("Home")
        keyboard.press("Enter")
    expect(page.part("lesson")).to_contain_text("✓ Done. 1 of 2 acts.")
    sound(page)
    keyboard.press(">")
    expect(page.part("lesson-place")).to_contain_text("page 3 of 3")
    tab_to(page, "step-forward")
    keyboard.press("End")
    expect(page.part("lesson")).to_contain_text("✓ Done. 2 of 2 acts.")
    keyboard.press("<")
    expect(page.part("lesson-place")).to_contain_text("page 2 of 3")
    sound(page)
    assert not wide(page)
