"""Three lessons, gone through as a student would: run, predict wrong, get the diagnosis, predict right, solve, pass.

Which three is drawn by a seed: the environment variable COURSE_SEED, or else a number made from the lessons' sources, so
that one state of the course is tried with the same three lessons everywhere, and another state with others.
"""

from __future__ import annotations

import ast
import hashlib
import os
import random

import pytest
from minitorch_lessons import lab, source
from minitorch_lessons.exercises import load_exercises

HOW_MANY = 3
LESSONS = {name: path for name, path in lab.lesson_folders().items() if (path / "checks.py").is_file()}


def seed():
    sources = b"".join((path / "lesson.py").read_bytes() for path in LESSONS.values())
    return int(os.environ.get("COURSE_SEED") or int(hashlib.sha256(sources).hexdigest()[:6], 16))


CHOSEN = sorted(random.Random(seed()).sample(sorted(LESSONS), min(HOW_MANY, len(LESSONS))))


class Answers:
    """A lesson's known wrong answers and its solutions, as what a student would write into a cell."""

    def __init__(self, folder):
        self.folder = folder
        self.levels = {name: each.level for name, each in load_exercises(folder / "checks.py").items()}
        solved = source.solution_notebook(folder / "lesson.py").cells
        self.right = {
            cell.metadata.minitorch.exercise: cell.source for cell in solved if "minitorch" in cell.metadata
        }

    def wrong(self, exercise):
        """A wrong answer to this exercise with the diagnosis it gets."""
        for path in sorted((self.folder / "wrong").glob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            about = {
                node.targets[0].id: ast.literal_eval(node.value)
                for node in tree.body
                if isinstance(node, ast.Assign)
                and getattr(node.targets[0], "id", "") in ("EXERCISE", "FAILS")
            }
            if about["EXERCISE"] == exercise and about["FAILS"]:
                body = [
                    node
                    for node in tree.body[1:]
                    if not getattr(node, "targets", None) or _name(node) not in about
                ]
                body = [node for node in body if _name(node) != "FAILS_HIDDEN"]
                return ast.unparse(ast.Module(body, [])), next(iter(about["FAILS"].values()))
        raise AssertionError(f"{exercise} has no wrong answer")


def _name(node):
    return getattr(node.targets[0], "id", "") if isinstance(node, ast.Assign) else ""


class Student:
    """Somebody with the notebook open: writes answers into the cells of exercises and checks them."""

    def __init__(self, notebook):
        self.notebook = notebook

    def answer(self, exercise, code):
        index = self.notebook.js(
            """
            const index = panel.content.widgets.findIndex(
                (cell) => cell.model.getMetadata("minitorch")?.exercise === argument[0]);
            panel.content.widgets[index].model.sharedModel.setSource(argument[1]);
            return index;
            """,
            [exercise, code],
        )
        self.notebook.run(index)

    def type(self, exercise, code):
        """Write the answer with the keyboard, and run the cell with Shift+Enter."""
        keyboard = self.notebook.page.keyboard
        self.notebook.js(
            """
            app.shell.activateById(panel.id);
            panel.content.activeCellIndex = panel.content.widgets.findIndex(
                (cell) => cell.model.getMetadata("minitorch")?.exercise === argument);
            panel.content.activeCell.model.sharedModel.setSource("");
            await app.commands.execute("notebook:enter-edit-mode");
            """,
            exercise,
        )
        keyboard.insert_text(code)
        assert self.notebook.js("return panel.content.activeCell.model.sharedModel.source") == code
        keyboard.press("Shift+Enter")
        self.notebook.wait_ready()

    def check(self, exercise):
        index = self.notebook.index(f'check("{exercise}")')
        self.notebook.run(index)
        return self.notebook.text(index)


@pytest.mark.parametrize("name", CHOSEN)
def test_a_student_goes_through_a_lesson(name, serve, open_notebook):
    print(f"COURSE_SEED={seed()}: {', '.join(CHOSEN)}")
    answers = Answers(LESSONS[name])
    notebook = open_notebook(serve(name))
    student = Student(notebook)
    notebook.run_all()
    assert notebook.errors() == {}

    predictions = [exercise for exercise, level in answers.levels.items() if not level]
    tasks = [exercise for exercise, level in answers.levels.items() if level]
    for exercise, write in ((predictions[0], student.type), (tasks[0], student.answer)):
        assert "not started" in student.check(exercise).splitlines()[0]
        wrong, diagnosis = answers.wrong(exercise)
        write(exercise, wrong)
        said = student.check(exercise)
        assert diagnosis in said and "Hint 2" in said
        write(exercise, answers.right[exercise])
        heading = student.check(exercise).splitlines()[0]
        assert heading.endswith(("claims hold", "right")) and "not right yet" not in heading
        assert " of " not in heading.rpartition(":")[2]
    assert notebook.errors() == {} and notebook.requests.outside == []
