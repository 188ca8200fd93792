"""A number is changed in the picture by keyboard alone, and everything that reads its bytes follows."""

import ast
import linecache

import pytest
from minitorch_widgets import memory
from minitorch_widgets.editing.edits import log_of
from minitorch_widgets.session.inspector import Inspector
from playwright.sync_api import expect

import minitorch_edu as torch
from tests.e2e.axe import violations
from tests.e2e.panel import PATIENCE, Panel

PROGRAM = """x = torch.tensor([1., 2., 3.], requires_grad=True)
v = x.detach().view(3, 1)
n = v.numpy()
y = x * 2
loss = (y * y).sum()
"""


@pytest.fixture
def namespace():
    namespace = {"torch": torch}
    exec(PROGRAM, namespace)
    return {name: value for name, value in namespace.items() if name != "__builtins__"}


@pytest.fixture
def inspector(namespace):
    inspector = Inspector(lambda: namespace)
    log_of(inspector.memory).blocks = [("program.py", ast.parse(PROGRAM).body, None)]
    inspector.refresh("after cell [1]")
    return inspector


def to_the_cells(page):
    """Tab until a cell of the storages has the focus; there is one stop a figure."""
    for _ in range(60):
        if page.page.evaluate("() => document.activeElement.classList.contains('mt-cell')"):
            return
        page.page.keyboard.press("Tab")
    raise AssertionError("60 times Tab, and no cell had the focus")


def test_a_number_is_changed_by_keyboard_and_every_alias_shows_it(open_inspector, inspector, namespace):
    page = open_inspector(inspector)
    keyboard = page.page.keyboard
    to_the_cells(page)
    keyboard.press("ArrowRight")
    expect(page.part("readout")).to_contain_text("cell 1 = 2.0: read by x[1], v[1, 0], n[1, 0]")
    keyboard.press("Enter")
    expect(page.part("edit-field")).to_be_focused()
    keyboard.type("seven")
    keyboard.press("Enter")
    expect(page.part("edit-problem")).to_have_text("'seven' is not a number that float32 can hold.")
    assert namespace["x"].tolist() == [1, 2, 3]
    keyboard.press("ControlOrMeta+a")
    keyboard.type("7")
    keyboard.press("Enter")
    expect(page.part("edited-line")).to_have_text("with torch.no_grad():\n    x[1] = 7.0")
    assert namespace["x"].tolist() == [1, 7, 3] and namespace["n"].tolist() == [[1], [7], [3]]
    expect(page.part("edit")).to_be_hidden()
    cell = page.root.locator(".mt-cell:focus")
    expect(cell).to_contain_text("7.0")
    expect(page.part("edited")).to_contain_text("loss would be 236")
    expect(page.part("edited")).to_contain_text("[8.0, 56.0, 24.0]")
    assert namespace["x"].grad is None
    assert page.errors == [] and page.strangers == []


def test_esc_leaves_a_number_and_undo_puts_it_back(open_inspector, inspector, namespace):
    page = open_inspector(inspector, scheme="dark", width=700)
    keyboard = page.page.keyboard
    to_the_cells(page)
    keyboard.press("ArrowDown")
    expect(page.root.locator(".mt-tick:focus")).to_have_attribute("aria-label", "x[0]: Storage A, cell 0 = 1.0: "
                                                                  "read by x[0], v[0, 0], n[0, 0]")  # fmt: skip
    keyboard.press("Enter")
    keyboard.type("9")
    keyboard.press("Escape")
    assert namespace["x"].tolist() == [1, 2, 3]
    keyboard.press("Enter")
    keyboard.type("9")
    keyboard.press("Enter")
    expect(page.part("edited")).to_contain_text("x[0] was 1 and is 9.")
    expect(page.root.locator(".mt-tick:focus")).to_have_count(1)
    page.part("edited-undo").focus()
    keyboard.press("Enter")
    expect(page.part("edited-line")).to_have_text("with torch.no_grad():\n    x[0] = 1.0")
    assert namespace["x"].tolist() == [1, 2, 3]
    expect(page.part("edited-undo")).to_have_count(0)


