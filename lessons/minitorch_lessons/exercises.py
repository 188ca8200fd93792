"""Exercises: those that a lesson's checks.py or hidden.py makes."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from minitorch_lessons.claims import Exercise


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
