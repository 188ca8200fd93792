"""Sharing: who shares memory with whom, in the words of `memory(a, b, array)`: who is on which storage, and why."""

from __future__ import annotations

import ast
import types
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from minitorch_widgets import features
from minitorch_widgets.editing.edits import log_of
from minitorch_widgets.editing.recompute import Line, Lines, unheard
from minitorch_widgets.facts.names import find
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.recording import source
from minitorch_widgets.session.caller import reference
from minitorch_widgets.session.inspector import Inspector
from minitorch_widgets.storages.reasons import Verdict, steps_of, verdict
from minitorch_widgets.words import join, shape_text

VIEWS = ("sharing", "lanes", "pane")
MOST_ROWS = 40
MARKS = {"shares": "=", "same": "≡", "copies": "≠", "computes": "+", "alone": "·"}
"""Each kind by its sign, before it has a colour."""


class Question(NamedTuple):
    """What was asked about: tensors by weak reference, and the lines of the one who asked."""

    chosen: list[Callable[[], Any]]
    lines: Callable[[], Lines]


_asked: weakref.WeakKeyDictionary[Memory, Question] = weakref.WeakKeyDictionary()


@features.part("sharing")
def _part(taken: features.Taken) -> dict[str, Any] | None:
    """The answer to `memory(...)`."""
    asked = _asked.get(taken.memory)
    if asked is None:
        return None
    chosen = {id(value) for each in asked.chosen if (value := each()) is not None}
    wanted = [each for each in taken.tensors if not chosen or id(taken.objects[each["id"]]) in chosen]
    wanted = [each for each in wanted if each["kind"] != "saved" and each["names"]]
    lines = asked.lines()
    rows = [row for each in wanted[:MOST_ROWS] for row in _rows(each, taken, lines)]
    if len(wanted) > MOST_ROWS:
        taken.omitted.append(f"the reasons of {len(wanted) - MOST_ROWS} names left out: {MOST_ROWS} are told at most")
    summary = _summary(wanted, taken.lanes)
    return {"sentence": " ".join([summary, *(row["sentence"] for row in rows)]), "summary": summary, "rows": rows}


def _rows(tensor: Mapping[str, Any], taken: features.Taken, lines: Lines) -> list[dict[str, Any]]:
    """What is said of a tensor: a row for each of its names that a line explains, or else one."""
    value = taken.objects[tensor["id"]]
    names = tensor["names"]
    found = [(line, _explained(line, value, taken.namespace)) for name in names if (line := lines.straight.get(name))]
    told = [(line.name, line, why) for line, why in found if why is not None]
    beside = [
        each["names"][0]
        for each in taken.tensors
        if each["lane"] == tensor["lane"] is not None and each["id"] != tensor["id"] and each["kind"] != "saved"
    ]
    first = names[0]
    rows = [
        _row(tensor, taken, name, why.how, _sentence(line, why), line.told()) for name, line, why in told
    ]
    if not any(name == first for name, _, _ in told):
        how = "shares" if beside or len(names) > 1 else "alone"
        rows.insert(0, _row(tensor, taken, first, how, _fact(tensor, beside), None))
    return rows


def _row(
    tensor: Mapping[str, Any], taken: features.Taken, name: str, how: str, sentence: str, line: Mapping[str, Any] | None
) -> dict[str, Any]:
    return {
        "tensor": tensor["id"],
        "name": name,
        "how": how,
        "letter": next((each["letter"] for each in taken.lanes if each["id"] == tensor["lane"]), None),
        "sentence": sentence,
        "line": None if line is None else {"line": line["line"], "where": line["where"]},
    }


def _explained(line: Line, value: Any, namespace: Mapping[str, Any]) -> Verdict | None:
    try:
        with unheard():
            return verdict(steps_of(line, value, namespace))
    except Exception:  # what is not worked out a second time has no reason told, and the picture stands
        return None


def _sentence(line: Line, found: Verdict) -> str:
    code = f"{line.name} = {ast.unparse(line.expression)}"
    match found.how:
        case "copies":
            return f"{code} copied at {found.step}, because {found.reason}."
        case "computes":
            return f"{code} has bytes of its own: {found.reason}."
        case "same":
            return f"{code} copied nothing: {found.reason}."
    return f"{code} shares its bytes: {found.reason}."


