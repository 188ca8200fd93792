"""Tracer: each operation of a with-block or a cell as a moment: its line, what went in and came out, and the picture.

Whoever hears an engine (hearing.py) tells a `Tracer`; from the moments a `Reel` (reel.py) is made, to be gone through
forward and back. Between two operations a tracer holds numbers and weak references, and no tensor.
"""

from __future__ import annotations

import itertools
import threading
import time
import weakref
from typing import Any

from minitorch_widgets.backward.kept import value_of
from minitorch_widgets.facts.graph import node_name
from minitorch_widgets.facts.names import find
from minitorch_widgets.facts.reading import array_geometry, is_array, is_tensor, tensor_geometry
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.picture.snapshot import Budget, snapshot
from minitorch_widgets.recording import recorder
from minitorch_widgets.recording.expressions import Call, calling

MOST_MOMENTS = 300
MOST_NODES = 60  # of one backward call, told one by one
SECONDS = 4.0  # for all pictures of one trace
MOST_LOOSE = 64  # results without a name that are looked for
BUDGET = Budget(nodes=600, tensors=200, values=64, cells=128, elements=8_000, seconds=0.2)


class Moment:
    """Something that happened, and the picture just after it. Plain values, apart from weak references to results."""

    def __init__(self, level: str, op: str, call: Call | None) -> None:
        self.level = level
        """start, op, backward, node, or raised."""
        self.op = op
        self.call = call
        self.inputs: list[str] = []
        self.outputs: list[str] = []
        self.results: list[weakref.ref[Any]] = []
        self.shares: dict[str, str] = {}
        """Which outputs look at the bytes of which input."""
        self.same: set[str] = set()
        """Outputs that are an input itself."""
        self.writes: dict[str, tuple[int, int]] = {}
        """What was written in place: versions before and after."""
        self.facts: dict[str, Any] = {}
        self.picture: dict[str, Any] | None = None
        self.drawn = True
        """Whether the picture was taken just then; else it is an earlier one."""

    @property
    def word(self) -> str:
        """What happened, by the word that the student typed, or else the engine's."""
        return (self.call.word or self.call.within if self.call else "") or self.op


