"""The gallery has every picture, all of its cells run on both engines, and its page shows what it says."""

import sys
import xml.dom.minidom
from pathlib import Path

import minitorch_widgets
import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "widgets"))

import make_gallery  # noqa: E402

# what is public and no picture: the parts of one, and what stands around them
HELPERS = {
    "Question", "Step", "act", "when", "load_ipython_extension", "unload_ipython_extension", "log_to", "read_log",
    "recheck", "record", "save", "snapshot", "to_svg",
}  # fmt: skip


def test_every_public_picture_has_a_cell():
    pictures = set(minitorch_widgets.__all__) - HELPERS
    shown = {name for name, _ in make_gallery.cells()}
    assert not pictures - shown, (
        "give it a cell in widgets/gallery.py, and run python widgets/make_gallery.py"
    )
    assert shown - pictures == {"words", "setup", "gradient_map"}


def test_every_picture_is_led_in_by_words():
    cells = make_gallery.cells()
    for (before, words), (name, text) in zip(cells, cells[1:], strict=False):
        if name not in ("words", "setup"):
            assert before == "words" and words.count(".") >= 2, name
            assert f"{name}(" in text or name == "gradient_map"


def test_all_cells_run_and_draw(torch, monkeypatch):
    monkeypatch.setattr("sys.displayhook", lambda value: None)
    drawn = {}
    for name, thing in make_gallery.shown(torch.__name__):
        if name == "setup":
            continue
        drawn[name] = make_gallery.still(thing)
        assert drawn[name].lstrip().startswith(("<svg", "<?xml")), name
        assert len(drawn[name]) < 60_000, name
        xml.dom.minidom.parseString(drawn[name])
    assert len(drawn) == len([name for name, _ in make_gallery.cells() if name not in ("words", "setup")])


def test_the_page_is_what_the_source_says_and_has_its_pictures():
    assert make_gallery.PAGE.read_text(encoding="utf-8") == make_gallery.page(), (
        "run python widgets/make_gallery.py"
    )
    for name, _ in make_gallery.cells():
        if name not in ("words", "setup"):
            assert (make_gallery.PICTURES / f"{name}.svg").is_file(), "run python widgets/make_gallery.py"


def test_the_source_is_a_notebook(tmp_path):
    make_gallery.notebook(tmp_path / "gallery.ipynb")
    cells = nbformat.read(tmp_path / "gallery.ipynb", as_version=4).cells
    assert cells[1].id == "setup" and "\n%load_ext minitorch_widgets" in cells[1].source


@pytest.mark.parametrize("words", ["issue", "helper", "/work/"])
def test_the_page_speaks_of_the_product_alone(words):
    assert words not in make_gallery.PAGE.read_text(encoding="utf-8")
