"""Graph: walking `next_functions` back from named tensors, and what each node says of itself.

Iterative and bounded: graphs of 100,000 nodes are looked at without recursion, and what is beyond the budget is counted
for a while and then said to be "more".
"""

from __future__ import annotations

import functools
import re
import time
from collections import deque
from collections.abc import Iterable
from typing import Any, NamedTuple

from minitorch_widgets.facts.reading import is_tensor

MOST_STEPS = 16


class Visit:
    """A node that was reached: the node itself, how to type one's way to it, and where its gradients go."""

    __slots__ = ("function", "start", "steps", "depth", "edges", "order", "is_leaf", "name", "sequence")

    def __init__(self, function: Any, start: str, steps: tuple[int, ...], depth: int, order: int) -> None:
        self.function = function
        self.start = start
        self.steps = steps
        self.depth = depth
        self.order = order
        self.edges: list[tuple[int, Visit, int]] = []  # slot, node, which output of it
        self.is_leaf = hasattr(function, "variable")
        self.name = node_name(function)
        self.sequence = None if self.is_leaf else sequence(function)

    @property
    def expression(self) -> str:
        """What a student types to get here; far from every name, where it starts, how far it is and how it ends."""
        if self.depth > len(self.steps):
            return f"{self.start} … {self.depth} times .next_functions, lastly [{self.steps[-1]}][0]"
        return self.start + "".join(f".next_functions[{slot}][0]" for slot in self.steps)


class Walk(NamedTuple):
    """The nodes nearest to the names, and how many more there are (`uncounted`: even more than that)."""

    visits: list[Visit]
    beyond: int
    uncounted: bool


def walk(starts: Iterable[tuple[str, Any]], budget: int, deadline: float, count_up_to: int = 20_000) -> Walk:
    """Breadth first from all starts at once: the shortest expression wins, and the nearest nodes are kept."""
    visits: list[Visit] = []
    known: dict[int, Visit | None] = {}  # by identity; the node is held, so that an id means one node
    held: list[Any] = []
    todo: deque[Visit | Any] = deque()

    def reach(function: Any, start: str, before: Visit | None = None, slot: int = 0) -> Visit | None:
        number = id(function)
        if number in known:
            return known[number]
        held.append(function)
        visit = None
        if len(visits) < budget:
            depth = before.depth + 1 if before else 0
            # a path as long as the graph is deep would make the picture's size quadratic
            steps = () if before is None else (*before.steps, slot) if depth <= MOST_STEPS else (slot,)
            visit = Visit(function, start, steps, depth, len(visits))
        known[number] = visit
        if visit is not None:
            visits.append(visit)
        todo.append(visit or function)
        return visit

    for expression, function in starts:
        reach(function, expression)
    uncounted = False
    while todo:
        if len(known) > budget and (len(known) - budget > count_up_to or time.monotonic() > deadline):
            uncounted = True
            break
        here = todo.popleft()
        if not isinstance(here, Visit):
            for function, _ in here.next_functions:
                if function is not None and id(function) not in known:
                    reach(function, "")
            continue
        for slot, (function, output) in enumerate(here.function.next_functions):
            if function is not None:
                there = reach(function, here.start, here, slot)
                if there is not None:
                    here.edges.append((slot, there, int(output)))
    return Walk(visits, len(known) - len(visits), uncounted)


def node_name(function: Any) -> str:
    """PyTorch's name, without the namespace that a leaf's has: 'MulBackward0', 'AccumulateGrad'."""
    return str(function.name()).rpartition("::")[2]


@functools.lru_cache(maxsize=1024)
def operation(name: str) -> str:
    """What a reader calls it: 'LogSoftmaxBackward0' is 'log_softmax'.

    >>> operation("MulBackward0"), operation("TBackward0"), operation("CopySlices")
    ('mul', 't', 'copy_slices')
    """
    stem = re.sub(r"Backward\d*$", "", name) or name
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", stem).lower()


def sequence(function: Any) -> int | None:
    """When the node was made; None for a leaf's, which has no time of its own."""
    if hasattr(function, "variable"):
        return None
    number = getattr(function, "_sequence_nr", None)
    return int(number()) if callable(number) else None


