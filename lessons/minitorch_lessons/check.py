"""check("q1"): looks at the student's answer and says which claims hold, in a card; it never raises.

It runs in the student's own process, and so it helps those who want to learn: code that sets out to forge
a pass can do it here, and `os._exit` ends the kernel. Points come from the grader, which keeps tests and
scores in a second process and asks this one for values only.
"""

from __future__ import annotations

import builtins
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from minitorch_lessons import card, lab
from minitorch_lessons.claims import Exercise
from minitorch_lessons.student import examine, restore_builtins, short_repr


class Check:
    """`check("q1")` for an exercise of `check.lesson`; `check()` lists the exercises there are.

    Each call on an answer that does not pass yet shows one more hint in the plain text; in the card the
    hints open one after the other. The answer itself is in neither.
    """

    def __init__(self) -> None:
        self.lesson: str | None = None
        self._calls: dict[tuple[str, str], int] = {}

    def __call__(self, name: str | None = None, *, lesson: str | None = None) -> None:
        patched = restore_builtins()
        try:
            # the caller is one step up from here
            self._check(name, lesson, _notebook_namespace() or sys._getframe(1).f_globals)
        except KeyboardInterrupt:
            _say("check: interrupted", [])
        except BaseException as error:  # a lesson's damaged checks.py, or a fault of our own
            advice = "Restart the kernel and run the cells again."
            _say("check could not run", [short_repr(f"{type(error).__name__}: {error}"), advice])
        finally:
            builtins.__dict__.update(patched)

    def _check(self, name: str | None, lesson: str | None, namespace: dict[str, Any]) -> None:
        folder = find_lesson(lesson or self.lesson)
        if folder is None:
            names = ", ".join(sorted(lesson_folders())) or "none"
            advice = f'Say it once, as in check.lesson = "...". The lessons are: {names}.'
            return _say("check: which lesson?", [advice])
        exercises = load_exercises(folder / "checks.py")
        exercise = exercises.get(str(name).replace("_", "-"))
        if exercise is None:
            heading = "check: the exercises" if name is None else f"check: there is no exercise {str(name)!r}"
            return _say(heading, [f"The exercises of this lesson are: {', '.join(exercises)}."])
        self._show(folder.name, exercise, namespace)

    def _show(self, lesson: str, exercise: Exercise, namespace: dict[str, Any]) -> None:
        outcomes = tuple(examine(exercise, namespace))
        key = (lesson, exercise.name)
        shown = self._calls.get(key, 0) + 1
        report = card.Report(exercise.name, exercise.title, exercise.level, outcomes, exercise.hints, shown)
        self._calls[key] = 0 if report.passed else shown
        _display(card.html(report), card.text(report))

    def __repr__(self) -> str:
        return f"<check of lesson {self.lesson!r}>"


check = Check()


# Finding the lesson ----------------------------------------------------------


def lesson_folders() -> dict[str, Path]:
    """The folders of the lessons that have checks, by name."""
    return {name: path for name, path in lab.lesson_folders().items() if (path / "checks.py").is_file()}


def find_lesson(name: str | None) -> Path | None:
    """The lesson of that name; without one, the lesson whose notebook this kernel was started for."""
    folders = lesson_folders()
    if name is not None:
        return folders.get(name)
    notebook = Path(os.environ.get("JPY_SESSION_NAME", ""))  # set by the Jupyter server
    return next((folders[part] for part in (notebook.stem, *notebook.parts) if part in folders), None)


def load_exercises(path: Path) -> dict[str, Exercise]:
    """The exercises that a checks.py (or a hidden.py) makes, by name, in their order."""
    module = _load(path)
    made = [value for value in vars(module).values() if isinstance(value, Exercise)]
    return {exercise.name: exercise for exercise in made}


def _load(path: Path) -> ModuleType:
    # loaded afresh for each check: a lesson's folder is no package, and whoever writes it edits it
    spec = importlib.util.spec_from_file_location(f"checks_of_{path.parent.name}", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Showing ---------------------------------------------------------------------


def _notebook_namespace() -> dict[str, Any] | None:
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    return shell.user_ns if shell else None


def _say(heading: str, sentences: list[str]) -> None:
    _display(card.note_html(heading, sentences), card.note_text(heading, sentences))


def _display(html: str, text: str) -> None:
    if _notebook_namespace() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/html": html, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]
