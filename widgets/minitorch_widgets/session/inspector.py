"""Inspector: one conversation with the views. It takes snapshots, moves through a backward walk, and answers messages.

Whatever goes wrong in here becomes a line of text in the view: never an exception in the student's cell.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from minitorch_widgets import features, words
from minitorch_widgets.backward import conversation
from minitorch_widgets.backward.conversation import Walking
from minitorch_widgets.backward.walk import Timeline
from minitorch_widgets.facts.names import find
from minitorch_widgets.picture import updates
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.picture.snapshot import Budget, snapshot
from minitorch_widgets.session.replay import History

LARGE = 1000  # nodes

Message = dict[str, Any]
Send = Callable[[Message], None]


class Inspector:
    """A session over some namespace, with any number of views.

    `namespace` is asked for the variables at each look, so nothing here keeps a tensor alive between looks, except a
    backward walk that is not finished: it holds its graph, as `loss` itself does.

    `views` are the sections that its pictures show, all of them if none is named. `parts` add to what features.py
    tells: each is asked anew at every look.

    >>> inspector = Inspector(lambda: {"x": torch.ones(2)})
    >>> inspector.refresh("after cell [1]")["snapshot"]["tensors"][0]["names"]
    ['x']
    """

    def __init__(
        self,
        namespace: Callable[[], Mapping[str, object]],
        *,
        focus: Callable[[], Iterable[object] | None] = lambda: None,
        budget: Budget | None = None,
        views: Sequence[str] = (),
        parts: Mapping[str, Callable[[], features.Told]] | None = None,
    ) -> None:
        self.namespace = namespace
        self._views = list(views)
        self._parts = dict(parts or {})
        self._focus = focus
        self._budget = budget
        self.memory = Memory()
        self._channels: list[Send] = []
        self._lock = threading.RLock()  # JupyterLab answers comms on a thread of their own while a cell runs
        self._title = ""
        self.walking = Walking(self)
        self.history = History()
        self.message: Message | None = None
        """Everything, as a view gets it that comes late."""
        self._known: Message | None = None
        """What the views know: an update says how the next message differs from it."""

    @property
    def timeline(self) -> Timeline | None:
        """The backward walk that is open."""
        return self.walking.timeline

    @property
    def sources(self) -> dict[tuple[int, str], dict[str, str]]:
        """The student's line for each node, by sequence number and name; filled by whoever listens to the engine."""
        return self.memory.sources

    # Views ------------------------------------------------------------------------------------------------------

    def connect(self, send: Send) -> Callable[[], None]:
        """A view that wants the messages; returns what takes it away again."""
        with self._lock:
            self._channels.append(send)

        def leave() -> None:
            with self._lock:
                if send in self._channels:
                    self._channels.remove(send)

        return leave

    def receive(self, message: Any) -> None:
        """A message from a view."""
        with self._lock:
            try:
                self._answer(message if isinstance(message, dict) else {})
            except Exception as error:
                self._send(problem(error))

    def _answer(self, message: Message) -> None:
        match message.get("type"):
            case "hello":
                if self.message is None or self.walking.behind:
                    self.look()
                self._send(self.message)
            case kind if kind in conversation.MESSAGES:
                self.walking.answer(message)
            case kind if kind in features.ANSWERS:
                self._send({"type": "answer", "id": message.get("id"), **self._told(kind, message)})
            case other:
                self._send({"type": "problem", "text": f"The inspector doesn't know the message {other!r}."})

    def _told(self, kind: str, message: Message) -> Message:
        try:
            return {"value": features.ANSWERS[kind](self, message)}
        except Exception as error:
            return {"problem": problem(error)["text"]}

    def _send(self, message: Message | None) -> None:
        """To every view; one that is gone is dropped."""
        if message is None:
            return
        if message["type"] == "snapshot":
            self._known = message
        for send in list(self._channels):
            try:
                send(message)
            except Exception:
                self._channels.remove(send)

    def _tell_picture(self) -> None:
        """Tell the views the new picture: all of it or, where little of a large one is new, what that is."""
        before, after = self._known, self.message
        if before is None or after is None or len(after["snapshot"]["nodes"]) < LARGE:
            self._send(after)
            return
        given = updates.update(before, after, (), more=self.walking.more)
        fresh = given["snapshot"]["lists"].get("nodes", {}).get("put", ())
        if before["snapshot"].keys() - after["snapshot"].keys() or 2 * len(fresh) > len(after["snapshot"]["nodes"]):
            self._send(after)
            return
        self._send(given)
        self._known = after

    # Looking ----------------------------------------------------------------------------------------------------

    def refresh(self, title: str = "", error: Message | None = None) -> Message:
        """Look at the variables, tell the views, and return what was told."""
        with self._lock:
            try:
                self._title = title or self._title
                self.history.keep(self.message)
                self.walking.drop_if_past()
                self.look(error)
            except Exception as trouble:
                self._send(problem(trouble))
                return problem(trouble)
            self._tell_picture()
            return self.message or {}

    def look(self, error: Message | None = None) -> None:
        """A new picture as the current message."""
        seen = snapshot(
            self.namespace(), focus=self._focus(), title=self._title, memory=self.memory, budget=self._budget
        )
        seen["views"] = self._views
        own = {name: told for name, tell in self._parts.items() if (told := tell()) is not None}
        seen["parts"].update(own)
        seen["text"] = words.with_parts(own, seen["text"])
        if error is not None:
            failed = error.pop("failed", None)  # sequence number and name
            seen["error"] = {**error, "node": self.memory.known_node(*failed) if failed else None}
            seen["text"] = f"{words.error_sentence(error)} {seen['text']}"
        self.walking.looked(seen)
        self._put(seen)

    def show_sections(self, views: Sequence[str]) -> None:
        """From the next look on, the pictures show these sections; all of them if none is named."""
        self._views = list(views)

    def add_part(self, name: str, tell: Callable[[], features.Told]) -> None:
        """From the next look on, the pictures have this part as well."""
        self._parts[name] = tell

    def picture(self) -> Message:
        """The current picture; the first one is taken now."""
        if self.message is None:
            self.look()
        assert self.message is not None
        return self.message["snapshot"]

    def _put(self, seen: Message) -> None:
        told = self.walking.breakpoints.told(self.timeline)
        if told or "breakpoints" in seen["parts"]:
            seen = {**seen, "parts": {**seen["parts"], "breakpoints": told}}
        self.message = {
            "type": "snapshot",
            "revision": seen["revision"],
            "snapshot": seen,
            "timeline": self.walking.told(),
        }

    def tell_change(self, steps: Sequence[int] = ()) -> None:
        """Tell the views what is different from what they were told last; `steps` of the walk are new to them."""
        before, seen = self._known, self.picture()
        if before is None or seen["revision"] == before["revision"]:
            self.memory.revision += 1
            seen = {**seen, "revision": self.memory.revision}
        self._put(seen)
        if before is None:
            self._send(self.message)
        else:
            assert self.message is not None
            self._send(updates.update(before, self.message, steps, more=self.walking.more))
        self._known = self.message

    def tensor(self, number: str) -> tuple[Any, str]:
        """The tensor that has this id in the picture."""
        for name, value in find(self.namespace(), []):
            if self.memory.of_object(value, ("named", name)) == number:
                return value, name
        raise LookupError("That tensor is not there any more: run the cell again and choose it in the new picture.")

    def node_label(self, number: str) -> str:
        """What a node of the picture is called."""
        for node in self.picture()["nodes"]:
            if node["id"] == number:
                return f"{node['name']} of {node['label']}" if node["kind"] == "leaf" else str(node["name"])
        raise LookupError("That node is not in the picture any more.")

    def start(self, root: Any, name: str, *, gradient: Any = None, retain_graph: bool = False) -> None:
        """Begin a backward walk from `root`, which the notebook calls `name`."""
        with self._lock:
            self.walking.start(root, name, gradient=gradient, retain_graph=retain_graph)


def problem(error: BaseException) -> Message:
    """An exception as a line of text for the view."""
    if type(error) is LookupError:  # our own words already
        return {"type": "problem", "text": str(error)}
    return {"type": "problem", "text": f"The inspector met {type(error).__name__}: {error}"}