class Tracer:
    """Collects the moments of one trace."""

    _looking = 0  # how many tracers look at the moment: what they make the engines do is none of the student's

    def __init__(self, frame: Any, most: int = MOST_MOMENTS) -> None:
        self.memory = Memory()
        self.moments: list[Moment] = []
        self.beyond = 0
        self._frame = frame
        self._most = most
        self._seconds = SECONDS
        self._thread = threading.get_ident()
        self._backward: Moment | None = None
        self._closed = False  # from now on operations are only counted
        self._loose: list[tuple[weakref.ref[Any], str]] = []
        self._written: dict[str, tuple[int, int]] = {}
        self._gradients: dict[int, tuple[weakref.ref[Any], str]] = {}

    # What the engines tell --------------------------------------------------------------------------------------

    @property
    def deaf(self) -> bool:
        """Whether what happens now is none of the student's: looking at a tensor may run operations too."""
        return bool(Tracer._looking) or self._backward is not None or threading.get_ident() != self._thread

    def begin(self) -> None:
        """The moment before the first operation."""
        first = Moment("start", "", None)
        self._draw(first, self._frame)
        self.moments.append(first)

    def wrote(self, tensor: Any, before: int | None = None) -> None:
        """A tensor is being written in place; the operation that does it is told next."""
        if not self.deaf:
            after = _version(tensor)
            self._written[self._id(tensor)] = (max(0, after - 1) if before is None else before, after)

    def ran(self, op: str, inputs: list[Any], results: list[Any], **facts: Any) -> None:
        """An operation has run."""
        if self.deaf:
            return
        if self._closed:
            self.beyond += not facts.get("made")
            return
        found = calling()
        if found is None:
            self._written.clear()
            return
        frame, call = found
        if self._gives(frame, call, results):
            return
        moment = self._going_on(call, inputs)
        if moment is not None and facts.get("made") and not moment.facts.get("made"):
            return  # a constant of the operation that is under way
        if moment is None:
            self._settle(frame)
            if self._full():
                self._closed = True
                self.beyond += not facts.get("made")
                return
            moment = Moment("op", op, call)
            self.moments.append(moment)
        if not call.makes and not facts.get("made") and moment.facts.pop("made", None):
            constants = {id(each) for each in moment.results}
            self._loose = [each for each in self._loose if id(each[0]) not in constants]
        self._tell(moment, op, call, inputs, results)
        moment.facts.update(facts)
        self._draw(moment, frame)

    def _gives(self, frame: Any, call: Call, results: list[Any]) -> bool:
        """Whether these are what a backward pass gives to who called it: torch.autograd.grad()."""
        last = self.moments[-1] if self.moments else None
        if last is None or last.level != "backward" or last.call is None or last.call.key != call.key:
            return False
        last.outputs += [self._id(each) for each in results]
        self._loosen(last, call, results)
        self._draw(last, frame)
        return True

    def _loosen(self, moment: Moment, call: Call, results: list[Any]) -> None:
        """Keep weak track of results: until they have a name they are called by what was typed."""
        text = call.expression or f"result of {moment.op}"
        for each in results:
            reference = _reference(each)
            if reference is not None:
                moment.results.append(reference)
                self._loose.append((reference, f"({text})" if text.startswith("_") else text))
        self._loose = [each for each in self._loose if each[0]() is not None][-MOST_LOOSE:]

    def _going_on(self, call: Call, inputs: list[Any]) -> Moment | None:
        """The last moment, if this is more of the same call."""
        last = self.moments[-1] if self.moments else None
        if last is None or last.level != "op" or last.call is None or last.call.key != call.key:
            return None
        if last.call.goes_on(call):
            return last
        nameless = {id(value) for each in last.results if (value := each()) is not None} - self._held(self._frame)
        return last if any(id(each) in nameless for each in inputs) and len(call.inside) > 1 else None

    def _tell(self, moment: Moment, op: str, call: Call, inputs: list[Any], results: list[Any]) -> None:
        own = set(moment.outputs)  # what an earlier operation of the same call has made
        moment.op, moment.call = op, call
        places = {self._id(each): each for each in inputs}
        storages = {key: place for key, each in places.items() if (place := _storage(each)) is not None}
        moment.inputs += [key for key in places if key not in moment.inputs and key not in own]
        was = moment.shares
        if results and not call.makes:  # the last operation of a call makes what the call gives
            inner = {id(each) for each in moment.results}
            self._loose = [each for each in self._loose if id(each[0]) not in inner]
            moment.outputs, moment.results, moment.shares = [], [], {}
        for each in results:
            key = self._id(each)
            if key in places and key not in own:
                moment.same.add(key)
            elif (place := _storage(each)) is not None:
                beneath = (was.get(there, there) for there, other in storages.items() if other == place)
                shared = next((there for there in beneath if there not in own), None)
                if shared is not None:
                    moment.shares[key] = shared
            if key not in moment.outputs:
                moment.outputs.append(key)
        self._loosen(moment, call, results)
        for key, versions in self._written.items():  # m[0] = 1 writes into m, by way of a look at its first row
            moment.writes[was.get(key, key)] = versions
        self._written.clear()

    def backward_began(self) -> None:
        """A backward pass begins: its nodes are told until it ends."""
        if self.deaf:
            return
        found = calling()
        if found is None:
            return
        last = self.moments[-1] if self.moments else None
        if last is not None and last.call is not None and last.call.key == found[1].key and last.level == "op":
            self.moments.pop()  # the gradient to start with
        self._settle(found[0])
        if not self._full():
            self._backward = Moment("backward", "backward", found[1])
            self._backward.facts["nodes"] = 0

    def node_ran(self, function: Any, incoming: Any, outgoing: Any) -> None:
        """A node of a backward pass has run."""
        whole = self._backward
        if whole is None or Tracer._looking or threading.get_ident() != self._thread:
            return
        whole.facts["nodes"] += 1
        if whole.facts["nodes"] > MOST_NODES or self._full():
            return
        name = node_name(function)
        moment = Moment("node", name, whole.call)
        moment.facts = {
            "node": self.memory.of_node(function),
            "name": name,
            "incoming": [value_of(each) for each in incoming],
            "outgoing": [value_of(each) for each in outgoing],
        }
        leaf = getattr(function, "variable", None)
        if leaf is not None:
            moment.facts["leaf"] = self._id(leaf)
            self._draw(moment, self._frame)
        else:
            self._undrawn(moment)
        self.moments.append(moment)

    def backward_ended(self, error: BaseException | None) -> None:
        """The backward pass is over."""
        whole, self._backward = self._backward, None
        if whole is None:
            return
        whole.facts["error"] = None if error is None else f"{type(error).__name__}: {error}"
        self._written.clear()
        self._draw(whole, self._frame)
        self.moments.append(whole)

    def end(self, error: BaseException | None) -> None:
        """The block is over; nothing of the student's is held from here on."""
        if self._backward is not None:
            self.backward_ended(error)
        self._settle(self._frame)
        if error is not None:
            last = Moment("raised", "", None)
            place = recorder.raised_at(error)
            last.facts = {"error": f"{type(error).__name__}: {error}", "line": place}
            self._draw(last, self._frame)
            self.moments.append(last)
        self._frame = None

    # Pictures ---------------------------------------------------------------------------------------------------

    def _full(self) -> bool:
        return len(self.moments) > self._most

    def _undrawn(self, moment: Moment) -> None:
        moment.picture = self.moments[-1].picture if self.moments else None
        moment.drawn = False

    def _draw(self, moment: Moment, frame: Any) -> None:
        """The picture at this moment; where there is no time left, the one before."""
        if self._seconds <= 0:
            self._undrawn(moment)
            return
        Tracer._looking += 1
        started = time.monotonic()
        try:
            named = self._names(frame)
            moment.picture = snapshot(named, memory=self.memory, budget=BUDGET)
            self._learn_gradients(named)
        except Exception:
            self._undrawn(moment)
        finally:
            Tracer._looking -= 1
            self._seconds -= time.monotonic() - started

    def _learn_gradients(self, named: dict[str, Any]) -> None:
        """A picture knows `w.grad` by its owner, so that it stays what it is when it is a new tensor."""
        self._gradients = {}
        for value in named.values():
            grad = value.grad if is_tensor(value) and value.is_leaf else None
            reference = None if grad is None else _reference(grad)
            if reference is not None:
                key = ("grad", self.memory.of_object(value, ""))
                self._gradients[id(grad)] = (reference, self.memory.of_key("t", key))

    def _variables(self, frame: Any) -> dict[str, Any]:
        """The student's names that can be seen from here: those where the block is, and those where it runs."""
        frames = [self._frame] if frame is self._frame else [self._frame, frame]
        seen: dict[str, Any] = {}
        for each in frames:
            if each is not None:
                seen.update(each.f_globals if each is self._frame else {})
                seen.update(each.f_locals)
        return dict(find(seen, []))

    def _held(self, frame: Any) -> set[int]:
        return {id(value) for value in self._variables(frame).values()}

    def _names(self, frame: Any) -> dict[str, Any]:
        """All that is to be seen: variables, and results on their way, by the expression that made them."""
        named = self._variables(frame)
        held = {id(value) for value in named.values()}
        for reference, text in self._loose:
            value = reference()
            if value is not None and id(value) not in held:
                held.add(id(value))
                numbers = itertools.count(2)
                name = text
                while name in named:
                    name = f"{text} #{next(numbers)}"
                named[name] = value
        return named

    def _settle(self, frame: Any) -> None:
        """The student's line has gone on: what has just been made may have got its name by now."""
        last = self.moments[-1] if self.moments else None
        if last is None or last.level not in ("op", "backward") or last.picture is None or "settled" in last.facts:
            return
        last.facts["settled"] = True
        Tracer._looking += 1
        try:
            names: dict[int, str] = {}
            for name, value in self._variables(frame).items():
                names.setdefault(id(value), name)
            results = [value for each in last.results if (value := each()) is not None]
            given = {self._id(each): names[id(each)] for each in results if id(each) in names}
        finally:
            Tracer._looking -= 1
        taken = {name for each in last.picture["tensors"] for name in each["names"]}
        for each in last.picture["tensors"]:
            called = given.get(each["id"])
            if called is not None and called not in taken:
                each["names"] = [called]
                each["label"] = called
        last.facts["given"] = given

    def _id(self, value: Any) -> str:
        reference, key = self._gradients.get(id(value), (None, ""))
        if reference is not None and reference() is value:
            return key
        return self.memory.of_object(value, ("traced", id(value)))


def _version(tensor: Any) -> int:
    try:
        return int(tensor._version)
    except (RuntimeError, AttributeError, TypeError):  # torch's inference tensors count no versions
        return 0


def _reference(value: Any) -> weakref.ref[Any] | None:
    try:
        return weakref.ref(value)
    except TypeError:
        return None


def _storage(value: Any) -> tuple[str, int] | None:
    """Which storage this looks at; None for one without bytes."""
    try:
        geometry = array_geometry(value) if is_array(value) else tensor_geometry(value)
    except Exception:
        return None
    return (geometry.device, geometry.start) if geometry.end > geometry.start else None


def tensors_in(values: Any, depth: int = 3) -> list[Any]:
    """The tensors and arrays among arguments, in lists and dictionaries too, each once."""
    found: dict[int, Any] = {}
    if is_tensor(values) or is_array(values):
        return [values]
    if depth and isinstance(values, (list, tuple, dict)):
        for each in values.values() if isinstance(values, dict) else values:
            found.update((id(one), one) for one in tensors_in(each, depth - 1))
    return list(found.values())
