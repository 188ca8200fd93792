"""cuda.queues: streams and events of whatever device: `torch.Stream`, `torch.Event`. Those of torch.cuda are such, too.

The CPU does what it is told at once: its stream has nothing to wait for, and no place in it can be marked.
"""

from __future__ import annotations

from typing import Any

from minitorch_edu.backends import gpus
from minitorch_edu.backends.gpu import Gpu, Mark
from minitorch_edu.devices import device as _device
from minitorch_edu.ops.signatures import type_name

CPU, CUDA = 0, 1
"""PyTorch's numbers for types of devices."""


def meant(device: Any) -> Gpu | None:
    """The GPU that a device stands for; None for the CPU. Where none is named: the current one, if there is any."""
    if device is None:
        return gpus.gpu() if gpus.gpus() else None
    found = _device(device)
    if found.type == "cpu":
        return None
    if found.type != "cuda" or not gpus.gpus():
        raise RuntimeError(f"PyTorch is not linked with support for {found.type} devices")
    return gpus.gpu(found.index)


class Stream:
    """A queue of work: what is put into it runs in order, beside that of other streams.

    >>> torch.Stream("cpu")
    torch.Stream device_type=cpu, device_index=-1, stream_id=0
    >>> with torch.cuda.simulate(): torch.Stream("cuda")
    torch.Stream device_type=cuda, device_index=0, stream_id=1
    """

    _gpu: Gpu | None
    stream_id: int
    priority: int

    def __new__(cls, device: Any = None, priority: int = 0, **known: Any) -> Any:
        if type(priority) is not int:
            raise TypeError(f"Stream(): argument 'priority' must be int, not {type_name(priority)}")
        if "stream_id" in known:
            return cls._known(
                gpus.gpu(known["device_index"]) if known["device_type"] else None, known["stream_id"]
            )
        gpu = meant(device)
        return cls._known(gpu, 0 if gpu is None else gpu.new_stream(priority), priority)

    @classmethod
    def _known(cls, gpu: Gpu | None, number: int, priority: int = 0) -> Any:
        stream = object.__new__(cls)
        stream._gpu, stream.stream_id, stream.priority = gpu, number, priority
        return stream

    @property
    def device(self) -> _device:
        return _device("cpu") if self._gpu is None else self._gpu.device

    @property
    def device_index(self) -> int:
        return -1 if self._gpu is None else self._gpu.index

    @property
    def device_type(self) -> int:
        return CPU if self._gpu is None else CUDA

    def query(self) -> bool:
        """Whether all work in it is done."""
        return self._gpu is None or self._gpu.stream_done(self.stream_id)

    def synchronize(self) -> None:
        """Let the host wait until all work in it is done."""
        if self._gpu is not None:
            self._gpu.wait_stream(self.stream_id)

    def is_capturing(self) -> bool:
        """Whether its work is being recorded for a CUDA graph: there are none here."""
        return False

    def wait_event(self, event: Event) -> None:
        """Let the work to come wait for an event. The host goes on."""
        event.wait(self)

    def wait_stream(self, stream: Stream) -> None:
        """Let the work to come wait for all that another stream has been given so far."""
        self.wait_event(stream.record_event())

    def record_event(self, event: Any = None) -> Any:
        """Mark this place in the stream."""
        if event is None:
            event = Event(self.device)
        event.record(self)
        return event

    def __enter__(self) -> Any:
        if self._gpu is not None:
            self._before = (gpus.use(self._gpu.index), self._gpu.stream)
            self._gpu.use_stream(self.stream_id)
        return self

    def __exit__(self, *error: Any) -> None:
        if self._gpu is not None:
            device, stream = self._before
            self._gpu.use_stream(stream)
            gpus.use(device)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stream) and self._gpu is other._gpu and self.stream_id == other.stream_id

    def __hash__(self) -> int:
        return hash((self.stream_id, self.device))

    def __repr__(self) -> str:
        place = f"device_type={self.device.type}, device_index={self.device_index}"
        return f"torch.Stream {place}, stream_id={self.stream_id}"


class Event:
    """A mark in a stream: to wait for, or to measure the time from one to another.

    >>> torch.Event("cpu")
    torch.Event device_type=cpu, device_index=-1, event_flag=0, event_id=0
    """

    def __init__(
        self,
        device: Any = None,
        *,
        enable_timing: bool = False,
        blocking: bool = False,
        interprocess: bool = False,
    ) -> None:
        gpu = meant(device)
        self._type = "cpu" if gpu is None else "cuda"
        self._begin(enable_timing)

    def _begin(self, timing: bool) -> None:
        self._timing = timing
        self._gpu: Gpu | None = None
        self._mark: Mark | None = None

    @property
    def device(self) -> _device | None:
        """That of the stream that recorded it first."""
        return _device(self._type) if self._gpu is None else self._gpu.device

    @property
    def event_id(self) -> int:
        """An address; 0 before the event was recorded."""
        return 0 if self._mark is None else id(self)

    def record(self, stream: Stream | None = None) -> None:
        """Mark the place that a stream has come to: the current one, where none is named."""
        if stream is None:
            gpu = meant(None)
            stream = Stream._known(gpu, 0 if gpu is None else gpu.stream)
        if stream._gpu is None or self._type == "cpu":
            raise RuntimeError("cpu backend doesn't support events.")
        if self._gpu is None:
            self._gpu = stream._gpu
        if self._gpu is not stream._gpu:
            raise RuntimeError(
                f"Event device {self._gpu.index} does not match recording stream's device {stream.device_index}."
            )
        self._mark = self._gpu.mark(stream.stream_id, self._timing)

    def wait(self, stream: Stream | None = None) -> None:
        """Let the work to come in a stream wait for it. The host goes on."""
        if self._mark is not None:
            gpu = gpus.gpu() if stream is None else stream._gpu
            if gpu is not None:
                gpu.wait_mark(gpu.stream if stream is None else stream.stream_id, self._mark)

    def query(self) -> bool:
        """Whether all work before it is done."""
        return self._mark is None or self._mark.reached()

    def synchronize(self) -> None:
        """Let the host wait until all work before it is done."""
        if self._mark is not None:
            self._mark.wait()

    def elapsed_time(self, end_event: Event) -> float:
        """Milliseconds from this event to a later one."""
        if not (self._timing and end_event._timing):
            raise ValueError("Both events must be created with argument 'enable_timing=True'.")
        if self._mark is None or end_event._mark is None:
            raise ValueError("Both events must be recorded before calculating elapsed time.")
        if not (self.query() and end_event.query()):
            raise RuntimeError("Both events must be completed before calculating elapsed time.")
        return end_event._mark.since(self._mark)

    def __repr__(self) -> str:
        index = -1 if self._gpu is None else self._gpu.index
        flag = f"event_flag={int(self._timing)}, event_id={self.event_id}"
        return f"torch.Event device_type={self._type}, device_index={index}, {flag}"
