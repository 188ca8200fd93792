"""What must hold of every lesson of the course. A lesson's own test file says which lesson, and adds what its prose claims.

class TestLesson(LessonTests):
    name = "06_backward_graph"

def test_the_prose_says_what_the_cells_print(solved): ...
"""

from __future__ import annotations

import ast
import contextlib
import functools
import io
import json
import linecache
import os
import re
from pathlib import Path

import pytest
from minitorch_lessons import lab, source
from minitorch_lessons.check import load_exercises
from minitorch_lessons.student import examine

ROOT = Path(__file__).resolve().parents[2]
ENGINES = ["minitorch_edu", "torch"]
APART = {"widget", "setup", "simulated"}
"""Cells with these tags are our engine's own: they are left out on PyTorch, or not compared."""

EVERYDAY = {
    "loss.backward()",
    "optimizer.step()",
    "optimizer.zero_grad()",
    "super().__init__()",
    "with torch.no_grad():",
}
"""Lines that give nothing away."""


class Lesson:
    """A lesson by its folder's name, and its notebooks, each run once."""

    def __init__(self, name):
        self.name = name
        self.folder = lab.lesson_folders()[name]
        self.source = self.folder / "lesson.py"
        self.wrong = sorted((self.folder / "wrong").glob("*.py"))
        self.checks = load_exercises(self.folder / "checks.py")
        self.hidden = load_exercises(self.folder / "hidden.py")

    @functools.cached_property
    def unsolved(self):
        return run(source.student_notebook(self.source))

    @functools.cached_property
    def solved(self):
        return run(source.solution_notebook(self.source))

    @functools.cached_property
    def on_torch(self):
        pytest.importorskip("torch")
        return run(on_torch(source.solution_notebook(self.source)))

    @property
    def exercises(self):
        """The names of the exercises, in the order of their cells."""
        cells = source.read_cells(self.source)
        return [cell.attributes["exercise"] for cell in cells if "exercise" in cell.attributes]


@functools.cache
def lesson(name):
    return Lesson(name)


# Running a notebook ------------------------------------------------------------------------------------------------


def run(notebook):
    """The notebook after a run from top to bottom in a kernel of its own."""
    from nbclient import NotebookClient

    paths = [str(ROOT / part) for part in ("", "widgets", "lessons")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "MPLBACKEND": "agg"}
    NotebookClient(notebook, timeout=120, kernel_name="python3", allow_errors=True).execute(env=environment)
    return notebook


def on_torch(notebook):
    """The same lesson with the import changed, and without the pictures and the simulated GPU."""
    kept = []
    for cell in notebook.cells:
        if {"widget", "simulated"} & set(cell.metadata.get("tags", [])):
            continue
        cell.source = cell.source.replace("import minitorch_edu as torch", "import torch")
        cell.source = cell.source.replace("import minitorch_edu.", "import torch.")
        cell.source = cell.source.replace("from minitorch_edu", "from torch")
        cell.source = cell.source.replace("%load_ext minitorch_widgets", "")
        kept.append(cell)
    notebook.cells = kept
    assert "minitorch_edu" not in "".join(c.source for c in kept if c.cell_type == "code")
    return notebook


def errors(notebook):
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [f"{o.ename}: {o.evalue}" for o in outputs if o.output_type == "error"]


def printed(notebook):
    """What each code cell prints and shows as its value, by the cell's id."""
    told = {}
    for cell in notebook.cells:
        if cell.cell_type != "code" or APART & set(cell.metadata.get("tags", [])):
            continue
        texts = [o.text for o in cell.outputs if o.output_type == "stream" and o.name == "stdout"]
        texts += [o.data.get("text/plain", "") for o in cell.outputs if o.output_type == "execute_result"]
        told[cell.id] = re.sub(r"0x[0-9a-f]+", "0x", "".join(texts))
    return told


