"""Ten thousand nodes in a real browser: how long until they are there, how smoothly they are moved, and how a step shows.

The limits are those that a reader feels. The machine may be busy, so each is measured several times: a picture counts by
its best, a step by the quicker ones, a movement by the frame in the middle and by how many are late. A machine that has
far more to do than it has cores measures nothing but that: there, what is too slow is skipped, and says so.
"""

import os
import random

import pytest
from minitorch_widgets.session.inspector import Inspector
from playwright.sync_api import expect

import minitorch_edu as torch

OPENS = 1000  # ms from the message's arrival to the picture on the screen
FRAME = 33  # ms
STEP = 100  # ms from the press of a key to the step on the screen

PAN = """async (to) => {
  const svg = document.querySelector("svg.mt-graph");
  const box = svg.getBoundingClientRect();
  let [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
  const send = (kind) => svg.dispatchEvent(
    new PointerEvent(kind, { bubbles: true, button: 0, clientX: x, clientY: y, pointerId: 1 }));
  svg.setPointerCapture = () => {};
  const frame = () => new Promise(requestAnimationFrame);
  await frame();
  send("pointerdown");
  const times = [];
  let last = performance.now();
  for (let i = 0; i < 60; i++) {
    [x, y] = [x + (i % 20 < 10 ? 1 : -1) * to[0], y + to[1]];
    send("pointermove");
    await frame();
    const now = performance.now();
    times.push(now - last);
    last = now;
  }
  send("pointerup");
  return times.sort((a, b) => a - b);
}"""

STEPS = """async (count) => {
  const at = () => document.querySelector("[data-testid=strip-position]").textContent;
  const times = [];
  for (let i = 0; i < count; i++) {
    const before = at();
    const pressed = performance.now();
    document.querySelector("[data-testid=step-forward]").click();
    while (at() === before) await new Promise((go) => setTimeout(go, 1));
    await new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
    times.push(performance.now() - pressed);
  }
  return times.sort((a, b) => a - b);
}"""


def loop(turns):
    """An RNN's loop: three operations a turn, all with the same weight."""
    w = torch.ones(3, requires_grad=True)
    h = torch.zeros(3)
    for _ in range(turns):
        h = torch.tanh(h * w + 0.1)
    return {"w": w, "loss": h.sum()}


def tangle(count):
    """Scalars that use scalars at random, as in a hand-made network: nothing in it repeats."""
    generator = random.Random(0)
    leaves = [torch.tensor(0.5 + i / 100, requires_grad=True) for i in range(20)]
    values = list(leaves)
    for i in range(count):
        one, other = generator.choice(values[-40:]), generator.choice(values[-40:])
        values.append(one * other if i % 3 else torch.tanh(one + other))
    return {"loss": sum(values[-40:], torch.tensor(0.0)), "x": leaves[0]}


GRAPHS = {"loop": lambda: loop(3333), "tangle": lambda: tangle(9400)}


@pytest.fixture(scope="module", params=GRAPHS)
def large(request):
    namespace = GRAPHS[request.param]()
    inspector = Inspector(lambda: namespace)
    message = inspector.refresh("after cell [7]")
    assert len(message["snapshot"]["nodes"]) >= 10_000 and not any(
        "nodes" in line for line in message["snapshot"]["omitted"]
    )
    return message


@pytest.fixture
def page(open_inspector, large):
    page = open_inspector()
    page.tell(large)
    return page


OPEN = """() => {
  const started = performance.now();
  document.querySelector("[aria-label*='Open or close all folds']").click();
  return new Promise((go) => requestAnimationFrame(() => setTimeout(() => go(performance.now() - started))));
}"""


def hold(what, limit, measure, most=3):
    """Measure until it is within the limit."""
    found = []
    while len(found) < most and not (found and found[-1] < limit):
        found.append(measure())
    print(f"\n{what}: {', '.join(f'{each:.0f}' for each in found)} ms, limit {limit}", end="")
    load = os.getloadavg()[0]
    if min(found) >= limit and load > 1.5 * (os.cpu_count() or 1):
        pytest.skip(f"{what} took {min(found):.0f} ms, on a machine with a load of {load:.0f}")
    assert min(found) < limit


