"""Moments: the pictures of earlier, to be gone back to: those after each cell, and those of the last trace.

What is kept (an inspector's `history`) is plain values: no tensor lives longer for it, and going back asks nothing of
the student's objects. How much is kept is bounded, and what was dropped is said.
"""

from __future__ import annotations

import textwrap
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minitorch_widgets import features
from minitorch_widgets.words import count

if TYPE_CHECKING:
    from minitorch_widgets.picture.memory import Memory
    from minitorch_widgets.session.inspector import Inspector, Message
    from minitorch_widgets.session.replay import History

def _sentence(picture: Mapping[str, Any]) -> str:
    """What the cell did, where that is known; else what there was."""
    changes = picture["parts"].get("changes")
    if isinstance(changes, dict) and changes.get("sentence"):
        return textwrap.shorten(str(changes["sentence"]), 240, placeholder=" …")
    return f"{count(len(picture['tensors']), 'tensor')}, {count(len(picture['nodes']), 'node')}."


_pasts: weakref.WeakKeyDictionary[Memory, History] = weakref.WeakKeyDictionary()
_reels: weakref.WeakKeyDictionary[Memory, dict[str, Any]] = weakref.WeakKeyDictionary()
_lines: weakref.WeakKeyDictionary[Memory, dict[int, dict[str, Any]]] = weakref.WeakKeyDictionary()
_trace: list[dict[str, Any]] = []  # the last trace, as it travels


def remember(inspector: Inspector) -> None:
    """From now on this inspector's pictures of earlier can be gone back to."""
    _pasts[inspector.memory] = inspector.history


def traced(told: dict[str, Any], memory: Memory) -> None:
    """A trace has ended: it belongs to the pictures with this memory, and the docked inspector can show it too."""
    _trace[:] = [told]
    _reels[memory] = told


@features.part("moments")
def _part(taken: features.Taken) -> dict[str, Any] | None:
    if taken.memory in _reels:
        return _reels[taken.memory]
    past = _pasts.get(taken.memory)
    if past is None:
        return None
    known = _lines.get(taken.memory, {})
    lines = {each["revision"]: known.get(each["revision"]) or _moment(each) for each in past.messages}
    _lines[taken.memory] = lines
    told = list(lines.values())
    note = f"{count(past.dropped, 'earlier picture')} dropped to save memory." if past.dropped else ""
    trace = {"title": _trace[0]["title"], "moments": len(_trace[0]["moments"])} if _trace else None
    return {"level": "cell", "moments": told, "note": note, "trace": trace} if told or trace else None


def _moment(message: Message) -> dict[str, Any]:
    picture = message["snapshot"]
    return {"level": "cell", "id": message["revision"], "title": picture["title"], "sentence": _sentence(picture)}


@features.answers("moment")
def _picture(inspector: Inspector, message: Message) -> Mapping[str, Any]:
    """A view wants to see the picture after an earlier cell."""
    for each in inspector.history.messages:
        if each["revision"] == message.get("moment"):
            return each["snapshot"]
    raise LookupError("That picture is not kept any more.")


@features.answers("trace")
def _last_trace(inspector: Inspector, message: dict[str, Any]) -> Mapping[str, Any]:
    """A view wants to go through the last trace."""
    if not _trace:
        raise LookupError("Nothing has been traced yet: begin a cell with %%trace.")
    return _trace[0]


@features.draws("moments")
def _drawn(told: Mapping[str, Any], width: float) -> features.Drawn:
    """The steps of a trace as a list, over the picture of its end."""
    from minitorch_widgets.drawing.svg import escape, lines_of

    texts = []
    if told["level"] == "op":
        steps = [each for each in told["moments"] if each["level"] in ("op", "backward", "raised")]
        for number, each in enumerate(steps[:24], 1):
            first, *rest = lines_of(f"{number}. {each['sentence']}", width)
            texts += [first, *("    " + line for line in rest)]
        if len(steps) > 24:
            texts.append(f"and {len(steps) - 24} more")
    rows = [f'y="{14 + 19 * row}" xml:space="preserve">{escape(text)}' for row, text in enumerate(texts)]
    parts = [f'<text x="0" {row}</text>' for row in rows]
    return features.Drawn(parts, max((len(text) for text in texts), default=0) * 8.0, 19.0 * len(texts) + 6)