def cards(notebook):
    """The plain text of each check's card, by exercise."""
    found = {}
    for cell in notebook.cells:
        if cell.cell_type != "code" or not cell.source.startswith("check("):
            continue
        (output,) = cell.outputs  # one display, and nothing printed beside it
        assert set(output.data) == {"text/html", "text/plain"}
        found[ast.literal_eval(cell.source[len("check") :])] = output.data["text/plain"]
    return found


# Wrong answers -----------------------------------------------------------------------------------------------------


def namespace_of(path, engine):
    """The names of a wrong answer, over one engine or the other."""
    torch = pytest.importorskip(engine)
    namespace = {"torch": torch, "__name__": "__main__"}
    text = path.read_text(encoding="utf-8").replace("minitorch_edu", engine)
    exec(compile(text, str(path), "exec"), namespace)
    return namespace


def failures(exercise, namespace):
    """The sentence of each claim that does not hold, with what was raised."""
    return {o.claim: f"{o.sentence} {o.raised}" for o in examine(exercise, namespace) if o.status != "pass"}


@functools.cache
def solved_in_here(name, engine):
    """All names that the solved lesson defines, its cells run one after the other in this process, without pictures."""
    torch = pytest.importorskip(engine)
    namespace = {"torch": torch, "__name__": "__main__", "display": lambda *_: None}
    for cell in source.solution_notebook(Lesson(name).source).cells:
        if cell.cell_type != "code" or cell.source.startswith(("check(", "%%")):
            continue
        if "widget" in cell.metadata.get("tags", ()) or (
            "simulated" in cell.metadata.get("tags", ()) and engine == "torch"
        ):
            continue
        lines = [line for line in cell.source.splitlines() if not line.startswith("%")]
        with contextlib.redirect_stdout(io.StringIO()):
            exec(
                compiled("\n".join(lines).replace("minitorch_edu", engine), f"<{name} {cell.id}>"), namespace
            )
    return namespace


def compiled(text, where):
    """The code of a cell, whose text can be found as it can in a notebook: a kernel of CUDA is made from its text."""
    linecache.cache[where] = (len(text), None, text.splitlines(keepends=True), where)
    return compile(text, where, "exec")


