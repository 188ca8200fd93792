"""The command line, `minitorch-edu`: exit code 0 is done, 2 is a request that cannot be met as it stands."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from minitorch_lessons import __version__, lab
from minitorch_lessons.pytorch import ENGINES


def main(arguments: Sequence[str] | None = None) -> int:
    own, for_jupyterlab = _split(sys.argv[1:] if arguments is None else arguments)
    asked = _parser().parse_args(own)
    asked.for_jupyterlab = for_jupyterlab
    try:
        return asked.run(asked)
    except lab.Refusal as refusal:
        print(f"minitorch-edu: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _split(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """What stands before a lone `--` is ours, what stands behind it is JupyterLab's."""
    if "--" not in arguments:
        return arguments, ()
    at = arguments.index("--")
    return arguments[:at], arguments[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="minitorch-edu",
        description="Lessons on how PyTorch works, in JupyterLab, with live pictures of graph and memory.",
    )
    parser.add_argument("--version", action="version", version=f"minitorch-edu {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_lab(commands)
    _add_build(commands)
    _add_translations(commands)
    _add_ops(commands)
    return parser


def _add_build(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "build",
        help="write the notebooks and the pages of lessons",
        description="Write each lesson's notebook for students, that for instructors, and a page of HTML.",
    )
    command.add_argument("lessons", nargs="*", metavar="LESSON", help="names or numbers (default: all lessons)")
    command.add_argument("--to", type=Path, default=Path("course"), metavar="FOLDER", help="where (default: ./course)")
    command.add_argument("--language", default="en", metavar="CODE", help="a translation of theirs, such as de")
    command.add_argument(
        "--engine", choices=ENGINES, default=ENGINES[0], help="what is imported as torch (default: minitorch_edu)"
    )
    command.add_argument(
        "--times", action="store_true", help="write nothing: print how long each lesson takes to read and to run"
    )
    command.set_defaults(run=_build)


def _build(asked: argparse.Namespace) -> int:
    from minitorch_lessons import build

    paths = build.sources(asked.lessons)
    if asked.times:
        print(build.table(build.measure(path) for path in paths))
        return 0
    for path in paths:
        for written in build.build(path, asked.to, asked.language, asked.engine):
            print(f"Wrote {written}", flush=True)
    return 0


def _add_translations(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "translations",
        help="say what is translated, and what is still to do",
        description="For each lesson and language: what is translated, what is not, and which originals have changed.",
    )
    command.add_argument("lessons", nargs="*", metavar="LESSON", help="names or numbers (default: all lessons)")
    command.add_argument("--language", metavar="CODE", help="this language only, such as de (default: those there are)")
    command.add_argument(
        "--write", action="store_true", help="bring the lesson's files up to date; for a new language, write them"
    )
    command.set_defaults(run=_translations)


def _translations(asked: argparse.Namespace) -> int:
    from minitorch_lessons import translation

    if asked.write and not asked.language:
        raise lab.Refusal("--write needs the language: add --language de, say")
    common = {asked.language} if asked.language else set()
    for path in translation.sources_in(asked.lessons):
        for language in [asked.language] if asked.language else translation.languages(path.parent):
            common.add(language)
            if asked.write:
                for written in translation.write_skeleton(path, language):
                    print(f"Wrote {written}")
            print("\n".join(translation.report(path, language)))
    for language in sorted(common):
        print("\n".join(translation.common_report(language)))
    return 0


def _add_ops(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "ops",
        help="show the derivatives of all ops, or the cards of some",
        description="The table of derivatives, made from the engine's op cards.",
    )
    command.add_argument("names", nargs="*", metavar="OP", help="show all that is known of these ops")
    command.add_argument("--html", metavar="FILE", help="write a page for a browser")
    command.set_defaults(run=_ops)


def _ops(asked: argparse.Namespace) -> int:
    from minitorch_edu.ops.__main__ import main as show

    page = ["--html", asked.html] if asked.html else []
    return show([*page, *asked.names], prog="minitorch-edu ops")


def _add_lab(commands: argparse._SubParsersAction) -> None:
    command = commands.add_parser(
        "lab",
        help="open a lesson in JupyterLab",
        description="Write a lesson's notebook into a working folder, unless it is there already, "
        "and open it in JupyterLab. A notebook that is there is never overwritten. "
        "What follows a lone -- goes to JupyterLab as it is.",
    )
    command.add_argument(
        "lesson",
        nargs="?",
        metavar="LESSON",
        help="a lesson's name, its number or a part of its name (default: the first lesson); or a lesson's .py file",
    )
    command.add_argument(
        "--folder",
        type=Path,
        default=Path("minitorch-lessons"),
        help="where your notebooks are kept (default: ./minitorch-lessons)",
    )
    command.add_argument("--language", default="en", metavar="CODE", help="a language it is translated to, such as de")
    command.add_argument("--port", type=int, help="where JupyterLab listens (default: the first free from 8888 on)")
    command.add_argument("--no-browser", action="store_true", help="print the address and open no browser")
    command.set_defaults(run=_lab)


def _lab(asked: argparse.Namespace) -> int:
    if asked.port is not None:
        lab.check_port(asked.port)
    lab.check_jupyterlab()
    source = lab.find_lesson(asked.lesson)
    notebook, remark = lab.place_notebook(source, asked.folder, asked.language)
    print(remark, flush=True)
    lab.serve(notebook, port=asked.port, browser=not asked.no_browser, more=asked.for_jupyterlab)
    return 0