def act(page, words):
    page.root.get_by_role("button", name=words).click()
    page.settle()


def test_a_graph_of_ten_thousand_nodes_opens_within_a_second(open_inspector, large):
    hold("opens in", OPENS, lambda: open_inspector().tell(large)["painted"])


def test_opening_all_folds_of_ten_thousand_nodes_is_as_fast(page, large):
    if not large["snapshot"]["folds"]:
        pytest.skip("nothing repeats in it")
    expect(page.part("left-out")).to_contain_text("nodes folded; search or expand")

    def unfold():
        if page.root.locator(".mt-frame-title").count():
            act(page, "Open or close all folds")
        return page.page.evaluate(OPEN)

    hold("unfolds in", OPENS, unfold)
    assert page.root.locator(".mt-frame-title").count() == len(large["snapshot"]["folds"])


@pytest.mark.parametrize("far", [False, True], ids=["near", "far"])
def test_a_frame_of_a_pan_stays_short(page, far):
    if page.root.locator(".mt-fold").count():
        act(page, "Open or close all folds")
    act(page, "fit the whole graph")
    for _ in range(3 if far else 12):
        act(page, "Zoom in")
    page.page.evaluate(PAN, [5, 3])  # warm: what a frame needs is compiled at its first use
    hold("nine frames of ten in", FRAME, lambda: page.page.evaluate(PAN, [23, 17])[53])
    assert page.root.locator(".mt-node").count() < 400


@pytest.mark.parametrize("graph", [lambda: tangle(960), lambda: loop(333)], ids=["tangle", "loop"])
def test_a_step_on_a_thousand_nodes_shows_in_a_tenth_of_a_second(open_inspector, graph):
    namespace = graph()
    inspector = Inspector(lambda: namespace)
    inspector.refresh("after cell [7]")
    assert len(inspector.message["snapshot"]["nodes"]) >= 950
    page = open_inspector(inspector)
    page.part("strip-root").select_option(label="loss")
    page.part("strip-start").click()
    expect(page.part("sentence")).to_contain_text("Backward from loss")
    page.page.evaluate(STEPS, 3)
    hold("the quicker steps in", STEP, lambda: page.page.evaluate(STEPS, 12)[3])
    assert page.errors == []


def test_ten_thousand_nodes_are_reached_by_the_keyboard(page, large):
    last = page.root.locator(".mt-node[tabindex='0']")
    last.focus()
    page.page.keyboard.press("Home")
    page.page.keyboard.press("End")
    for _ in range(3):
        page.page.keyboard.press("ArrowUp")
    page.settle()
    focused = page.page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
    frame = page.root.locator("svg.mt-graph").bounding_box()
    assert frame["x"] <= focused["x"] and focused["x"] + focused["width"] <= frame["x"] + frame["width"]
    assert frame["y"] <= focused["y"] and focused["y"] + focused["height"] <= frame["y"] + frame["height"]
    page.page.keyboard.press("f")
    expect(page.part("left-out")).to_contain_text("within 1 hop of")
    assert page.errors == [] and page.strangers == []


def test_the_kernels_side_takes_no_longer_than_the_browser():
    import json
    import time

    for name, graph in GRAPHS.items():
        namespace = graph()
        inspector = Inspector(lambda held=namespace: held)
        seconds = []
        for cell in range(3):
            started = time.process_time()
            message = inspector.refresh(f"after cell [{cell}]")
            seconds.append(time.process_time() - started)
        size = len(json.dumps(message)) / 1e6
        print(
            f"\n{name}: first {seconds[0]:.2f} s of CPU, then {seconds[1]:.2f} and {seconds[2]:.2f}; {size:.1f} MB",
            end="",
        )
        assert seconds[0] < 2 and min(seconds[1:]) < 1
