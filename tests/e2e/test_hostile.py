"""Names, lines, operations and texts with markup in them are shown as text: in every view, and in every label."""

import copy

import minitorch_widgets as views
import pytest
from minitorch_widgets.session.inspector import Inspector

import minitorch_edu as torch
from tests.e2e.hostile import HOSTILE, nothing_ran

KEPT = {"id", "from", "to", "tensor", "grad", "grad_fn", "lane", "node", "type", "kind", "state", "device", "dtype"}
KEPT |= {"protocol", "views", "roots", "order", "root", "level", "how", "members", "address", "letter", "mathml"}
KEPT |= {"numbers_mathml", "outputs", "nodes", "walk"}


def poisoned(told, key=""):
    """The same message with hostile words behind every text that is not an id or one of a few known words."""
    if isinstance(told, dict):
        return {name: each if name in KEPT and not isinstance(each, (dict, list)) else poisoned(each, name)
                for name, each in told.items()}
    if isinstance(told, list):
        return told if key in KEPT and all(isinstance(each, str) for each in told) else [poisoned(each, key) for each in told]
    return f"{told}{HOSTILE}" if isinstance(told, str) and told and key not in KEPT else told


def walked():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    view = w.detach()[1:]
    h = w * 2
    loss = (h * h).sum()
    inspector = Inspector(lambda: {"w": w, "view": view, "h": h, "loss": loss})
    error = {"text": "E", "hint": "hint", "line": "line", "where": "where"}
    inspector.refresh("after cell [1]", error)
    inspector.start(loss, "loss")
    inspector.receive({"type": "goto", "position": 3})
    inspector.receive({"type": "breakpoint", "id": "1", "act": "add", "kind": "op", "text": HOSTILE})
    return inspector.message


def of(make):
    return lambda: make().inspector.message


def why():
    w = torch.ones(3, requires_grad=True)
    h = (w * 3).detach()
    return views.why(w) if h is not None else None


def bombs():
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    loss = y.sum()
    with torch.no_grad():
        y.add_(1)
    return views.time_bombs(loss)


def traced():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    with views.trace() as steps:
        (w * w).sum().backward()
    return steps.widget


MESSAGES = {
    "walk": walked,
    "why": of(why),
    "road": of(lambda: views.road_to_numpy(torch.ones(2, requires_grad=True))),
    "broadcast": of(lambda: views.broadcast(torch.ones(4), torch.ones(4, 1))),
    "memory": of(lambda: views.memory(torch.ones(2, 3), torch.ones(2).numpy())),
    "broken": of(lambda: views.break_engine((torch.ones(2, requires_grad=True) * 2).sum())),
    "bombs": of(bombs),
    "traced": of(traced),
    "asked": of(lambda: views.predict("1 + 1", "value").widget),
    "taught": of(lambda: views.lesson(views.Step("words"), title="title").widget),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_every_text_is_text(open_inspector, name):
    message = poisoned(copy.deepcopy(MESSAGES[name]()))
    page = open_inspector()
    page.tell(message)
    assert HOSTILE in page.root.inner_text() or HOSTILE in page.root.evaluate("(e) => e.textContent")
    for title in page.root.locator("summary").all():
        if title.is_visible():
            title.click()
    for node in page.root.locator(".mt-node").all()[:2]:
        node.click(force=True)
    page.part("search").fill("script")
    assert nothing_ran(page.page)
    assert not [line for line in page.errors if "ran" in line]


def test_an_answer_and_a_problem_are_text(open_inspector):
    page = open_inspector(Inspector(lambda: {"w": torch.ones(2)}))
    page.tell({"type": "problem", "text": HOSTILE})
    assert HOSTILE in page.part("problem").inner_text()
    assert nothing_ran(page.page)


def test_a_still_picture_holds_no_markup_of_others(browser, tmp_path):
    namespace = {HOSTILE: torch.ones(2, requires_grad=True)}
    inspector = Inspector(lambda: namespace)
    inspector.refresh(HOSTILE)
    page = browser.new_page()
    try:
        page.set_content(f"<main>{views.to_svg(inspector.message['snapshot'])}</main>")
        assert HOSTILE in page.locator("svg desc").first.evaluate("(e) => e.textContent")
        assert nothing_ran(page)
    finally:
        page.close()
