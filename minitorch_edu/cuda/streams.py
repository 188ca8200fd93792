"""cuda.streams: queues of work, and marks in them. See Note [Asynchronous work]."""

from __future__ import annotations

import ctypes
from typing import Any

from minitorch_edu.backends import gpus
from minitorch_edu.backends.gpu import Gpu, Mark
from minitorch_edu.cuda.devices import device as _on
from minitorch_edu.cuda.devices import index_of, init
from minitorch_edu.devices import device as _device

CUDA = 1
"""The number of this type of device."""


class Stream:
    """A queue of work on one device: what is put into it runs in order, beside that of other streams.

    >>> with torch.cuda.simulate() as books:
    ...     side = torch.cuda.Stream()
    ...     with torch.cuda.stream(side):
    ...         x = torch.ones(3, device="cuda")
    ...     [work.stream for work in books.history if work.kind == "kernel"]
    [1]
    """

    def __new__(cls, device: Any = None, priority: int = 0, **known: Any) -> Stream:
        if not gpus.gpus():
            raise RuntimeError("torch.cuda.Stream requires CUDA support")
        stream = object.__new__(cls)
        if "stream_id" in known and "device_index" in known:
            stream._gpu = gpus.gpu(known["device_index"])
            stream.stream_id = known["stream_id"]
            stream.priority = 0
            return stream
        index = index_of(device, optional=True)
        stream._gpu = gpus.gpu(None if index < 0 else index)
        least, greatest = cls.priority_range()
        stream.priority = min(max(priority, greatest), least)
        stream.stream_id = stream._gpu.new_stream(stream.priority)
        return stream

    _gpu: Gpu
    stream_id: int
    priority: int
    device_type = CUDA

    @staticmethod
    def priority_range() -> tuple[int, int]:
        """The least and the greatest priority: lower numbers go first."""
        return 0, -3

    @property
    def device(self) -> _device:
        return self._gpu.device

    @property
    def device_index(self) -> int:
        return self._gpu.index

    @property
    def cuda_stream(self) -> int:
        """The driver's address of the stream."""
        return self._gpu.stream_address(self.stream_id)

    @property
    def _as_parameter_(self) -> ctypes.c_void_p:
        return ctypes.c_void_p(self.cuda_stream)

    def query(self) -> bool:
        """Whether all work in it is done."""
        return self._gpu.stream_done(self.stream_id)

    def synchronize(self) -> None:
        """Let the host wait until all work in it is done."""
        self._gpu.wait_stream(self.stream_id)

    def wait_event(self, event: Event) -> None:
        """Let the work to come wait for an event. The host goes on."""
        event.wait(self)

    def wait_stream(self, stream: Stream) -> None:
        """Let the work to come wait for all that another stream has been given so far."""
        self.wait_event(stream.record_event())

    def record_event(self, event: Event | None = None) -> Event:
        """Mark this place in the stream."""
        if event is None:
            event = Event()
        event.record(self)
        return event

    def __enter__(self) -> Stream:
        self._before = StreamContext(self)
        self._before.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._before.__exit__(*error)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stream) and self._gpu is other._gpu and self.stream_id == other.stream_id

    def __hash__(self) -> int:
        return hash((self.cuda_stream, self.device))

    def __repr__(self) -> str:
        return f"<torch.cuda.Stream device={self.device} cuda_stream={self.cuda_stream:#x}>"

    def __cuda_stream__(self) -> tuple[int, int]:
        return 0, self.cuda_stream


