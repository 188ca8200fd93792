"""The backward debugger in a browser, by keyboard alone: run to a node, break at nodes, operations and conditions."""

import re

import pytest
from minitorch_widgets import break_engine
from minitorch_widgets.session.inspector import Inspector
from playwright.sync_api import expect

import minitorch_edu as torch
from tests.e2e.axe import violations


@pytest.fixture
def opened(open_inspector):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    variables = {"torch": torch, "x": x, "y": (y := (x * 3.0).tanh()), "loss": (y * y).sum()}
    inspector = Inspector(lambda: variables)
    inspector.refresh("after cell [1]")
    page = open_inspector(inspector)
    page.variables = variables
    return page


def focused(page):
    """The test id of the part that has the focus."""
    return page.page.evaluate("document.activeElement.dataset.testid ?? document.activeElement.className")


def tab_to(page, name, most=80):
    for _ in range(most):
        if focused(page).startswith(name):
            return
        page.page.keyboard.press("Tab")
    raise AssertionError(f"{most} times Tab, and {name} never had the focus: it is on {focused(page)}")


def stands_at(page, position):
    expect(page.part("strip-position")).to_have_text(re.compile(rf"^{position} of 5$"))


def begin(page):
    tab_to(page, "strip-start")
    page.page.keyboard.press("Enter")
    stands_at(page, 0)


def test_a_walk_runs_to_the_node_that_has_the_focus_and_back(opened):
    begin(opened)
    keyboard = opened.page.keyboard
    tab_to(opened, "node-")
    keyboard.press("Home")  # the leaf, which runs last
    keyboard.press("t")
    stands_at(opened, 5)
    keyboard.press("End")  # the loss, which runs first
    keyboard.press("t")
    stands_at(opened, 1)
    assert opened.page.evaluate("document.activeElement.classList.contains('mt-node')")
    assert opened.errors == []


def test_breakpoints_are_set_met_turned_off_and_removed_without_a_mouse(opened):
    begin(opened)
    keyboard = opened.page.keyboard
    tab_to(opened, "node-")
    keyboard.press("End")
    keyboard.press("ArrowUp")  # y * y
    keyboard.press("b")
    expect(opened.root.locator(".mt-break-mark")).to_have_count(1)
    keyboard.press("n")
    stands_at(opened, 2)
    expect(opened.part("sentence")).to_contain_text("Stopped at breakpoint 1, MulBackward0.")
    tab_to(opened, "break-text")
    keyboard.type("grad.abs().max() > 1.9 and op != 'mul'")
    keyboard.press("Enter")
    expect(opened.part("break-said")).to_contain_text("Added: grad.abs().max() > 1.9")
    keyboard.press("Shift+Tab")
    keyboard.press("Shift+Tab")
    assert focused(opened).startswith("break-")
    keyboard.press("n")
    stands_at(opened, 3)
    keyboard.press("p")
    stands_at(opened, 2)
    keyboard.press("End")
    assert focused(opened) == "break-2"
    keyboard.press("Space")
    expect(opened.part("break-2")).to_have_attribute("aria-checked", "false")
    assert focused(opened) == "break-2"
    keyboard.press("n")
    stands_at(opened, 5)
    expect(opened.part("sentence")).to_contain_text("No breakpoint was met: this is the end of the walk.")
    keyboard.press("Delete")
    expect(opened.part("break-2")).to_have_count(0)
    assert focused(opened) == "break-1"
    keyboard.press("Delete")
    expect(opened.part("break-1")).to_have_count(0)
    assert focused(opened) == "break-text"
    assert opened.errors == []


def test_a_line_that_is_no_condition_is_answered_beneath_it(opened):
    begin(opened)
    tab_to(opened, "break-text")
    opened.page.keyboard.type("grad = <b>1</b>")
    opened.page.keyboard.press("Enter")
    expect(opened.part("break-said")).to_contain_text("grad = <b>1</b> is not a condition")
    assert focused(opened) == "break-text"


def test_finishing_leaves_the_gradients_of_backward(opened):
    begin(opened)
    keyboard = opened.page.keyboard
    tab_to(opened, "step-")
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "End", "Home"):
        keyboard.press(key)
    tab_to(opened, "step-finish")
    keyboard.press("Enter")
    expect(opened.part("strip-position")).to_be_hidden()
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = (x * 3.0).tanh()
    (y * y).sum().backward()
    assert opened.variables["x"].grad.tolist() == x.grad.tolist()


def test_the_step_of_a_thousand_nodes_is_on_the_screen_soon(open_inspector):
    w, b = (torch.tensor([0.1, 0.2], requires_grad=True) for _ in range(2))
    x = torch.ones(2)
    for _ in range(250):
        x = (x * w + b).tanh() * 1.5
    inspector = Inspector(lambda: {"w": w, "b": b, "loss": loss})
    loss = x.sum()
    inspector.refresh("after cell [1]")
    page = open_inspector(inspector)
    page.part("strip-start").click()
    expect(page.part("strip-position")).to_have_text("0 of 1003")
    page.part("step-forward").focus()
    drawn = []
    for position in range(1, 6):
        page.page.keyboard.press("ArrowRight")
        expect(page.part("strip-position")).to_have_text(f"{position} of 1003")
        drawn.append(page.page.evaluate("window.times.drawn"))
    assert sorted(drawn)[2] < 300, drawn  # ms, on two cores that are busy with other tests
    assert page.errors == []


LOOKS = {
    "light": {},
    "dark, narrow": {"scheme": "dark", "width": 420},
    "forced": {"forced": True, "width": 700},
}


def debugged():
    """A walk that has stopped at one of several breakpoints, of which some are in trouble; sums of two passes."""
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    w = torch.tensor([0.5, -0.2], requires_grad=True)
    (w * w).sum().backward()
    loss = ((x * w).tanh() + w).sum()
    inspector = Inspector(lambda: {"x": x, "w": w, "loss": loss})
    inspector.refresh("after cell [1]")
    inspector.start(loss, "loss")
    for kind, text in (
        ("condition", "grad.abs().max() > 1.5"), ("op", "conv"), ("condition", "grad.nonsense()"), ("op", "tanh"),
    ):  # fmt: skip
        inspector.receive({"type": "breakpoint", "id": "q", "act": "add", "kind": kind, "text": text})
    inspector.receive({"type": "breakpoint", "id": "q", "act": "toggle", "number": 4})
    inspector.receive({"type": "run", "direction": 1})
    return inspector


def broken():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    y = w * torch.ones(3, 2)
    return break_engine((y * y).sum()).inspector


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", [debugged, broken])
def test_axe_finds_nothing_and_nothing_sticks_out(open_inspector, state, look):
    page = open_inspector(state(), **LOOKS[look])
    page.settle()
    assert violations(page.page) == []
    assert page.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.errors == []


def test_the_flaws_are_chosen_by_arrows_and_lead_to_their_nodes(open_inspector):
    page = open_inspector(broken())
    tab_to(page, "flaw-depth_first")
    page.page.keyboard.press("ArrowRight")
    assert focused(page) == "flaw-overwrites"
    expect(page.part("flaw-sentence")).to_contain_text("what came last took the place of what was there")
    page.page.keyboard.press("End")
    expect(page.part("flaw-sentence")).to_contain_text("Here it makes no difference")
    page.page.keyboard.press("Home")
    page.root.locator(".mt-parting button").focus()
    page.page.keyboard.press("Enter")
    expect(page.root.locator(".mt-node.mt-selected")).to_have_count(1)
