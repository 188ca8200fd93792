"""Snapshot: the tensors, the graph behind them and the storages beneath them, as plain numbers and words.

It reads through PyTorch's own names, so our tensors and real torch tensors look the same here. It copies a few values
of the host's memory, where simulated devices have theirs too, and nothing else, waits for no device, and holds nothing
when it returns.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from minitorch_widgets import features, words
from minitorch_widgets.facts import lanes
from minitorch_widgets.facts.graph import Saved, Visit, operation, saved_tensors, walk
from minitorch_widgets.facts.names import Named, find, is_optimizers
from minitorch_widgets.facts.reading import (
    Geometry,
    array_geometry,
    is_array,
    is_tensor,
    lazily,
    tensor_geometry,
    tensor_values,
)
from minitorch_widgets.facts.rules import rules_of
from minitorch_widgets.picture.memory import Memory
from minitorch_widgets.picture.placing import Placed
from minitorch_widgets.recording import copies

PROTOCOL = 1


class Budget(NamedTuple):
    """How much a snapshot may look at."""

    nodes: int = 12_000
    tensors: int = 600
    values: int = 1024  # of one tensor
    cells: int = 256  # of one lane
    elements: int = 40_000  # of everything together
    seconds: float = 0.5


def snapshot(
    namespace: Mapping[str, object],
    *,
    focus: Iterable[object] | None = None,
    title: str = "",
    memory: Memory | None = None,
    budget: Budget | None = None,
) -> dict[str, Any]:
    """What these variables hold and how they hang together, ready for `json.dumps`.

    `focus` narrows it to the graph behind some tensors; the namespace then only lends its names.

    >>> x = torch.ones(2, requires_grad=True)
    >>> seen = snapshot({"x": x, "loss": (x * 2).sum()})
    >>> [node["label"] for node in seen["nodes"]]
    ['x', 'mul', 'sum']
    """
    collecting = gc.isenabled()
    gc.disable()  # thousands of small objects would start collections that go through all of the student's
    try:
        return _Snapshot(memory or Memory(), budget or Budget()).take(namespace, focus, title)
    finally:
        if collecting:
            gc.enable()


class _Entry:
    """A tensor or array that is going to be shown. Lives as long as the snapshot is being taken, no longer."""

    __slots__ = ("id", "value", "names", "kind", "label", "geometry", "info")

    def __init__(self, id: str, value: Any, kind: str, geometry: Geometry) -> None:
        self.id = id
        self.value = value
        self.names: list[str] = []
        self.kind = kind
        self.label = ""  # a short name for one that has no variable
        self.geometry = geometry
        self.info: dict[str, Any] = {}


class _Snapshot:
    """One snapshot being taken."""

    def __init__(self, memory: Memory, budget: Budget) -> None:
        self.memory = memory
        self.budget = budget
        self.omitted: list[str] = []
        self.entries: dict[int, _Entry] = {}  # by identity; each holds its tensor, so an id means one tensor
        self.node_ids: dict[int, str] = {}
        self.looks: dict[tuple[int, int], list[_Entry]] = {}  # by node and output
        self.focus: set[int] | None = None  # the identities of the tensors it is narrowed to
        self.too_many = 0
        self.unread: dict[str, list[str]] = {}
        self.elements = budget.elements
        self.rules: dict[str, list[dict[str, Any]]] = {}  # by the name of a node
        self.deadline = time.monotonic() + budget.seconds

    def take(self, namespace: Mapping[str, object], focus: Iterable[object] | None, title: str) -> dict[str, Any]:
        revision = self.memory.begin()
        found = list(find(namespace, self.omitted))
        starts = self._enter_named(found, focus)
        walked = walk(starts, self.budget.nodes, self.deadline)
        if walked.beyond:
            more = f"more than {walked.beyond}" if walked.uncounted else str(walked.beyond)
            self.omitted.append(f"{more} nodes left out: the {len(walked.visits)} nearest to a name are shown")
        visits = self._in_order(walked.visits)
        self._name_leaves(visits, found)
        nodes = [self._node(visit) for visit in visits]
        if self.focus is not None:
            self._only_what_touches(nodes, self.focus)
        lane_infos = self._lanes()
        tensors = [self._tensor_info(entry) for entry in self.entries.values()]
        self._fill_outputs(nodes, tensors)
        edges = [self._edge(visit, *edge) for visit in visits for edge in visit.edges]
        placed = self._place(nodes, edges)
        self._say_what_is_missing()
        picture = {
            "protocol": PROTOCOL,
            "revision": revision,
            "title": title,
            "engine": self._engine(),
            "tensors": tensors,
            "nodes": nodes,
            "edges": edges,
            "lanes": lane_infos,
            "folds": placed.folds,
            "rules": self.rules,
            "copies": self.copies,
            "width": placed.width,
            "height": placed.height,
            "omitted": self.omitted,
            "roots": [each["id"] for each in tensors if _is_root(each)],
        }
        picture["parts"] = features.tell(
            features.Taken(
                namespace,
                {entry.id: entry.value for entry in self.entries.values()},
                {self.node_ids[id(visit.function)]: visit.function for visit in visits},
                tensors,
                nodes,
                edges,
                lane_infos,
                self.memory,
                self.omitted,
            )
        )
        picture["text"] = words.describe(picture)
        return picture

    # Tensors ----------------------------------------------------------------------------------------------------

    def _enter(self, value: Any, kind: str, name: str, key: object) -> _Entry | None:
        """The entry of this object; a second name for it is added to the first."""
        entry = self.entries.get(id(value))
        if entry is None:
            if len(self.entries) >= self.budget.tensors:
                self.too_many += 1
                return None
            geometry = array_geometry(value) if is_array(value) else tensor_geometry(value)
            if kind in ("grad", "saved"):
                number = self.memory.of_key("t", key)  # w.grad stays w.grad when it is a new tensor
            else:
                number = self.memory.of_object(value, key)
            entry = self.entries[id(value)] = _Entry(number, value, kind, geometry)
            try:
                entry.info = self._facts(value, kind)
            except Exception:
                del self.entries[id(value)]
                raise
            if entry.info["grad_fn"] is not None:
                self.looks.setdefault((id(entry.info["grad_fn"]), entry.info["output_nr"]), []).append(entry)
        if name and name not in entry.names:
            entry.names.append(name)
        return entry

    def _enter_named(self, found: list[Named], focus: Iterable[object] | None) -> list[tuple[str, Any]]:
        """Enters what has a name, and returns where the walk starts: (expression, node)."""
        wanted = self.focus = None if focus is None else {id(value) for value in focus}
        starts = []
        grads = []
        for name, value in found:
            try:
                kind = "ndarray" if is_array(value) else "buffer" if is_optimizers(name) else "tensor"
                entry = self._enter(value, kind, name, ("named", name))
                if entry is None or entry.kind == "ndarray":
                    continue
                if entry.info["is_leaf"] or entry.info["retains_grad"]:
                    grads.append((entry, value.grad))
                if value.grad_fn is not None and (wanted is None or id(value) in wanted):
                    starts.append((f"{name}.grad_fn", value.grad_fn))
            except Exception as error:  # an object that misbehaves is named, never raised
                self.omitted.append(f"{name} was left out: looking at it raised {type(error).__name__}")
        for entry, grad in grads:
            if is_tensor(grad):
                held = self._enter(grad, "grad", f"{entry.names[0]}.grad", ("grad", entry.id))
                entry.info["grad"] = held.id if held else None
        return starts

    def _facts(self, value: Any, kind: str) -> dict[str, Any]:
        """What the tensor says of itself, apart from where it lies."""
        if kind == "ndarray":
            return {
                "requires_grad": False, "is_leaf": True, "retains_grad": False, "version": None, "grad_fn": None,
                "output_nr": 0, "grad": None, "is_view": value.base is not None,
            }  # fmt: skip
        return {
            "requires_grad": bool(value.requires_grad),
            "is_leaf": bool(value.is_leaf),
            "retains_grad": bool(getattr(value, "retains_grad", False)),
            "version": _version(value),
            "grad_fn": value.grad_fn,  # replaced by its id when the nodes are numbered
            "output_nr": int(getattr(value, "output_nr", 0)),
            "grad": None,
            "is_view": bool(value._is_view()) if hasattr(type(value), "_is_view") else False,
        }

    def _name_leaves(self, visits: list[Visit], found: list[Named]) -> None:
        """Enters the leaves that only the graph knows, under the expression that leads to them."""
        for visit in visits:
            if visit.is_leaf and visit.function.variable is not None:
                self._try(visit, lambda visit: self._enter_leaf(visit))

    def _enter_leaf(self, visit: Visit) -> None:
        leaf = visit.function.variable
        if id(leaf) not in self.entries:
            entry = self._enter(leaf, "tensor", f"{visit.expression}.variable", ("leaf", visit.expression))
            if entry is not None:
                entry.label = "unnamed leaf"

    def _try(self, visit: Visit, act: Any) -> None:
        try:
            act(visit)
        except Exception as error:
            self.omitted.append(f"{visit.expression}: looking at it raised {type(error).__name__}")

    def _only_what_touches(self, nodes: list[dict[str, Any]], focus: set[int]) -> None:
        """With a focus: its tensors and those of its graph, and whoever shares bytes with them."""
        used = {node["tensor"] for node in nodes} | {each["tensor"] for node in nodes for each in node["saved"]}
        shown = set(self.node_ids.values())
        views = {entry.id: entry.geometry for entry in self.entries.values()}
        for entry in self.entries.values():
            function = entry.info["grad_fn"]
            if id(entry.value) in focus or function is not None and self.node_ids.get(id(function)) in shown:
                used.add(entry.id)
        named = {entry.id for entry in self.entries.values() if entry.kind in ("tensor", "ndarray")}
        used |= self.memory.focused & named  # a tensor stays in sight when the node that saved it lets go of it
        self.memory.focused = used & named
        used |= {entry.info["grad"] for entry in self.entries.values() if entry.id in used}
        beside = {key for lane in lanes.merge(views.items()) if used & set(lane.members) for key in lane.members}
        self.entries = {key: entry for key, entry in self.entries.items() if entry.id in used | beside}

    def _tensor_info(self, entry: _Entry) -> dict[str, Any]:
        """The tensor as it travels."""
        geometry = entry.geometry
        facts = dict(entry.info)
        function = facts.pop("grad_fn")
        itemsize = geometry.itemsize
        bytes_in = geometry.address - self.lane_starts.get(entry.id, geometry.address)
        if any(at % max(itemsize, 1) for at in (bytes_in, *geometry.strides)):  # a field of records, or odd bytes
            facts["apart"] = {"offset": bytes_in, "stride": list(geometry.strides)}
        if lazy := lazily(entry.value):
            facts["lazy"] = lazy
        return {
            "id": entry.id,
            "names": entry.names,
            "label": entry.label or (entry.names[0] if entry.names else entry.id),
            "kind": entry.kind,
            "shape": list(geometry.shape),
            "stride": [step // itemsize for step in geometry.strides],
            "offset": bytes_in // itemsize,
            "itemsize": itemsize,
            "dtype": geometry.dtype,
            "device": geometry.device,
            "simulated": geometry.simulated,
            **facts,
            "grad_fn": None if function is None else self.node_ids.get(id(function)),
            "lane": self.lane_of.get(entry.id),
            "values": self._values(entry),
        }

    def _values(self, entry: _Entry) -> Any:
        geometry = entry.geometry
        if geometry.shift is None:
            self.unread.setdefault(f"on {geometry.device}: nothing is copied from there", []).extend(entry.names[:1])
            return None
        limit = min(self.budget.values, self.elements)
        if limit <= 0 and geometry.numel:
            self.unread.setdefault("beyond what is read after one cell", []).extend(entry.names[:1])
            return None
        try:
            values = tensor_values(entry.value, limit, geometry)
        except Exception as error:
            self.unread.setdefault(f"unreadable ({type(error).__name__})", []).extend(entry.names[:1])
            return None
        if values is not None:
            self.elements -= len(values["data"])
        elif geometry.end > geometry.start:
            self.unread.setdefault(f"not read: NumPy has no {geometry.dtype}", []).extend(entry.names[:1])
        return values

    # Lanes ------------------------------------------------------------------------------------------------------

    def _lanes(self) -> list[dict[str, Any]]:
        entries = {entry.id: entry for entry in self.entries.values()}
        merged = lanes.merge((key, entry.geometry) for key, entry in entries.items())
        self.lane_of: dict[str, str] = {}
        self.lane_starts: dict[str, int] = {}
        infos = []
        for lane, letter in zip(merged, self.memory.letters.name(merged), strict=True):
            limit = max(0, min(self.budget.cells, self.elements))
            info = lanes.describe(lane, letter, entries[lane.members[0]].geometry, limit)
            self.elements -= len(info["cells"])
            infos.append(info)
            for member in lane.members:
                self.lane_of[member] = info["id"]
                self.lane_starts[member] = lane.start
        told = [(info["id"], lane) for info, lane in zip(infos, merged, strict=True)]
        self.copies = copies.between(told, self.omitted)
        return sorted(infos, key=lambda info: lanes.by_device(info["device"]))

    # Nodes ------------------------------------------------------------------------------------------------------

    def _in_order(self, visits: list[Visit]) -> list[Visit]:
        """Operations in the order in which they ran, each leaf just before the first that uses it; ids given."""
        operations = [visit for visit in visits if not visit.is_leaf]
        operations.sort(key=lambda visit: (visit.sequence or 0, -visit.order))
        ordered: list[Visit] = []
        placed: set[int] = set()
        for visit in operations:
            for _, there, _ in visit.edges:
                if there.is_leaf and id(there) not in placed:
                    placed.add(id(there))
                    ordered.append(there)
            ordered.append(visit)
        ordered += [visit for visit in visits if visit.is_leaf and id(visit) not in placed]
        given: set[str] = set()
        for visit in ordered:
            copy = 1
            while (number := self._number(visit, copy)) in given:
                copy += 1  # two threads may have used the same sequence number
            given.add(number)
            self.node_ids[id(visit.function)] = number
        return ordered

    def _number(self, visit: Visit, copy: int) -> str:
        if visit.is_leaf:
            return self.memory.of_node(visit.function, visit.expression, copy)
        return self.memory.of_operation(visit.sequence, visit.name, copy)

    def _node(self, visit: Visit) -> dict[str, Any]:
        """The node as it travels; its place comes with the layout."""
        function = visit.function
        name = visit.name
        saved: list[dict[str, Any]] = []
        label, tensor = operation(name), None
        if visit.is_leaf:
            entry = self.entries.get(id(function.variable))
            if entry is not None:
                tensor = entry.id
                label = entry.label or entry.names[0]
        else:
            try:
                if name not in self.rules:
                    self.rules[name] = rules_of(function, name)
                saved = [self._saved(visit, each) for each in saved_tensors(function)]
            except Exception as error:
                self.omitted.append(f"{visit.expression}: looking at it raised {type(error).__name__}")
        number = visit.sequence
        return {
            "id": self.node_ids[id(function)],
            "name": name,
            "op": None if visit.is_leaf else label,
            "kind": "leaf" if visit.is_leaf else "op",
            "label": label,
            "sequence": number,
            "outputs": [],
            "tensor": tensor,
            "expression": visit.expression,
            "saved": saved,
            "source": None if number is None else self.memory.sources.get((number, name)),
        }

    def _saved(self, visit: Visit, saved: Saved) -> dict[str, Any]:
        """A saved tensor: one that a name or another node already holds is that one, any other is entered."""
        entry = None
        if saved.tensor is not None:
            entry = self.entries.get(id(saved.tensor)) or self._same_look(saved.tensor)
            if entry is None:
                name = f"{visit.expression}._saved_{saved.name}"
                key = ("saved", self.node_ids[id(visit.function)], saved.name)
                entry = self._enter(saved.tensor, "saved", name, key)
                if entry is not None:
                    entry.label = f"saved {saved.name} of {operation(visit.name)}"
        return {
            "name": saved.name,
            "tensor": entry.id if entry else None,
            "version": saved.version,
            "current": saved.current,
            "state": saved.state,
        }

    def _same_look(self, tensor: Any) -> _Entry | None:
        """A node's own result comes back as a new object each time: it is known by its node and its bytes."""
        function = tensor.grad_fn
        looks = None if function is None else self.looks.get((id(function), int(getattr(tensor, "output_nr", 0))))
        if looks is None:
            return None
        geometry = tensor_geometry(tensor)
        return next((entry for entry in looks if entry.geometry == geometry), None)

    def _fill_outputs(self, nodes: list[dict[str, Any]], tensors: list[dict[str, Any]]) -> None:
        by_id = {node["id"]: node for node in nodes}
        for tensor in tensors:
            if tensor["grad_fn"] is not None and tensor["kind"] != "saved":
                by_id[tensor["grad_fn"]]["outputs"].append(tensor["id"])

    def _edge(self, visit: Visit, slot: int, there: Visit, output: int) -> dict[str, Any]:
        source = self.node_ids[id(visit.function)]
        return {
            "id": f"e{source[1:]}_{slot}",
            "from": source,
            "slot": slot,
            "to": self.node_ids[id(there.function)],
            "output": output,
        }

    def _place(self, nodes: list[dict[str, Any]], edges: list[dict[str, Any]]) -> Placed:
        """Places for nodes and edges; what was in the last picture stays where it was."""
        names = {entry.id: entry.names for entry in self.entries.values()}
        shapes = {entry.id: entry.geometry.shape for entry in self.entries.values()}
        widths = [words.box_width(node, names, shapes) for node in nodes]
        variables = {id for id, held in names.items() if any(name.isidentifier() for name in held)}
        named = {node["id"] for node in nodes if not variables.isdisjoint(node["outputs"])}
        return self.memory.places.place(nodes, edges, widths, named)

    # The rest ---------------------------------------------------------------------------------------------------

    def _say_what_is_missing(self) -> None:
        if self.too_many:
            self.omitted.append(f"{self.too_many} tensors left out: {self.budget.tensors} are shown at most")
        for reason, names in self.unread.items():
            shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            self.omitted.append(f"values of {shown} are {reason}")

    def _engine(self) -> str:
        """The package of the first tensor: 'minitorch_edu' or 'torch'."""
        for entry in self.entries.values():
            if entry.kind != "ndarray":
                return type(entry.value).__module__.partition(".")[0]
        return "minitorch_edu"


def _version(tensor: Any) -> int | None:
    try:
        return int(tensor._version)
    except (RuntimeError, AttributeError):  # torch's inference tensors count no versions
        return None


def _is_root(tensor: Mapping[str, Any]) -> bool:
    """Whether one can walk backward from here without saying with which gradient."""
    return tensor["grad_fn"] is not None and tensor["kind"] == "tensor" and all(size == 1 for size in tensor["shape"])
