"""axe finds no violation in any state of the inspector: light, dark and forced colours, wide and narrow."""

import minitorch_widgets as views
import pytest
from minitorch_widgets import act, when
from minitorch_widgets.session.inspector import Inspector

import minitorch_edu as torch
from tests.e2e.axe import violations

LOOKS = {
    "light": {},
    "dark": {"scheme": "dark"},
    "narrow": {"width": 700},
    "forced": {"forced": True},
    "forced-dark": {"forced": True, "scheme": "dark"},
}


def regression():
    """Lesson 6's ten lines, with an alias, a gradient and an empty tensor."""
    w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    b = torch.tensor(0.5, requires_grad=True)
    x = torch.tensor([1.0, 2.0, 3.0])
    product = w * x
    prediction = product.sum() + b
    loss = (prediction - 11.0) ** 2
    return {
        "w": w,
        "b": b,
        "x": x,
        "product": product,
        "prediction": prediction,
        "loss": loss,
        "array": x.numpy(),
        "none": torch.zeros(0),
        "wide": torch.ones(1).expand(5),
        "odd": torch.tensor([float("nan"), float("inf"), -1.0]),
    }


def inspector_over(namespace):
    inspector = Inspector(lambda: namespace)
    inspector.refresh("after cell [1]")
    return inspector


def empty():
    return inspector_over({})


def alone():
    return inspector_over(regression())


def walking(position):
    def walk():
        inspector = inspector_over(regression())
        namespace = inspector.namespace()
        inspector.start(namespace["loss"], "loss")
        inspector.receive({"type": "goto", "position": position})
        return inspector

    return walk


def failed():
    """A cell that raised, and a backward that meets what was written in place."""
    x = torch.ones(3, requires_grad=True)
    saved = x.exp()
    loss = (saved * 2).sum()
    with torch.no_grad():
        saved.zero_()
    inspector = inspector_over({"x": x, "saved": saved, "loss": loss})
    error = {
        "text": "ValueError: half way",
        "hint": "a hint",
        "line": "raise ValueError",
        "where": "cell [2], line 3",
    }
    inspector.refresh("after cell [2]", error)
    inspector.start(loss, "loss")
    inspector.receive({"type": "goto", "position": 3})
    return inspector


def breakpoints():
    inspector = walking(2)()
    inspector.receive({"type": "breakpoint", "id": "1", "act": "add", "kind": "op", "text": "MulBackward0"})
    inspector.receive(
        {"type": "breakpoint", "id": "2", "act": "add", "kind": "condition", "text": "grad.sum() > 3"}
    )
    return inspector


def devices():
    namespace = regression()
    torch.cuda.simulate(2)
    try:
        namespace["g"] = namespace["x"].to("cuda")
        namespace["far"] = namespace["g"].to("cuda:1")
        namespace["back"] = namespace["g"].cpu()
        return inspector_over(namespace)
    finally:
        torch.cuda.simulate(0)


def cut():
    w = torch.ones(3, requires_grad=True)
    h = (w * 3).detach()
    loss = (h * 2).sum()
    return views.why(w).inspector if loss is not None else None


def road():
    x = torch.ones(2, requires_grad=True)
    return views.road_to_numpy(x * 2).inspector


def deep():
    x = torch.ones(4, requires_grad=True)
    h = x
    for _ in range(120):
        h = (h * 1.01).relu()
    return inspector_over({"x": x, "loss": h.sum()})


def widget():
    w = torch.tensor([3.0], requires_grad=True)
    return views.backward_steps((w * w).sum()).inspector


def broadcast():
    return views.broadcast(torch.ones(4), torch.ones(4, 1)).inspector


def refused():
    return views.broadcast((2, 3), (4,)).inspector


def broken():
    w = torch.tensor([3.0], requires_grad=True)
    y = w * 2
    return views.break_engine((y * y).sum()).inspector


def sharing():
    a = torch.arange(6.0).reshape(2, 3)
    flat, row, array = a.T.reshape(-1), a[1], a.numpy()
    return views.memory(a, flat, row, array).inspector


