"""Inspector: one conversation with the views. It takes snapshots, moves through a backward walk, and answers messages.

Whatever goes wrong in here becomes a line of text in the view: never an exception in the student's cell.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from minitorch_widgets import features, words
from minitorch_widgets.memory import Memory
from minitorch_widgets.names import find
from minitorch_widgets.snapshot import Budget, snapshot
from minitorch_widgets.walk import Timeline, called_by

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
        self._namespace = namespace
        self._views = list(views)
        self._parts = dict(parts or {})
        self._focus = focus
        self._budget = budget
        self._memory = Memory()
        self._channels: list[Send] = []
        self._lock = threading.RLock()  # JupyterLab answers comms on a thread of their own while a cell runs
        self._title = ""
        self._walked: weakref.ref[Any] | None = None
        self.timeline: Timeline | None = None
        self.message: Message | None = None

    @property
    def sources(self) -> dict[tuple[int, str], dict[str, str]]:
        """The student's line for each node, by sequence number and name; filled by whoever listens to the engine."""
        return self._memory.sources

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
                if self.message is None:
                    self._look()
                self._send(self.message)
            case "backward":
                tensor, name = self._tensor(str(message.get("tensor")))
                if self._is_under_way(tensor):
                    self._move(0)  # its first steps can't run twice: begin again by looking at them again
                else:
                    self.start(tensor, name)
            case "goto":
                self._move(int(message.get("position", 0)))
            case "finish":
                self._finish()
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
        for send in list(self._channels):
            try:
                send(message)
            except Exception:
                self._channels.remove(send)

    # Looking ----------------------------------------------------------------------------------------------------

    def refresh(self, title: str = "", error: Message | None = None) -> Message:
        """Look at the variables, tell the views, and return what was told."""
        with self._lock:
            try:
                self._title = title or self._title
                self._drop_a_walk_from_the_past()
                self._look(error)
            except Exception as trouble:
                self._send(problem(trouble))
                return problem(trouble)
            self._send(self.message)
            return self.message or {}

    def _look(self, error: Message | None = None) -> None:
        """A new snapshot as the current message."""
        seen = snapshot(
            self._namespace(), focus=self._focus(), title=self._title, memory=self._memory, budget=self._budget
        )
        seen["views"] = self._views
        seen["parts"].update({name: tell() for name, tell in self._parts.items()})
        if error is not None:
            failed = error.pop("failed", None)  # sequence number and name
            seen["error"] = {**error, "node": self._memory.known_node(*failed) if failed else None}
            seen["text"] = f"{words.error_sentence(error)} {seen['text']}"
        if self.timeline is not None:
            self.timeline.called.update(called_by(seen))
        self._show(seen)

    def _show(self, seen: Message) -> None:
        self.message = {
            "type": "snapshot",
            "revision": seen["revision"],
            "snapshot": seen,
            "timeline": None if self.timeline is None else self.timeline.state(),
        }

    def _tensor(self, number: str) -> tuple[Any, str]:
        """The tensor that has this id in the picture."""
        for name, value in find(self._namespace(), []):
            if self._memory.of_object(value, ("named", name)) == number:
                return value, name
        raise LookupError("That tensor is not there any more: run the cell again and choose it in the new picture.")

    # Walking ----------------------------------------------------------------------------------------------------

    def start(self, root: Any, name: str, *, gradient: Any = None, retain_graph: bool = False) -> None:
        """Begin a backward walk; one from elsewhere that was under way runs to its end, as backward() would have."""
        with self._lock:
            if self.timeline is not None:
                self.timeline.finish()
            if self.message is None:
                self._look()
            assert self.message is not None
            self.timeline = Timeline(
                root,
                name,
                self._memory,
                gradient=gradient,
                retain_graph=retain_graph,
                called=called_by(self.message["snapshot"]),
            )
            self._walked = weakref.ref(root)
            self._look()
            self._send(self.message)

    def _is_under_way(self, root: Any) -> bool:
        """Whether a walk from this very tensor has begun and not ended."""
        walk = self.timeline
        same = self._walked is not None and self._walked() is root
        return walk is not None and same and not walk.finished and bool(walk.steps)

    def _move(self, position: int) -> None:
        if self.timeline is None:
            raise LookupError("There is no backward walk to move in: choose a loss and start one.")
        ran = len(self.timeline.steps)
        self.timeline.goto(position)
        if len(self.timeline.steps) > ran or self.timeline.error is not None:
            self._look()  # gradients have been added, and saved tensors freed
        elif self.message is not None:
            self._memory.revision += 1
            self._show({**self.message["snapshot"], "revision": self._memory.revision})
        self._send(self.message)

    def _finish(self) -> None:
        if self.timeline is not None:
            self.timeline.finish()
        self.timeline = None
        self._look()
        self._send(self.message)

    def _drop_a_walk_from_the_past(self) -> None:
        """A walk whose root is gone, or was computed anew, is not about these variables any more."""
        if self.timeline is None or self._walked is None:
            return
        root = self._walked()
        if root is None or not any(value is root for _, value in find(self._namespace(), [])):
            self.timeline = None
            self._walked = None


def problem(error: BaseException) -> Message:
    """An exception as a line of text for the view."""
    if type(error) is LookupError:  # our own words already
        return {"type": "problem", "text": str(error)}
    return {"type": "problem", "text": f"The inspector met {type(error).__name__}: {error}"}
