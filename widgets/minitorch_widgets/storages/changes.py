"""Changes: what a cell did to names and bytes. Rebound or mutated: which names moved, which storages were written.

Two pictures are compared, that of the last cell and this one, by ids, storages, versions and bytes; they are kept as
plain numbers. The lines come from what the engine announced, and on real torch, which announces nothing, from the text
of the cell. What cannot be known is said.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from minitorch_widgets import features
from minitorch_widgets.facts.names import find
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.recording import writes
from minitorch_widgets.recording.mutations import Cell, Mutation, in_cell, read_cell, root_of
from minitorch_widgets.recording.recorder import line_at
from minitorch_widgets.words import count, join, shape_text

MOST_NAMES = 40
MOST_WRITES = 24
MOST_CELLS = 64  # of one write, by number


class Held(NamedTuple):
    """What a name held in a picture."""

    tensor: str
    lane: str | None
    letter: str
    shape: tuple[int, ...]
    stride: tuple[int, ...]
    offset: int
    version: int | None
    kind: str


class Bytes(NamedTuple):
    """A storage in a picture: its cells as numbers, and its own object by a weak reference."""

    id: str
    letter: str
    storage: weakref.ref[Any] | None
    address: str
    cells: Sequence[Any]
    truncated: bool
    dtype: str
    versions: Mapping[str, int]  # by tensor id
    names: tuple[str, ...]
    itemsize: int


class Look(NamedTuple):
    """One picture as far as the next one is compared with it."""

    names: Mapping[str, Held]
    lanes: Mapping[str, Bytes]
    writes: int


class State:
    """What is kept between the pictures of one inspector."""

    def __init__(self) -> None:
        self.base: Look | None = None
        self.last: Look | None = None
        self.cell: Cell | None = None
        self.run = 0
        """How many cells have run."""
        self.written: list[dict[str, Any]] = []
        """The writes of the last cell, with the files of their lines."""


_states: weakref.WeakKeyDictionary[Memory, State] = weakref.WeakKeyDictionary()


def state_of(memory: Memory) -> State:
    """The state of this inspector's pictures."""
    return _states.setdefault(memory, State())


@features.after_cells
def cell_ran(memory: Memory, file: str | None) -> None:
    """A cell has run: from now on pictures are compared with the last one before it."""
    block_ran(memory, read_cell(file))


def block_ran(memory: Memory, cell: Cell | None) -> None:
    """The same of lines that have been read already."""
    state = state_of(memory)
    state.base = state.last
    state.cell = cell
    state.run += 1


@features.part("changes")
def changes(taken: features.Taken) -> dict[str, Any] | None:
    """What is different from the picture before the cell; nothing in the first picture."""
    state = state_of(taken.memory)
    now = look(taken)
    before, state.last = state.base, now
    if before is None:
        state.base = now
        state.written = []
        return None
    same = _same_lanes(before, now)
    names = _names(before._replace(names=_in_sight(before, now, taken.namespace)), now, same, state.cell)
    written = _writes(before, now, same, state.cell)
    state.written = written
    if not names and not written:
        return None
    told = {
        "names": names[:MOST_NAMES],
        "more_names": max(0, len(names) - MOST_NAMES),
        "writes": [_without_files(each) for each in written[:MOST_WRITES]],
        "more_writes": max(0, len(written) - MOST_WRITES),
    }
    return {**told, "sentence": describe(told)}


def _in_sight(before: Look, now: Look, namespace: Mapping[str, object]) -> Mapping[str, Held]:
    """The names of the picture before, without those that are there as ever and only not in this picture."""
    lost = [name for name in before.names if name.removesuffix(".grad") not in now.names]
    if not lost:
        return before.names
    there = {each.name for each in find(namespace, [])}
    return {
        name: held
        for name, held in before.names.items()
        if name not in lost or name.removesuffix(".grad") not in there
    }


def look(taken: features.Taken) -> Look:
    """This picture, as plain numbers and weak references."""
    letters = {lane["id"]: lane["letter"] for lane in taken.lanes}
    names: dict[str, Held] = {}
    on: dict[str, list[dict[str, Any]]] = {}
    for each in taken.tensors:
        if each["lane"] is not None:
            on.setdefault(each["lane"], []).append(each)
        if each["kind"] == "saved":
            continue
        held = Held(
            each["id"],
            each["lane"],
            letters.get(each["lane"], ""),
            tuple(each["shape"]),
            tuple(each["stride"]),
            each["offset"],
            each["version"],
            each["kind"],
        )
        for name in each["names"]:
            names[name] = held
    lanes = {lane["id"]: _bytes(lane, on.get(lane["id"], []), taken.objects) for lane in taken.lanes}
    return Look(names, lanes, writes.count())


