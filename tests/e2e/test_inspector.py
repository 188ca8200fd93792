"""A student with lesson 6 in a real browser: the docked inspector follows, steps, survives, and stays at home."""

import os
import re
import signal

import pytest
from playwright.sync_api import expect

from tests.e2e.panel import PATIENCE, Panel

WALK = [
    "PowBackward0",
    "SubBackward0",
    "AddBackward0",
    "SumBackward0",
    "MulBackward0",
]


@pytest.fixture(scope="module")
def notebook(serve, open_notebook):
    return open_notebook(serve("06_backward_graph"))


@pytest.fixture(scope="module")
def panel(notebook):
    return Panel(notebook)


def start_over(notebook, panel):
    """A new kernel with the lesson's set-up and its ten lines."""
    notebook.restart()
    for fragment in ("%load_ext minitorch_widgets", "loss = error ** 2"):
        notebook.run(notebook.index(fragment))
    panel.wait_for_cell(notebook.index("loss = error ** 2"))


@pytest.fixture
def fresh(notebook, panel):
    start_over(notebook, panel)


def test_the_lesson_runs_from_top_to_bottom(notebook):
    notebook.run_all()
    assert notebook.errors() == {}


def test_the_inspector_has_opened_by_itself_beside_the_notebook(panel):
    expect(panel.root).to_be_visible(timeout=PATIENCE)
    box = panel.root.bounding_box()
    assert box["width"] > 250 and box["x"] + box["width"] <= 1280


def test_the_steps_of_the_lesson_are_in_its_output(notebook):
    output = notebook.page.locator(".jp-OutputArea").get_by_test_id("inspector")
    expect(output.first).to_be_attached(timeout=PATIENCE)


def test_the_graph_shows_the_ten_lines(panel, fresh):
    for label in ("mul", "sum", "add", "sub", "pow", "w", "b"):
        expect(panel.node(label).first).to_be_visible(timeout=PATIENCE)


def test_a_backward_pass_is_clicked_through_node_by_node(notebook, panel, fresh):
    panel.begin("loss")
    done, total = panel.position()
    assert (done, total) == (0, 7)
    sentences = [panel.press("forward", step) for step in range(1, total + 1)]
    assert all(sentence.startswith(f"Step {k} of 7") for k, sentence in enumerate(sentences, 1))
    mentioned = [name for sentence in sentences for name in WALK if f"{name}" in sentence.split(".")[0]]
    assert mentioned == WALK
    index = panel.type_and_run("w.grad.tolist(), b.grad.item()")
    assert notebook.text(index) == "([7.0, 14.0, 21.0], 7.0)"


def test_stepping_back_and_forth_changes_no_gradient(notebook, panel, fresh):
    panel.begin("loss")
    panel.press("last", 7)
    panel.press("first", 0)
    panel.press("forward", 1)
    panel.press("back", 0)
    panel.press("last", 7)
    index = panel.type_and_run("w.grad.tolist(), b.grad.item()")
    assert notebook.text(index) == "([7.0, 14.0, 21.0], 7.0)"


def test_a_click_on_a_node_shows_its_rule_and_what_it_saved(panel, fresh):
    panel.node("mul").first.click()
    expect(panel.part("pane")).to_contain_text("MulBackward0", timeout=PATIENCE)
    expect(panel.part("pane").locator("math").first).to_be_attached()


def test_a_write_through_a_numpy_alias_shows_in_the_tensors_lane(panel, fresh):
    panel.type_and_run("array = w.detach().numpy()")
    assert panel.lane("array").count() == 1
    assert panel.cells("array") == panel.cells("w")
    before = panel.cells("w")
    panel.type_and_run("array[1] = 42.0")
    expect(panel.lane("w").locator(".mt-cell").nth(1)).to_contain_text("42", timeout=PATIENCE)
    after = panel.cells("w")
    assert [i for i in range(3) if before[i] != after[i]] == [1]


def test_a_walk_can_be_made_by_keyboard_alone(notebook, panel, fresh):
    keyboard = notebook.page.keyboard
    panel.part("strip-root").focus()
    panel.tab_to("strip-start")
    keyboard.press("Enter")
    panel.wait_for_position(0)
    panel.tab_to("step-")
    for step in range(1, 4):
        keyboard.press("ArrowRight")
        panel.wait_for_position(step)
    keyboard.press("ArrowLeft")
    panel.wait_for_position(2)
    keyboard.press("End")
    panel.wait_for_position(7)
    keyboard.press("Home")
    panel.wait_for_position(0)


def test_the_graph_is_walked_by_arrow_keys(notebook, panel, fresh):
    keyboard = notebook.page.keyboard
    panel.part("strip-root").focus()
    panel.tab_to("node-")
    seen = []
    for key in ("End", "ArrowUp", "ArrowUp", "ArrowDown", "Home"):
        keyboard.press(key)
        seen.append(panel.focused())
    assert all((name or "").startswith("node-") for name in seen), f"the focus left the graph: {seen}"
    assert len(set(seen)) == 4 and seen[1] == seen[3]
    keyboard.press("Enter")
    expect(panel.part("pane")).to_contain_text("w", timeout=PATIENCE)


def test_the_panel_is_reached_by_tab_from_the_notebook(notebook, panel, fresh):
    notebook.js("panel.content.activate(); panel.content.mode = 'command'")
    panel.tab_to("", most=150)
    assert panel.focused()


