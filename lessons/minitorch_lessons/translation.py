"""Translations: a lesson's prose and the sentences of its checks in another language, apart from its code.

    06_backward_graph/de/prose.md          the markdown cells, each under the id of its cell and a fingerprint of the
                                           original: a translation whose original has changed is not used, and told
    06_backward_graph/de/sentences.toml    "The original, with {placeholders}" = "The translation", for titles, claims,
                                           hints, diagnoses, and the comments in the cells of code
    minitorch_lessons/languages/de.toml    the same for what the card and the checks of every lesson say

What is not translated stays English. `minitorch-edu translations` lists it, and writes what is still to be filled in.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from minitorch_lessons import card, comments, lab, sentences, source
from minitorch_lessons.lab import Refusal

if TYPE_CHECKING:
    from nbformat import NotebookNode

ENGLISH = "en"
LANGUAGES = Path(__file__).with_name("languages")
_SECTION = re.compile(r"^<!-- cell (?P<id>[\w-]+): (?P<fingerprint>[0-9a-f]{10}) -->$", re.MULTILINE)
_ORIGINAL = re.compile(r"\A\s*<!--\n.*?\n-->", re.DOTALL)
_CODE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


def fingerprint(text: str) -> str:
    return hashlib.sha256(text.strip().encode()).hexdigest()[:10]


def languages(folder: Path) -> list[str]:
    """The languages a lesson has been translated to."""
    found = (path.parent.name for path in folder.glob("*/prose.md"))
    return sorted(name for name in found if _CODE.fullmatch(name))


def check_language(name: str) -> str:
    """The name of a language, as `de` or `pt-BR`; it may lead nowhere else."""
    if not _CODE.fullmatch(name):
        raise Refusal(f"{name!r} is no language: write its code, such as de or pt-BR")
    return name


# A lesson's translation ----------------------------------------------------------------------------------------------


@dataclass
class Translation:
    """What is translated of one lesson, and how that stands to the original of today."""

    language: str
    prose: dict[str, tuple[str, str]]
    """By the cell's id: the fingerprint of its original, and the translation."""
    sentences: dict[str, str]
    cells: dict[str, str] = field(default_factory=dict)
    """The original prose by the cell's id."""
    originals: list[str] = field(default_factory=list)
    """The original sentences."""

    @property
    def missing(self) -> list[str]:
        """Cells of prose that have no translation."""
        return [name for name in self.cells if not self.prose.get(name, ("", ""))[1]]

    @property
    def changed(self) -> list[str]:
        """Cells whose original is another than the one that was translated."""
        return [
            name for name, text in self.cells.items()
            if name not in self.missing and self.prose[name][0] != fingerprint(text)
        ]  # fmt: skip

    @property
    def gone(self) -> list[str]:
        """Translated cells that the lesson has no longer: their originals were changed or taken out."""
        return [name for name, (_, text) in self.prose.items() if text and name not in self.cells]

    @property
    def unsaid(self) -> list[str]:
        """Sentences that have no translation."""
        return [text for text in self.originals if not self.sentences.get(text)]

    @property
    def unheard(self) -> list[str]:
        """Translated sentences that the lesson says no longer."""
        return [text for text in self.sentences if text not in self.originals]

    @property
    def complete(self) -> bool:
        return not (self.missing or self.changed or self.gone or self.unsaid or self.unheard)

    def of(self, cell: str) -> str | None:
        """The translation of a cell of prose, if there is one and its original is still the same."""
        mark, text = self.prose.get(cell, ("", ""))
        return text if text and mark == fingerprint(self.cells.get(cell, "")) else None


def load(path: Path, language: str) -> Translation:
    """The translation of the lesson with this source, as far as there is one."""
    folder = path.parent / check_language(language)
    cells = source.student_notebook(path).cells
    prose = {cell.id: cell.source for cell in cells if cell.cell_type == "markdown"}
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    known = own_sentences()
    said = dict.fromkeys([*sentences.of_lesson(path.parent / "checks.py"), *comments.in_cells(code)])
    originals = [text for text in said if text not in known]
    return Translation(
        language, read_prose(folder / "prose.md"), read_sentences(folder / "sentences.toml"), prose, originals
    )


def read_prose(path: Path) -> dict[str, tuple[str, str]]:
    if not path.is_file():
        return {}
    parts = _SECTION.split(path.read_text(encoding="utf-8"))
    # what stands before the first section is for translators; each section gives three parts
    return {
        name: (mark, _ORIGINAL.sub("", text).strip())
        for name, mark, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    }


