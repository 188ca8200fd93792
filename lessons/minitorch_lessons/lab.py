"""Opening a lesson: find its source, put its notebook where the student works, start JupyterLab there."""

from __future__ import annotations

import difflib
import hashlib
import importlib.util
import os
import re
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from nbformat import NotebookNode

HOST = "127.0.0.1"
FIRST_PORT = 8888  # the one JupyterLab tries first


class Refusal(Exception):
    """A request that cannot be met, in one line that says why and what to do instead."""


# Which lesson ----------------------------------------------------------------


def lesson_folders() -> dict[str, Path]:
    """Every lesson by name, in order: beside this package in a checkout, inside it when installed."""
    package = Path(__file__).resolve().parent
    for home in (package / "catalogue", package.parent):
        found = {p.name: p for p in sorted(home.glob("[0-9][0-9]_*")) if p.is_dir()}
        if found:
            return found
    return {}


def find_lesson(asked: str | None) -> Path:
    """The source file of the lesson a student asks for: by name, number, part of the name, or file."""
    if asked is not None and (asked.endswith(".py") or Path(asked).name != asked):
        return _source_file(Path(asked))
    lessons = lesson_folders()
    page = next(iter(lessons.values())).parent / f"{asked}.py" if lessons else None
    if page is not None and re.fullmatch(r"[a-z]+_[a-z_]+", asked or "") and page.is_file():
        return page  # it stands beside the lessons, as on_pytorch does
    if not lessons:
        raise Refusal("no lesson is installed: install minitorch-edu again")
    name = next(iter(lessons)) if asked is None else _match(asked, list(lessons))
    source = lessons[name] / "lesson.py"
    if not source.is_file():
        raise Refusal(f"lesson {name} is damaged: {source} is missing; install minitorch-edu again")
    return source


def _source_file(path: Path) -> Path:
    if path.is_dir():
        path = path / "lesson.py"
    if not path.is_file():
        raise Refusal(f"there is no lesson file {path}")
    return path