def test_a_cell_that_raises_half_way_leaves_the_partial_graph_and_a_working_inspector(panel, fresh):
    panel.type_and_run("half = (x * w).sum()\nraise ValueError('half way')\nwhole = half + b")
    expect(panel.root).to_contain_text("half", timeout=PATIENCE)
    panel.type_and_run("whole = half + b")
    panel.begin("whole")
    total = panel.position()[1]
    panel.press("last", total)
    assert "whole" in panel.part("sentence").inner_text() or total >= 4


def test_a_backward_that_fails_is_told_in_words(notebook, panel, fresh):
    panel.type_and_run("saved = w * w\nv = saved.exp()\nend = v.sum()\nwith torch.no_grad():\n    v.zero_()")
    panel.begin("end")
    panel.part("step-last").click()
    expect(panel.part("strip")).to_contain_text("modified by an inplace operation", timeout=PATIENCE)
    panel.type_and_run("after = (x * w).sum()")
    panel.begin("after")


def test_a_killed_kernel_is_said_and_the_panel_comes_back(notebook, panel, fresh):
    page = notebook.page
    index = notebook.type_and_run("import os; os.getpid()")
    pid = int(notebook.text(index))
    os.kill(pid, signal.SIGKILL)
    expect(panel.kernel).to_contain_text(re.compile("restart|died"), timeout=60_000)
    # Lab says so too, in a dialog
    page.locator(".jp-Dialog button.jp-mod-accept").first.click(timeout=60_000)
    notebook.wait_ready()
    expect(panel.kernel).to_contain_text("Run the notebook's cells again", timeout=PATIENCE)
    for fragment in ("%load_ext minitorch_widgets", "loss = error ** 2"):
        notebook.run(notebook.index(fragment))
    panel.wait_for_cell(notebook.index("loss = error ** 2"))
    expect(panel.kernel).to_be_hidden()
    panel.begin("loss")
    panel.press("forward", 1)


COPIES = """torch.cuda.simulate(2)
g = w.detach().to("cuda")
doubled = g * 2
array = doubled.cpu().numpy()
far = g.to("cuda:1")"""


def test_a_gpu_has_its_own_lanes_and_copies_are_arrows_between_them(notebook, panel, fresh):
    panel.type_and_run(COPIES)
    for device, title in (("cpu", "cpu: the host's memory"), ("cuda:0", "cuda:0: a simulated GPU")):
        expect(panel.part(f"device-{device}")).to_contain_text(title, timeout=PATIENCE)
    assert panel.cells("doubled") == panel.cells("array") != []
    assert panel.lane("g").locator(".mt-copy").all_inner_texts()[0].startswith("⇤")
    expect(panel.lane("array")).to_contain_text("12 bytes array = doubled.cpu().numpy()", use_inner_text=True)
    expect(panel.root.locator(".mt-arrow")).to_have_count(3)
    panel.type_and_run("array[0] = 42.0")  # the copy on the host is another storage than the GPU's
    expect(panel.lane("array").locator(".mt-cell").first).to_contain_text("42", timeout=PATIENCE)
    assert "42" not in panel.cells("doubled")[0]


def test_a_copy_is_followed_by_keyboard(notebook, panel, fresh):
    panel.type_and_run(COPIES)
    notebook.page.mouse.move(5, 500)  # what scrolls beneath a resting pointer is pointed at
    start = panel.lane("doubled").locator(".mt-copy").first
    start.focus()
    expect(panel.part("readout")).to_contain_text("12 bytes copied from storage")
    assert panel.root.locator(".mt-arrow.mt-lit").count() == 1
    notebook.page.keyboard.press("Enter")
    assert panel.focused().endswith("-to")
    assert panel.lane("array").locator(".mt-copy").evaluate("(e) => e === document.activeElement")


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 700])
def test_a_picture_of_devices_is_taken_for_the_eye(notebook, panel, theme, width):
    start_over(notebook, panel)
    notebook.page.set_viewport_size({"width": width, "height": 1000})
    notebook.js(
        "if (!app.shell.leftCollapsed === argument) await app.commands.execute('application:toggle-left-area')",
        width < 1000,
    )
    notebook.theme(f"JupyterLab {theme.capitalize()}")
    panel.type_and_run(COPIES)
    panel.part("device-cuda:0").evaluate("(e) => e.scrollIntoView({ block: 'start' })")
    notebook.screenshot(f"inspector-{theme}-{width}-devices")
    assert panel.cut_off() == []
    arrows = panel.part("arrows").bounding_box()
    assert arrows["x"] >= panel.part("device-cpu").bounding_box()["x"] - arrows["width"] - 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 700])
def test_a_picture_is_taken_for_the_eye(notebook, panel, theme, width):
    start_over(notebook, panel)
    notebook.page.set_viewport_size({"width": width, "height": 1000})
    notebook.js(  # a student makes room on a narrow screen
        "if (!app.shell.leftCollapsed === argument) await app.commands.execute('application:toggle-left-area')",
        width < 1000,
    )
    notebook.theme(f"JupyterLab {theme.capitalize()}")
    panel.type_and_run("array = w.detach().numpy()")
    panel.begin("loss")
    panel.press("last", 7)
    panel.press("back", 6)
    for section in ("strip", "pane", "lanes"):
        panel.root.locator(f".mt-section-{section}").evaluate("(e) => e.scrollIntoView({ block: 'start' })")
        notebook.screenshot(f"inspector-{theme}-{width}-{section}")
    assert panel.cut_off() == []


def test_no_request_left_this_machine(notebook):
    assert len(notebook.requests.all) > 50
    assert notebook.requests.outside == []


def test_the_page_reported_no_fault(notebook):
    ours = [fault for fault in notebook.faults if "minitorch" in fault.lower() or "inspector" in fault.lower()]
    assert ours == []