def test_an_element_under_the_pointer_lights_up_in_all_that_read_its_bytes(open_inspector, namespace):
    x = namespace["x"].detach()
    namespace["bytes"] = x.view(torch.uint8)
    inspector = Inspector(lambda: namespace, views=["lanes"])
    inspector.refresh("after cell [1]")
    page = open_inspector(inspector)
    byte = page.root.locator(f'[data-tensor="{number(inspector, "bytes")}"] .mt-tick').nth(5)
    byte.hover()
    expect(page.part("readout")).to_contain_text("bytes 5 to 5: read by x[1], v[1, 0], n[1, 0], bytes[5]")
    expect(page.root.locator(".mt-tick.mt-lit")).to_have_count(4)
    page.root.locator(f'[data-tensor="{number(inspector, "v")}"] .mt-tick').nth(2).hover()
    expect(page.root.locator(".mt-tick.mt-lit")).to_have_count(3 + 4)
    expect(page.root.locator(".mt-cell.mt-lit")).to_have_count(1)


def number(inspector, name):
    return next(each["id"] for each in inspector.picture()["tensors"] if name in each["names"])


LOOKS = {
    "light": {"width": 1280},
    "dark and narrow": {"scheme": "dark", "width": 700},
    "forced colours": {"forced": True, "width": 1000},
}

ASKED = """a = torch.arange(12.).reshape(3, 4)
t = a.T
r = a.T.reshape(-1)
e = a[:1].expand(3, 4)
whole = a[2].view(torch.int16)
odd = torch.tensor([float("nan"), float("inf"), -0.0])
z = torch.tensor([1 + 2j])
none = torch.zeros(0, 3)
widget = memory(a, t, r, e, whole, odd, z, none)
"""


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_while_a_number_is_changed_and_after(open_inspector, inspector, look):
    page = open_inspector(inspector, **LOOKS[look])
    keyboard = page.page.keyboard
    to_the_cells(page)
    assert violations(page.page) == []
    keyboard.press("Enter")
    keyboard.type("x")
    keyboard.press("Enter")
    expect(page.part("edit-problem")).to_be_visible()
    assert violations(page.page) == []
    keyboard.press("Backspace")
    keyboard.type("4")
    keyboard.press("Enter")
    expect(page.part("edited-line")).to_be_visible()
    assert violations(page.page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_who_shares_memory_with_whom_is_read_and_walked_by_keyboard(open_inspector, look):
    namespace = {"torch": torch, "memory": memory, "__name__": "student"}
    linecache.cache["<asked>"] = (len(ASKED), None, ASKED.splitlines(True), "<asked>")
    exec(compile(ASKED, "<asked>", "exec"), namespace)
    page = open_inspector(namespace["widget"].inspector, **LOOKS[look])
    sharing = page.part("sharing")
    expect(sharing).to_contain_text("r = a.T.reshape(-1) copied at reshape(-1), because a.T is (4, 3)")
    expect(sharing).to_contain_text("none has no bytes: its shape is (0, 3).")
    expect(page.part("graph")).to_be_hidden()
    sharing.locator(".mt-share[tabindex='0']").focus()
    page.page.keyboard.press("ArrowDown")
    page.page.keyboard.press("Enter")
    expect(page.part("pane")).to_contain_text("t a tensor, and a view")
    assert violations(page.page) == []
    assert page.errors == [] and page.strangers == []


def test_a_number_is_changed_in_the_docked_inspector_of_a_notebook(serve, open_notebook):
    """The same in JupyterLab: the write happens in the student's kernel, and the next cell sees it."""
    notebook = open_notebook(serve("06_backward_graph"))
    panel = Panel(notebook)
    for fragment in ("%load_ext minitorch_widgets", "loss = error ** 2"):
        notebook.run(notebook.index(fragment))
    panel.wait_for_cell(notebook.index("loss = error ** 2"))
    cell = panel.lane("w").locator(".mt-cell").nth(1)
    cell.focus()
    keyboard = notebook.page.keyboard
    keyboard.press("Enter")
    expect(panel.part("edit-field")).to_be_focused()
    keyboard.type("9")
    keyboard.press("Enter")
    expect(panel.part("edited-line")).to_have_text("with torch.no_grad():\n    w[1] = 9.0", timeout=PATIENCE)
    expect(panel.part("edited")).to_contain_text("do not follow by themselves")
    index = panel.type_and_run("w[1].item(), w.grad is None")
    assert notebook.text(index) == "(9.0, True)"
    panel.part("edited-undo").focus()
    keyboard.press("Enter")
    expect(panel.part("edited")).to_contain_text("w[1] was 9", timeout=PATIENCE)
    index = panel.type_and_run("w[1].item() != 9")
    assert notebook.text(index) == "True"
