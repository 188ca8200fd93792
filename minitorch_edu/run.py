"""Run: `python -m minitorch_edu.run program.py` runs a program that says `import torch` on this engine.

As `python` itself it takes a file, a folder or an archive with a `__main__.py`, `-m module`, `-c commands`, or `-` for
what comes from standard input; with nothing, it is a prompt. What an error prints are the program's own lines; with
`--frames` before the program, also those of the engine beneath them.
"""

from __future__ import annotations

import builtins
import code
import importlib.util
import os
import pkgutil
import sys
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, ModuleType, TracebackType
from typing import Any

from minitorch_edu.callers import HERE
from minitorch_edu.hook import as_torch

USAGE = "usage: python -m minitorch_edu.run [--frames] [program.py | -m module | -c commands | -] [arguments]"


def main(arguments: list[str]) -> int:
    """Run what the arguments say, and return the exit code."""
    frames = arguments[:1] == ["--frames"]
    first, *rest = arguments[frames:] or [""]
    if first in ("-h", "--help"):
        print(USAGE, "", (__doc__ or "").partition("\n\n")[2].strip(), sep="\n")
        return 0
    if first in ("-m", "-c") and not rest:
        print(f"Argument expected for the {first} option\n{USAGE}", file=sys.stderr)
        return 2
    as_torch()  # for good: threads and exit handlers outlive the program's last line
    sys.argv = [first, *rest]
    if not first and sys.stdin.isatty():
        _prompt()
        return 0
    try:
        with_errors_shown(lambda: _program(first, rest), frames)
    except CannotRun as reason:
        print(f"{sys.executable}: {reason}", *getattr(reason, "__notes__", ()), sep="\n", file=sys.stderr)
        return reason.exit_code
    return 0


class CannotRun(Exception):
    """There is no program to run. Python's own exit code for it: 2 for a file, 1 for a module."""

    def __init__(self, reason: object, exit_code: int) -> None:
        super().__init__(str(reason))
        self.exit_code = exit_code


def _program(first: str, rest: list[str]) -> None:
    if first == "-m":
        _run_module(rest)
    elif first == "-c":
        sys.argv[1:] = rest[1:]
        _run_text(rest[0], "<string>")
    elif first in ("", "-"):
        _run_text(sys.stdin.buffer.read(), "<stdin>")
    else:
        _run_path(first)


# --- kinds of programs ----------------------------------------------------------------------------------------------


def _run_text(text: str | bytes, called: str) -> None:
    _start_from("")
    main = _as_main(ModuleType("__main__"))
    if called == "<stdin>":
        main.__file__ = called
    _execute(compile(text, called, "exec", dont_inherit=True), main)


def _run_path(path: str) -> None:
    importer = pkgutil.get_importer(path)
    if os.path.isdir(path) or importer is not None:
        _start_from(path)
        spec = importer.find_spec("__main__") if importer is not None else None
        if spec is None:
            raise CannotRun(f"can't find '__main__' module in {os.path.join(os.getcwd(), path)!r}", 1)
        _run_spec(spec)
        return
    absolute = os.path.join(os.getcwd(), path)
    try:
        with open(absolute, "rb") as file:
            text = file.read()
    except OSError as error:
        reason = f"can't open file {absolute!r}: [Errno {error.errno}] {error.strerror}"
        raise CannotRun(reason, 2) from None
    _start_from(os.path.dirname(os.path.realpath(path)))
    main = _as_main(ModuleType("__main__"))
    main.__file__ = absolute
    main.__loader__ = SourceFileLoader("__main__", absolute)
    _execute(compile(text, absolute, "exec", dont_inherit=True), main)


