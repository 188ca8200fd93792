"""The graph in a real browser: folds, hops, leaves, constants and the far view, by keyboard, in every look; and as files."""

import random
import xml.etree.ElementTree as ElementTree

import pytest
from minitorch_widgets.session.inspector import Inspector
from playwright.sync_api import expect

import minitorch_edu as torch
from tests.e2e.axe import violations

LOOKS = {
    "wide": {},
    "narrow dark": {"width": 700, "scheme": "dark"},
    "docked, forced colours": {"width": 420, "forced": True},
}


def layers(count):
    """A model of equal layers, with something stale and something retained at its end."""
    x = torch.arange(6.0).reshape(2, 3)
    named = {}
    for i in range(count):
        named[f"weight{i}"] = weight = torch.eye(3, requires_grad=True)
        named[f"bias{i}"] = bias = torch.zeros(3, requires_grad=True)
        x = torch.tanh(x @ weight + bias)
    kept = x.exp()
    kept.retain_grad()
    wave = kept.sin()
    kept.detach().add_(1.0)
    return {**named, "kept": kept, "loss": (wave * 2.0).sum()}


def tangle(count):
    generator = random.Random(0)
    values = [torch.tensor(0.1, requires_grad=True) for _ in range(9)]
    for _ in range(count):
        values.append(generator.choice(values[-30:]) * generator.choice(values[-30:]))
    return {"loss": sum(values[-30:], torch.tensor(0.0))}


@pytest.fixture(scope="module")
def model():
    namespace = layers(30)
    inspector = Inspector(lambda: namespace)
    inspector.refresh("after cell [3]")
    return inspector


@pytest.fixture(scope="module")
def large():
    namespace = tangle(1500)
    inspector = Inspector(lambda: namespace)
    inspector.refresh("after cell [3]")
    return inspector


def press(page, keys):
    """Press one key after the other; "fold" is ArrowUp as often as it takes to come to a fold."""
    for key in keys.split():
        for _ in range(20):
            page.page.keyboard.press("ArrowUp" if key == "fold" else key)
            page.settle()
            if key != "fold" or page.page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "false":
                break


def to_the_graph(page):
    page.root.locator("svg.mt-graph [tabindex='0']").focus()


STATES = {
    "folded": "",
    "open": "fold Enter",
    "all open": "e",
    "whole": "e 0",
    "hops": "Enter f f",
    "leaves and constants": "l c",
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_reached_by_keys_and_axe_finds_nothing(open_inspector, model, state, look):
    page = open_inspector(model, **LOOKS[look])
    to_the_graph(page)
    press(page, STATES[state])
    assert page.root.locator(".mt-frame-title").count() == (state in ("open", "all open", "whole"))
    assert page.errors == []
    assert violations(page.page) == []
    focused = page.page.evaluate("document.activeElement.closest('svg.mt-graph') !== null")
    assert focused or not STATES[state]
    across = page.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert across <= 0


def test_a_fold_opens_and_closes_under_the_pointer(open_inspector, model):
    page = open_inspector(model)
    fold = page.root.locator(".mt-fold").first
    before = fold.bounding_box()
    x, y = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    page.page.mouse.click(x, y)
    page.settle()
    title = page.root.locator(".mt-frame-title").first.bounding_box()
    assert title["x"] <= x <= title["x"] + title["width"] and title["y"] <= y <= title["y"] + title["height"]
    page.page.mouse.click(x, y)
    page.settle()
    after = page.root.locator(".mt-fold").first.bounding_box()
    assert abs(after["x"] - before["x"]) < 1 and abs(after["y"] - before["y"]) < 1


def test_search_opens_the_fold_that_holds_what_it_found(open_inspector, model):
    page = open_inspector(model)
    assert page.root.locator(".mt-node", has_text="weight12").count() == 0
    to_the_graph(page)
    press(page, "/")
    page.page.keyboard.type("weight12")
    press(page, "Enter")
    expect(page.part("pane")).to_contain_text("weight12")
    assert page.root.locator(".mt-frame-title").count() == 1


def test_a_node_keeps_its_place_on_the_screen_when_the_graph_grows(open_inspector):
    namespace = layers(3)
    inspector = Inspector(lambda: namespace)
    inspector.refresh("after cell [1]")
    page = open_inspector(inspector)
    page.root.get_by_role("button", name="Zoom in").click()  # from now on the reader has placed it
    before = place_in_the_graph(page, "kept")
    namespace["more"] = namespace["kept"].cos() * namespace["loss"]
    page.refresh("after cell [2]")
    page.settle()
    assert place_in_the_graph(page, "kept") == before


def place_in_the_graph(page, label):
    node, graph = (
        page.root.locator(".mt-node", has_text=label).bounding_box(),
        page.root.locator(".mt-graph").bounding_box(),
    )
    return round(node["x"] - graph["x"], 1), round(node["y"] - graph["y"], 1)


def test_the_far_view_is_painted_and_answers_a_click(open_inspector, large):
    page = open_inspector(large)
    to_the_graph(page)
    press(page, "0")
    assert page.root.locator(".mt-node").count() < 10
    painted = page.page.evaluate(
        """() => { const c = document.querySelector("canvas.mt-far");
        const data = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
        let inked = 0; for (let i = 3; i < data.length; i += 4) if (data[i] > 0) inked++; return inked; }"""
    )
    assert painted > 2000
    frame = page.root.locator("svg.mt-graph").bounding_box()
    for down in range(10, int(frame["height"]) - 10, 7):  # somewhere down the middle there is a box
        page.page.mouse.click(frame["x"] + frame["width"] / 2, frame["y"] + down)
        if page.root.locator(".mt-node.mt-selected").count():
            break
    expect(page.part("pane")).to_contain_text("reach it by")


@pytest.mark.parametrize(("key", "form"), [("s", "svg"), ("i", "png"), ("S", "svg"), ("I", "png")])
def test_a_picture_is_saved_as_a_file(open_inspector, model, tmp_path, key, form):
    page = open_inspector(model)
    to_the_graph(page)
    with page.page.expect_download() as download:
        page.page.keyboard.press(key)
    assert download.value.suggested_filename == f"after-cell-3{'-graph' if key in 'si' else ''}.{form}"
    file = tmp_path / "saved"
    download.value.save_as(file)
    if form == "png":
        assert file.read_bytes().startswith(b"\x89PNG") and file.stat().st_size > 10_000
    else:
        drawn = ElementTree.fromstring(file.read_text())
        said = "".join(drawn.itertext())
        assert "exp" in said and "kept (2, 3)" in said and "after cell [3]" in said
        assert "<script" not in file.read_text() and "url(http" not in file.read_text()
        if key == "s":
            assert "var(--mt" not in said.split("mt-node")[0] or "color-mix" not in said
    assert page.errors == [] and page.strangers == []
