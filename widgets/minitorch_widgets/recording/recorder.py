"""Recorder: the engine's announcements folded into one append-only log of plain values.

Every entry is a dict that `json.dumps` takes as it is. The log holds no tensor: a tensor is a number with a shape, a
storage is an address with a size. What is beyond the cap is counted, and the log says so.
"""

from __future__ import annotations

import linecache
import os
import sys
import weakref
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from minitorch_widgets.facts.graph import node_name, sequence
from minitorch_widgets.facts.reading import is_tensor, tensor_geometry

MOST_EVENTS = 10_000

_Place = tuple[str, int, int | None]  # device, address, and a Geometry's shift: two simulations share addresses


class Recorder:
    """Listens while its with-block lasts, and keeps what it heard in `log`.

    >>> with Recorder() as recorder:
    ...     y = torch.ones(2) * 3
    >>> [event["op"] for event in recorder.log if event["event"] == "op"][-1]
    'mul'
    """

    def __init__(self, limit: int = MOST_EVENTS) -> None:
        self.log: list[dict[str, Any]] = []
        self.dropped = 0
        self._limit = limit
        self._listening = ExitStack()
        self._numbers: dict[int, tuple[Any, int]] = {}
        self._storages: dict[_Place, int] = {}  # how many tensors look at each
        self._storage_of: dict[int, _Place] = {}
        self._gone: list[int] = []
        self._tensors = 0

    def __enter__(self) -> Recorder:
        from minitorch_edu import events

        for signal, listener in (
            (events.op_executed, self._op_executed),
            (events.storage_written, self._storage_written),
            (events.storage_exported, self._storage_exported),
            (events.device_copied, self._device_copied),
            (events.backward_started, self._backward_started),
            (events.backward_stepped, self._backward_stepped),
            (events.backward_finished, self._backward_finished),
            (events.gradient_accumulated, self._gradient_accumulated),
        ):
            self._listening.enter_context(events.listen(signal, _quietly(listener)))
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        self._listening.close()
        self._see_what_is_freed()
        if error is not None:
            self._add("raised", error=f"{type(error).__name__}: {error}", source=raised_at(error))

    # Entries ----------------------------------------------------------------------------------------------------

    def _add(self, event: str, **facts: Any) -> None:
        if len(self.log) >= self._limit:
            self.dropped += 1
            notice = {"event": "dropped", "count": self.dropped, "index": self._limit}
            self.log[self._limit :] = [notice]  # the one entry that is kept up to date
            return
        self.log.append({"index": len(self.log), "event": event, **facts})

    def _op_executed(self, card: Any, inputs: Any, result: Any) -> None:
        self._see_what_is_freed()
        results = result if isinstance(result, (tuple, list)) else (result,)
        told = [self._tensor(each) for each in results if is_tensor(each)]
        functions = [each.grad_fn for each in results if is_tensor(each) and each.grad_fn is not None]
        self._add(
            "op",
            op=card.name,
            inputs=[self._tensor(each) for each in _tensors(inputs)],
            results=told,
            node=_node(functions[0]) if functions else None,
            source=student_line(),
        )

    def _storage_written(self, tensor: Any, card: Any = None, *_: Any) -> None:
        self._add(
            "written",
            tensor=self._tensor(tensor),
            op=getattr(card, "name", None),
            version=int(tensor._version),
            source=student_line(),
        )

    def _storage_exported(self, tensor: Any, array: Any) -> None:
        self._add("exported", tensor=self._tensor(tensor), to="numpy", source=student_line())

    def _device_copied(self, source: Any, result: Any) -> None:
        self._add(
            "copied",
            tensor=self._tensor(source),
            result=self._tensor(result),
            bytes=int(source.element_size()) * int(source.numel()),
            direction=[str(source.device), str(result.device)],
            simulated=tensor_geometry(source).simulated or tensor_geometry(result).simulated,
            source=student_line(),
        )

    def _backward_started(self, task: Any) -> None:
        self._add("backward started", nodes=len(task.order), source=student_line())

    def _backward_stepped(self, task: Any, step: Any) -> None:
        self._add(
            "backward stepped",
            step=int(step.index),
            node=_node(step.node),
            incoming=[_shape(each) for each in step.incoming],
            outgoing=[_shape(each) for each in step.outgoing],
        )
        came = next((each for each in step.incoming if each is not None), None)
        for went in step.outgoing:  # a gradient takes the way back of a copy
            if came is not None and went is not None and went.device != came.device:
                self._device_copied(came, went)

    def _backward_finished(self, task: Any, error: BaseException | None) -> None:
        self._add("backward finished", error=None if error is None else str(error), source=student_line())

    def _gradient_accumulated(self, tensor: Any, grad: Any) -> None:
        self._add("accumulated", tensor=self._tensor(tensor), grad=_shape(grad))

    # Tensors and storages ---------------------------------------------------------------------------------------

    def _tensor(self, tensor: Any) -> dict[str, Any]:
        """A tensor as a number, its shape and its storage; the first sight of a storage is an entry of its own."""
        known = self._numbers.get(id(tensor))
        if known is None or known[0]() is not tensor:
            self._tensors += 1
            number = self._tensors
            self._numbers[id(tensor)] = (weakref.ref(tensor, self._forget(id(tensor), number)), number)
        else:
            number = known[1]
        geometry = tensor_geometry(tensor)
        told = {
            "tensor": number,
            "shape": list(geometry.shape),
            "dtype": geometry.dtype,
            "storage": {
                "address": hex(geometry.start),
                "bytes": geometry.end - geometry.start,
                "device": geometry.device,
                "simulated": geometry.simulated,
            },
        }
        if known is None or known[1] != number:
            self._see_storage(geometry, number)
        return told

    def _see_storage(self, geometry: Any, number: int) -> None:
        key = (geometry.device, geometry.start, geometry.shift)
        if geometry.end > geometry.start:
            new = self._storages.get(key, 0) == 0
            self._storages[key] = self._storages.get(key, 0) + 1
            self._storage_of[number] = key
            size = geometry.end - geometry.start
            self._add(
                "allocated" if new else "aliased",
                tensor=number,
                address=hex(geometry.start),
                bytes=size,
                device=geometry.device,
            )

    def _forget(self, identity: int, number: int) -> Any:
        """When a tensor is gone: nothing but numbers is touched, since this may run at any moment."""
        gone, numbers = self._gone, self._numbers

        def forget(reference: Any) -> None:
            gone.append(number)
            if identity in numbers and numbers[identity][0] is reference:
                del numbers[identity]

        return forget

    def _see_what_is_freed(self) -> None:
        """Turn the tensors that went since the last entry into freed storages."""
        while self._gone:
            key = self._storage_of.pop(self._gone.pop(0), None)
            if key is None:
                continue
            self._storages[key] -= 1
            if self._storages[key] == 0:
                del self._storages[key]
                self._add("freed", address=hex(key[1]), device=key[0])


