"""Guide: a lesson beside the picture: pages that drive it, and are complete when the learner has performed their act.

    Step(text, on=[...], out=[...], complete=...)

`on` and `out` are acts (act.py): what is done as the page is turned to, and as it is left. `complete` is a condition
(when.py); a page without one is there to be read. What was completed goes to the journal, with the time it took.
"""

from __future__ import annotations

import sys
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from minitorch_widgets import features
from minitorch_widgets.facts.names import find
from minitorch_widgets.facts.reading import tensor_values
from minitorch_widgets.learning.act import Act
from minitorch_widgets.learning.journal import journal
from minitorch_widgets.learning.when import Condition
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.session.caller import reference
from minitorch_widgets.session.inspector import Inspector, Message

VIEWS = ("lesson", "strip", "graph", "step", "lanes", "pane", "chain")


class Step(NamedTuple):
    """A page of a lesson.

    >>> Step("Have a look at the graph.").complete is None
    True
    """

    text: str
    on: Sequence[Act] = ()
    out: Sequence[Act] = ()
    complete: Condition | None = None
    hint: str = ""


class Guide:
    """A lesson that is under way."""

    def __init__(
        self, steps: Sequence[Step], title: str, namespace: Callable[[], dict[str, Any]], views: Sequence[str] = VIEWS
    ) -> None:
        if not steps:
            raise ValueError("a lesson needs at least one step: lesson(Step('...'))")
        self.steps = list(steps)
        self.title = title
        self.variables = namespace
        self.at = 0
        self.done: set[int] = set()
        self.before: Any = None
        """What the page's condition has noted as it was turned to."""
        self.note = ""
        self._drive: list[dict[str, Any]] = []
        self._turns = 0
        self._opened = time.monotonic()
        self._told: Message = {}  # what the view told of last
        self._checking = True
        self.inspector = Inspector(self._named, views=views)
        _guides[self.inspector.memory] = weakref.ref(self)
        self.inspector.refresh(f"lesson: {title}" if title else "lesson")
        self._checking = False
        self.turn(0)

    def _named(self) -> dict[str, object]:
        return dict(find(self.variables(), []))

    @property
    def step(self) -> Step:
        """The page that is open."""
        return self.steps[self.at]

    # Turning pages ----------------------------------------------------------------------------------------------

    def turn(self, to: int) -> None:
        """Turn to a page, by its number from 0."""
        to = max(0, min(int(to), len(self.steps) - 1))
        self.note = ""
        self._drive = []
        if to != self.at:
            self._do(self.step.out)
        self.at = to
        self._opened = time.monotonic()
        self._told = {}
        condition = self.step.complete
        self.before = condition.begin(self) if condition and condition.begin else None
        self._do(self.step.on)
        self._turns += 1
        journal().write("opened", lesson=self.title, step=to)
        self.inspector.refresh()

    def _do(self, acts: Sequence[Act]) -> None:
        for act in acts:
            try:
                told = act(self)
            except Exception as error:  # a page that can't drive the picture can still be read
                self.note = f"The picture could not be prepared: {type(error).__name__}: {error}"
                continue
            if told:
                self._drive.append(told)

    # Completing -------------------------------------------------------------------------------------------------

    def happened(self, told: Message) -> bool:
        """The view tells what the learner did; whether that completes the page."""
        self._told = told
        return self.check()

    def check(self) -> bool:
        """Whether the open page has just been completed."""
        condition = self.step.complete
        if condition is None or self.at in self.done or self._checking:
            return False
        self._checking = True  # a condition may look, and looking asks for conditions
        try:
            met = bool(condition.check(self, self._told))
        except Exception:
            met = False
        finally:
            self._checking = False
        if met:
            self.done.add(self.at)
            seconds = round(time.monotonic() - self._opened, 3)
            journal().write("completed", lesson=self.title, step=self.at, seconds=seconds)
        return met

    # What acts and conditions ask -------------------------------------------------------------------------------

    def find(self, what: str) -> dict[str, str] | None:
        """A tensor or a node of the picture, as the view selects it."""
        picture = self.inspector.picture()
        for tensor in picture["tensors"]:
            if what in tensor["names"]:
                return {"kind": "tensor", "id": tensor["id"]}
        for node in reversed(picture["nodes"]):
            if what in (node["expression"], node["name"], node["label"]) or self._made(node, what, picture):
                return {"kind": "node", "id": node["id"]}
        return None

    def _made(self, node: Mapping[str, Any], what: str, picture: Mapping[str, Any]) -> bool:
        """Whether this is `y.grad_fn`, for any name that its results have."""
        names = {each["id"]: each["names"] for each in picture["tensors"]}
        return any(what == f"{name}.grad_fn" for id in node["outputs"] for name in names.get(id, ()))

    def walk(self, root: str = "") -> None:
        """Begin a backward walk, unless one is under way."""
        if self.inspector.timeline is not None:
            return
        picture = self.inspector.picture()
        roots = [each for each in picture["tensors"] if each["id"] in picture["roots"]]
        chosen = [each for each in roots if root in each["names"]] if root else roots
        if not chosen:
            raise LookupError(f"there is no {root or 'loss'} to walk backward from")
        self.inspector.receive({"type": "backward", "tensor": chosen[-1]["id"]})

    def position_of(self, what: str) -> int | None:
        """After how many steps of the walk this node has run."""
        walk = self.inspector.timeline
        if walk is None:
            return None
        nodes = {each["id"]: each for each in self.inspector.picture()["nodes"]}
        order = walk.told()["order"]
        for position, id in enumerate(order, 1):
            node = nodes.get(id)
            if node and what in (node["name"], node["label"], node["expression"], id):
                return position
        found = self.find(what)
        return order.index(found["id"]) + 1 if found and found["id"] in order else None

    def values(self, name: str) -> Any:
        """The numbers that a tensor holds now."""
        value = dict(find(self.variables(), [])).get(name)
        seen = None if value is None else tensor_values(value, 4096)
        return None if seen is None else seen["data"]

    # What the view gets -----------------------------------------------------------------------------------------

    def told(self) -> dict[str, Any]:
        """The lesson as it travels."""
        steps = [{"text": each.text, "act": each.complete is not None, "done": at in self.done}
                 for at, each in enumerate(self.steps)]  # fmt: skip
        return {
            "title": self.title,
            "steps": steps,
            "at": self.at,
            "hint": self.step.hint,
            "watches": self.step.complete.watches if self.step.complete and self.at not in self.done else "",
            "drive": {"turn": self._turns, "acts": self._drive},
            "note": self.note,
            "sentence": self.sentence,
        }

    @property
    def sentence(self) -> str:
        """Where one is, and whether it is done."""
        acts = [at for at, each in enumerate(self.steps) if each.complete is not None]
        text = f"Page {self.at + 1} of {len(self.steps)}: {self.step.text}"
        if self.at in self.done:
            text += f" Done: {len(self.done)} of {len(acts)} acts."
        return text

    def after_cell(self, result: Any = None) -> None:
        """What happens after each cell of the notebook. Never raises."""
        try:
            self.inspector.refresh()
        except Exception:
            pass  # the student's cell is not ours to fail