def bombs():
    x = torch.ones(2, requires_grad=True)
    y = x.exp()
    loss = y.sum()
    with torch.no_grad():
        y.add_(1)
    return views.time_bombs(loss).inspector


def alive():
    x = torch.ones(2, requires_grad=True)
    losses = [(x * x).tanh().sum() for _ in range(4)]
    return views.kept_alive(*losses).inspector


def changed():
    a = torch.ones(2)
    b = a
    with views.what_changed() as seen:
        a += 1
        b = b + 1
    return seen.widget.inspector


def traced():
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    with views.trace() as steps:
        loss = (w * w).sum()
        loss.backward()
    return steps.widget.inspector


def asked():
    a, b = torch.ones(3), torch.ones(3, 1)
    return (
        views.predict("a - b", "shape", "dtype").widget.inspector if b is not None and a is not None else None
    )


def answered():
    a, b = torch.ones(3), torch.ones(3, 1)
    question = views.predict("a - b", "shape")
    question.answer((3,) if b is not None and a is not None else ())
    return question.widget.inspector


def taught():
    w = torch.ones(2, requires_grad=True)
    loss = (w * 2).sum()
    opened = views.lesson(
        views.Step("This is w.", on=[act.select("w"), act.open("graph")]),
        views.Step("Now select what made loss.", complete=when.selected("loss.grad_fn")),
    )
    return opened.widget.inspector if loss is not None else None


def trained():
    w = torch.tensor([3.0, 1.0], requires_grad=True)
    b = torch.tensor(1.0, requires_grad=True)
    with views.watch_training({"w": w, "b": b}) as watch:
        for _ in range(6):
            loss = ((w * w).sum() - b) ** 2
            w.grad = b.grad = None
            loss.backward()
            with torch.no_grad():
                w -= 0.01 * w.grad
            watch.step(loss)
    return watch.widget.inspector


STATES = {
    "empty": empty,
    "alone": alone,
    "start of a walk": walking(0),
    "middle of a walk": walking(4),
    "end of a walk": walking(7),
    "failed": failed,
    "breakpoints": breakpoints,
    "devices": devices,
    "why": cut,
    "road": road,
    "deep": deep,
    "widget": widget,
    "broadcast": broadcast,
    "refused": refused,
    "broken": broken,
    "sharing": sharing,
    "bombs": bombs,
    "alive": alive,
    "changed": changed,
    "traced": traced,
    "asked": asked,
    "answered": answered,
    "taught": taught,
    "trained": trained,
}


def found(page, looks):
    """What axe finds wrong in each of these looks, that the page takes one after the other."""
    told = {}
    for look in looks:
        page.look(**LOOKS[look])
        page.settle()
        told[look] = violations(page.page)
    return {look: lines for look, lines in told.items() if lines}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(open_inspector, state):
    assert found(open_inspector(STATES[state]()), LOOKS) == {}


def selected(page):
    page.root.locator(".mt-node").first.click()


def pointed_at(page):
    page.root.locator(".mt-cell").first.hover()


def searched(page):
    page.part("search").fill("m")


def folded(page):
    for title in page.root.locator(".mt-title").all():
        if title.is_visible():
            title.click()


def unfolded(page):
    for summary in page.root.locator("summary").all():
        if summary.is_visible():
            summary.click()


def unanswered(page):
    page.tell({"type": "problem", "text": "The inspector met ValueError: a problem."})


ACTS = [selected, pointed_at, searched, folded, unfolded, unanswered]


@pytest.mark.parametrize("act", ACTS)
def test_axe_finds_nothing_after_a_move(open_inspector, act):
    page = open_inspector(walking(4)())
    act(page)
    assert found(page, ["light", "dark", "forced"]) == {}


def test_the_check_would_see_a_fault(open_inspector):
    page = open_inspector(alone())
    page.part("search").evaluate(
        "(e) => { e.removeAttribute('aria-label'); e.removeAttribute('placeholder'); }"
    )
    assert any("label" in line for line in violations(page.page))
