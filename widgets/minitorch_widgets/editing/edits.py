"""Edits: a number is changed in the picture, by the line of code that does it, through a name that reads it.

    the reader types 5 over a cell  ->  {"type": "edit", lane, start, end, text, tensor}
    in the student's kernel runs    with torch.no_grad():
                                        x[1] = 5.0

Whatever shares the bytes shows the new number at once; what follows from it is told by telling.py.
"""

from __future__ import annotations

import importlib
import linecache
import weakref
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from minitorch_widgets import features
from minitorch_widgets.editing.recompute import Lines, Recompute, engine_of
from minitorch_widgets.editing.typed import literal, number, widened
from minitorch_widgets.facts.lanes import elements, start_of
from minitorch_widgets.facts.names import find
from minitorch_widgets.facts.reading import Geometry, array_geometry, is_array, look, tensor_geometry
from minitorch_widgets.recording import source
from minitorch_widgets.session.caller import reference

if TYPE_CHECKING:
    from minitorch_widgets.picture.memory import Memory
    from minitorch_widgets.session.inspector import Inspector

FILE = "the picture"
MOST_UNDO = 100


class Place(NamedTuple):
    """An element of a tensor or array that has a name."""

    name: str
    value: Any
    where: tuple[int, ...]
    dtype: str

    @property
    def element(self) -> str:
        return f"{self.name}[{', '.join(map(str, self.where)) or '...'}]"


class Edit(NamedTuple):
    """A number that was changed. The tensor is referred to weakly, and what follows is told already."""

    tensor: Any
    name: str
    where: tuple[int, ...]
    dtype: str
    old: Any
    new: Any
    line: str
    follows: list[dict[str, Any]]
    gradients: list[dict[str, Any]]
    left: list[str]


class Log:
    """What was changed in one inspector's pictures."""

    def __init__(self) -> None:
        self.last: Edit | None = None
        self.undo: list[Edit] = []
        self.blocks: list[Any] = []
        """The lines of the script that asked for the picture; in a notebook they are read from its cells."""

    def forget(self) -> None:
        self.last = None
        self.undo.clear()


_logs: weakref.WeakKeyDictionary[Memory, Log] = weakref.WeakKeyDictionary()


def log_of(memory: Memory) -> Log:
    """The changes that were made in the pictures of this memory's inspector."""
    return _logs.setdefault(memory, Log())


# Answers ----------------------------------------------------------------------------------------------------------


@features.answers("edit")
def edit(inspector: Inspector, message: Mapping[str, Any]) -> dict[str, Any]:
    """Write what was typed over some bytes of a lane."""
    _refuse_a_walk(inspector)
    namespace = inspector.namespace()
    span = int(message["start"]), int(message["end"])
    place = place_at(inspector.picture(), namespace, str(message["lane"]), span, message.get("tensor"))
    log = log_of(inspector.memory)
    log.last = _write(inspector, namespace, place, number(str(message["text"]), place.dtype))
    log.undo.append(log.last)
    del log.undo[:-MOST_UNDO]
    inspector.refresh()
    return {"line": log.last.line}


@features.answers("undo edit")
def undo(inspector: Inspector, message: Mapping[str, Any]) -> dict[str, Any]:
    """Write the old number back, by a line of the same kind."""
    _refuse_a_walk(inspector)
    log = log_of(inspector.memory)
    if not log.undo:
        raise LookupError("There is nothing to take back.")
    before = log.undo[-1]
    value = before.tensor()
    if value is None:
        log.forget()
        raise LookupError(f"{before.name} is another one by now: nothing was taken back.")
    place = Place(before.name, value, before.where, before.dtype)
    log.last = _write(inspector, inspector.namespace(), place, before.old)
    log.undo.pop()
    inspector.refresh()
    return {"line": log.last.line}


def _refuse_a_walk(inspector: Inspector) -> None:
    walk = inspector.timeline
    if walk is not None and not walk.finished:
        raise LookupError(
            "A backward walk is open, and would go on with other numbers than it began with: "
            "take it to its end, and change the number then."
        )


# Through which name -----------------------------------------------------------------------------------------------


def place_at(
    picture: Mapping[str, Any], namespace: Mapping[str, Any], lane: str, span: tuple[int, int], wanted: Any = None
) -> Place:
    """The name through which these bytes are written: the one that was chosen, or else the one that owns them."""
    here = next((each for each in picture["lanes"] if each["id"] == lane), None)
    if here is None:
        raise LookupError("That storage is not in the picture any more.")
    readers = [each for each in picture["tensors"] if each["lane"] == lane and each["kind"] != "saved"]
    readers = [each for each in readers if each["id"] == wanted] or readers
    readers.sort(key=lambda each: (each["kind"] == "ndarray", each["is_view"], each["dtype"] != here["dtype"]))
    named = {each.name: each.value for each in find(namespace, [])}
    refusals = []
    for each in readers:
        found = next((at for at in elements(each, *span) if at.start == span[0]), None)
        name, value = _resolved(each["names"], named)
        if found is None or value is None or span[1] - span[0] != each["itemsize"]:
            continue
        if address_of(geometry_of(value), found.where) != int(here["address"], 16) + span[0]:
            raise LookupError(f"{name} is another one by now: look again after a cell has run.")
        refusal = _refusal(name, value)
        if not refusal:
            return Place(name, value, found.where, each["dtype"])
        refusals.append(refusal)
    if refusals:
        raise LookupError(refusals[0])
    if any(elements(each, *span, 1) for each in readers):
        raise LookupError("No name reads exactly these bytes: choose an element in one of the rows below.")
    raise LookupError("No name reads these bytes, so there is no line of code that writes them.")


