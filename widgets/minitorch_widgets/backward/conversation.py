"""Conversation: what is said about a backward walk, between inspector and view: start, step, run, stop, finish.

What a step changed is told as an update. In a big picture a step does not take a new picture: the view asks for it when
it is at rest, and until then the storages show what was there before.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minitorch_widgets import features
from minitorch_widgets.backward import breakpoints
from minitorch_widgets.backward.breakpoints import Breakpoints
from minitorch_widgets.backward.walk import Timeline, called_by
from minitorch_widgets.facts.names import find

if TYPE_CHECKING:
    from minitorch_widgets.session.inspector import Inspector, Message

MESSAGES = ("backward", "goto", "run", "finish", "look", "steps")

BIG = 150  # nodes: looking at more of them after every step would be felt
AT_ONCE = 60  # steps: so many are told in one message, if there are no more of them, or if the view is at rest
NEAR = 12  # of a longer walk, those that are told with each step

_numbers = itertools.count(1)


class Walking:
    """The walk of one inspector, and its breakpoints."""

    def __init__(self, inspector: Inspector) -> None:
        self.inspector = inspector
        self.timeline: Timeline | None = None
        self.breakpoints = Breakpoints()
        self.behind = False
        """Whether steps have run since the picture was taken."""
        self._root: weakref.ref[Any] | None = None

    def answer(self, message: Message) -> None:
        """A message of a view."""
        match message["type"]:
            case "backward":
                self._begin(str(message.get("tensor")))
            case "goto":
                self._move(int(message.get("position", 0)))
            case "run":
                self._run(int(message.get("direction", 1)))
            case "finish":
                self._finish()
            case "look":
                self._look()
            case "steps":
                self._tell_nodes([str(each) for each in message.get("nodes", [])][:AT_ONCE])

    def start(self, root: Any, name: str, *, gradient: Any = None, retain_graph: bool = False) -> None:
        """Begin a walk; one from elsewhere that was under way runs to its end, as backward() would have."""
        if self.timeline is not None:
            self.timeline.finish()
        inspector = self.inspector
        called = called_by(inspector.picture())
        self.timeline = Timeline(
            root, name, inspector.memory, gradient=gradient, retain_graph=retain_graph, called=called
        )
        self.timeline.number = next(_numbers)
        self._root = weakref.ref(root)
        self._changed(ran=bool(self.timeline.records) or self.timeline.error is not None)

    def told(self) -> dict[str, Any] | None:
        """The walk as it travels, with the steps that were told."""
        return None if self.timeline is None else self.timeline.told()

    @property
    def more(self) -> bool:
        """Whether there is more to tell than what was told."""
        return self.behind or (self.timeline is not None and not self.timeline.complete)

    def looked(self, picture: Mapping[str, Any]) -> None:
        """A new picture was taken: it is up to date, and may have better names."""
        self.behind = False
        if self.timeline is not None:
            self.timeline.called.update(called_by(picture))

    def drop_if_past(self) -> None:
        """A walk whose root is gone, or was computed anew, is not about these variables any more."""
        if self.timeline is None or self._root is None:
            return
        root = self._root()
        if root is None or not any(value is root for _, value in find(self.inspector.namespace(), [])):
            self.timeline = self._root = None

    # Moving -----------------------------------------------------------------------------------------------------

    def _begin(self, tensor: str) -> None:
        root, name = self.inspector.tensor(tensor)
        walk = self.timeline
        same = self._root is not None and self._root() is root
        if walk is not None and same and not walk.finished and walk.records:
            self._move(0)  # its first steps can't run twice: begin again by looking at them again
        else:
            self.start(root, name)

    def _open(self) -> Timeline:
        if self.timeline is None:
            raise LookupError("There is no backward walk to move in: choose a loss and start one.")
        return self.timeline

    def _move(self, position: int) -> None:
        walk = self._open()
        before = (len(walk.records), walk.error)
        walk.stop = None
        walk.goto(position)
        self._changed(ran=(len(walk.records), walk.error) != before)

    def _run(self, direction: int) -> None:
        walk = self._open()
        before = (len(walk.records), walk.error)
        breakpoints.run(walk, self.breakpoints, direction, self.inspector.namespace())
        self._changed(ran=(len(walk.records), walk.error) != before)

    def _finish(self) -> None:
        if self.timeline is not None:
            self.timeline.finish()
        self.timeline = None
        self.inspector.look()
        self.inspector.tell_change()

    # Telling ----------------------------------------------------------------------------------------------------

    def _changed(self, *, ran: bool) -> None:
        """Tell where the walk is now. Where steps have run, gradients have been added and saved tensors freed."""
        self.behind = self.behind or ran
        if self.behind and len(self.inspector.picture()["nodes"]) <= BIG:
            self.inspector.look()
        walk = self.timeline
        few = walk is None or len(walk.records) <= AT_ONCE
        self.inspector.tell_change([] if walk is None else walk.tell_near(AT_ONCE if few else NEAR))

    def _look(self) -> None:
        """The view is at rest: what was put off is done now, a piece at a time."""
        if self.behind:
            self.inspector.look()
        walk = self.timeline
        self.inspector.tell_change([] if walk is None else walk.tell_near(AT_ONCE))

    def _tell_nodes(self, nodes: list[str]) -> None:
        """Somebody looks at these nodes."""
        walk = self._open()
        self.inspector.tell_change(walk.tell_nodes(nodes))


@features.answers("breakpoint")
def change_breakpoints(inspector: Inspector, message: Message) -> list[dict[str, Any]]:
    """Add, toggle or remove a breakpoint; the answer is the list."""
    walking = inspector.walking
    known = walking.breakpoints
    match message.get("act"):
        case "add":
            kind, text = str(message.get("kind")), str(message.get("text", ""))
            label = inspector.node_label(text) if kind == "node" else ""
            known.add(kind, text, label)
        case "toggle":
            known.toggle(int(message.get("number", 0)))
        case "remove":
            known.remove(int(message.get("number", 0)))
        case other:
            raise LookupError(f"A breakpoint can't be {other!r}.")
    inspector.tell_change()
    return known.told(walking.timeline)