def _bytes(lane: Mapping[str, Any], tensors: list[dict[str, Any]], objects: Mapping[str, Any]) -> Bytes:
    storage = None
    for each in tensors:
        found = getattr(objects.get(each["id"]), "untyped_storage", None)
        if found is not None:
            try:
                storage = weakref.ref(found())
                break
            except Exception:  # one without bytes of its own
                continue
    return Bytes(
        lane["id"],
        lane["letter"],
        storage,
        lane["address"],
        lane["cells"],
        bool(lane["truncated"]),
        lane["dtype"],
        {each["id"]: each["version"] for each in tensors if each["version"] is not None},
        tuple(name for each in tensors if each["kind"] != "saved" for name in each["names"]),
        lane["itemsize"],
    )


def _same_lanes(before: Look, now: Look) -> dict[str, str]:
    """{lane now: lane then} for the storages that are still there: by the storage itself, else by letter and place."""
    known = {}
    for lane in before.lanes.values():
        storage = lane.storage() if lane.storage is not None else None
        if storage is not None:
            known[id(storage)] = lane.id
    same = {}
    for lane in now.lanes.values():
        storage = lane.storage() if lane.storage is not None else None
        then = before.lanes.get(lane.id)
        if storage is not None and id(storage) in known:
            same[lane.id] = known[id(storage)]
        elif then is not None and then.address == lane.address:
            if storage is None or then.storage is None:  # memory of NumPy's
                same[lane.id] = lane.id
    return same


# Names ----------------------------------------------------------------------------------------------------------


def _names(before: Look, now: Look, same: Mapping[str, str], cell: Cell | None) -> list[dict[str, Any]]:
    found = []
    for name in [*now.names, *(each for each in before.names if each not in now.names)]:
        was, held = before.names.get(name), now.names.get(name)
        how = _how(was, held, same)
        if how:
            line = None if cell is None else cell.line_of(name)
            if (held or was).kind == "grad":  # type: ignore[union-attr]
                line = _gradient_line(cell)
            found.append({"name": name, "how": how, "was": _told(was), "now": _told(held), "line": line})
    return found


def _gradient_line(cell: Cell | None) -> dict[str, Any] | None:
    """The line that made a gradient or took it away, where there is only one that may have."""
    numbers = {each.number for each in cell.mutations if each.how == "backward"} if cell is not None else set()
    return line_at(cell.file, numbers.pop()) if cell is not None and len(numbers) == 1 else None


def _how(was: Held | None, now: Held | None, same: Mapping[str, str]) -> str:
    """What happened to a name: "" where it still looks at the same bytes in the same way."""
    if was is None or now is None:
        return "new" if was is None else "gone"
    kept = now.lane is not None and same.get(now.lane) == was.lane
    if was.tensor != now.tensor:
        return "looks again" if kept else "rebound"
    if not kept and (was.lane or now.lane):
        return "other bytes"  # x.data = ..., x.resize_()
    seen_so = (was.shape, was.stride, was.offset) == (now.shape, now.stride, now.offset)
    return "" if seen_so else "looks again"


def _told(held: Held | None) -> dict[str, Any] | None:
    if held is None:
        return None
    return {"tensor": held.tensor, "lane": held.lane, "letter": held.letter, "shape": list(held.shape)}


# Writes ---------------------------------------------------------------------------------------------------------


def _writes(before: Look, now: Look, same: Mapping[str, str], cell: Cell | None) -> list[dict[str, Any]]:
    heard = _heard_since(before.writes, now)
    found = []
    for lane in now.lanes.values():
        then = before.lanes.get(same.get(lane.id, ""))
        found += list(_writes_on(lane, then, heard.get(lane.id, []), cell, now))
    return found


