"""The student's answer, reached by name, and one claim run on it: with a time limit, and surviving what it raises."""

from __future__ import annotations

import builtins
import ctypes
import io
import linecache
import sys
import threading
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from types import ModuleType, TracebackType
from typing import Any, Literal

from minitorch_lessons.claims import NOTHING, Claim, Exercise, Failed

Status = Literal["pass", "fail", "error", "too slow", "not started", "interrupted"]
RECURSION_LIMIT = 1000
STACK_BYTES = 16 * 1024 * 1024  # a thread's own stack is small on some systems
PRINTED_LIMIT = 2000
GRACE_SECONDS = 0.3
STILL_A_STUB = "The `NotImplementedError` is still there: write your own lines in its place."
UNUSABLE = (
    "The check could not use what your code gave back. "
    "If you gave a name of torch another value, restart the kernel."
)


_BUILTINS = dict(vars(builtins))


def restore_builtins() -> dict[str, Any]:
    """Undo what was done to Python's own names; returns what they had become."""
    # calls none of them: any may be broken
    now = builtins.__dict__
    patched = {name: now[name] for name in _BUILTINS if name in now and now[name] is not _BUILTINS[name]}
    now.update(_BUILTINS)
    return patched


@dataclass(frozen=True)
class OwnLine:
    """The line of the student's own code where something was raised."""

    where: str
    text: str


@dataclass(frozen=True)
class Outcome:
    """What became of one claim: plain text throughout, nothing of the student's is kept alive."""

    claim: str
    title: str
    status: Status
    sentence: str = ""
    got: str = ""
    want: str = ""
    raised: str = ""
    line: OwnLine | None = None
    printed: str = ""


class NotStarted(Exception):
    """The answer is not there yet."""


class Student:
    """What a claim may ask of an answer. The grader's student in a second process answers the same questions."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace

    @property
    def torch(self) -> Any:
        """The library the notebook calls `torch`: minitorch_edu, or PyTorch itself."""
        module = self._namespace.get("torch")
        if isinstance(module, ModuleType) and hasattr(module, "tensor"):
            return module
        import minitorch_edu

        return minitorch_edu

    def get(self, name: str) -> Any:
        value = self._namespace.get(name, ...)
        if value is ...:  # nothing there, or the stub's own dots
            raise NotStarted(f"`{name}` is still to be written.")
        return value

    def call(self, name: str, *arguments: Any) -> Any:
        function = self.get(name)
        if not callable(function):
            raise Failed(f"`{name}` should be a function, and it is a {type(function).__name__}.")
        return function(*arguments)


def examine(exercise: Exercise, namespace: dict[str, Any]) -> list[Outcome]:
    """The outcome of every claim, in order; no claim's failure stops another."""
    student = Student(namespace)
    outcomes: list[Outcome] = []
    for claim in exercise.claims:
        if outcomes and outcomes[-1].status == "interrupted":
            outcomes.append(Outcome(claim.name, claim.sentence, "interrupted", "Not run."))
        else:
            outcomes.append(run_claim(claim, student, namespace))
            restore_builtins()
    return outcomes


# One claim -------------------------------------------------------------------


class _TimeUp(BaseException):
    """Raised inside a claim that ran too long. Not an Exception, so that `except Exception` lets it pass."""


def run_claim(claim: Claim, student: Student, namespace: dict[str, Any]) -> Outcome:
    """Run a claim in a thread of its own, so that an endless loop costs its seconds and no more."""
    found: list[Outcome] = []
    printed = _Capped()
    with _recursion_limit(RECURSION_LIMIT), redirect_stdout(printed), redirect_stderr(_Capped()):
        end = _in_time(lambda: found.append(_attempt(claim, student, namespace)), claim.seconds)
    if end == "interrupted":
        return Outcome(claim.name, claim.sentence, "interrupted", "You interrupted the check.")
    outcome = found[0] if found else None
    if end == "too slow" and (outcome is None or outcome.status != "too slow"):
        outcome = _too_slow(claim)
    if outcome is None:
        return Outcome(claim.name, claim.sentence, "error", UNUSABLE)
    return replace(outcome, printed=printed.text)


def _attempt(claim: Claim, student: Student, namespace: dict[str, Any]) -> Outcome:
    """All that touches the student's objects, their repr and their messages too, happens in here."""
    try:
        why = claim.test(student)
    except _TimeUp as up:
        return _too_slow(claim, _own_line(up.__traceback__, namespace))
    except BaseException as error:  # SystemExit and the like are the student's, not ours
        return _unhappy(claim, error, namespace)
    return Outcome(claim.name, claim.sentence, "pass", why or "")


