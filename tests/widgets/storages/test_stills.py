"""A notebook that is opened where no widget runs: a still picture and the same words, also where the state was saved."""

import base64
import os
import re
import sys

import pytest
from minitorch_widgets import show

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")
nbconvert = pytest.importorskip("nbconvert")

CELLS = [
    "import minitorch_edu as torch\nfrom minitorch_widgets import backward_steps, show",
    "x = torch.ones(2, requires_grad=True)\nloss = (x * 2.0).sum()",
    "show(loss)",
    "backward_steps(loss)",
    "globals()['<script>alert(1)</script>'] = torch.ones(1)\nshow()",
]
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """Run by nbclient, which saves the widgets' state."""
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # the kernel imports what the tests import
    try:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
        folder = tmp_path_factory.mktemp("notebook")
        nbclient.NotebookClient(
            notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
        ).execute()
    finally:
        os.environ.pop("PYTHONPATH")
        if before is not None:
            os.environ["PYTHONPATH"] = before
    return notebook


def without_state(notebook):
    bare = nbformat.from_dict(notebook)
    bare.metadata = nbformat.from_dict({k: v for k, v in notebook.metadata.items() if k != "widgets"})
    return bare


def html(notebook):
    return nbconvert.HTMLExporter().from_notebook_node(notebook)[0]


def outputs(page):
    """The page's outputs, without what nbconvert puts around them."""
    return page[page.index("<main>") :] if "<main>" in page else page[page.index("<body") :]


def test_the_widgets_state_was_saved(notebook):
    assert notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]


def test_html_shows_a_picture_for_each_widget_with_and_without_saved_state(notebook):
    for saved in (notebook, without_state(notebook)):
        found = re.findall(r'<img [^>]*src="data:image/svg\+xml;base64,([\w+/=]+)"', outputs(html(saved)))
        pictures = [base64.b64decode(each).decode() for each in found]
        assert len(pictures) == 3 and all(each.startswith('<svg id="mt-still-') for each in pictures)
        assert sum("loss comes from sum of" in each for each in pictures) == 3


def test_the_words_of_the_picture_are_the_words_of_the_output(notebook):
    for cell in notebook.cells[2:]:
        widget, still = cell.outputs
        words = widget.data["text/plain"]
        described = still.data["image/svg+xml"].partition("<desc>")[2].partition("</desc>")[0]
        described = described.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
        assert words.startswith(described) and len(described) > 40


def test_markdown_and_script_text_carry_the_picture(notebook):
    text, resources = nbconvert.MarkdownExporter().from_notebook_node(without_state(notebook))
    assert sum(name.endswith(".svg") for name in resources["outputs"]) == 3
    assert "loss comes from sum" in text


def test_hostile_names_are_words_in_the_page(notebook):
    page = outputs(html(without_state(notebook)))
    assert HOSTILE not in page and "&lt;script&gt;alert(1)" in page


def test_a_widget_keeps_the_name_of_its_picture(torch):
    widget = show(torch.ones(2))
    assert widget.still.startswith("mt-still-") and widget.still != show(torch.ones(2)).still


def test_a_terminal_gets_the_words_once(torch, capsys):
    show(torch.ones(2))._ipython_display_()
    assert capsys.readouterr().out.count("tensor of float32") == 1