def _heard_since(number: int, now: Look) -> dict[str, list[writes.Write]]:
    """The engine's announcements, by lane."""
    lanes = {}
    for lane in now.lanes.values():
        storage = lane.storage() if lane.storage is not None else None
        if storage is not None:
            lanes[id(storage)] = lane.id
    found: dict[str, list[writes.Write]] = {}
    for each in writes.since(number):
        lane_id = lanes.get(id(each.storage()))
        if lane_id is not None:
            found.setdefault(lane_id, []).append(each)
    return found


def _writes_on(
    lane: Bytes, then: Bytes | None, heard: list[writes.Write], cell: Cell | None, now: Look
) -> Iterable[dict[str, Any]]:
    """What was written on one lane: a write that versions count, and one that they do not."""
    moved, version = versions(lane, then)
    cells = [] if then is None else changed_cells(then, lane)
    tracked = [each for each in heard if not each.apart]
    apart = [each for each in heard if each.apart]
    counted = moved is not None and moved < version
    if counted:
        lines, sure = lines_of(tracked, cell, lane, then, False, now, version - (moved or 0))
        yield _write(lane, then, True, (moved, version), [] if apart else cells, lines, sure)
    # bytes that changed while no counter moved; a counter of one's own, as .data has, is no counter of the others
    seen = apart or cells and not counted
    unseen = then is None or lane.truncated or counted  # where such a change would not show
    if seen or unseen:
        lines, sure = lines_of(apart, cell, lane, then, True, now, 0)
        if seen or lines:
            yield _write(lane, then, False, None, cells, lines, sure)


def versions(lane: Bytes, then: Bytes | None) -> tuple[int | None, int]:
    """The version then and now: of the same tensors if there are any, else the highest; a new lane begins at 0."""
    latest = max(lane.versions.values(), default=0)
    if not lane.versions:
        return None, 0
    if then is None:
        return 0, latest
    both = [id for id in lane.versions if id in then.versions]
    if both:
        most = max(both, key=lambda id: lane.versions[id] - then.versions[id])
        return then.versions[most], lane.versions[most]
    return max(then.versions.values(), default=0), latest


def changed_cells(then: Bytes, now: Bytes) -> list[int]:
    """The cells with another value than before; a lane that is cut into other elements can't be compared."""
    if then.dtype != now.dtype or then.address != now.address or then.cells == now.cells:
        return []
    return [at for at, (one, other) in enumerate(zip(then.cells, now.cells, strict=False)) if one != other]


def lines_of(
    heard: list[writes.Write],
    cell: Cell | None,
    lane: Bytes,
    then: Bytes | None,
    hidden: bool,
    now: Look,
    times: int,
) -> tuple[list[dict[str, Any]], str]:
    """The lines that wrote, and how sure that is: "recorded", "read" from the cell, "one of" several, "" not known."""
    found = [
        each
        for each in in_cell(cell, _with_roots(lane.names), () if then is None else _with_roots(then.names))
        if _hides(each, now) == hidden
    ]
    if heard:
        lines = _by_line([each.line for each in heard if each.line is not None], [each.op for each in heard])
        arrays = [each for each in found if hidden and each.hidden != ".data"]  # which nobody announces
        places = [(cell.file, each.number) for each in arrays if cell is not None]
        return lines + _by_line(places, [each.how for each in arrays]), "recorded"
    if cell is None:
        return [], ""
    if not hidden and not found:
        into = "backward" if _is_gradient(lane, now) else "optimizer"
        found = [each for each in cell.mutations if each.how == into]
    places = [(cell.file, each.number) for each in found]
    lines = _by_line(places, [each.how for each in found])
    if not found:
        return [], ""
    exact = all(each.once for each in found) and (hidden and len(found) == 1 or len(found) == times)
    return lines, "read" if exact or len(lines) == 1 else "one of"


def _with_roots(names: Iterable[str]) -> set[str]:
    """model and model.weight: a line may say either."""
    return {each for name in names for each in (name, root_of(name))}


def _is_gradient(lane: Bytes, now: Look) -> bool:
    return any(now.names[name].kind == "grad" for name in lane.names)


def _hides(mutation: Mutation, now: Look) -> bool:
    """Whether a write goes unseen: through .data, through numpy(), or into an array."""
    held = now.names.get(mutation.name)
    return bool(mutation.hidden) or held is not None and held.kind == "ndarray"


