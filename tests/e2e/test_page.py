"""page.py: the inspector without JupyterLab, talking to a kernel's side in this process."""

from minitorch_widgets.session.inspector import Inspector
from playwright.sync_api import expect

import minitorch_edu as torch


def inspector_over(**namespace):
    inspector = Inspector(lambda: namespace)
    inspector.refresh("after cell [1]")
    return inspector


def test_the_view_asks_for_the_picture_and_shows_it(open_inspector):
    w = torch.ones(3, requires_grad=True)
    page = open_inspector(inspector_over(w=w, loss=(w * 2).sum()))
    expect(page.part("status")).to_contain_text("after cell [1]")
    expect(page.root.locator(".mt-node")).to_have_count(3)
    assert page.sent[0] == {"type": "hello"}
    assert page.errors == [] and page.strangers == []


def test_a_step_is_answered_by_the_kernels_side(open_inspector):
    w = torch.ones(3, requires_grad=True)
    page = open_inspector(inspector_over(w=w, loss=(w * 2).sum()), scheme="dark", width=700)
    page.part("strip-start").click()
    page.part("step-forward").click()
    expect(page.part("sentence")).to_contain_text("Step 1 of 3")


def test_a_later_picture_is_delivered_and_timed(open_inspector):
    namespace = {"w": torch.ones(3, requires_grad=True)}
    inspector = Inspector(lambda: namespace)
    inspector.refresh("after cell [1]")
    page = open_inspector(inspector)
    namespace["loss"] = namespace["w"].sum()
    times = page.refresh("after cell [2]")
    expect(page.part("status")).to_contain_text("after cell [2]")
    assert 0 < times["drawn"] <= times["painted"]
