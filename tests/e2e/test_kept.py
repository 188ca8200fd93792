"""What is kept: a saved notebook in JupyterLab with no kernel; and the ways to the docked panel."""

import json
import subprocess
import sys

import nbclient
import nbformat
import pytest
from playwright.sync_api import expect

from tests.e2e.labdriver import Requests
from tests.e2e.panel import PATIENCE, Panel

LESSON = """# %%
# %load_ext minitorch_widgets
import minitorch_edu as torch
from minitorch_widgets import backward_steps

# %%
w = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
loss = (w * 2).sum() ** 2

# %%
backward_steps(loss)
"""


@pytest.fixture(scope="module")
def server(serve, tmp_path_factory):
    source = tmp_path_factory.mktemp("source") / "98_kept" / "lesson.py"
    source.parent.mkdir()
    source.write_text(LESSON)
    return serve(source)


@pytest.fixture(scope="module")
def notebook(server, open_notebook):
    opened = open_notebook(server)
    opened.run_all()
    return opened


def test_a_live_widget_hides_its_still_picture(notebook):
    output = notebook.page.locator(".jp-OutputArea")
    expect(output.get_by_test_id("inspector").first).to_be_visible(timeout=PATIENCE)
    stills = notebook.page.locator(".jp-RenderedSVG img")
    expect(stills).to_have_count(1)
    expect(stills.first).to_be_hidden()


def test_the_panel_is_in_the_palette_and_the_launcher_and_has_a_key(notebook):
    page, panel = notebook.page, Panel(notebook)
    expect(panel.root).to_be_visible(timeout=PATIENCE)
    notebook.js("[...app.shell.widgets('main')].find((w) => w.id === 'minitorch-inspector-panel').close()")
    expect(panel.dock).to_have_count(0)
    notebook.js("panel.content.activate(); panel.content.mode = 'command'")
    page.keyboard.press("Alt+Shift+T")
    expect(panel.root).to_be_visible(timeout=PATIENCE)
    notebook.js("[...app.shell.widgets('main')].find((w) => w.id === 'minitorch-inspector-panel').close()")
    page.keyboard.press("Control+Shift+C")
    page.keyboard.type("Tensor inspector")
    page.locator("#modal-command-palette .lm-CommandPalette-item").filter(has_text="Tensor inspector").first.click()
    expect(panel.root).to_be_visible(timeout=PATIENCE)
    page.evaluate("() => { window.jupyterapp.commands.execute('launcher:create'); }")
    expect(page.locator(".jp-LauncherCard").filter(has_text="Tensor inspector")).to_be_visible(timeout=PATIENCE)


@pytest.fixture(scope="module")
def kept(server, notebook):
    """The notebook as it was saved, for a kernel that is not installed: by Lab without, by nbclient with the widget's state."""
    notebook.js("await panel.context.save()")
    (saved,) = (path for path in server.notebooks.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts)
    found = {}
    for state in ("with", "without"):
        read = nbformat.read(saved, as_version=4)
        if state == "with":
            nbclient.NotebookClient(read, timeout=120, kernel_name="python3").execute()
        else:
            read.metadata.pop("widgets", None)
        read.metadata["kernelspec"] = {"name": "not-installed", "display_name": "not installed", "language": "none"}
        read.metadata["language_info"] = {"name": "none"}  # Lab would take any kernel of the language
        found[state] = saved.with_name(f"{state}.ipynb")
        nbformat.write(read, found[state])
        command = [sys.executable, "-m", "jupyter", "trust", found[state].name]  # as one's own notebook is, once saved
        subprocess.run(command, cwd=saved.parent, env=server._environment(), check=True)
    return found


@pytest.mark.parametrize("state", ["with", "without"])
def test_a_saved_notebook_without_a_kernel_shows_the_picture(server, kept, browser, state):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    try:
        requests = Requests(page)
        address = server.address().rpartition("/tree/")[0]
        folder = kept[state].relative_to(server.notebooks).parent.as_posix()
        path = kept[state].name if folder == "." else f"{folder}/{kept[state].name}"
        token = server.address().partition("?")[2]
        page.goto(f"{address}/tree/{path}" + (f"?{token}" if token else ""), wait_until="commit")
        page.locator(".jp-Dialog button.jp-mod-reject").first.click(timeout=45_000)  # "No Kernel"
        widget = page.locator(".jp-OutputArea .mt-node").first
        still = page.locator(".jp-RenderedSVG img").first
        expect(widget.or_(still).first).to_be_visible(timeout=60_000)
        page.wait_for_timeout(2000)  # the widget comes later, where it comes
        assert widget.is_visible() != still.is_visible()
        if still.is_visible():
            assert still.evaluate("(e) => e.naturalWidth") > 300
        assert requests.outside == []
    finally:
        page.close()


def test_the_saved_notebook_holds_picture_and_words(kept):
    read = json.loads(kept["without"].read_text())
    widget, still = read["cells"][-1]["outputs"]
    assert "loss comes from pow" in "".join(widget["data"]["text/plain"])
    assert "".join(still["data"]["image/svg+xml"]).startswith('<svg id="mt-still-')


def test_no_request_of_the_cell_or_the_panel_left_this_machine(notebook):
    assert len(notebook.requests.all) > 50 and notebook.requests.outside == []