def record(limit: int = MOST_EVENTS) -> Recorder:
    """Record what the engine does in a with-block.

    >>> with record() as recorder:
    ...     y = torch.ones(2) + 1
    >>> [event["op"] for event in recorder.log if event["event"] == "op"][-1]
    'add'
    """
    return Recorder(limit)


def _quietly(listener: Any) -> Any:
    """A listener that never raises into the student's cell."""

    def heard(*announcement: Any) -> None:
        try:
            listener(*announcement)
        except Exception:
            pass  # an event that can't be told is left out; the cell goes on

    return heard


def _tensors(values: Any) -> Iterator[Any]:
    for value in values if isinstance(values, (tuple, list)) else (values,):
        if is_tensor(value):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from (each for each in value if is_tensor(each))


def _node(function: Any) -> dict[str, Any]:
    return {"name": node_name(function), "sequence": sequence(function)}


def _shape(tensor: Any) -> list[int] | None:
    return None if tensor is None else [int(size) for size in tensor.shape]


# The student's line ---------------------------------------------------------------------------------------------

_PACKAGES = ("minitorch_edu", "minitorch_widgets", "torch", "numpy", "contextlib")


def _is_engine(frame: Any) -> bool:
    """Whether this frame runs the engine's code: one of its files, or what was compiled from a card."""
    if frame.f_code.co_filename.startswith("<compiled from the card"):
        return True
    if frame.f_code.co_filename.startswith("<doctest"):  # an example is a student's, whatever module it stands in
        return False
    return (frame.f_globals.get("__name__") or "").partition(".")[0] in _PACKAGES


_engine_files: dict[str, bool] = {}  # asked once an operation, so it has to be quick


def of_an_engine(name: str, frame: Any) -> bool:
    """Whether a frame, of the file `name`, runs an engine's code rather than the student's."""
    engine = _engine_files.get(name)
    if engine is None:
        if len(_engine_files) > 5000:
            _engine_files.clear()
        engine = _engine_files[name] = _is_engine(frame)
    return engine


def student_frame() -> tuple[str, int] | None:
    """File and line of the nearest frame that belongs to no engine: the student's."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if not of_an_engine(name, frame):
            return name, frame.f_lineno
        frame = frame.f_back
    return None


def student_line() -> dict[str, Any] | None:
    """The line that is being run: its text, its number, and a cell or a file."""
    found = student_frame()
    return None if found is None else line_at(*found)


def raised_at(error: BaseException) -> dict[str, Any] | None:
    """The student's line from which an exception came."""
    found, trace = None, error.__traceback__
    while trace is not None:
        if not _is_engine(trace.tb_frame) and not trace.tb_frame.f_globals.get("__name__", "").startswith("IPython."):
            found = trace.tb_frame.f_code.co_filename, trace.tb_lineno
        trace = trace.tb_next
    return None if found is None else line_at(*found)


def line_at(filename: str, number: int) -> dict[str, Any]:
    """A place in the student's code as words.

    >>> line_at("lesson.py", 3)["where"]
    'lesson.py, line 3'
    """
    place = _cell(filename) or os.path.basename(filename)
    return {"line": linecache.getline(filename, number).strip(), "number": number, "where": f"{place}, line {number}"}


def _cell(filename: str) -> str | None:
    """'cell [4]' for code that a notebook has run; ipykernel keeps each cell in a file of its own."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    cells = getattr(getattr(shell, "compile", None), "_filename_map", None) or {}
    count = cells.get(filename)
    if count is not None:
        return f"cell [{count}]"
    return "this cell" if "ipykernel_" in filename or filename.startswith("<ipython-input") else None
