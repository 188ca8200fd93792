"""The file that save() writes, opened from the disk: it steps, asks for nothing, and shows hostile words as words."""

import pytest
from minitorch_widgets import backward_steps, trace
from minitorch_widgets.session import replay
from minitorch_widgets.session.inspector import Inspector
from playwright.sync_api import expect

import minitorch_edu as torch
from tests.e2e.axe import violations
from tests.e2e.hostile import HOSTILE, nothing_ran


@pytest.fixture
def open_file(browser):
    """Opens a file by its file:// address, with the network watched."""
    contexts = []

    def open_(path, **looks):
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **looks)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.faults = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda fault: page.faults.append(str(fault)))
        page.on("console", lambda line: page.faults.append(line.text) if line.type == "error" else None)
        page.goto(path.as_uri())
        page.get_by_test_id("status").wait_for()
        return page

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    loss = ((w * 2).sum() - 3) ** 2
    return backward_steps(loss).save(tmp_path_factory.mktemp("walk") / "replay.html")


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """Three cells, with a walk after the second."""
    namespace = {"w": torch.tensor([3.0, 4.0], requires_grad=True)}
    inspector = Inspector(lambda: namespace)
    inspector.refresh("after cell [1]")
    namespace["loss"] = (namespace["w"] * namespace["w"]).sum()
    inspector.refresh("after cell [2]")
    inspector.receive({"type": "backward", "tensor": inspector.picture()["roots"][0]})
    inspector.receive({"type": "goto", "position": 3})
    namespace["more"] = namespace["w"].exp()
    del namespace["loss"]
    inspector.refresh("after cell [3]")
    return replay.save(inspector, tmp_path_factory.mktemp("session") / "replay.html")


def test_a_walk_steps_in_a_file_without_a_request(open_file, walk):
    page = open_file(walk)
    page.get_by_test_id("step-forward").click()
    expect(page.get_by_test_id("sentence")).to_contain_text("Step 1 of 5: PowBackward0")
    page.get_by_test_id("step-last").click()
    expect(page.get_by_test_id("sentence")).to_contain_text("Step 5 of 5: AccumulateGrad of w")
    page.get_by_test_id("step-back").click()
    expect(page.get_by_test_id("strip-position")).to_have_text("4 of 5")
    page.wait_for_timeout(2500)  # longer than the kernel would have had to answer
    expect(page.get_by_test_id("problem")).to_be_hidden()
    assert page.asked == [walk.as_uri()] and page.faults == []


def test_a_walk_is_played_by_keyboard(open_file, walk):
    page = open_file(walk)
    page.get_by_test_id("step-forward").focus()
    for key, place in (("End", "5"), ("ArrowLeft", "4"), ("Home", "0"), ("ArrowRight", "1")):
        page.keyboard.press(key)
        expect(page.get_by_test_id("strip-position")).to_have_text(f"{place} of 5")


def test_what_needs_a_kernel_is_not_there_and_the_page_says_so(open_file, walk):
    page = open_file(walk)
    expect(page.get_by_test_id("replay")).to_contain_text("with no kernel behind it")
    for name in ("strip-start", "step-finish", "step-run", "break-add"):
        expect(page.get_by_test_id(name)).to_be_hidden()
    for name in ("step-first", "step-forward", "step-play", "search"):
        expect(page.get_by_test_id(name)).to_be_visible()


def test_a_click_shows_the_rule_and_search_finds(open_file, walk):
    page = open_file(walk)
    page.locator(".mt-node").filter(has_text="mul").first.click()
    expect(page.get_by_test_id("pane")).to_contain_text("MulBackward0")
    page.get_by_test_id("search").fill("sum")
    expect(page.locator(".mt-option").first).to_be_visible()
    assert page.faults == []


def test_the_pictures_of_a_session_are_gone_through(open_file, session):
    page = open_file(session)
    place = page.get_by_test_id("replay-place")
    expect(place).to_have_text("picture 3 of 3")
    expect(page.get_by_test_id("status")).to_contain_text("after cell [3]")
    page.get_by_test_id("replay-back").click()
    expect(page.get_by_test_id("status")).to_contain_text("after cell [2]")
    expect(page.get_by_test_id("strip-position")).to_have_text("3 of 3")
    page.get_by_test_id("step-back").click()
    expect(page.get_by_test_id("strip-position")).to_have_text("2 of 3")
    page.keyboard.press(",")
    expect(page.get_by_test_id("status")).to_contain_text("after cell [1]")
    page.get_by_test_id("replay-choice").select_option(label="after cell [3]")
    expect(place).to_have_text("picture 3 of 3")
    assert page.asked == [session.as_uri()] and page.faults == []


def test_a_step_that_the_file_lacks_is_said(open_file, tmp_path):
    w = torch.tensor([3.0], requires_grad=True)
    widget = backward_steps((w * w).sum())
    widget.inspector.receive({"type": "goto", "position": 1})
    page = open_file(widget.save(tmp_path / "replay.html", finish=False))
    expect(page.get_by_test_id("replay")).to_contain_text("2 steps of the walk, which had not run yet")
    page.get_by_test_id("step-last").click()
    expect(page.get_by_test_id("problem")).to_contain_text("Step 3 is not in this file")
    expect(page.get_by_test_id("strip-position")).to_have_text("1 of 3")


@pytest.mark.parametrize("looks", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}], ids=str)
def test_axe_finds_nothing(open_file, session, looks):
    page = open_file(session, **looks)
    page.get_by_test_id("replay-back").click()
    assert violations(page, "body") == []


def test_hostile_words_are_words(open_file, tmp_path):
    namespace = {HOSTILE: torch.ones(2, requires_grad=True)}
    namespace["loss"] = (namespace[HOSTILE] * 2).sum()
    inspector = Inspector(lambda: namespace)
    inspector.refresh(f"after {HOSTILE}")
    inspector.refresh(f"after {HOSTILE}")
    page = open_file(replay.save(inspector, tmp_path / "replay.html"))
    expect(page.get_by_test_id("status")).to_contain_text(HOSTILE)
    assert nothing_ran(page) and page.faults == []


def test_a_trace_is_gone_through_operation_by_operation(open_file, tmp_path):
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    with trace() as steps:
        loss = (w * w).sum()
        loss.backward()
    page = open_file(steps.widget.save(tmp_path / "replay.html"))
    page.get_by_test_id("moment-first").click()
    first = page.get_by_test_id("moment").inner_text()
    page.get_by_test_id("moment-forward").click()
    expect(page.get_by_test_id("moment")).not_to_have_text(first)
    expect(page.get_by_test_id("problem")).to_be_hidden()
    assert page.faults == [] and len(page.asked) == 1


def test_what_only_a_kernel_can_do_is_said(open_file, walk):
    page = open_file(walk)
    page.locator(".mt-node").first.click()
    page.keyboard.press("n")  # run to a breakpoint: the key has no button here
    expect(page.get_by_test_id("problem")).to_contain_text("with no kernel behind it")
