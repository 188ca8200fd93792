"""What is built from a lesson's source: three files that say the same, and how long a lesson takes."""

import itertools
import re

import nbformat
import pytest
from minitorch_lessons import build, cli

LESSON = """# %% [markdown]
# # Doubling
#
# Twice $x$ is $x + x$, and `$HOME` costs nothing.
#
# $$\\frac{d}{dx} 2x = 2$$

# %% exercise="q1" id="q1"
def double(x):
    ### BEGIN SOLUTION
    return x + x
    ### END SOLUTION

# %%
print("made by", 6 * 7)
### BEGIN HIDDEN TESTS
print(double(3), "is six")
### END HIDDEN TESTS
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lessons") / "01_doubling"
    folder.mkdir()
    path = folder / "lesson.py"
    path.write_text(LESSON)
    return path


@pytest.fixture(scope="module")
def built(source, tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    return {path.name: path.read_text() for path in build.build(source, folder)}


def test_three_files_are_written(built):
    assert list(built) == ["01_doubling.ipynb", "01_doubling.instructor.ipynb", "01_doubling.html"]


def test_only_the_instructors_notebook_has_the_solution_and_the_hidden_tests(built):
    for name, text in built.items():
        secret = name.endswith("instructor.ipynb")
        assert ("return x + x" in text) == secret and ("is six" in text) == secret
    cells = nbformat.reads(built["01_doubling.ipynb"], as_version=4).cells
    assert "raise NotImplementedError" in cells[1].source


def test_the_notebooks_hold_no_output(built):
    for name in ("01_doubling.ipynb", "01_doubling.instructor.ipynb"):
        cells = nbformat.reads(built[name], as_version=4).cells
        assert all(not cell.get("outputs") for cell in cells)


def test_the_page_shows_what_cells_print_and_sets_mathematics_without_the_network(built):
    page = built["01_doubling.html"]
    assert "<title>Doubling</title>" in page and "made by 42" in page
    assert "<math" in page and "<mfrac>" in page and "$HOME" in page
    assert not re.search(r"""(src|href)=["']https?://""", page)
    assert "unpkg.com" not in page and "cdn" not in page.split("<main>")[1]


def test_the_page_has_dark_colours_for_readers_who_ask_for_them(built):
    page = built["01_doubling.html"]
    dark = page[page.index("@media (prefers-color-scheme: dark) {") :]
    assert "--jp-layout-color0" in dark and "color-scheme: dark" in dark and '<html lang="en">' in page


def test_what_a_lesson_takes_is_measured(source):
    found = build.measure(source, clock=itertools.count(0, 2.5).__next__)
    assert (found.name, found.words, found.lines, found.exercises) == ("01_doubling", 15, 4, 1)
    assert found.seconds == 2.5 and 0 < found.reading < 1
    assert re.search(r"01_doubling +15 +4 +1 +0 min +2.5 s", build.table([found]))


def test_the_command_builds_the_lessons_that_are_named(source, tmp_path, capsys):
    assert cli.main(["build", str(source), "--to", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().out.count("Wrote ") == 3
    assert cli.main(["build", "nonsense"]) == 2
    assert "there is no lesson 'nonsense'" in capsys.readouterr().err