def _fact(tensor: Mapping[str, Any], beside: Sequence[str]) -> str:
    """What is so, where no line says why."""
    name, *also = tensor["names"]
    if tensor["lane"] is None:
        return f"{name} has no bytes: its shape is {shape_text(tensor['shape'])}."
    said = f"{join([name, *also])} are names of the very same object" if also else name
    if beside:
        return f"{said}{', and it' if also else ''} looks at the same storage as {_some(beside)}."
    return f"{said}." if also else f"{said} has a storage of its own."


def _some(names: Sequence[str]) -> str:
    return join(list(names[:4])) if len(names) < 5 else f"{', '.join(names[:4])} and {len(names) - 4} more"


def _summary(tensors: Sequence[Mapping[str, Any]], lanes: Sequence[Mapping[str, Any]]) -> str:
    """Who is on which storage."""
    groups: dict[str, list[str]] = {}
    for each in tensors:
        if each["lane"] is not None:
            groups.setdefault(each["lane"], []).extend(each["names"])
    letters = {each["id"]: each["letter"] for each in lanes}
    said = [
        f"{_some(names)} {'looks' if len(names) == 1 else 'look'} at storage {letters[lane]}"
        for lane, names in groups.items()
    ]
    if not said:
        return "Nothing here has bytes to share."
    return f"{join(said[:8])}{f'; {len(said) - 8} storages more' if len(said) > 8 else ''}."


def inspector_for_memory(tensors: tuple[Any, ...], frame: Any) -> Inspector:
    """An inspector of the storages of these, or of everything in the caller's variables."""
    namespace = {**frame.f_globals, **frame.f_locals}
    named = {each.name: each.value for each in find(namespace, [])}
    names = {id(value): name for name, value in reversed(named.items())}
    for number, each in enumerate(tensors):
        if id(each) not in names:
            names[id(each)] = f"output{number or ''}"
            named[names[id(each)]] = each  # memory(x, x * 2)
    kept = _without_tensors(namespace)
    references = {name: reference(value) for name, value in named.items()}
    chosen = [reference(each) for each in tensors]

    def current() -> dict[str, object]:
        held = {name: value for name, each in references.items() if (value := each()) is not None}
        return {**kept, **held}

    def focus() -> list[object] | None:
        return [value for each in chosen if (value := each()) is not None] if chosen else None

    inspector = Inspector(current, focus=focus, views=VIEWS)
    own = list(source.blocks(frame))
    notebook = any(source.blocks(None))
    _asked[inspector.memory] = Question(chosen, lambda: Lines(source.blocks(None) if notebook else own))
    if not notebook:
        log_of(inspector.memory).blocks = own
    inspector.refresh(f"memory({', '.join(names[id(each)] for each in tensors)})")
    return inspector


def _without_tensors(namespace: Mapping[str, Any]) -> dict[str, Any]:
    """What lines need beside tensors: modules, and plain numbers."""
    plain = (types.ModuleType, bool, int, float, complex, str)
    return {name: each for name, each in namespace.items() if isinstance(each, plain) and not name.startswith("_")}


@features.draws("sharing")
def _drawn(told: dict[str, Any], width: float) -> features.Drawn:
    """The reasons over the lanes."""
    from minitorch_widgets.drawing.svg import escape, lines_of

    texts: list[tuple[str, str]] = []
    for row in told["rows"]:
        mark = MARKS[row["how"]]
        broken = lines_of(row["sentence"], width - 24)
        texts += [("name" if row["how"] in ("shares", "same") else "", f"{mark} {broken[0]}")]
        texts += [("", f"  {each}") for each in broken[1:]]
    parts = [
        f'<text class="{cls}" x="0" y="{14 + 19 * row}" xml:space="preserve">{escape(text)}</text>'
        for row, (cls, text) in enumerate(texts)
    ]
    longest = max((len(text) for _, text in texts), default=0)
    return features.Drawn(parts, longest * 8.0, 19.0 * len(texts) + 6)
