"""Bombs: writes in place that backward will trip over, told before it does. Which line saved, which wrote, what helps.

A node that saved version 0 of some bytes is stale as soon as they are at version 1. Where the write went past the
version counter, through `.data` or NumPy, nothing is going to be raised: the gradient is going to be wrong.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from minitorch_widgets import features
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.recording import writes
from minitorch_widgets.recording.mutations import Cell, Mutation, in_cell, makers_among, root_of
from minitorch_widgets.recording.recorder import line_at
from minitorch_widgets.storages.changes import Bytes, State, lines_text, state_of, without_files
from minitorch_widgets.storages.ways import Place, Problem, Write, ways
from minitorch_widgets.words import join

MOST_BOMBS = 24
MOST_HISTORY = 500
MOST_CELLS = 100

Told = dict[str, Any]


class Past(NamedTuple):
    """A write as the picture after its cell has told it."""

    run: int
    storage: weakref.ref[Any] | None
    told: Told
    nodes_before: int  # nodes up to this number had been made before the cell
    then: Bytes | None  # the lane before the cell

    def on(self, lane: Bytes) -> bool:
        """Whether it was this lane that was written."""
        if self.storage is None or lane.storage is None:
            return bool(self.told["lane"] == lane.id)
        here = lane.storage()
        return here is not None and self.storage() is here


class Book:
    """What is remembered of the cells, from picture to picture."""

    def __init__(self) -> None:
        self.run = -1
        self.cells: list[Cell] = []
        self.past: list[Past] = []
        self.nodes_before = -1  # the highest number of a node before the last cell
        self.nodes_now = -1
        self.followed = True
        """Whether each cell was looked at when it had run; if not, all lines are read together."""

    def turn(self, state: State) -> None:
        """Open a new page when another cell has run."""
        if state.run == self.run:
            return
        self.run = state.run
        self.nodes_before = self.nodes_now
        if state.cell is not None:
            self.cells = [*self.cells[-MOST_CELLS:], state.cell]

    def note(self, state: State, lanes: Mapping[str, Bytes]) -> None:
        """The writes of the last cell; a second look at the same cell tells them anew."""
        self.past = [each for each in self.past[-MOST_HISTORY:] if each.run != self.run]
        for told in state.written:
            lane = lanes[told["lane"]]
            then = None if state.base is None else state.base.lanes.get(lane.id)
            self.past.append(Past(self.run, lane.storage, told, self.nodes_before, then))


_books: weakref.WeakKeyDictionary[Memory, Book] = weakref.WeakKeyDictionary()


def book_of(memory: Memory) -> Book:
    """The book of this inspector."""
    return _books.setdefault(memory, Book())


class Saver(NamedTuple):
    """A node that saved bytes."""

    node: Told
    saved: Told


@features.part("bombs")
def bombs(taken: features.Taken) -> Told | None:
    """Every storage that was written after some node had saved it."""
    state, book = state_of(taken.memory), book_of(taken.memory)
    if state.last is None:
        return None
    book.turn(state)
    name_lines(taken, state, book)
    book.nodes_now = max((node["sequence"] for node in taken.nodes if node["sequence"] is not None), default=-1)
    lanes = state.last.lanes
    book.note(state, lanes)
    lane_of = {each["id"]: each["lane"] for each in taken.tensors}
    savers: dict[str, list[Saver]] = {}
    for node in taken.nodes:
        for saved in node["saved"]:
            lane = lane_of.get(saved["tensor"])
            if saved["state"] != "freed" and lane is not None:
                savers.setdefault(lane, []).append(Saver(node, saved))
    teller = _Teller(taken, book)
    found = []
    for lane_id, here in savers.items():
        stale = [each for each in here if each.saved["state"] == "stale"]
        if stale:
            found.append(teller.tracked(lanes[lane_id], stale))
        unseen = [each for each in here if each.saved["state"] == "saved"]
        found += teller.untracked(lanes[lane_id], unseen)
    if not found:
        return None
    return {
        "bombs": found[:MOST_BOMBS],
        "more": max(0, len(found) - MOST_BOMBS),
        "sentence": " ".join(each["sentence"] for each in found[:MOST_BOMBS]),
    }


def name_lines(taken: features.Taken, state: State, book: Book) -> None:
    """The lines of the nodes that the last cell has made, read from its text where no engine has told them."""
    if state.cell is None and book.followed:
        return
    names = {each["id"]: each["names"] for each in taken.tensors}
    fresh = [
        node
        for node in taken.nodes
        if node["kind"] == "op" and node["sequence"] is not None and node["sequence"] > book.nodes_before
    ]
    if all(node["source"] is not None for node in fresh):
        return
    known = [(node["sequence"], node["op"], [name for id in node["outputs"] for name in names[id]]) for node in fresh]
    cells = book.cells if state.cell is None else [state.cell]
    lines = makers_among(cells, known)
    for node in fresh:
        if node["source"] is None and node["sequence"] in lines:
            told: Any = {**line_at(*lines[node["sequence"]]), "read": True}
            taken.memory.sources[node["sequence"], node["name"]] = node["source"] = told


class _Teller:
    """Puts the bombs of one picture together."""

    def __init__(self, taken: features.Taken, book: Book) -> None:
        self.taken = taken
        self.book = book
        self.tensors = {each["id"]: each for each in taken.tensors}
        self.files = {line_at(cell.file, 1)["where"].rpartition(", ")[0]: cell for cell in book.cells}

    def tracked(self, lane: Bytes, stale: list[Saver]) -> Told:
        """Savers whose version is not the present one: backward will raise."""
        first = min(each.saved["version"] for each in stale)
        current = max(each.saved["current"] for each in stale)
        lines, sure = self._writers(lane, stale, first, current)
        told = self._told(lane, stale, True, lines, sure)
        told["versions"] = [first, current]
        told["certain"] = True
        told["cells"] = self._cells(lane)
        told["sentence"] = self._sentence(told)
        return told

    def untracked(self, lane: Bytes, savers: list[Saver]) -> list[Told]:
        """Savers whose bytes were written where no version counts: backward will be wrong, and say nothing."""
        found: list[Saver] = []
        lines: dict[str, Told] = {}
        certain = False
        for past in self.book.past:
            if past.told["tracked"] or not past.on(lane):
                continue
            hit = [each for each in savers if self._is_later(past, each)]
            found += [each for each in hit if each not in found]
            if hit:
                certain = certain or past.told["changed"] > 0
                lines.update({f"{each['where']}{each['line']}": each for each in past.told["lines"]})
        if not found:
            return []
        told = self._told(lane, found, False, list(lines.values()), "recorded" if lines else "")
        told["versions"] = None
        told["certain"] = certain
        told["cells"] = self._cells(lane)
        told["sentence"] = self._sentence(told)
        return [told]

    def _is_later(self, past: Past, saver: Saver) -> bool:
        """Whether a write came after the node had saved: by cells, or within one cell by lines."""
        sequence = saver.node["sequence"]
        if sequence is not None and sequence <= past.nodes_before:
            return self._overlaps(past, saver)
        source = saver.node["source"]
        if source is None or not past.told["lines"]:
            return False
        here = source["where"].rpartition(", ")[0]
        return any(
            each["where"].rpartition(", ")[0] == here and each["number"] > source["number"]
            for each in past.told["lines"]
        ) and self._overlaps(past, saver)

    def _overlaps(self, past: Past, saver: Saver) -> bool:
        """Whether the cells that changed lie where the saved tensor looks; those that can't be compared may."""
        tensor = self.tensors[saver.saved["tensor"]]
        if past.told["truncated"] or past.then is None:
            return True
        reach = sum((size - 1) * step for size, step in zip(tensor["shape"], tensor["stride"], strict=True))
        scale = tensor["itemsize"] / past.then.itemsize
        first, last = tensor["offset"] * scale, (tensor["offset"] + reach + 1) * scale
        return any(first <= cell < last for cell in past.told["cells"])

    # Lines ------------------------------------------------------------------------------------------------------

    def _read(self, lane: Bytes, stale: list[Saver], times: int) -> tuple[list[Told], str]:
        """The lines that wrote after the first one that saved, where only the text of the cells can tell."""
        places = [self._place(each.node["source"]) for each in stale]
        known = [(self.book.cells.index(place.cell), place.number) for place in places if place is not None]
        if not known or len(known) < len(places):
            return [], ""
        names = {*lane.names, *(root_of(each) for each in lane.names)}
        found = []
        for at, cell in enumerate(self.book.cells):
            for each in in_cell(cell, names):
                if (at, each.number) > min(known) and not each.hidden:
                    line = {**line_at(cell.file, each.number), "file": cell.file, "op": each.how, "times": 1}
                    found.append((each, line))
        exact = len(found) == 1 or len(found) == times and all(each.once for each, _ in found)
        return [line for _, line in found], "read" if found and exact else "one of" if found else ""

    def _writers(self, lane: Bytes, stale: list[Saver], first: int, current: int) -> tuple[list[Told], str]:
        """The lines that took the bytes from one version to another."""
        storage = None if lane.storage is None else lane.storage()
        heard = [
            each
            for each in writes.since()
            if each.line is not None
            and not each.apart
            and each.storage() is storage
            and each.version is not None
            and first < each.version <= current
        ]
        if heard:
            lines: dict[tuple[str, int], Told] = {}
            for each in heard:
                place = each.line or ("", 0)
                known = lines.setdefault(place, {**line_at(*place), "file": place[0], "op": each.op, "times": 0})
                known["times"] += 1
            return list(lines.values()), "recorded"
        found: list[Told] = []
        sure = {"read"}
        for past in self.book.past:
            told = past.told
            if not told["tracked"] or not past.on(lane) or told["versions"][1] <= first:
                continue
            begin, end = told["versions"]
            several = [each for each in told["lines"] for _ in range(each["times"])]
            if len(several) == (end - begin):
                several = [each for at, each in enumerate(several, begin + 1) if first < at <= current]
            elif len(several) > 1:
                sure.add("one of")
            found += [each for each in several if each not in found]
        if not found and not self.book.followed:
            return self._read(lane, stale, current - first)
        return found, "one of" if "one of" in sure else "read" if found else ""

    def _cells(self, lane: Bytes) -> list[int]:
        return sorted({cell for past in self.book.past if past.on(lane) for cell in past.told["cells"]})[:64]

    # What travels -----------------------------------------------------------------------------------------------

    def _told(self, lane: Bytes, savers: list[Saver], tracked: bool, lines: list[Told], sure: str) -> Told:
        root = self._root([each.node["id"] for each in savers])
        return {
            "id": f"{lane.id}-{'tracked' if tracked else 'untracked'}",
            "lane": lane.id,
            "letter": lane.letter,
            "tracked": tracked,
            "names": list(lane.names),
            "savers": [
                {
                    "node": each.node["id"],
                    "name": each.node["name"],
                    "label": each.node["label"],
                    "saved": each.saved["name"],
                    "version": each.saved["version"],
                    "current": each.saved["current"],
                    "line": each.node["source"],
                }
                for each in savers
            ],
            "lines": without_files(lines),
            "sure": sure,
            "root": root,
            "ways": self._ways(lane, savers, lines, sure, root),
        }

    def _root(self, nodes: Iterable[str]) -> str:
        """The name from which backward would meet one of these nodes; one of a single number if there is one."""
        users: dict[str, list[str]] = {}
        for edge in self.taken.edges:
            users.setdefault(edge["to"], []).append(edge["from"])
        todo = list(nodes)
        met = set(todo)
        for node in todo:  # grows while it is read
            for user in users.get(node, []):
                if user not in met:
                    met.add(user)
                    todo.append(user)
        roots = [each for each in self.tensors.values() if each["grad_fn"] in met and each["kind"] == "tensor"]
        roots.sort(key=lambda each: (any(size != 1 for size in each["shape"]), each["grad_fn"] not in todo[-1:]))
        return next((each["names"][0] for each in roots if each["names"]), "")

    def _ways(self, lane: Bytes, savers: list[Saver], lines: list[Told], sure: str, root: str) -> list[Told]:
        found = [self._write_at(each) for each in lines]
        if not found or sure == "one of" or any(each is None for each in found):
            return []
        writers = [each for each in found if each is not None]
        names = {*lane.names, *(each.mutation.name for each in writers)}
        leaves = {
            name
            for each in self.tensors.values()
            if each["lane"] == lane.id and each["is_leaf"] and each["requires_grad"]
            for name in each["names"]
        }
        places = [(self._place(each.node["source"]), each.saved["name"]) for each in savers]
        return ways(
            Problem(
                {root_of(each) for each in names} | names,
                leaves,
                [(place, saved) for place, saved in places if place is not None],
                any(place is None for place, _ in places),
                writers[0].place,
                writers[0].mutation,
                root,
                self.book.cells,
            ),
            writers,
        )

    def _write_at(self, line: Told) -> Write | None:
        cell = next((each for each in reversed(self.book.cells) if each.file == line.get("file")), None)
        found: list[Mutation] = [] if cell is None else [e for e in cell.mutations if e.number == line["number"]]
        return Write(Place(cell, line["number"]), found[0]) if cell is not None and len(found) == 1 else None

    def _place(self, source: Any) -> Place | None:
        if source is None or "number" not in source:
            return None
        cell = self.files.get(source["where"].rpartition(", ")[0])
        return None if cell is None else Place(cell, source["number"])

    def _sentence(self, told: Told) -> str:
        """The bomb in words."""
        savers = told["savers"]
        texts = list(dict.fromkeys(_saver_text(each) for each in savers))  # a node may have saved it twice
        kept = join(texts[:4]) + (f" and {len(texts) - 4} more" if len(texts) > 4 else "")
        backward = f"{told['root']}.backward()" if told["root"] else "backward()"
        if told["tracked"]:
            old, new = told["versions"]
            return (
                f"Time bomb: {kept} saved storage {told['letter']} at version {old}; it was written{lines_text(told)} "
                f"and is at version {new}. {backward} will raise."
            )
        return (
            f"Silent error: {kept} saved storage {told['letter']}; it was written{lines_text(told)} where no version "
            f"counts it. {backward} will not raise, and its gradient {'will' if told['certain'] else 'may'} be wrong."
        )


def _saver_text(saver: Mapping[str, Any]) -> str:
    line = saver["line"]
    by = f" ({line['line']}, {line['where']})" if line and line.get("line") else ""
    return f"{saver['name']}{by}"
