"""Sentences: what checks say, read from their source as templates, and said again in another language.

A finished sentence such as "Three paths lead to the one leaf here, and your list has it 2 times." came out of a
template with a placeholder. The template is found again, what stood in the placeholder is said too (it may be a
sentence itself), and both are put into the template's translation.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from minitorch_lessons.exercises import load_exercises

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def of_lesson(path: Path) -> list[str]:
    """Titles, hints, claims and diagnoses of a lesson's checks, each once, in their order."""
    if not path.is_file():
        return []
    found: list[str] = []
    for exercise in load_exercises(path).values():
        found += [exercise.title, *exercise.hints]
    found += in_module(path)
    return [text for text in dict.fromkeys(found) if text]


def in_module(path: Path) -> list[str]:
    """The texts with a space in them that stand in a module, docstrings and the texts of markup left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed_over = {id(node) for node in _not_said(tree)}
    found = [template for node in _texts(tree, passed_over) if _is_sentence(template := _template(node))]
    return list(dict.fromkeys(found))


def _not_said(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value  # a docstring
        if isinstance(node, ast.Compare | ast.AnnAssign | ast.Subscript | ast.Assert):
            yield from ast.walk(node)
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in (
            "compile",
            "replace",
            "split",
            "getattr",
        ):
            yield from ast.walk(node)


def _texts(tree: ast.AST, passed_over: set[int]) -> Iterator[ast.expr]:
    """Strings and f-strings in their order; what stands in an f-string's braces is looked through as well."""
    if id(tree) in passed_over:
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str):
        yield tree
        return
    if isinstance(tree, ast.JoinedStr):
        yield tree
        for part in tree.values:
            if isinstance(part, ast.FormattedValue):
                yield from _texts(part.value, passed_over)
        return
    for child in ast.iter_child_nodes(tree):
        yield from _texts(child, passed_over)


def _template(text: ast.expr) -> str:
    """The text with a name in each placeholder: the variable's, or the number of the place."""
    if isinstance(text, ast.Constant):
        return str(text.value)
    assert isinstance(text, ast.JoinedStr)
    parts, number = [], 0
    for part in text.values:
        if isinstance(part, ast.FormattedValue):
            number += 1
            name = part.value.id if isinstance(part.value, ast.Name) else str(number)
            parts.append("{" + name + "}")
        elif isinstance(part, ast.Constant):
            parts.append(str(part.value))
    return "".join(parts)


def _is_sentence(text: str) -> bool:
    words = _PLACEHOLDER.sub("", text).strip()
    return " " in words and bool(re.search(r"[a-z]{2}", words)) and not re.search(r"[<\n]|mt-|\S=\S*;", text)


# Saying them again ---------------------------------------------------------------------------------------------------


class Speaker:
    """Translates finished sentences by a table of templates; what it does not know it says as it is."""

    def __init__(self, table: dict[str, str]) -> None:
        self.exact = {original: text for original, text in table.items() if text}
        templates = [original for original in self.exact if _PLACEHOLDER.search(original)]
        # the template that says most of a sentence by itself is the one that it came from
        templates.sort(key=lambda each: -len(_PLACEHOLDER.sub("", each)))
        self.templates = [(_pattern(original), original) for original in templates]

    def __call__(self, sentence: str) -> str:
        if sentence in self.exact:
            return self.exact[sentence]
        for pattern, original in self.templates:
            found = pattern.fullmatch(sentence)
            if found:
                names = _PLACEHOLDER.findall(original)
                values = {name: self(value) for name, value in zip(names, found.groups(), strict=True)}
                return _filled(self.exact[original], values)
        return sentence


def _filled(template: str, values: dict[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda place: values.get(place[1], place[0]), template)


def _pattern(template: str) -> re.Pattern[str]:
    literal = [re.escape(part) for part in _PLACEHOLDER.split(template)[::2]]
    return re.compile("(.*?)".join(literal), re.DOTALL)
