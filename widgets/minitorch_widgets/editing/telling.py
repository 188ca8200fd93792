"""Telling: what is told of a number that was changed in the picture, and of what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from minitorch_widgets import features
from minitorch_widgets.editing.edits import Edit, element, geometry_of, log_of, readers_of
from minitorch_widgets.editing.recompute import Follower, Gradient
from minitorch_widgets.editing.typed import held
from minitorch_widgets.facts.reading import is_array, is_tensor, plain, tensor_values
from minitorch_widgets.words import join, number_text, value_text

MOST_VALUES = 64  # of one follower
MOST_NAMED = 6


def followers(found: Sequence[Follower]) -> list[dict[str, Any]]:
    """Names that would hold something else, as they travel."""
    return [
        {"name": each.name, "now": value(each.now), "would": value(each.would), "line": _line(each.line.told())}
        for each in found
    ]


def gradients(found: Sequence[Gradient]) -> list[dict[str, Any]]:
    """Gradients of fresh backward passes beside those that are there."""
    return [
        {"name": each.name, "of": each.root, "now": value(each.leaf.grad), "would": value(each.would)} for each in found
    ]


def _line(told: Mapping[str, Any]) -> dict[str, Any]:
    return {key: told[key] for key in ("line", "where")}


def value(of: Any) -> dict[str, Any] | None:
    """A value as it travels; None where it is not read."""
    if not is_tensor(of) and not is_array(of):
        if of is None:
            return None
        seen = np.array(of)
        return {
            "shape": [], "dtype": seen.dtype.name, "data": plain(seen.reshape(1)), "truncated": False, "min": None,
            "max": None,
        }  # fmt: skip
    told = tensor_values(of, MOST_VALUES)
    geometry = geometry_of(of)
    return None if told is None else {"shape": list(geometry.shape), "dtype": geometry.dtype, **told}


@features.part("edit")
def _part(taken: features.Taken) -> dict[str, Any] | None:
    """The last change, for as long as its number stands."""
    log = log_of(taken.memory)
    last = log.last
    if last is None:
        return None
    tensor = last.tensor()
    here = next((each for each in taken.tensors if tensor is not None and taken.objects[each["id"]] is tensor), None)
    if here is None or not _stands(tensor, last):
        log.forget()
        return None
    return {
        "line": last.line,
        "sentence": sentence(last, here, taken.tensors, taken.nodes),
        "follows": last.follows,
        "gradients": last.gradients,
        "left": last.left,
        "undo": len(log.undo),
    }


def _stands(tensor: Any, last: Edit) -> bool:
    now, new = element(tensor, last.where), held(last.new, last.dtype)
    return bool(now == new or now != now and new != new)


def sentence(
    last: Edit, here: Mapping[str, Any], tensors: Sequence[Mapping[str, Any]], nodes: Sequence[Mapping[str, Any]]
) -> str:
    """What was written, who sees it, and what does not follow by itself."""
    name = f"{last.name}[{', '.join(map(str, last.where))}]" if last.where else last.name
    sentences = [f"{name} was {_text(last.old)} and is {_text(last.new)}."]
    readers = readers_of(tensors, here, last.where)
    own = next((len(found) for each, found in readers if each["id"] == here["id"]), 1)
    if own > 1:
        sentences.append(f"It is one cell that {own:,} elements of {last.name} read.")
    others = [_reading(each, found) for each, found in readers if each["id"] != here["id"]]
    if others:
        more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
        reads = "reads" if len(others) == 1 and " elements of " not in others[0] else "read"
        sentences.append(f"{join(others[:MOST_NAMED])}{more} {reads} the same bytes.")
    sentences += _about_saved(here, tensors, nodes)
    if last.follows:
        names, end = [each["name"] for each in last.follows], last.follows[-1]
        verb = "does not follow by itself" if len(names) == 1 else "do not follow by themselves"
        would = "" if end["would"] is None else f": computed again, {end['name']} would be {value_text(end['would'])}"
        sentences.append(f"{join(names[:MOST_NAMED])} {verb}{would}.")
    return " ".join(sentences)


def _reading(tensor: Mapping[str, Any], found: Sequence[Any]) -> str:
    """Another reader of the bytes, by its element where it is one."""
    name = tensor["label"] if tensor["kind"] == "saved" else tensor["names"][0]
    if len(found) > 1:
        return f"{len(found):,} elements of {name}"
    index = ", ".join(map(str, found[0].where))
    return f"{name}[{index}]" if index and tensor["kind"] != "saved" else str(name)


def _about_saved(
    here: Mapping[str, Any], tensors: Sequence[Mapping[str, Any]], nodes: Sequence[Mapping[str, Any]]
) -> list[str]:
    """What the nodes make of it that saved something of this storage."""
    lanes = {each["id"]: each["lane"] for each in tensors}
    states: dict[str, set[str]] = {}
    for node in nodes:
        for saved in node["saved"]:
            if saved["tensor"] is not None and lanes.get(saved["tensor"]) == here["lane"] is not None:
                states.setdefault(saved["state"], set()).add(node["name"])
    said = []
    if "stale" in states:
        said.append(
            f"{join(sorted(states['stale'])[:4])} had saved it at an earlier version: backward() through there raises "
            "until the lines that made it run again."
        )
    if "saved" in states and here["version"] is None:
        said.append(
            f"{join(sorted(states['saved'])[:4])} saved these bytes, and no version counts NumPy's writes: backward() "
            "would use the new number for the old result."
        )
    return said


def _text(number: Any) -> str:
    return number_text(number) if not isinstance(number, complex) else str(number).strip("()")


@features.draws("edit")
def _drawn(told: dict[str, Any], width: float) -> features.Drawn:
    """The change in the still picture: its sentence and its line."""
    from minitorch_widgets.drawing.svg import escape, lines_of

    texts = [("", each) for each in lines_of(told["sentence"], width)]
    texts += [("name", each) for each in told["line"].splitlines()]
    parts = [
        f'<text class="{cls}" x="0" y="{14 + 19 * row}" xml:space="preserve">{escape(text)}</text>'
        for row, (cls, text) in enumerate(texts)
    ]
    return features.Drawn(parts, max(len(text) for _, text in texts) * 8.0, 19.0 * len(texts) + 6)