def read_sentences(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as fault:
        raise Refusal(f"{path} cannot be read: {fault}") from fault
    return {original: text for original, text in found.items() if isinstance(text, str)}


# Using it ------------------------------------------------------------------------------------------------------------


def translated(notebook: NotebookNode, path: Path, language: str) -> NotebookNode:
    """The same notebook in another language: the same cells with the same ids, and code that does the same."""
    if language == ENGLISH:
        return notebook
    if language not in languages(path.parent):
        there = ", ".join(languages(path.parent)) or "none"
        raise Refusal(
            f"lesson {path.parent.name} is not translated to {language!r}; its translations: {there}"
        )
    translation = load(path, language)
    table = {**read_sentences(LANGUAGES / f"{language}.toml"), **translation.sentences}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = translation.of(cell.id) or cell.source
        else:
            cell.source = comments.replaced(cell.source, table)
            cell.source = re.sub(
                r"(?m)^(check\.lesson = .*)$", rf'\1\ncheck.language = "{language}"', cell.source
            )
    notebook.metadata.minitorch["language"] = language
    return notebook


def speaker(folder: Path, language: str) -> Callable[[str], str]:
    """Says a finished English sentence of a lesson's checks, or of the card, in another language."""
    if language == ENGLISH or not _CODE.fullmatch(language):
        return str
    table = read_sentences(LANGUAGES / f"{language}.toml")
    table.update(read_sentences(folder / language / "sentences.toml"))
    return sentences.Speaker(table)


@functools.cache
def own_sentences() -> tuple[str, ...]:
    """What the card and the checks of every lesson may say."""
    here = Path(__file__).parent
    found = [sentences.in_module(here / f"{name}.py") for name in ("card", "check", "student", "claims")]
    stubs = (source.STUB_COMMENT.removeprefix("# "), source.ANSWER_COMMENT.removeprefix("# "))
    return tuple(dict.fromkeys([*stubs, *card.WORDS, *itertools.chain.from_iterable(found)]))


# For translators -----------------------------------------------------------------------------------------------------


def write_skeleton(path: Path, language: str) -> list[Path]:
    """Bring a lesson's two files up to date: what is there stays, what is missing is added with its original."""
    translation = load(path, language)
    folder = path.parent / language
    folder.mkdir(exist_ok=True)
    files = {
        folder / "prose.md": "\n\n".join(_sections(translation)) + "\n",
        folder / "sentences.toml": "".join(_lines(translation)),
    }
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
    return list(files)


def _sections(translation: Translation) -> Iterator[str]:
    for name, original in translation.cells.items():
        mark, text = translation.prose.get(name, ("", ""))
        head = f"<!-- cell {name}: {mark if text else fingerprint(original)} -->"
        if not text or name in translation.changed:
            head += f"\n<!--\n{original.strip().replace('-->', '-- >')}\n-->"
        yield f"{head}\n{text}".rstrip()
    for name in translation.gone:
        mark, text = translation.prose[name]
        yield f"<!-- cell {name}: {mark} -->\n{text}"


def _lines(translation: Translation) -> Iterator[str]:
    for original in dict.fromkeys([*translation.originals, *translation.unheard]):
        text = translation.sentences.get(original, "")
        yield f"{json.dumps(original, ensure_ascii=False)}\n= {json.dumps(text, ensure_ascii=False)}\n".replace(
            "\n=", " ="
        )


def report(path: Path, language: str) -> list[str]:
    """How a lesson's translation stands: a line for the whole, and one for each thing to do."""
    found = load(path, language)
    cells, said = len(found.cells), len(found.originals)
    done = cells - len(found.missing) - len(found.changed)
    lines = [
        f"{path.parent.name} {language}: {done} of {cells} cells, {said - len(found.unsaid)} of {said} sentences"
    ]
    for name in found.missing:
        lines.append(f"  not translated: cell {name}: {_shortened(found.cells[name])}")
    lines += [f"  the original has changed: cell {name}" for name in found.changed]
    lines += [f"  translated, but no longer in the lesson: cell {name}" for name in found.gone]
    lines += [f"  not translated: {_shortened(text)}" for text in found.unsaid]
    lines += [f"  translated, but no longer said: {_shortened(text)}" for text in found.unheard]
    return lines


def _shortened(text: str) -> str:
    first = text.strip().splitlines()[0] if text.strip() else ""
    return first if len(first) <= 70 else first[:69] + "…"


def common_report(language: str) -> list[str]:
    """How the sentences stand that every lesson shares."""
    table = read_sentences(LANGUAGES / f"{language}.toml")
    unsaid = [text for text in own_sentences() if not table.get(text)]
    total = len(own_sentences())
    lines = [f"all lessons {language}: {total - len(unsaid)} of {total} sentences"]
    return lines + [f"  not translated: {_shortened(text)}" for text in unsaid]


def sources_in(names: list[str]) -> list[Path]:
    return [lab.find_lesson(name) for name in names or lab.lesson_folders()]
