"""The lesson source: what the student's notebook leaves out, and what is said of a damaged file."""

import json

import nbformat
import pytest
from minitorch_lessons.source import SourceError, solution_notebook, student_notebook

HEADER = "# ---\n# jupyter:\n#   kernelspec:\n#     name: python3\n# ---\n\n"


@pytest.fixture
def lesson(tmp_path):
    """Writes a lesson and gives its path."""

    def write(text):
        path = tmp_path / "07_small" / "lesson.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def student_code(lesson, text):
    return "\n".join(cell.source for cell in student_notebook(lesson(text)).cells if cell.cell_type == "code")


# What a student gets


def test_a_solution_inside_a_function_becomes_a_stub(lesson):
    code = student_code(
        lesson,
        "# %%\ndef double(x):\n    ### BEGIN SOLUTION\n    y = x * 2\n    ### END SOLUTION\n    return y\n",
    )
    assert code == "def double(x):\n    # your code here\n    raise NotImplementedError\n    return y"


def test_a_whole_function_keeps_its_signature_and_its_docstring(lesson):
    text = (
        '# %%\n### BEGIN SOLUTION\ndef scale(x, *, by: float = 2.0):\n    """Scaled."""\n    return x * by\n\n'
        "\nfactor = 3\nsecret_call(factor)\n### END SOLUTION\n"
    )
    code = student_code(lesson, text)
    assert "def scale(x, *, by: float=2.0):" in code
    assert '"""Scaled."""' in code
    assert "factor = ..." in code
    assert "x * by" not in code and "3" not in code and "secret_call" not in code
    with pytest.raises(NotImplementedError):
        space = {}
        exec(code, space)
        space["scale"](1)


def test_a_class_keeps_its_methods_and_loses_their_bodies(lesson):
    body = "class Line:\n    def __call__(self, x):\n        return 17 * x\n"
    text = f"# %%\n### BEGIN SOLUTION\n{body}### END SOLUTION\n"
    code = student_code(lesson, text)
    assert "def __call__(self, x):" in code and "17" not in code


def test_hidden_tests_are_gone_and_so_is_a_cell_that_held_nothing_else(lesson):
    text = (
        "# %%\nx = 1\n### BEGIN HIDDEN TESTS\nassert x == 1\n### END HIDDEN TESTS\n\n"
        "# %%\n### BEGIN HIDDEN TESTS\nassert x < 2\n### END HIDDEN TESTS\n"
    )
    path = lesson(text)
    student = student_notebook(path)
    assert [cell.source for cell in student.cells] == ["x = 1"]
    assert "HIDDEN" not in json.dumps(student)
    assert [cell.source for cell in solution_notebook(path).cells] == ["x = 1\nassert x == 1", "assert x < 2"]


def test_the_solution_notebook_has_the_answers_and_no_markers(lesson):
    text = "# %%\n### BEGIN SOLUTION\nx = 42\n### END SOLUTION\n"
    assert solution_notebook(lesson(text)).cells[0].source == "x = 42"


def test_ids_are_the_same_in_both_notebooks_and_in_every_build(lesson):
    text = (
        '# %% [markdown]\n# Text.\n\n# %% exercise="q1" id="q1"\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION\n\n'
        "# %%\nprint(1)\n\n# %%\nprint(1)\n"
    )
    path = lesson(text)
    ids = [cell.id for cell in student_notebook(path).cells]
    assert ids == [cell.id for cell in solution_notebook(path).cells]
    assert ids == [cell.id for cell in student_notebook(path).cells]
    assert ids[1] == "q1" and len(set(ids)) == 4
    # a cell put in front moves no id
    longer = lesson(text.replace("# %% [markdown]", "# %%\nnew = 1\n\n# %% [markdown]"))
    assert [cell.id for cell in student_notebook(longer).cells][1:] == ids


def test_metadata_is_the_exercise_the_tags_and_the_lesson(lesson):
    notebook = student_notebook(lesson(HEADER + '# %% exercise="q1" tags=["widget"]\nx = 1\n'))
    assert notebook.cells[0].metadata == {"minitorch": {"exercise": "q1"}, "tags": ["widget"]}
    assert notebook.metadata.minitorch == {"lesson": "07_small"}
    nbformat.validate(notebook)


def test_magics_run_in_the_notebook(lesson):
    assert student_code(lesson, "# %%\nimport os\n# %load_ext thing\n") == "import os\n%load_ext thing"


# A damaged source

DAMAGED = [
    ("# %%\n### BEGIN SOLUTION\nx = 1\n", 2, "BEGIN SOLUTION is never ended"),
    ("# %%\nx = 1\n### END SOLUTION\n", 3, "END SOLUTION without its BEGIN"),
    ("# %%\n### BEGIN SOLUTION\n### END HIDDEN TESTS\n", 3, "END HIDDEN TESTS without its BEGIN"),
    (
        "# %%\n### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION\n",
        3,
        "BEGIN SOLUTION inside the SOLUTION begun",
    ),
    ("# %%\nx = 1  ### BEGIN SOLUTION\n", 2, "a marker stands alone"),
    ("# %%\n## begin solution\nx = 1\n", 2, "a marker stands alone"),
    ("# %% [markdown]\n### BEGIN SOLUTION\n### END SOLUTION\n", 2, "only code can be"),
    ("# %% [markdwon]\n# text\n", 1, "unknown kind of cell [markdwon]"),
    ("# %% [markdown]\n# text\nnot a comment\n", 3, "must start with '#'"),
    ("# %% id=q1\nx = 1\n", 1, "cannot read 'id=q1'"),
    ('# %% id="q 1"\nx = 1\n', 1, "may hold letters"),
    ('# %% id="a"\nx = 1\n\n# %% id="a"\nx = 2\n', 4, "stands already on line 1"),
    ("# %% tags=[widget]\nx = 1\n", 1, "cannot read the value of tags"),
    ("x = 1\n# %%\n", 1, "text before the first cell"),
    ("# %%\nx = 1\n\n# %%\ndef f(:\n", 5, "not valid Python"),
    (
        "# %%\nif True:\n### BEGIN HIDDEN TESTS\n    x = 1\n### END HIDDEN TESTS\n",
        2,
        "once the solution is taken out",
    ),
    ("# ---\nx = 1\n", 1, "not closed"),
    ("", 1, "no cell"),
]


@pytest.mark.parametrize(("text", "line", "problem"), DAMAGED)
def test_damage_is_named_with_its_file_and_line(lesson, text, line, problem):
    path = lesson(text)
    for build in (student_notebook, solution_notebook):
        with pytest.raises(SourceError) as caught:
            build(path)
        assert str(caught.value).startswith(f"{path}:{line}: ")
        assert problem in str(caught.value)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(SourceError, match="no such lesson file"):
        student_notebook(tmp_path / "nowhere.py")


def test_a_file_that_is_no_text_is_named_with_its_line(tmp_path):
    path = tmp_path / "lesson.py"
    path.write_bytes(b"# %%\nx = '\xff'\n")
    with pytest.raises(SourceError, match=r"lesson\.py:2: not UTF-8"):
        student_notebook(path)


def test_a_folder_is_no_lesson(tmp_path):
    with pytest.raises(SourceError, match="cannot be read"):
        student_notebook(tmp_path)
