"""Walk: one backward pass, taken a node at a time and kept as plain records that can be looked at in any order.

Going back replays records; nothing is un-run. A step runs when somebody goes there, and is put into words, formulas and
values when somebody looks at it: a thousand steps can be run at once, and nobody looks at a thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from minitorch_widgets import words
from minitorch_widgets.backward.kept import Kept, added
from minitorch_widgets.backward.passes import MOST_STEPS, Ran, Recorded, Sent, Stepped, begin
from minitorch_widgets.backward.sums import book
from minitorch_widgets.backward.telling import tell
from minitorch_widgets.facts.graph import node_name, sequence
from minitorch_widgets.facts.rules import card_of
from minitorch_widgets.picture.memory import Memory


class Slot(NamedTuple):
    """Where one gradient of a step goes."""

    to: str | None
    output: int
    """Which of the outputs of that node it is a gradient of: what arrives there is added up."""
    arrived: int
    """How many gradients that node has then received, at whichever output."""
    place: int
    """Which of those that arrive at this output it is."""
    sent: Sent


class Record(NamedTuple):
    """One step: numbers and ids, and no tensor."""

    index: int  # type: ignore[assignment]  # tuples have a method of this name
    node: str
    name: str
    sequence: int | None
    card: Any
    incoming: list[Kept | None]
    saved: list[tuple[str, Kept | None]]
    settings: dict[str, Any]
    slots: list[Slot]
    leaf: str | None
    before: Kept | None
    after: Kept | None


class Timeline:
    """One backward walk from `root`.

    >>> w = torch.tensor([3.0], requires_grad=True)
    >>> walk = Timeline((w * 2).sum(), "loss", Memory())
    >>> walk.goto(1)
    >>> walk.steps[0]["name"]
    'SumBackward0'
    >>> walk.finish(); w.grad
    tensor([2.])
    """

    def __init__(
        self,
        root: Any,
        root_name: str,
        memory: Memory,
        *,
        gradient: Any = None,
        retain_graph: bool = False,
        called: Mapping[str, str] | None = None,
    ) -> None:
        self.memory = memory
        self.called = dict(called or {})
        self.root = memory.of_object(root, ("root", root_name))
        self.root_name = root_name
        self.engine = type(root).__module__.partition(".")[0]
        self.number = 0
        """Which walk of its inspector this is."""
        self.position = 0
        self.records: list[Record] = []
        self.error: dict[str, Any] | None = None
        self.stop: dict[str, Any] | None = None
        """Where a run stopped and why."""
        self.order: list[str] = []
        self.names: list[str] = []
        self.expected: dict[str, int] = {}
        self.arrivals: dict[tuple[str, int], list[tuple[int, int]]] = {}
        """By node and output, what has arrived there: (step, slot)."""
        self._arrived: dict[str, int] = {}
        self._sums: dict[tuple[str, int], list[dict[str, Any] | None]] = {}
        self._told: dict[int, dict[str, Any]] = {}
        self._source: Stepped | Recorded | None = None
        self._note = ""
        try:
            self._source = begin(root, gradient, retain_graph)
            self._source.begin()
        except Exception as error:
            self._fail(error)
        if self._source is not None:
            self._note = self._source.note
            self._number(self._source.order)
            self._take_all()

    # Moving -----------------------------------------------------------------------------------------------------

    def goto(self, position: int) -> None:
        """Show `position` steps as done; runs more of them if so many have not run yet."""
        position = max(0, position)
        while len(self.records) < position and self.advance():
            pass
        self.position = min(position, len(self.records))

    def finish(self) -> None:
        """Run the rest, and let go of the graph."""
        while self.advance():
            pass
        self.position = len(self.records)
        self._source = None

    @property
    def finished(self) -> bool:
        """Whether there is nothing left to run."""
        return self._source is None or self._source.finished

    def advance(self) -> bool:
        """Run one more step; whether there was one."""
        if self._source is None or self.finished:
            return False
        try:
            self._source.step()
        except Exception as error:
            self._fail(error)
            self._take_all()
            self._source = None
            return False
        self._take_all()
        return True

    # Records ----------------------------------------------------------------------------------------------------

    def _number(self, order: list[Any]) -> None:
        """The ids of the nodes to run, and how many contributions each waits for."""
        self.order = [self.memory.of_node(node) for node in order]
        self.names = [node_name(node) for node in order]
        for node in order:
            for function, _ in node.next_functions:
                if function is not None:
                    number = self.memory.of_node(function)
                    self.expected[number] = self.expected.get(number, 0) + 1

    def _take_all(self) -> None:
        """Turn what has run into records."""
        assert self._source is not None
        for ran in self._source.ran:
            if len(self.records) < MOST_STEPS:
                self._record(ran)
        self._source.ran.clear()

    def _record(self, ran: Ran) -> None:
        function = ran.function
        index = len(self.records)
        name = node_name(function)
        node = self.memory.of_node(function)
        leaf = None if ran.leaf is None else self.memory.of_object(ran.leaf, ("leaf", node))
        slots = [
            self._slot(index, slot, there, int(output), sent)
            for slot, ((there, output), sent) in enumerate(zip(function.next_functions, ran.outgoing, strict=False))
        ]
        self.records.append(
            Record(
                index,
                node,
                name,
                sequence(function),
                getattr(function, "card", None) or card_of(name),
                ran.incoming,
                ran.saved,
                ran.settings,
                slots,
                leaf,
                ran.before,
                ran.after,
            )
        )
        if ran.leaf is not None:
            with suppress(Exception):  # the sum is then told with a gap
                self._enter(ran, node)

    def _enter(self, ran: Ran, node: str) -> None:
        """What a leaf has received, for the sum that its `.grad` is."""
        senders = [(self.records[step], slot) for step, slot in self.arrivals.get((node, 0), ())]
        parts = [(sender.name, sender.slots[slot].sent.value) for sender, slot in senders]
        came = ran.incoming[0] if ran.incoming else None
        book.walked(ran.leaf, (ran.before, came, ran.after), parts, f"the walk from {self.root_name}")

    def _slot(self, index: int, slot: int, there: Any, output: int, sent: Sent) -> Slot:
        if there is None:
            return Slot(None, output, 0, 0, sent)
        to = self.memory.of_node(there)
        self._arrived[to] = self._arrived.get(to, 0) + 1
        here = self.arrivals.setdefault((to, output), [])
        here.append((index, slot))
        return Slot(to, output, self._arrived[to], len(here) - 1, sent)

    def _fail(self, error: BaseException) -> None:
        failed = getattr(self._source, "running", None)  # the node that raised, where it was one
        node = None if failed is None else self.memory.of_node(failed)
        self.error = {"text": str(error) or type(error).__name__, "hint": words.hint(error), "node": node}

    # Telling ----------------------------------------------------------------------------------------------------

    def step(self, index: int) -> dict[str, Any]:
        """One step as it travels; told once, and the same whenever it is looked at again."""
        if index not in self._told:
            self._told[index] = tell(self, self.records[index])
        return self._told[index]

    def sum_at(self, node: str, output: int, place: int) -> dict[str, Any] | None:
        """What has arrived at this output of this node, up to and with this arrival, added up."""
        totals = self._sums.setdefault((node, output), [])
        for index, slot in self.arrivals[node, output][len(totals) : place + 1]:
            kept = self.records[index].slots[slot].sent.value
            totals.append(added(totals[-1] if totals else None, None if kept is None else kept.told()))
        return totals[place]

    @property
    def steps(self) -> list[dict[str, Any]]:
        """All steps that have run."""
        return [self.step(index) for index in range(len(self.records))]

    def tell_near(self, most: int) -> list[int]:
        """Tell up to `most` more steps, those nearest to the position first; which ones."""
        here = self.position - 1
        missing = [index for index in range(len(self.records)) if index not in self._told]
        near = sorted(sorted(missing, key=lambda index: abs(index - here))[:most])
        for index in near:
            self.step(index)
        return near

    def tell_nodes(self, nodes: Iterable[str]) -> list[int]:
        """Tell the steps of these nodes that were not told yet; which ones."""
        wanted = set(nodes)
        missing = [each.index for each in self.records if each.node in wanted and each.index not in self._told]
        for index in missing:
            self.step(index)
        return missing

    @property
    def complete(self) -> bool:
        """Whether all that has run is told."""
        return len(self._told) == len(self.records)

    def facts(self) -> dict[str, Any]:
        """The timeline as it travels, without its steps."""
        return {
            "walk": self.number,
            "root": self.root,
            "root_name": self.root_name,
            "position": self.position,
            "executed": len(self.records),
            "total": len(self.order) or None,
            "order": self.order[:MOST_STEPS],
            "error": self.error,
            "note": self._note,
            "finished": self.finished,
            "stop": self.stop,
        }

    def told(self) -> dict[str, Any]:
        """The timeline with the steps that have been told; None stands for the others."""
        return {**self.facts(), "steps": [self._told.get(index) for index in range(len(self.records))]}

    def state(self) -> dict[str, Any]:
        """The timeline with every step."""
        return {**self.facts(), "steps": self.steps}


def called_by(picture: Mapping[str, Any]) -> dict[str, str]:
    """What the sentences call each node of a snapshot: by the name of its result, or by its label."""
    names = {each["id"]: each["names"] for each in picture["tensors"]}
    called: dict[str, str] = {}
    for node in picture["nodes"]:
        results = [name for id in node["outputs"] for name in names.get(id, [])[:1]]
        called[node["id"]] = f"{node['label']} ({results[0]})" if results and node["kind"] == "op" else node["label"]
    return called
