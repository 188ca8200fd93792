"""The syllabus, made from the lessons' own data: `python -m minitorch_lessons.syllabus` writes lessons/SYLLABUS.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from minitorch_lessons import build, lab, source, translation
from minitorch_lessons.exercises import load_exercises

MINUTES = {"": 2, "fill in": 4, "write": 8, "investigate": 8}
"""What an exercise of each level is reckoned to take; a prediction has no level."""
WEEKS = ((1, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12), (13, 14), (15, 16))
DAYS = (("First day", (1, 3, 4, 6)), ("Second day", (7, 8, 10, 11)))
INSPECTOR = "docked inspector"


@dataclass(frozen=True)
class Entry:
    """What the syllabus says of one lesson."""

    name: str
    title: str
    needs: str
    reading: int
    doing: int
    levels: tuple[str, ...]
    exercises: int
    predictions: int
    pictures: tuple[str, ...]
    misconceptions: tuple[tuple[str, tuple[str, ...]], ...]
    languages: tuple[str, ...]

    @property
    def number(self) -> int:
        return int(self.name[:2])


def entry(path: Path) -> Entry:
    """Read one lesson: its notebook, its checks, and the docstrings of its known wrong answers."""
    cells = source.student_notebook(path).cells
    prose = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    exercises = load_exercises(path.parent / "checks.py")
    tasks = [each for each in exercises.values() if each.level]
    needs = re.search(r"You need ([^\n]+?)\.(?:\s|$)", prose)
    return Entry(
        path.parent.name,
        prose.splitlines()[0].lstrip("# ").strip(),
        needs[1] if needs else "the lessons before",
        round(build.reading_minutes(cells)),
        sum(MINUTES.get(each.level, MINUTES["write"]) for each in exercises.values()),
        tuple(level for level in MINUTES if any(each.level == level for each in tasks)),
        len(tasks),
        len(exercises) - len(tasks),
        _pictures(code),
        tuple(_misconceptions(path.parent, {name: each.title for name, each in exercises.items()})),
        tuple(translation.languages(path.parent)),
    )


def _pictures(code: str) -> tuple[str, ...]:
    found = [INSPECTOR] if "%load_ext minitorch_widgets" in code else []
    for several, few in re.findall(r"(?m)^\s*from minitorch_widgets import (?:\(([^)]*)\)|([\w, ]+)$)", code):
        found += [f"`{name.strip()}`" for name in (several or few).split(",") if name.strip()]
    return tuple(dict.fromkeys(found))


def _misconceptions(folder: Path, titles: dict[str, str]) -> Iterable[tuple[str, tuple[str, ...]]]:
    """What those believe who give each known wrong answer, by exercise."""
    beliefs: dict[str, list[str]] = {}
    for path in sorted((folder / "wrong").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        belief = " ".join((ast.get_docstring(tree) or "").split("\n\n")[0].split())
        for node in tree.body:
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXERCISE":
                name = ast.literal_eval(node.value)
                if belief and belief not in beliefs.setdefault(name, []):
                    beliefs[name].append(belief)
    return [(titles[name], tuple(beliefs[name])) for name in titles if beliefs.get(name)]


# The page ------------------------------------------------------------------------------------------------------------


def page(lessons: list[Entry]) -> str:
    """The whole page, in Markdown."""
    lines = [
        BEGINNING,
        "## The lessons",
        "",
        "| | lesson | you need | reading | doing | exercises | pictures |",
    ]
    lines.append("| --- | --- | --- | --- | --- | --- | --- |")
    for each in lessons:
        levels = ", ".join(each.levels)
        lines.append(
            f"| {each.number} | [{each.title}]({each.name}/lesson.py) | {each.needs} | {each.reading} min "
            f"| {each.doing} min | {each.exercises}: {levels} | {', '.join(each.pictures) or 'none'} |"
        )
    lines += [
        "",
        TIMES,
        "",
        ALONE,
        "",
        *_plans(lessons),
        "## Which misconceptions each lesson treats",
        "",
        TREATED,
    ]
    for each in lessons:
        lines += ["", f"### {each.number}. {each.title}"]
        if each.languages:
            lines += ["", f"Translated to: {', '.join(each.languages)}."]
        for title, beliefs in each.misconceptions:
            lines += ["", f"{title}", "", *(f"- {belief}" for belief in beliefs)]
    return "\n".join(lines) + "\n"


def _plans(lessons: list[Entry]) -> list[str]:
    titles = {each.number: each for each in lessons}

    def row(when: str, numbers: Iterable[int]) -> str:
        there = [titles[number] for number in numbers if number in titles]
        named = "; ".join(f"{each.number} {each.title}" for each in there)
        return f"| {when} | {named} | {sum(each.reading + each.doing for each in there)} min |"

    head = ["| | lessons | together |", "| --- | --- | --- |"]
    weeks = [row(f"week {k}", numbers) for k, numbers in enumerate(WEEKS, 1) if set(numbers) & titles.keys()]
    days = [row(when, numbers) for when, numbers in DAYS if set(numbers) & titles.keys()]
    return [
        "## Eight weeks",
        "",
        WEEKLY,
        "",
        *head,
        *weeks,
        "",
        "## A workshop of two days",
        "",
        DAILY,
        "",
        *head,
        *days,
        "",
    ]


BEGINNING = """# Syllabus

What the lessons teach, how long they take, and how to teach with them. This page is made from the lessons themselves:
`make syllabus` writes it anew.

Each lesson asks for predictions before a cell is run, shows the picture that helps at that place, and ends with
exercises. `check("q1")` tells a student what holds and what does not, and names the misconception behind a wrong
answer.
"""
TIMES = """Reading is reckoned at 180 words a minute and 4 seconds for a line of code. Doing is reckoned at 2 minutes
for a prediction, 4 for an exercise with blanks to fill in, and 8 for one where you write or investigate. `make lessons`
prints the reading times, and measures the first run of each notebook."""
ALONE = """## How to use one lesson alone

Every lesson is a notebook of its own: it imports what it needs, makes its own data and uses no file of another lesson.
What it takes as known stands in its first paragraph, and in the table above.

1. `minitorch-edu lab 6` writes the notebook of lesson 6 and opens it. `--language de` opens a translation.
2. `minitorch-edu build 6` writes the notebook for students, the one for instructors with solutions and hidden tests,
   and a page of HTML to read or to print.
3. `minitorch-edu build 6 --engine torch` writes the same notebooks for real PyTorch.

In class, let everybody write down the predictions before the cell is run, and let the wrong ones be argued for: the
diagnoses of the checks answer the arguments that are listed below."""
WEEKLY = """Two lessons a week, with one meeting. Students read and predict before the meeting; the exercises
are begun together and finished alone."""
DAILY = """Predictions and pictures together, one fill-in exercise of each lesson in the room; the rest is for later."""
TREATED = """Each line is what somebody believes who gives a known wrong answer. For each there is a diagnosis, and a
test that this answer gets it and fails no other claim."""


def entries() -> list[Entry]:
    """Those of all lessons that are there with their checks, in order."""
    folders = (path for path in lab.lesson_folders().values() if (path / "checks.py").is_file())
    return [entry(path / "lesson.py") for path in folders if (path / "lesson.py").is_file()]


def write() -> Path:
    folders = lab.lesson_folders()
    path = next(iter(folders.values())).parent / "SYLLABUS.md"
    path.write_text(page(entries()), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(f"Wrote {write()}")
