"""The last page, and the notebooks with the import changed."""

from pathlib import Path

import nbformat
import pytest
from minitorch_lessons import build, lab, pytorch, source

from tests.lessons import course

PAGE = Path(lab.find_lesson("on_pytorch"))


def test_the_page_prints_the_same_for_both_engines():
    pytest.importorskip("torch")
    told = course.run(source.student_notebook(PAGE))
    assert course.errors(told) == []
    for cell in ("both", "random"):
        ours, theirs = course.printed(told)[cell].splitlines()
        assert ours == theirs
    assert course.printed(told)["changed"].splitlines() == ["import torch", "from torch import nn"]


@pytest.mark.parametrize("name", lab.lesson_folders())
def test_the_changed_notebook_imports_pytorch_alone_and_keeps_its_cells(name):
    path = lab.lesson_folders()[name] / "lesson.py"
    before, after = source.student_notebook(path), pytorch.on_pytorch(source.student_notebook(path))
    nbformat.validate(after)
    assert [cell.id for cell in after.cells if cell.id != "on-pytorch"] == [cell.id for cell in before.cells]
    for cell in after.cells:
        if cell.cell_type == "code":
            assert "import minitorch_edu" not in cell.source and "from minitorch_edu" not in cell.source
            assert pytorch.OURS not in cell.metadata.get("tags", [])


def test_a_cell_for_the_simulated_gpu_stands_there_as_text():
    tagged = {"tags": ["simulated"]}
    cells = [
        nbformat.v4.new_markdown_cell("# Title"),
        nbformat.v4.new_code_cell("simulate()", metadata=tagged),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"minitorch": {"lesson": "x"}})
    title, note, left_out = pytorch.on_pytorch(notebook).cells
    assert (title.source, note.source) == ("# Title", pytorch.NOTE)
    assert left_out.cell_type == "markdown" and "```python\nsimulate()\n```" in left_out.source


def test_the_files_are_named_after_engine_and_language(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "run", lambda notebook: notebook)
    path = lab.find_lesson("6")
    names = [file.name for file in build.build(path, tmp_path, "de", "torch")]
    assert names[0] == "06_backward_graph.de.torch.ipynb" and names[2] == "06_backward_graph.de.torch.html"
    assert 'lang="de"' in (tmp_path / names[2]).read_text(encoding="utf-8")
