"""The training dashboard in a browser: by keyboard alone, live, in every look, with nothing wider than the page."""

import math

import pytest
from minitorch_widgets import watch_training

import minitorch_edu as torch
from tests.e2e.axe import violations
from tests.e2e.page import InspectorPage
from tests.e2e.test_accessibility import LOOKS


class Tanh(torch.nn.Module):
    def forward(self, x):
        return x.tanh()


class Deep(torch.nn.Module):
    """More layers than there are colours, and an activation after each."""

    def __init__(self, deep=10):
        super().__init__()
        for k in range(deep):
            setattr(self, f"layer_with_a_name_that_is_long_{k}", torch.nn.Linear(4, 4))
            setattr(self, f"act{k}", Tanh())

    def forward(self, x):
        for module in self.children():
            x = module(x)
        return x


def trained(steps=30, boom=20, watch=None):
    torch.manual_seed(0)
    model = Deep()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    with watch or watch_training(model, optimizer, every=1) as watch:
        for step in range(steps):
            optimizer.zero_grad()
            loss = (model(3 * torch.ones(8, 4)) ** 2).sum() * (math.nan if step == boom else 1.0)
            loss.backward()
            optimizer.step()
            watch.step(loss)
    return watch


@pytest.fixture
def open_dashboard(browser):
    opened = []

    def open_(watch, **look):
        opened.append(InspectorPage(browser, watch.widget.inspector, **look))
        opened[-1].settle()
        return opened[-1]

    yield open_
    for page in opened:
        assert page.strangers == [] and page.errors == []
        page.close()


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_in_a_training_that_broke(open_dashboard, look):
    page = open_dashboard(trained(), **LOOKS[look])
    assert violations(page.page) == []
    page.root.locator(".mt-curve-entry").first.click()
    page.root.locator(".mt-training-table summary").click()
    page.settle()
    assert violations(page.page) == []


@pytest.mark.parametrize("width", [1280, 700, 360])
def test_nothing_is_wider_than_the_page(open_dashboard, width):
    page = open_dashboard(trained(), width=width)
    page.root.locator(".mt-training-table summary").click()
    page.settle()
    assert page.page.evaluate("document.documentElement.scrollWidth") <= width
    sizes = page.page.evaluate("[...document.querySelectorAll('.mt-panel-plot svg')].map((e) => e.getBoundingClientRect().width)")
    assert len(sizes) == 4 and min(sizes) > 200


def test_the_steps_are_walked_by_keyboard_alone(open_dashboard):
    page = open_dashboard(trained(boom=None))
    said = page.part("training-said")
    page.part("training-step").focus()
    assert said.text_content().startswith("Step 29 of 0 to 29: loss ")
    for key, step in (("ArrowLeft", 28), ("ArrowLeft", 27), ("Home", 0), ("ArrowRight", 1), ("End", 29)):
        page.page.keyboard.press(key)
        assert said.text_content().startswith(f"Step {step} of 0 to 29: loss "), key
    assert said.get_attribute("aria-live") == "polite"
    page.page.keyboard.press("Shift+Tab")  # the last layer of the legend
    page.page.keyboard.press("Enter")
    assert page.root.locator(".mt-curve-entry[aria-pressed=true]").count() == 1
    assert page.page.evaluate("document.activeElement.className") == "mt-curve-entry"


def test_a_click_into_a_panel_goes_to_that_step_and_a_button_to_the_first_fault(open_dashboard):
    page = open_dashboard(trained())
    page.root.locator(".mt-panel-plot svg").first.click(position={"x": 54, "y": 60})
    assert page.part("training-said").text_content().startswith("Step 0 of 0 to 29")
    page.root.locator(".mt-goto-alarm").click()
    assert page.part("training-said").text_content().startswith("Step 20 of 0 to 29: loss NaN")


def test_the_dashboard_follows_a_running_loop(open_dashboard):
    watch = trained(steps=3, boom=None)
    page = open_dashboard(watch)
    assert page.part("training-said").text_content().startswith("Step 2 of 0 to 2")
    watch.step(0.5)
    watch.widget.inspector.tell()
    page.tell(watch.widget.inspector.message)
    assert page.part("training-said").text_content().startswith("Step 3 of 0 to 3: loss 0.5")
