"""What a cell did, time bombs and lifetimes in a browser, over a live notebook: by keyboard alone, and with axe."""

import pytest
from playwright.sync_api import expect

from tests.e2e.axe import violations
from tests.widgets.notebook import Notebook

BOMB = (
    "x = torch.tensor([0.5, 1.0, 1.5], requires_grad=True)\ny = x.exp()\nv = y[1:]\nz = (y * y).sum()\nold = torch.ones(2)",
    "y += 1\na = torch.zeros(2)\ndel old",
)
SILENT = (
    "x = torch.tensor([0.5, 1.0, 1.5], requires_grad=True)\ny = x.exp()\nloss = y.sum()",
    "y.data[0] = 9.0",
)
HOLLOW = (
    "x = torch.ones(3, requires_grad=True)\nlosses = [(x * x).tanh().sum() for _ in range(3)]",
    "losses[0].backward()",
)


@pytest.fixture(params=["minitorch_edu", "torch"])
def notebook(request, monkeypatch):
    pytest.importorskip(request.param)
    notebook = Notebook(monkeypatch, request.param)
    yield notebook
    notebook.close()


@pytest.fixture
def ours(monkeypatch):
    """Our engine alone, for what has nothing to do with an engine."""
    notebook = Notebook(monkeypatch, "minitorch_edu")
    yield notebook
    notebook.close()


def key_of_focus(page):
    return page.page.evaluate("document.activeElement.dataset.key ?? ''")


def tab_to(page, key, most=80):
    for _ in range(most):
        if key_of_focus(page).startswith(key):
            return
        page.page.keyboard.press("Tab")
    raise AssertionError(f"{most} times Tab, and {key} never had the focus")


@pytest.mark.parametrize("cells", [BOMB, SILENT, HOLLOW], ids=["bomb", "silent", "hollow"])
@pytest.mark.parametrize(
    "look",
    [{}, {"scheme": "dark"}, {"width": 700}, {"forced": True}],
    ids=["light", "dark", "narrow", "forced"],
)
def test_axe_finds_nothing(ours, open_inspector, cells, look):
    ours.run(*cells)
    page = open_inspector(ours.inspector, **look)
    expect(page.part("lifetimes")).to_be_visible()
    for button in page.root.get_by_text("Compare its gradient").all():
        button.click()
        expect(page.root.locator(".mt-pair").first).to_be_visible()
    assert violations(page.page) == []
    assert page.errors == []


def test_a_bomb_is_read_by_keyboard_and_lights_every_alias(notebook, open_inspector):
    notebook.run(*BOMB)
    page = open_inspector(notebook.inspector)
    expect(page.part("bombs")).to_contain_text("z.backward() will raise.")
    expect(page.part("bombs")).to_contain_text("y += 1")
    tab_to(page, "bomb-")
    for tensor in ("y", "v"):
        bracket = page.root.locator(".mt-bracket", has=page.page.get_by_text(tensor, exact=True)).first
        expect(bracket.locator(".mt-tick.mt-lit").first).to_be_visible()
    page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("Enter")
    expect(page.root.locator(".mt-node.mt-selected")).to_have_count(1)


def test_when_backward_fails_the_picture_says_that_it_was_this(notebook, open_inspector):
    notebook.run(*BOMB, "z.backward()")
    page = open_inspector(notebook.inspector)
    expect(page.part("bombs")).to_contain_text("This is what backward failed on.")
    expect(page.part("error")).to_contain_text("modified by an inplace operation")


def test_the_wrong_gradient_is_shown_beside_the_finite_difference(notebook, open_inspector):
    notebook.run(*SILENT)
    page = open_inspector(notebook.inspector)
    expect(page.part("bombs")).to_contain_text("will not raise")
    tab_to(page, "bomb-")
    page.page.keyboard.press("End")
    page.page.keyboard.press("Enter")
    expect(page.root.locator(".mt-pair")).to_contain_text("the finite difference")
    expect(page.root.locator(".mt-truth")).to_contain_text("backward will make [9, 2.718, 4.482]")
    expect(page.root.locator(".mt-truth")).to_contain_text("finite difference is [1.649, 2.718, 4.482]")


def test_buffers_are_hollow_after_backward_and_lead_to_their_nodes(notebook, open_inspector):
    notebook.run(*HOLLOW)
    page = open_inspector(notebook.inspector)
    hollow = page.root.locator('button.mt-buffer[data-state="freed"]')
    expect(hollow).to_have_count(3)
    tab_to(page, "holder-losses")
    page.page.keyboard.press("ArrowRight")
    page.page.keyboard.press("Enter")
    expect(page.root.locator(".mt-node.mt-selected")).to_have_count(1)
