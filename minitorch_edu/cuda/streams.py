"""cuda.streams: queues of work, and marks in them. See Note [Asynchronous work]."""

from __future__ import annotations

import ctypes
from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.backends import gpus
from minitorch_edu.backends.gpu import Gpu
from minitorch_edu.cuda.devices import device as _on
from minitorch_edu.cuda.devices import index_of, init
from minitorch_edu.cuda.queues import CUDA
from minitorch_edu.cuda.queues import Event as _Event
from minitorch_edu.cuda.queues import Stream as _Stream
from minitorch_edu.devices import device as _device


class Stream(_Stream):
    """A queue of work on one GPU: what is put into it runs in order, beside that of other streams.

    >>> with torch.cuda.simulate() as books:
    ...     side = torch.cuda.Stream()
    ...     with torch.cuda.stream(side):
    ...         x = torch.ones(3, device="cuda")
    ...     [work.stream for work in books.history if work.kind == "kernel"]
    [1]
    """

    _gpu: Gpu

    def __new__(cls, device: Any = None, priority: int = 0, **known: Any) -> Any:
        if not gpus.gpus():
            raise RuntimeError("torch.cuda.Stream requires CUDA support")
        if "stream_id" in known and "device_index" in known:
            return cls._known(gpus.gpu(known["device_index"]), known["stream_id"])
        index = index_of(device, optional=True)
        gpu = gpus.gpu(None if index < 0 else index)
        least, greatest = cls.priority_range()
        priority = min(max(priority, greatest), least)
        return cls._known(gpu, gpu.new_stream(priority), priority)

    @staticmethod
    def priority_range() -> tuple[int, int]:
        """The least and the greatest priority: lower numbers go first."""
        return 0, -3

    @property
    def cuda_stream(self) -> int:
        """The driver's address of the stream."""
        return self._gpu.stream_address(self.stream_id)

    @property
    def _as_parameter_(self) -> ctypes.c_void_p:
        return ctypes.c_void_p(self.cuda_stream)

    def record_event(self, event: Any = None) -> Any:
        """Mark this place in the stream."""
        return super().record_event(Event() if event is None else event)

    def __enter__(self) -> Stream:
        self._context = StreamContext(self)
        self._context.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._context.__exit__(*error)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stream) and super().__eq__(other)

    def __hash__(self) -> int:
        return hash((self.cuda_stream, self.device))

    def __repr__(self) -> str:
        return f"<torch.cuda.Stream device={self.device} cuda_stream={self.cuda_stream:#x}>"

    def __cuda_stream__(self) -> tuple[int, int]:
        return 0, self.cuda_stream


class Event(_Event):
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

    _type = "cuda"

    def __init__(
        self,
        enable_timing: bool = False,
        blocking: bool = False,
        interprocess: bool = False,
        external: bool = False,
    ) -> None:
        if not gpus.gpus():
            raise RuntimeError("Tried to instantiate dummy base class Event")
        self._begin(enable_timing)

    @property
    def device(self) -> _device | None:
        """That of the stream that recorded it first."""
        return None if self._gpu is None else self._gpu.device

    @property
    def cuda_event(self) -> int:
        """An address; 0 before the event was recorded."""
        return self.event_id

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


__getattr__ = _missing.names_of(__name__)