def _by_line(places: Sequence[tuple[str, int]], ops: Sequence[str]) -> list[dict[str, Any]]:
    """Each line once, with how often it wrote."""
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for place, op in zip(places, ops, strict=False):
        if place in found:
            found[place]["times"] += 1
        else:
            found[place] = {**line_at(*place), "file": place[0], "op": op, "times": 1}
    return list(found.values())


def _write(
    lane: Bytes,
    then: Bytes | None,
    tracked: bool,
    moved: tuple[int | None, int] | None,
    cells: list[int],
    lines: list[dict[str, Any]],
    sure: str,
) -> dict[str, Any]:
    return {
        "lane": lane.id,
        "letter": lane.letter,
        "tracked": tracked,
        "versions": None if moved is None else list(moved),
        "new": then is None,
        "plain": not lane.versions,
        "cells": cells[:MOST_CELLS],
        "changed": len(cells),
        "truncated": lane.truncated,
        "read": bool(lane.cells),
        "names": list(lane.names),
        "lines": lines,
        "sure": sure,
    }


def _without_files(write: Mapping[str, Any]) -> dict[str, Any]:
    """As it travels: nobody needs to see where IPython keeps its cells."""
    return {**write, "lines": without_files(write["lines"])}


def without_files(lines: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Lines as they travel."""
    return [{key: value for key, value in each.items() if key != "file"} for each in lines]


# Words ----------------------------------------------------------------------------------------------------------


def describe(told: Mapping[str, Any]) -> str:
    """The changes in sentences."""
    sentences = [name_sentence(each) for each in told["names"] if each["how"] not in ("new", "gone")]
    for how, saying in (("new", "New"), ("gone", "Gone")):
        names = [each["name"] for each in told["names"] if each["how"] == how]
        if names:
            sentences.append(f"{saying}: {join(names[:8])}{f' and {len(names) - 8} more' if len(names) > 8 else ''}.")
    sentences += [write_sentence(each) for each in told["writes"]]
    return " ".join(sentences)


def name_sentence(change: Mapping[str, Any]) -> str:
    """What happened to one name."""
    name, was, now = change["name"], change["was"], change["now"]
    by = f" by {change['line']['line']}" if change["line"] and change["line"]["line"] else ""
    match change["how"]:
        case "rebound":
            return f"{name} was rebound{by}: from {_place(was)} to {_place(now)}; rebinding writes nothing."
        case "looks again":
            return (
                f"{name} looks at storage {now['letter']} in another way{by}: "
                f"{shape_text(was['shape'])} became {shape_text(now['shape'])}."
            )
        case "other bytes":
            return f"{name} is the same tensor with other bytes{by}: {_place(was)} became {_place(now)}."
        case how:
            return f"{name} is {how}{by}."


def _place(held: Mapping[str, Any]) -> str:
    return f"storage {held['letter']}" if held["letter"] else f"nothing of shape {shape_text(held['shape'])}"


def write_sentence(write: Mapping[str, Any]) -> str:
    """What was written on one storage, who sees it, and which line did it."""
    names = join(write["names"][:6]) or "nobody by name"
    lines = lines_text(write)
    if write["tracked"]:
        old, new = write["versions"]
        sentence = f"Storage {write['letter']} was written in place{lines}: version {old} became {new}"
        sentence += f", {count(write['changed'], 'cell')} changed" if write["changed"] else ""
        return f"{sentence}; {names} {'sees' if len(write['names']) < 2 else 'see'} it."
    if write["plain"]:
        changed = f": {count(write['changed'], 'cell')} changed" if write["changed"] else ""
        return f"Storage {write['letter']}, NumPy's memory, was written{lines}{changed}."
    return (
        f"Storage {write['letter']} was written{lines} where no version counts it"
        + (f": {count(write['changed'], 'cell')} changed" if write["changed"] else "")
        + f"; {names} {'sees' if len(write['names']) < 2 else 'see'} it, and autograd does not notice."
    )


def lines_text(write: Mapping[str, Any]) -> str:
    """" by y += 1 (cell [4], line 2)", or that it cannot be known."""
    if not write["lines"]:
        return " by a line that is not known"
    said = []
    for each in write["lines"][:4]:
        times = f", {each['times']} times" if each["times"] > 1 else ""
        said.append(f"{each['line'] or 'a line'} ({each['where']}{times})")
    return (" by one of " if write["sure"] == "one of" and len(said) > 1 else " by ") + join(said)