def _resolved(names: list[str], named: Mapping[str, Any]) -> tuple[str, Any]:
    for name in names:
        value = named.get(name)
        if value is None and name.endswith(".grad") and name[:-5] in named:
            value = named[name[:-5]].grad
        if value is not None:
            return name, value
    return "", None


def _refusal(name: str, value: Any) -> str:
    """Why one cannot write through this name."""
    if is_array(value) and not value.flags.writeable:
        return (
            f"{name} is read-only: NumPy refuses to write into what it broadcast or was told to guard, since one cell "
            f"may stand for many elements. {name}.copy() can be written."
        )
    if _asks(value, "is_neg") or _asks(value, "is_conj"):
        return f"{name} reads these bytes with another sign than they have: {name}.clone() can be written."
    return ""


def _asks(value: Any, word: str) -> bool:
    asked = getattr(type(value), word, None)
    return bool(asked(value)) if callable(asked) else False


def geometry_of(value: Any) -> Geometry:
    return array_geometry(value) if is_array(value) else tensor_geometry(value)


def address_of(geometry: Geometry, index: tuple[int, ...]) -> int:
    return geometry.address + sum(i * step for i, step in zip(index, geometry.strides, strict=True))


def element(value: Any, index: tuple[int, ...]) -> Any:
    """The number that stands there, exactly."""
    geometry = geometry_of(value)
    at = geometry._replace(address=address_of(geometry, index), shape=(1,), strides=(geometry.itemsize,))
    seen = look(at)
    if seen is None:
        raise LookupError("Its values are not read, so nothing was written: the old number could not be put back.")
    return (widened(seen) if geometry.dtype == "bfloat16" else seen)[0].item()


# Writing ----------------------------------------------------------------------------------------------------------


def _write(inspector: Inspector, namespace: Mapping[str, Any], place: Place, new: Any) -> Edit:
    """Run the line, and say what follows."""
    from minitorch_widgets.editing.telling import followers, gradients

    old = element(place.value, place.where)
    log = log_of(inspector.memory)
    again = Recompute(namespace, Lines(log.blocks or source.blocks(None)), _written(inspector.picture(), place))
    line = line_for(place, new, namespace)
    _run(line, place, namespace)
    values, slopes = again.follow()
    left = [f"{name} {why}: run its cell again to see." for name, why in again.left.items()]
    return Edit(
        reference(place.value), place.name, place.where, place.dtype, old, new, line,
        followers(values), gradients(slopes), left,
    )  # fmt: skip


def line_for(place: Place, new: Any, namespace: Mapping[str, Any]) -> str:
    """The code that writes this number.

    >>> w = torch.ones(2, requires_grad=True)
    >>> print(line_for(Place("w", w, (1,), "float32"), 5.0, {"torch": torch}))
    with torch.no_grad():
        w[1] = 5.0
    """
    statement = f"{place.element} = {literal(new, place.dtype)}"
    if is_array(place.value) or not place.value.requires_grad:
        return statement
    return f"with {_engine_name(place.value, namespace)}.no_grad():\n    {statement}"


def _run(line: str, place: Place, namespace: Mapping[str, Any]) -> None:
    """The line itself, from a file of its own: whoever follows the engine's writes is told this very line."""
    names: dict[str, Any] = {**namespace, "__name__": "__main__"}
    root = root_of(place.name)
    if root not in namespace:  # a picture that was asked for keeps tensors, and not what they were found in
        names[root] = _Way(place)
    if not is_array(place.value):
        names.setdefault(_engine_name(place.value, namespace), _engine(place.value))
    linecache.cache[FILE] = (len(line), None, line.splitlines(True), FILE)
    try:
        exec(compile(line, FILE, "exec"), names)
    except Exception as error:
        raise LookupError(f"{type(error).__name__}: {error}") from None


class _Way:
    """Stands where `model` stood in `model[0].weight[1] = 5.0`: each step leads on, the write goes to the tensor."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def __getattr__(self, word: str) -> _Way:
        return self

    def __getitem__(self, key: Any) -> _Way:
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        self._place.value[self._place.where or ...] = value


def _engine(value: Any) -> Any:
    return importlib.import_module(engine_of(value))


def _engine_name(value: Any, namespace: Mapping[str, Any]) -> str:
    """What the student calls the engine: torch, mostly."""
    engine = _engine(value)
    return next((name for name, each in namespace.items() if each is engine), "torch")


def _written(picture: Mapping[str, Any], place: Place) -> set[str]:
    """The variables whose bytes are about to be written."""
    here = next((each for each in picture["tensors"] if place.name in each["names"]), None)
    if here is None:
        return {root_of(place.name)}
    readers = (each for each, _ in readers_of(picture["tensors"], here, place.where) if each["kind"] != "saved")
    return {root_of(name) for each in readers for name in each["names"]}


def readers_of(tensors: Any, here: Mapping[str, Any], index: tuple[int, ...]) -> list[tuple[Mapping[str, Any], Any]]:
    """Whatever reads some byte of this element, with its elements that do."""
    start = start_of(here, index)
    beside = [each for each in tensors if each["lane"] == here["lane"]]
    found = [(each, elements(each, start, start + here["itemsize"])) for each in beside]
    return [(each, reading) for each, reading in found if reading]


def root_of(name: str) -> str:
    """The variable at the beginning of a name."""
    return name.partition("[")[0].partition(".")[0]