_guides: weakref.WeakKeyDictionary[Memory, weakref.ref[Guide]] = weakref.WeakKeyDictionary()


def _guide_of(memory: Memory) -> Guide | None:
    held = _guides.get(memory)
    return None if held is None else held()


@features.part("lesson")
def _part(taken: features.Taken) -> dict[str, Any] | None:
    guide = _guide_of(taken.memory)
    if guide is None:
        return None
    guide.check()
    return guide.told()


@features.answers("lesson")
def _heard(inspector: Inspector, message: Message) -> dict[str, Any]:
    """A view turns a page, or tells what the learner did."""
    guide = _guide_of(inspector.memory)
    if guide is None:
        raise LookupError("That lesson is not open any more: run its cell again.")
    if message.get("act") == "turn":
        guide.turn(int(message.get("to", 0)))
    elif guide.happened(message):
        inspector.refresh()
    return guide.told()


@features.draws("lesson")
def _drawn(told: Mapping[str, Any], width: float) -> features.Drawn:
    """All pages as text, and which of them are done."""
    from minitorch_widgets.drawing.svg import escape, lines_of

    rows = [("head", told["title"])] if told["title"] else []
    for number, each in enumerate(told["steps"], 1):
        sign = "✓" if each["done"] else "○" if each["act"] else "·"
        lines = lines_of(f"{sign} {number}. {each['text']}", width)
        rows += [("goodtext" if each["done"] else "", line) for line in lines]
    placed = [(14 + 19 * row, *each) for row, each in enumerate(rows)]
    parts = [f'<text class="{cls}" x="0" y="{y}">{escape(text)}</text>' for y, cls, text in placed]
    return features.Drawn(parts, max(len(text) for _, text in rows) * 8.2, 19.0 * len(rows) + 6)


# From a call ----------------------------------------------------------------------------------------------------


class Lesson:
    """A lesson that is open. In a notebook it is a widget, and looks again after each cell."""

    def __init__(self, steps: Sequence[Step], title: str, frame: Any) -> None:
        self.guide = Guide(steps, title, _namespace(frame))
        self._widget: Any = None
        self._follow()

    def _follow(self) -> None:
        try:
            from IPython import get_ipython
        except ImportError:
            return
        shell = get_ipython()
        if shell is None:
            return
        held = weakref.ref(self.guide)

        def after_cell(result: Any = None) -> None:
            guide = held()
            if guide is not None:
                guide.after_cell(result)

        _follow(shell, self.guide.title, after_cell)

    @property
    def widget(self) -> Any:
        """The lesson with its picture, for a cell's output."""
        from minitorch_widgets.session.widget import InspectorWidget

        if self._widget is None:
            self._widget = InspectorWidget(self.guide.inspector)
            self._widget.guide = self.guide  # as long as it is on a page it can be turned
        return self._widget

    def _ipython_display_(self) -> None:
        self.widget._ipython_display_()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return self.widget._repr_mimebundle_(**kwargs)

    def __repr__(self) -> str:
        return self.guide.sentence


_followers: dict[tuple[int, str], Callable[..., None]] = {}


def _follow(shell: Any, title: str, after_cell: Callable[..., None]) -> None:
    """Call this after each cell; a lesson that is opened again takes the place of the one before."""
    key = (id(shell), title)
    if key in _followers:
        try:
            shell.events.unregister("post_run_cell", _followers[key])
        except ValueError:
            pass  # another shell has had this number
    _followers[key] = after_cell
    shell.events.register("post_run_cell", after_cell)


def _namespace(frame: Any) -> Callable[[], dict[str, Any]]:
    """The caller's variables: a module's own, as they are at each look; a function's, while they last."""
    if frame.f_locals is frame.f_globals:
        names = frame.f_globals
        return lambda: names
    held = {**frame.f_globals, **frame.f_locals}
    tensors = dict(find(held, []))
    loose = {name: reference(value) for name, value in tensors.items()}
    kept = {name: value for name, value in held.items() if name not in tensors}
    return lambda: {**kept, **{name: value for name, each in loose.items() if (value := each()) is not None}}


def lesson_from(steps: Sequence[Step], title: str, depth: int = 2) -> Lesson:
    """A lesson over the variables of a caller."""
    return Lesson(steps, title, sys._getframe(depth))