# What a node has saved ------------------------------------------------------------------------------------------


class Saved(NamedTuple):
    """One saved tensor: its versions then and now, its state, and the tensor where it may be looked at."""

    name: str
    version: int | None
    current: int | None
    state: str  # "saved", "freed" or "stale"
    tensor: Any


_STALE = re.compile(r"is at version (\d+); expected version (\d+)")


def saved_tensors(function: Any) -> list[Saved]:
    """What this node keeps for its backward, without changing anything.

    An engine that can tell (`saved_tensors_info`) is asked; of torch's nodes the attributes are read, except where
    reading would run somebody's unpack hook (a checkpoint would compute its block again).
    """
    if hasattr(function, "saved_tensors_info"):
        return [_told(function, info) for info in function.saved_tensors_info()]
    found = []
    for name in _saved_names(type(function), function):
        found += _read(function, name)
    return found


def _told(function: Any, info: Any) -> Saved:
    if info.freed:
        return Saved(info.name, info.saved_version, info.current_version, "freed", None)
    if info.saved_version != info.current_version:
        there = None if info.packed else _there(function, info.name)
        return Saved(info.name, info.saved_version, info.current_version, "stale", there)
    name, _, place = info.name.partition("[")  # a custom Function's are tensors[0], tensors[1], ...
    try:
        tensor = None if info.packed else getattr(function, f"_saved_{name}")  # reading would run an unpack hook
        tensor = tensor[int(place[:-1])] if place and tensor is not None else tensor
    except (RuntimeError, AttributeError):
        tensor = None
    return Saved(info.name, info.saved_version, info.current_version, "saved", tensor if _is_tensor(tensor) else None)


_tensors: dict[type, bool] = {}
_names: dict[type, tuple[str, ...]] = {}


def _is_tensor(value: object) -> bool:
    """`is_tensor`, asked once for each type: a thousand nodes have saved the same few kinds of things."""
    kind = type(value)
    if kind not in _tensors:
        if len(_tensors) > 2000:  # classes may be made in a loop
            _tensors.clear()
        _tensors[kind] = is_tensor(value)
    return _tensors[kind]


def _saved_names(kind: type, function: Any) -> tuple[str, ...]:
    """The names of the saved tensors of this kind of torch node: each has a `_raw_saved_` twin."""
    if kind not in _names:
        if len(_names) > 2000:  # classes may be made in a loop
            _names.clear()
        found = (name.removeprefix("_raw_saved_") for name in dir(function) if name.startswith("_raw_saved_"))
        _names[kind] = tuple(sorted(found, key=lambda name: (name != "self", name == "result", name)))
    return _names[kind]


def _read(function: Any, name: str) -> list[Saved]:
    """The saved tensors of one attribute; a list of tensors (a custom Function's, cat's) gives several."""
    try:
        raw = getattr(function, f"_raw_saved_{name}")
        if any(getattr(each, "unpack_hook", None) is not None for each in _several(raw)):
            return [Saved(name, None, None, "saved", None)]
        value = getattr(function, f"_saved_{name}" if hasattr(type(function), f"_saved_{name}") else "saved_tensors")
    except RuntimeError as error:
        versions = _STALE.search(str(error))
        if versions is None:
            return [Saved(name, None, None, "freed", None)]
        return [Saved(name, int(versions[2]), int(versions[1]), "stale", _there(function, name))]
    several = _several(value)
    return [
        Saved(name if several is not value else f"{name}[{i}]", each._version, each._version, "saved", each)
        for i, each in enumerate(several)
        if is_tensor(each)
    ]


def _there(function: Any, name: str) -> Any:
    """A stale tensor, whose bytes are not what was saved, but lie where they lay."""
    try:
        tensor = getattr(function, f"_raw_saved_{name}").data
    except (RuntimeError, AttributeError):  # one of a custom Function's list
        return None
    return tensor if is_tensor(tensor) else None


def _several(value: Any) -> Any:
    return value if isinstance(value, (tuple, list)) else (value,)