def _too_slow(claim: Claim, line: OwnLine | None = None) -> Outcome:
    reason = claim.too_slow or "Is there a loop without an end?"
    sentence = f"Not finished after {claim.seconds:g} seconds. {reason}"
    return Outcome(claim.name, claim.sentence, "too slow", sentence, line=line)


def _unhappy(claim: Claim, raised: BaseException, namespace: dict[str, Any]) -> Outcome:
    if isinstance(raised, Failed):
        got = "" if raised.got is NOTHING else short_repr(raised.got)
        want = "" if raised.want is NOTHING else short_repr(raised.want)
        return Outcome(claim.name, claim.sentence, "fail", raised.sentence, got, want)
    if isinstance(raised, NotStarted):
        return Outcome(claim.name, claim.sentence, "not started", str(raised))
    line = _own_line(raised.__traceback__, namespace)
    if isinstance(raised, NotImplementedError) and line:
        return Outcome(claim.name, claim.sentence, "not started", STILL_A_STUB)
    known = next((words for kind, words in claim.crash.items() if isinstance(raised, kind)), "")
    if line is None:
        sentence = known or UNUSABLE
    elif isinstance(raised, RecursionError):
        sentence = known or "Your function calls itself too deeply, or without an end."
    elif isinstance(raised, SystemExit):
        sentence = known or "Your code asked Python to exit."
    else:
        sentence = known or "Your code raised an exception."
    return Outcome(claim.name, claim.sentence, "error", sentence, raised=_said(raised), line=line)


def _in_time(work: Callable[[], None], seconds: float) -> Literal["done", "too slow", "interrupted"]:
    """Run `work` in a thread for at most so long, or until the student's Ctrl-C."""
    done = threading.Event()

    def run() -> None:
        try:
            work()
        finally:
            done.set()

    end: Literal["too slow", "interrupted"] = "too slow"
    thread = threading.Thread(target=run, daemon=True, name="check")
    before = threading.stack_size(STACK_BYTES)
    try:
        thread.start()
        if done.wait(seconds):
            return "done"
    except KeyboardInterrupt:
        end = "interrupted"
    finally:
        threading.stack_size(before)
    for _ in range(3):  # a bare `except:` may swallow the first
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_TimeUp)
        )
        if done.wait(GRACE_SECONDS):
            break
    return end


class _recursion_limit:
    """A limit of our own while a claim runs: a student may have raised Python's beyond what the stack bears."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __enter__(self) -> None:
        self.before = sys.getrecursionlimit()
        depth = 0
        frame = sys._getframe()
        while frame is not None:
            depth, frame = depth + 1, frame.f_back  # type: ignore[assignment]
        sys.setrecursionlimit(max(self.limit, depth + 100))

    def __exit__(self, *_: object) -> None:
        sys.setrecursionlimit(self.before)


class _Capped(io.StringIO):
    """Keeps the first of what is printed and forgets the rest."""

    def write(self, text: str) -> int:
        room = PRINTED_LIMIT - self.tell()
        if room > 0:
            super().write(text[:room])
        return len(text)

    @property
    def text(self) -> str:
        return self.getvalue()


# Words about the student's objects; each of them may misbehave ----------------


def short_repr(value: Any, limit: int = 200) -> str:
    try:
        text = value if isinstance(value, str) else repr(value)
    except BaseException as error:
        text = f"<{type(value).__name__} whose repr raises {type(error).__name__}>"
    text = str.__getitem__(text, slice(limit + 1))  # a str of our own, whatever class it was
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _said(error: BaseException) -> str:
    try:
        message = str(error)
    except BaseException:
        message = "(its message could not be read)"
    name = type(error).__name__
    return short_repr(f"{name}: {message}" if message else name)


def _own_line(traceback: TracebackType | None, namespace: dict[str, Any]) -> OwnLine | None:
    """The innermost line of the notebook's own code in a traceback."""
    found = None
    while traceback is not None:
        if traceback.tb_frame.f_globals is namespace:
            found = (traceback.tb_frame.f_code.co_filename, traceback.tb_lineno)
        traceback = traceback.tb_next
    if found is None:
        return None
    filename, number = found
    return OwnLine(f"{_cell_label(filename)}, line {number}", linecache.getline(filename, number).strip())


def _cell_label(filename: str) -> str:
    """'cell In[4]' for the file name under which IPython compiled a cell."""
    try:
        from IPython import get_ipython

        label = get_ipython().compile.format_code_name(filename)  # type: ignore[no-untyped-call, union-attr]
        if label:
            return " ".join(label).replace("Cell", "cell")
    except Exception:
        pass
    return filename.rpartition("/")[2]
