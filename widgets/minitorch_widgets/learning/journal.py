"""Journal: what was asked, answered and done, as JSON lines that a grader reads. Lines are added and never changed.

Note [What a line says]
Every line is an object with `v` (this schema: 1), `n` (its number in this session, from 0), `session` (a random word,
new for each kernel), `t` (seconds since the session began), `event`, and `after` (a digest of the line before it in the
file, so that a line that was changed or taken out shows). By event:

    asked      question, ask, seed, shown    a question was put: what the student could see of it
    answered   question, ask, seed, attempt, answer, right, misconception, truth
    opened     lesson, step                  a page of a lesson was turned to
    completed  lesson, step, seconds         its act was performed, so many seconds after it was opened
    full                                     the file is as large as it may get; nothing more is written

`right`, `misconception` and `truth` are what the student's own process believed. A grader believes none of it: see
rechecking.py. Names and numbers only: no tensor, and no name of a person.
"""

from __future__ import annotations

import hashlib
import json
import os
import pathlib
import secrets
import threading
import time
from typing import Any

VERSION = 1
MOST_BYTES = 4 << 20
MOST_TEXT = 500  # letters of one text
MOST_ITEMS = 64  # of one list
EVENTS = ("asked", "answered", "opened", "completed", "full")
SUFFIX = ".answers.jsonl"


class Journal:
    """One file, written to by one kernel at a time. Nothing that goes wrong with it reaches the student's cell.

    >>> journal = Journal("/nowhere/at/all.jsonl")
    >>> journal.write("opened", lesson="views", step=0)
    False
    """

    def __init__(self, path: Any = None, most_bytes: int = MOST_BYTES) -> None:
        self.path = None if path is None else pathlib.Path(path)
        self.session = secrets.token_hex(6)
        self._began = time.monotonic()
        self._count = 0
        self._most = most_bytes
        self._full = False
        self._attempts: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()

    def write(self, event: str, **facts: Any) -> bool:
        """Add a line; whether it stands in the file now."""
        try:
            with self._lock:
                return self.path is not None and not self._full and self._add(event, facts)
        except Exception:
            return False

    def attempt(self, question: str, ask: str) -> int:
        """Which attempt at this question is being made: 1 for the first of this session."""
        key = (question, ask)
        self._attempts[key] = self._attempts.get(key, 0) + 1
        return self._attempts[key]

    def _add(self, event: str, facts: dict[str, Any]) -> bool:
        assert self.path is not None
        size, last = _end(self.path)
        line = self._line(event, facts, last)
        if size + len(line) > self._most:
            self._full = True
            line = self._line("full", {}, last)
        with open(self.path, "ab") as file:
            file.write(line)
        return not self._full

    def _line(self, event: str, facts: dict[str, Any], last: bytes) -> bytes:
        told = {
            "v": VERSION,
            "n": self._count,
            "session": self.session,
            "t": round(time.monotonic() - self._began, 3),
            "event": event,
            **{key: bounded(value) for key, value in facts.items()},
            "after": digest(last),
        }
        self._count += 1
        return json.dumps(told, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def bounded(value: Any, depth: int = 6) -> Any:
    """A value that JSON carries, no longer than it may be. NaN and the infinities are words.

    >>> bounded([float("nan"), "x" * 1000])[0]
    'nan'
    """
    if isinstance(value, bool) or value is None or isinstance(value, int):
        return value if not isinstance(value, int) or abs(value) < 2**63 else str(value)[:MOST_TEXT]
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if isinstance(value, (list, tuple)) and depth:
        return [bounded(each, depth - 1) for each in value[:MOST_ITEMS]]
    if isinstance(value, dict) and depth:
        return {str(key)[:80]: bounded(each, depth - 1) for key, each in list(value.items())[:MOST_ITEMS]}
    return str(value)[:MOST_TEXT]


def digest(line: bytes) -> str:
    """A line's digest, as the next line tells it; of no line it is empty."""
    return hashlib.sha256(line.strip()).hexdigest()[:16] if line.strip() else ""


def _end(path: pathlib.Path) -> tuple[int, bytes]:
    """How large the file is, and its last line."""
    if not path.exists():
        return 0, b""
    with open(path, "rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - (1 << 16)))
        lines = file.read().splitlines()
    return size, lines[-1] if lines else b""


def read_log(path: Any) -> list[dict[str, Any]]:
    """The lines of a journal, for a grader: lines that are no journal's are left out.

    `intact` says of each whether it still follows the line that it was written after.

    >>> import tempfile
    >>> path = tempfile.mktemp()
    >>> Journal(path).write("completed", lesson="views", step=2, seconds=4.5)
    True
    >>> [(line["event"], line["step"], line["intact"]) for line in read_log(path)]
    [('completed', 2, True)]
    """
    entries = []
    last = b""
    with open(path, "rb") as file:
        for line in file.read(4 * MOST_BYTES).splitlines():
            try:
                told = json.loads(line)
            except (ValueError, RecursionError):
                told = None
            if isinstance(told, dict) and told.get("v") == VERSION and told.get("event") in EVENTS:
                entries.append({**told, "intact": told.get("after") == digest(last)})
            last = line
    return entries


# Where it lies --------------------------------------------------------------------------------------------------


def default_path() -> pathlib.Path | None:
    """Beside the notebook, under its name; None where no notebook is running."""
    said = os.environ.get("MINITORCH_ANSWERS")
    if said:
        return pathlib.Path(said)
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    if shell is None or getattr(shell, "kernel", None) is None:
        return None
    name = shell.user_ns.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME") or "notebook.ipynb"
    notebook = pathlib.Path(str(name))
    # a kernel is started in its notebook's folder; the name that the server tells may be relative to its own
    folder = notebook.parent if notebook.is_absolute() and notebook.parent.is_dir() else pathlib.Path.cwd()
    return folder / (notebook.stem + SUFFIX)


_journal: Journal | None = None


def journal() -> Journal:
    """The journal of this kernel."""
    global _journal
    if _journal is None:
        _journal = Journal(default_path())
    return _journal


def log_to(path: Any) -> Journal:
    """Write answers and completed steps to this file from now on; None writes nothing.

    >>> log_to(None).path
    """
    global _journal
    _journal = Journal(path)
    return _journal