def _match(asked: str, names: list[str]) -> str:
    wanted = re.sub(r"[\s-]+", "_", asked.strip().lower())
    number = f"{int(wanted):02d}_" if wanted.isdecimal() else None
    ways = (
        lambda name: name == wanted,
        lambda name: number is not None and name.startswith(number),
        lambda name: bool(wanted) and number is None and wanted in name,
    )
    for way in ways:
        found = [name for name in names if way(name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Refusal(f"{asked!r} fits more than one lesson: {', '.join(found)}")
    topics = {name.split("_", 1)[1]: name for name in names} | {name: name for name in names}
    close = difflib.get_close_matches(wanted, topics, n=1, cutoff=0.5)
    hint = f" Did you mean {topics[close[0]]}?" if close else ""
    raise Refusal(f"there is no lesson {asked!r}.{hint} The lessons are: {', '.join(names)}")


# The student's notebook ------------------------------------------------------


def place_notebook(source: Path, folder: Path, language: str = "en") -> tuple[Path, str]:
    """Write the lesson's notebook into `folder` if none is there; return its path and a remark for the student."""
    built = _build(source, language)
    name = source.parent.name if source.stem == "lesson" else source.stem
    name += "" if language == "en" else f".{language}"
    path = folder.expanduser().absolute() / f"{name}.ipynb"
    if path.exists():
        return path, _remark_on_kept(path, built)
    _write_new(path, built)
    return path, f"Wrote {path}"


def _build(source: Path, language: str) -> NotebookNode:
    from minitorch_lessons.source import student_notebook
    from minitorch_lessons.translation import translated

    try:
        notebook = translated(student_notebook(source), source, language)
    except (OSError, ValueError, SyntaxError) as fault:
        where = "" if str(source) in str(fault) else f"{source}: "
        raise Refusal(f"lesson {source.parent.name} is damaged: {where}{' '.join(str(fault).split())}") from fault
    notebook.metadata.setdefault("minitorch", {})["release"] = _fingerprint(notebook)
    return notebook


def _fingerprint(notebook: NotebookNode) -> str:
    """Tells one release of a lesson from another by what its cells say."""
    text = "\0".join(f"{cell.cell_type}\0{cell.source}" for cell in notebook.cells)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _remark_on_kept(path: Path, built: NotebookNode) -> str:
    import nbformat

    try:
        theirs = nbformat.read(path, as_version=4)
        release = theirs.metadata.get("minitorch", {}).get("release")
    except Exception as fault:  # whatever is wrong with the file, it is the student's and stays
        why = " ".join(str(fault).split())[:120]
        return f"Kept {path}, but it cannot be read as a notebook ({why}); rename it to get a fresh one"
    kept = f"Kept {path} as you left it"
    if release is not None and release != built.metadata.minitorch.release:
        kept += "; the lesson has changed since: rename yours and run this again to get the new one"
    return kept


def _write_new(path: Path, notebook: NotebookNode) -> None:
    import nbformat

    text = nbformat.writes(notebook)
    folder = path.parent
    if folder.exists() and not folder.is_dir():
        raise Refusal(f"cannot write into {folder}: it is a file; choose a folder with --folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # "x" fails on a file that appeared meanwhile: nothing of a student's is ever overwritten
        file = path.open("x", encoding="utf-8")
    except OSError as fault:
        raise Refusal(
            f"cannot write into {folder}: {fault.strerror}; choose another folder with --folder"
        ) from fault
    try:
        with file:
            file.write(text)
    except OSError as fault:
        path.unlink(missing_ok=True)  # half a notebook would be kept as the student's own
        raise Refusal(f"cannot write {path}: {fault.strerror}") from fault


# JupyterLab ------------------------------------------------------------------


def check_jupyterlab() -> None:
    if importlib.util.find_spec("jupyterlab") is None:
        raise Refusal(f"JupyterLab is not installed in this Python; run: {sys.executable} -m pip install jupyterlab")


def check_port(port: int) -> None:
    """Refuse a port that cannot be listened on, and name one that can."""
    if not 1 <= port <= 65535:
        raise Refusal(f"{port} is no port: choose one from 1024 to 65535")
    fault = _bind_fault(port)
    if fault is None:
        return
    free = next((p for p in range(FIRST_PORT, FIRST_PORT + 100) if p != port and _bind_fault(p) is None), None)
    instead = f"; {free} is free: --port {free}" if free else "; leave --port out to have one chosen"
    why = "not yours to use" if isinstance(fault, PermissionError) else "taken"
    raise Refusal(f"port {port} is {why}{instead}")


def _bind_fault(port: int) -> OSError | None:
    with socket.socket() as probe:
        if os.name == "posix":  # as JupyterLab does: a connection that has just closed does not block the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as fault:
            return fault
    return None


def lab_options(notebook: Path, *, port: int | None, browser: bool) -> list[str]:
    """JupyterLab's own command line for one notebook, reachable from this machine alone."""
    options = [
        f"--ServerApp.root_dir={notebook.parent}",
        f"--LabApp.default_url=/lab/tree/{quote(notebook.name)}",
        f"--ServerApp.ip={HOST}",
        f"--ServerApp.port={port or FIRST_PORT}",
        f"--ServerApp.port_retries={0 if port else 100}",
        f"--ServerApp.open_browser={browser}",
        "--LabApp.news_url=None",
        "--Application.log_level=WARN",  # the address is printed all the same
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # root is refused by default; in a container there is often no other user
        options.append("--ServerApp.allow_root=True")
    return options


def serve(notebook: Path, *, port: int | None, browser: bool, more: Sequence[str] = ()) -> None:
    """Run JupyterLab on the notebook until it is stopped; `more` are JupyterLab's own options."""
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance([*lab_options(notebook, port=port, browser=browser), *more])