class Event:
    """A mark in a stream: to wait for, or to measure the time from one to another.

    >>> with torch.cuda.simulate():
    ...     event = torch.cuda.Event()
    ...     x = torch.ones(3, device="cuda")
    ...     event.record()
    ...     before = event.query()
    ...     event.synchronize()
    ...     before, event.query()
    (False, True)
    """

    def __init__(
        self,
        enable_timing: bool = False,
        blocking: bool = False,
        interprocess: bool = False,
        external: bool = False,
    ) -> None:
        if not gpus.gpus():
            raise RuntimeError("Tried to instantiate dummy base class Event")
        self._timing = enable_timing
        self._gpu: Gpu | None = None
        self._mark: Mark | None = None

    @property
    def device(self) -> _device | None:
        """That of the stream that recorded it first."""
        return None if self._gpu is None else self._gpu.device

    @property
    def cuda_event(self) -> int:
        """An address; 0 before the event was recorded."""
        return 0 if self._mark is None else id(self)

    def record(self, stream: Stream | None = None) -> None:
        """Mark the place that a stream has come to: the current one, where none is named."""
        stream = current_stream() if stream is None else stream
        if self._gpu is None:
            self._gpu = stream._gpu
        if self._gpu is not stream._gpu:
            raise RuntimeError(
                f"Event device {self._gpu.index} does not match recording stream's device {stream.device_index}."
            )
        self._mark = self._gpu.mark(stream.stream_id, self._timing)

    def wait(self, stream: Stream | None = None) -> None:
        """Let the work to come in a stream wait for it. The host goes on."""
        stream = current_stream() if stream is None else stream
        if self._mark is not None:
            stream._gpu.wait_mark(stream.stream_id, self._mark)

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
        return (
            f"<torch.cuda.Event {self.cuda_event:#x}>"
            if self.cuda_event
            else "<torch.cuda.Event uninitialized>"
        )


# --- the current stream ---------------------------------------------------------------------------------------------


def _stream_of(device: Any, current: bool) -> Stream:
    init()
    gpu = gpus.gpu(index_of(device, optional=True))
    return Stream(stream_id=gpu.stream if current else 0, device_index=gpu.index, device_type=CUDA)


def current_stream(device: Any = None) -> Stream:
    """The stream that work for a device goes into.

    >>> with torch.cuda.simulate():
    ...     torch.cuda.current_stream()
    <torch.cuda.Stream device=cuda:0 cuda_stream=0x0>
    """
    return _stream_of(device, current=True)


def default_stream(device: Any = None) -> Stream:
    """The stream that work for a device goes into where nothing else was said."""
    return _stream_of(device, current=False)


def set_stream(stream: Stream | None) -> None:
    """Put the work to come into this stream; its device becomes the current one. None changes nothing."""
    if stream is not None:
        gpus.use(stream.device_index)
        stream._gpu.use_stream(stream.stream_id)


def is_current_stream_capturing() -> bool:
    """Whether work is being recorded for a CUDA graph: there are none here."""
    return False


class StreamContext:
    """Put the work of a with-block into a stream. None changes nothing."""

    def __init__(self, stream: Stream | None) -> None:
        self.stream = stream
        self.src_prev_stream: Stream | None = None
        self.dst_prev_stream: Stream | None = None

    def __enter__(self) -> None:
        stream = self.stream
        if stream is None or not gpus.gpus():
            return
        self.src_prev_stream = current_stream()
        if self.src_prev_stream.device != stream.device:
            with _on(stream.device):
                self.dst_prev_stream = current_stream(stream.device)
        set_stream(stream)

    def __exit__(self, *error: Any) -> None:
        if self.src_prev_stream is not None and gpus.gpus():
            set_stream(self.dst_prev_stream)
            set_stream(self.src_prev_stream)


def stream(stream: Stream | None) -> StreamContext:
    """Put the work of a with-block into a stream. None changes nothing."""
    return StreamContext(stream)


# --- where the host waits -------------------------------------------------------------------------------------------

SYNC_MODES = {"default": 0, "warn": 1, "error": 2}


def set_sync_debug_mode(debug_mode: int | str) -> None:
    """What happens where an op makes the host wait for the device: nothing, a warning, or an error.

    >>> with torch.cuda.simulate():
    ...     torch.cuda.set_sync_debug_mode("error")
    ...     x = torch.ones(3, device="cuda") + 1
    ...     try: x.tolist()
    ...     except RuntimeError as error: print(error)
    ...     torch.cuda.set_sync_debug_mode("default")
    called a synchronizing CUDA operation
    """
    init()
    if isinstance(debug_mode, str):
        if debug_mode not in SYNC_MODES:
            raise RuntimeError("invalid value of debug_mode, expected one of `default`, `warn`, `error`")
        debug_mode = SYNC_MODES[debug_mode]
    if debug_mode not in SYNC_MODES.values():
        raise RuntimeError("invalid value of debug_mode, expected 0,1,2")
    gpus.sync_debug_mode = debug_mode


def get_sync_debug_mode() -> int:
    """The mode as a number: 0, 1 or 2."""
    init()
    return gpus.sync_debug_mode