class LessonTests:
    """The tests themselves; `name` is the lesson's, `engines` those that its wrong answers are tried on."""

    name = ""
    engines = ENGINES
    on_pytorch = True
    """Whether all of it can be run on PyTorch."""

    # Unsolved and solved

    def test_the_students_notebook_runs_from_top_to_bottom(self, lesson):
        assert errors(lesson.unsolved) == []

    def test_unsolved_exercises_are_not_started_and_come_with_the_first_hint(self, lesson):
        found = cards(lesson.unsolved)
        assert list(found) == lesson.exercises
        for name, text in found.items():
            hints = lesson.checks[name].hints
            assert "not started" in text.splitlines()[0]
            assert "still" in text
            assert hints[0] in text and hints[1] not in text

    def test_the_solutions_pass_every_check(self, lesson):
        assert errors(lesson.solved) == []
        found = cards(lesson.solved)
        assert list(found) == lesson.exercises
        for text in found.values():
            heading = text.splitlines()[0]
            assert heading.endswith(("claims hold", "right")) and "✗" not in text
            assert "all" in heading or heading.endswith(": right")

    # Real PyTorch

    @pytest.mark.slow
    def test_every_cell_prints_the_same_on_pytorch(self, lesson):
        if not self.on_pytorch:
            pytest.skip("it is about what PyTorch does not have")
        assert errors(lesson.on_torch) == []
        theirs = printed(lesson.on_torch)
        assert {id: text for id, text in printed(lesson.solved).items() if id in theirs} == theirs
        assert cards(lesson.on_torch) == {
            id: text for id, text in cards(lesson.solved).items() if id in cards(lesson.on_torch)
        }

    # Wrong answers

    def test_a_wrong_answer_fails_the_claims_it_declares_and_no_other(self, lesson, wrong, engine):
        namespace = namespace_of(wrong, engine)
        for exercises, declared in (
            (lesson.checks, namespace["FAILS"]),
            (lesson.hidden, namespace.get("FAILS_HIDDEN", {})),
        ):
            exercise = exercises.get(namespace["EXERCISE"])
            found = failures(exercise, namespace) if exercise else {}
            assert found.keys() == declared.keys()
            for claim, sentence in declared.items():
                assert sentence in found[claim]

    def test_each_wrong_answer_shows_a_misconception_of_its_own(self, lesson):
        spaces = [namespace_of(path, "minitorch_edu") for path in lesson.wrong]
        said = [(space["EXERCISE"], *space["FAILS"].items()) for space in spaces if space["FAILS"]]
        assert len(said) == len(set(said))
        assert {space["EXERCISE"] for space in spaces} == set(lesson.exercises)
        assert all(space["__doc__"] for space in spaces)

    def test_the_solutions_pass_the_hidden_tests(self, lesson, engine):
        assert lesson.hidden
        for name, exercise in lesson.hidden.items():
            assert failures(exercise, dict(solved_in_here(lesson.name, engine))) == {}, name

    # What a student must not find

    def test_no_solution_stands_in_the_students_notebook(self, lesson):
        cells = [cell.source for cell in source.student_notebook(lesson.source).cells]
        student = json.dumps(cells, ensure_ascii=False)
        for cell in source.read_cells(lesson.source):
            for region in source.regions(lesson.source, cell):
                for line in cell.lines[region.begin + 1 : region.end]:
                    secret = line.strip()
                    # the first line of a function is given to the student; a short line is no secret
                    common = secret in EVERYDAY or secret.startswith(("def ", "class ", '"""'))
                    if len(secret) > 14 and not common:
                        assert json.dumps(secret, ensure_ascii=False)[1:-1] not in student

    def test_no_hidden_test_is_named_where_a_student_reads(self, lesson):
        student = json.dumps(source.student_notebook(lesson.source), ensure_ascii=False)
        public = (lesson.folder / "checks.py").read_text(encoding="utf-8")
        for exercise in lesson.hidden.values():
            for claim in exercise.claims:
                for text in (claim.name, claim.sentence):
                    assert text not in student and text not in public
        assert "BEGIN SOLUTION" not in student and "hidden test" not in student.lower()

    # The exercises and the figures

    def test_an_exercise_has_a_cell_claims_and_graded_hints_without_the_answer(self, lesson):
        assert sorted(lesson.checks) == sorted(lesson.exercises)
        cells = {cell.attributes.get("exercise"): cell for cell in source.read_cells(lesson.source)}
        for name, exercise in lesson.checks.items():
            assert exercise.claims and len(exercise.hints) >= 2
            assert cells[name].attributes["id"] == name
            for line in (line.strip() for line in cells[name].lines):
                if len(line) > 14 and "###" not in line and line not in EVERYDAY:
                    assert not any(line in hint for hint in exercise.hints)

    def test_it_has_exercises_of_every_level(self, lesson):
        tasks = [exercise for name, exercise in lesson.checks.items() if not name.startswith("predict")]
        assert 2 <= len(tasks) <= 5
        assert {exercise.level for exercise in tasks} <= {"fill in", "write", "investigate"}
        assert len({exercise.level for exercise in tasks}) >= 2

    def test_every_figure_has_a_text_that_says_what_it_shows(self, lesson):
        for cell in lesson.solved.cells:
            for output in cell.get("outputs", []):
                data = output.get("data", {})
                assert not {"image/png", "image/jpeg"} & set(data), f"described(...) shows it: {cell.source}"
                for words in re.findall(r"<img\b[^>]*", data.get("text/html", "")):
                    alt = re.search(r'alt="([^"]*)"', words)
                    assert alt and len(alt[1]) > 20, cell.source
