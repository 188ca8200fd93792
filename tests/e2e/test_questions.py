"""why, the road to NumPy and broadcasting in a browser: by keyboard alone, with live answers, and with axe."""

import linecache

import pytest
from minitorch_widgets import broadcast, road_to_numpy, why
from minitorch_widgets.session.inspector import Inspector
from playwright.sync_api import expect

import minitorch_edu as torch
from tests.e2e.axe import violations

LOOKS = {
    "light": {},
    "dark": {"scheme": "dark"},
    "narrow": {"width": 700},
    "forced": {"forced": True},
}

PROGRAM = """
x = torch.tensor([1.0, 2.0], requires_grad=True)
w = torch.tensor([2.0, 2.0], requires_grad=True)
h = (x * 3).detach()
loss = (h * w).sum()
loss.backward()
answer = why(x)
"""


def cut():
    """A program as a file, so that its lines can be read."""
    linecache.cache["<lesson>"] = (len(PROGRAM), None, PROGRAM.splitlines(True), "<lesson>")
    namespace = {"torch": torch, "why": why}
    exec(compile(PROGRAM, "<lesson>", "exec"), namespace)
    return namespace  # holds the tensors for as long as the test runs


def key_of_focus(page):
    return page.page.evaluate("document.activeElement.dataset.key ?? ''")


def tab_to(page, key, most=80):
    for _ in range(most):
        if key_of_focus(page).startswith(key):
            return
        page.page.keyboard.press("Tab")
    raise AssertionError(f"{most} times Tab, and {key} never had the focus")


@pytest.mark.parametrize("look", LOOKS.values(), ids=LOOKS)
def test_axe_finds_nothing(open_inspector, look):
    program = cut()
    half = torch.ones(2, requires_grad=True, dtype=torch.bfloat16)
    row, column = torch.ones(3), torch.ones(3, 1)
    for widget in (program["answer"], road_to_numpy(half), broadcast(row, column), broadcast((2, 3), (4,))):
        page = open_inspector(widget.inspector, **look)
        assert violations(page.page) == []
        assert page.errors == [] and page.strangers == []


def test_the_way_is_walked_with_the_arrows_and_its_ghosts_light_up(open_inspector):
    program = cut()
    page = open_inspector(program["answer"].inspector)
    expect(page.part("because")).to_contain_text("x.grad is None because on the way from x, detach()")
    expect(page.root.locator(".mt-scissors")).to_contain_text("✂ detach()")
    expect(page.root.locator(".mt-ghost")).to_have_count(3)
    tab_to(page, "stop 0")
    page.page.keyboard.press("ArrowRight")
    expect(page.root.locator(".mt-ghost.mt-pointed")).to_contain_text("mul")
    page.page.keyboard.press("End")
    expect(page.root.locator(".mt-node.mt-pointed")).to_have_count(1)


def test_ghosts_stand_apart_from_boxes_on_the_screen(open_inspector):
    program = cut()
    page = open_inspector(program["answer"].inspector, width=700)
    boxes = [each.bounding_box() for each in page.root.locator(".mt-ghost, .mt-node").all()]
    frame = page.root.locator(".mt-graph").bounding_box()
    for i, a in enumerate(boxes):
        assert frame["x"] <= a["x"] and a["x"] + a["width"] <= frame["x"] + frame["width"]
        assert frame["y"] <= a["y"] and a["y"] + a["height"] <= frame["y"] + frame["height"]
        for b in boxes[:i]:
            apart = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
            assert apart or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]


def test_a_selected_tensor_can_be_asked_about(open_inspector):
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    inspector = Inspector(lambda: {"x": x, "y": y})
    page = open_inspector(inspector)
    page.root.get_by_test_id("search").fill("y")
    page.page.keyboard.press("Enter")
    page.part("why-ask").press("Enter")
    expect(page.part("because")).to_contain_text("y is not a leaf")
    page.part("road-ask").press("Enter")
    expect(page.part("shortest")).to_have_text("y.detach().numpy()")


def test_a_gate_that_is_left_out_says_what_pytorch_says(open_inspector):
    x = torch.ones(2, requires_grad=True)
    page = open_inspector(road_to_numpy(x).inspector)
    tab_to(page, "gate 0")
    page.page.keyboard.press("Enter")
    expect(page.part("outcome")).to_contain_text("x.numpy() raises RuntimeError: Can't call numpy() on Tensor that")
    assert key_of_focus(page) == "gate 0"
    page.page.keyboard.press("Enter")
    expect(page.part("outcome")).to_contain_text("x.detach().numpy() gives an array")


def test_elements_are_followed_by_keyboard_in_both_directions(open_inspector):
    row, column = torch.tensor([1.0, 2.0, 3.0]), torch.tensor([[10.0], [20.0], [30.0]])
    page = open_inspector(broadcast(row, column).inspector)
    expect(page.part("badge")).to_contain_text("(3,) against (3, 1) makes (3, 3)")
    tab_to(page, "result ")
    page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("ArrowRight")
    expect(page.part("relation")).to_have_text("result[1, 1] is made of row[1] and column[1, 0].")
    tab_to(page, "backward")
    page.page.keyboard.press("Enter")
    tab_to(page, "column.grad")
    expect(page.part("relation")).to_have_text("column.grad[0, 0] = grad[0, 0] + grad[0, 1] + grad[0, 2].")
    expect(page.root.locator('[data-testid="grid-null"] .mt-lit')).to_have_count(3)
