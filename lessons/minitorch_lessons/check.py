"""check("q1"): looks at the student's answer and says which claims hold, in a card; it never raises.

It runs in the student's own process, and so it helps those who want to learn: code that sets out to forge
a pass can do it here, and `os._exit` ends the kernel. Points come from the grader, which keeps tests and
scores in a second process and asks this one for values only.
"""

from __future__ import annotations

import builtins
import os
import sys
from pathlib import Path
from typing import Any

from minitorch_lessons import card, lab, translation
from minitorch_lessons.claims import Exercise
from minitorch_lessons.exercises import load_exercises as load_exercises
from minitorch_lessons.student import examine, restore_builtins, short_repr


class Check:
    """`check("q1")` for an exercise of `check.lesson`; `check()` lists the exercises there are.

    Each call on an answer that does not pass yet shows one more hint in the plain text; in the card the
    hints open one after the other. The answer itself is in neither. `check.language = "de"` has it speak German,
    where the lesson is translated.
    """

    def __init__(self) -> None:
        self.lesson: str | None = None
        self.language = translation.ENGLISH
        self._calls: dict[tuple[str, str], int] = {}

    def __call__(self, name: str | None = None, *, lesson: str | None = None) -> None:
        patched = restore_builtins()
        try:
            # the caller is one step up from here
            self._check(name, lesson, _notebook_namespace() or sys._getframe(1).f_globals)
        except KeyboardInterrupt:
            self._say("check: interrupted", [])
        except BaseException as error:  # a lesson's damaged checks.py, or a fault of our own
            advice = "Restart the kernel and run the cells again."
            self._say("check could not run", [short_repr(f"{type(error).__name__}: {error}"), advice])
        finally:
            builtins.__dict__.update(patched)

    def _check(self, name: str | None, lesson: str | None, namespace: dict[str, Any]) -> None:
        folder = find_lesson(lesson or self.lesson)
        if folder is None:
            names = ", ".join(sorted(lesson_folders())) or "none"
            advice = f'Say it once, as in check.lesson = "...". The lessons are: {names}.'
            return self._say("check: which lesson?", [advice])
        exercises = load_exercises(folder / "checks.py")
        exercise = exercises.get(str(name).replace("_", "-"))
        if exercise is None:
            heading = "check: the exercises" if name is None else f"check: there is no exercise {str(name)!r}"
            return self._say(heading, [f"The exercises of this lesson are: {', '.join(exercises)}."])
        self._show(folder, exercise, namespace)

    def _show(self, folder: Path, exercise: Exercise, namespace: dict[str, Any]) -> None:
        outcomes = tuple(examine(exercise, namespace))
        key = (folder.name, exercise.name)
        shown = self._calls.get(key, 0) + 1
        say = translation.speaker(folder, self.language)
        report = card.Report(exercise.name, exercise.title, exercise.level, outcomes, exercise.hints, shown, say)
        self._calls[key] = 0 if report.passed else shown
        _display(card.html(report), card.text(report))

    def _say(self, heading: str, sentences: list[str]) -> None:
        say = translation.speaker(Path(), self.language)
        heading, sentences = say(heading), [say(sentence) for sentence in sentences]
        _display(card.note_html(heading, sentences), card.note_text(heading, sentences))

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


# Showing ---------------------------------------------------------------------


def _notebook_namespace() -> dict[str, Any] | None:
    shell = sys.modules.get("IPython") and sys.modules["IPython"].get_ipython()
    return shell.user_ns if shell else None


def _display(html: str, text: str) -> None:
    if _notebook_namespace() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/html": html, "text/plain": text}, raw=True)  # type: ignore[no-untyped-call]
