"""Replay: a session as one HTML file that opens anywhere, without a kernel, a server or a network.

Note [A file that asks for nothing]
The page is the inspector's own script and styles with the pictures as JSON beside them. Its Content-Security-Policy
lets one script run, known by its digest, and forbids every request: what a tensor is called, or what stands in a line
of code, can't become a script even if the escaping of it failed.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import pathlib
from collections import deque
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from minitorch_widgets import words

if TYPE_CHECKING:
    from minitorch_widgets.session.inspector import Inspector, Message

STATIC = pathlib.Path(__file__).parent.parent / "static"
MOST_BYTES = 25_000_000
MOST_PICTURES = 200
FRAME = 500  # bytes around the pictures: what was left out, and their frame
MOST_NUMBERS = 200_000  # in the pictures that are kept for a file; each is some 60 bytes here

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-{digest}'; \
style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width">
<style>{css}
:root{{color-scheme:light dark;background:light-dark(#fff,#111)}}body{{margin:0}}
[data-needs=kernel],.mt-section:has(>div>[data-needs=kernel]){{display:none!important}}
</style></head>
<body><main id="replay"><p>{text}</p></main>
<script type="application/json" id="pictures">{pictures}</script>
<script>{script}</script></body></html>
"""


class History:
    """The pictures that were shown before the present one, the latest of them, as they were told last."""

    def __init__(self) -> None:
        self._held: deque[tuple[int, Message]] = deque(maxlen=MOST_PICTURES)
        self._numbers = 0
        self.dropped = 0

    def keep(self, message: Message | None) -> None:
        """Another picture takes the place of this one. It is plain numbers and words: no tensor lives by it."""
        if message is None:
            return
        if len(self._held) == MOST_PICTURES:
            self._drop()
        size = _numbers_in(message["snapshot"])
        self._held.append((size, message))
        self._numbers += size
        while self._numbers > MOST_NUMBERS and self._held:
            self._drop()

    def _drop(self) -> None:
        self._numbers -= self._held.popleft()[0]
        self.dropped += 1

    @property
    def messages(self) -> list[Message]:
        return [message for _, message in self._held]


def _numbers_in(picture: Mapping[str, Any]) -> int:
    """About how many numbers and words a picture is made of: asked after each cell, so it is not counted out."""
    things = 20 * (len(picture["nodes"]) + len(picture["tensors"])) + 6 * len(picture["edges"])
    values = sum(len(each["values"]["data"]) for each in picture["tensors"] if each["values"])
    return things + values + sum(len(lane["cells"]) for lane in picture["lanes"])


def save(inspector: Inspector, path: Any, *, finish: bool = True, most_bytes: int = MOST_BYTES) -> pathlib.Path:
    """Write the pictures of this inspector and the steps of its walk to a file."""
    messages, left_out = collected(inspector, finish)
    target = pathlib.Path(path)
    target.write_text(page(messages, left_out, most_bytes), encoding="utf-8")
    return target


def collected(inspector: Inspector, finish: bool) -> tuple[list[Message], list[str]]:
    """All pictures, the present one last and with every step of its walk; and what is missing, in words."""
    inspector.picture()
    walk = inspector.timeline
    if walk is not None and finish and not walk.finished and walk.error is None:
        position = walk.position
        for message in ({"type": "goto", "position": len(walk.order)}, {"type": "goto", "position": position}):
            inspector.receive(message)
        inspector.receive({"type": "look"})
    now = inspector.message
    assert now is not None
    if walk is not None:
        now = {**now, "timeline": walk.state()}
    left_out = []
    if inspector.history.dropped:
        left_out.append(f"{words.count(inspector.history.dropped, 'earlier picture')}: only the latest are kept")
    if walk is not None and len(walk.records) < len(walk.order) and walk.error is None:
        left_out.append(f"{len(walk.order) - len(walk.records)} steps of the walk, which had not run yet")
    return [*inspector.history.messages, now], left_out


def page(messages: list[Message], left_out: Iterable[str], most_bytes: int = MOST_BYTES) -> str:
    """The file's text. Where it would be larger than `most_bytes`, old pictures go first, and then far steps."""
    script, css = _built("replay.js"), _built("widget.css")
    present = messages[-1]
    title = present["snapshot"]["title"] or "Tensors, graph and storage"
    text = f"{present['snapshot']['text']} {words.walk_sentence(present['timeline'])}".strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    around = {"title": _text(title), "text": _text(text), "digest": digest, "css": css, "script": script}
    room = max(0, most_bytes - len(PAGE.format(**around, pictures="")) - FRAME)
    pictures, missing = _fitting(messages, room)
    said = [f"Left out: {line}." for line in (*left_out, *missing)]
    held = f'{{"pictures":[{",".join(pictures)}],"left_out":{_json(said)}}}'
    return PAGE.format(**around, pictures=held)


def _fitting(messages: list[Message], room: int) -> tuple[list[str], list[str]]:
    """The latest pictures that fit, as JSON, and what had to go."""
    *earlier, present = messages
    said = []
    last = _json(present)
    limit = f"the file would be larger than {room / 1e6:.3g} MB"
    if len(last) > room and present["timeline"]:
        timeline = present["timeline"]
        steps = list(timeline["steps"])
        far = sorted(range(len(steps)), key=lambda index: abs(index + 1 - timeline["position"]), reverse=True)
        over = len(last) - room
        gone = 0
        for index in far:
            if over <= 0:
                break
            over -= len(_json(steps[index])) - 4
            steps[index] = None
            gone += 1
        last = _json({**present, "timeline": {**timeline, "steps": steps}})
        said.append(f"{words.count(gone, 'step')} of the walk: {limit}")
    if len(last) > room:
        said.append(f"nothing more, though this picture alone is larger than {room / 1e6:.3g} MB")
    kept = [last]
    room -= len(last)
    for at in range(len(earlier) - 1, -1, -1):
        each = _json(earlier[at])
        if len(each) > room:
            said.append(f"{words.count(at + 1, 'earlier picture')}: {limit}")
            break
        room -= len(each)
        kept.insert(0, each)
    return kept, said


def _built(name: str) -> str:
    path = STATIC / name
    if not path.exists():
        raise FileNotFoundError(
            f"{name} is missing from this installation. In a source checkout, build it with: "
            "python hatch_build.py build"
        )
    return path.read_text(encoding="utf-8")


def _json(value: Any) -> str:
    """JSON that can stand in an HTML page: nothing in it ends the script or begins a comment."""
    text = json.dumps(value, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _text(value: str) -> str:
    return html.escape(value.encode("utf-8", "replace").decode(), quote=False).replace('"', "&quot;")