def _run_module(rest: list[str]) -> None:
    name = rest[0]
    sys.argv = ["-m", *rest[1:]]
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            name += ".__main__"
            spec = importlib.util.find_spec(name)
            if spec is None:
                package = name.removesuffix(".__main__")
                reason = f"No module named {name}; {package!r} is a package and cannot be directly executed"
                raise CannotRun(reason, 1)
    except ImportError as error:
        reason = f"Error while finding module specification for {name!r} ({type(error).__name__}: {error})"
        refusal = CannotRun(reason, 1)
        for note in getattr(error, "__notes__", ()):
            refusal.add_note(note)
        raise refusal from None
    if spec is None:
        raise CannotRun(f"No module named {name}", 1)
    sys.argv[0] = spec.origin or name
    _run_spec(spec)


def _run_spec(spec: ModuleSpec) -> None:
    main = importlib.util.module_from_spec(spec)
    loader: Any = spec.loader
    program = loader.get_code(spec.name) if hasattr(loader, "get_code") else None
    if program is None:
        raise CannotRun(f"No code object available for {spec.name}", 1)
    main.__name__ = "__main__"
    _execute(program, _as_main(main))


def _prompt() -> None:
    _start_from("")
    banner = f"Python {sys.version.split()[0]}, and `import torch` means minitorch_edu"
    code.InteractiveConsole(vars(_as_main(ModuleType("__main__")))).interact(banner, exitmsg="")


def _start_from(folder: str) -> None:
    """Look for modules where the program is, as Python does: it has looked in the working folder for this one."""
    if not sys.flags.safe_path:
        sys.path[0] = folder


def _as_main(module: ModuleType) -> ModuleType:
    """Make a module the one that pickles, and processes that are started anew, find classes of the program in."""
    vars(module).setdefault("__builtins__", builtins)
    sys.modules["__main__"] = module
    return module


def _execute(program: CodeType, module: ModuleType) -> None:
    exec(program, vars(module))


# --- errors ---------------------------------------------------------------------------------------------------------


def with_errors_shown(program: Callable[[], object], frames: bool) -> None:
    """Run it. An error leaves as always, and is shown without the frames that are not the program's."""
    try:
        program()
    except (SystemExit, CannotRun):
        raise
    except BaseException:
        shown_by = sys.excepthook  # Python's, or one that the program has put there

        def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
            for each in _chain(error):
                each.__traceback__ = _trimmed(each.__traceback__, frames)
                if not frames and _is_inside(each.__cause__ or each.__context__):
                    each.__cause__, each.__suppress_context__ = None, True
            shown_by(kind, error, error.__traceback__)

        sys.excepthook = show
        raise


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, what it was caused by, what was on its way when it came, and the errors of a group."""
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None and each not in seen:
            seen.append(each)
            waiting += [each.__cause__, each.__context__, *getattr(each, "exceptions", ())]
    yield from seen


def _frames(trace: TracebackType | None) -> list[TracebackType]:
    found = []
    while trace is not None:
        found.append(trace)
        trace = trace.tb_next
    return found


def _trimmed(trace: TracebackType | None, frames: bool) -> TracebackType | None:
    """The frames from the program's first on; without those of the engine if `frames` are not wanted."""
    kept = _frames(trace)
    while kept and _is_way_in(kept[0]):
        del kept[0]
    if not frames:
        kept = [each for each in kept if not _file(each).startswith(HERE)] or kept
    for each, after in zip(kept, kept[1:], strict=False):
        each.tb_next = after
    if kept:
        kept[-1].tb_next = None
    return kept[0] if kept else None


def _is_inside(error: BaseException | None) -> bool:
    """Whether an error came and was answered within the engine."""
    frames = _frames(error.__traceback__) if error is not None else []
    return bool(frames) and all(_file(each).startswith(HERE) for each in frames)


def _is_way_in(trace: TracebackType) -> bool:
    """Whether this is Python's way to this file, or a line of it."""
    return _file(trace) in (__file__, "<frozen runpy>", "<frozen importlib._bootstrap>")


def _file(trace: Any) -> str:
    return trace.tb_frame.f_code.co_filename


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
