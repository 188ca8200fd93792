"""A worker: a process that fetches batches for a DataLoader. The other end of its pipes is in processes.py.

Note [Pipes and threads]
Each worker has two pipes of its own, one for tasks and one for results, and a thread for each of them. A queue that is
shared by several workers would have a lock, and a worker that is killed while it holds the lock would stop the others.
The thread that receives always listens: it hears that the epoch is over, or that the main process is gone, while the
dataset is still busy. The thread that sends lets the worker begin the next batch before anybody takes this one.
"""

from __future__ import annotations

import os
import random
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple, NoReturn

from minitorch_edu.ops.generator import manual_seed
from minitorch_edu.settings import set_num_threads
from minitorch_edu.utils.data._utils.fetch import Fetcher, IterableFetcher

PATIENCE = 5.0
"""Seconds in which a worker may finish what it is doing, when it is to end."""

A_WHILE = 1.0
"""Seconds after which a worker looks whether the main process is still there."""


@dataclass(frozen=True, slots=True)
class WorkerInfo:
    """What a worker may know of itself: see `get_worker_info`."""

    id: int
    num_workers: int
    seed: int
    dataset: Any
    rng: Any = None
    worker_method: str | None = "multiprocessing"


_worker_info: WorkerInfo | None = None


def get_worker_info() -> WorkerInfo | None:
    """In a worker: its `id`, `num_workers`, its `seed`, and its copy of the `dataset`. None in the main process."""
    return _worker_info


class Job(NamedTuple):
    """What a worker is told when it starts."""

    id: int
    num_workers: int
    base_seed: int
    dataset: Any
    make_fetcher: Callable[[], Fetcher]
    init_fn: Callable[[int], None] | None

    @property
    def where(self) -> str:
        return f"in DataLoader worker process {self.id}"


class Exhausted(NamedTuple):
    """Instead of a batch: this worker's iterable dataset has no more."""


class Resume(NamedTuple):
    """A task, and the answer to it: begin another epoch."""


class KeyErrorMessage(str):
    """A message that a KeyError does not put in quotation marks."""

    def __repr__(self) -> str:
        return self


class ExceptionWrapper:
    """An exception on its way to another process: its type, and its traceback as text."""

    def __init__(self, where: str) -> None:
        kind, error, trace = sys.exc_info()
        self.exc_type: Any = kind
        self.notes = vars(error).pop("__notes__", [])  # they come after the text, as those of other errors do
        self.exc_msg = "".join(traceback.format_exception(kind, error, trace))
        self.where = where

    def reraise(self) -> NoReturn:
        raise self._again()  # no variable: it would hold itself, and the iterator with its workers, by its traceback

    def _again(self) -> Exception:
        error = self._made()
        for note in self.notes:
            error.add_note(note)
        return error

    def _made(self) -> Exception:
        message = f"Caught {self.exc_type.__name__} {self.where}.\nOriginal {self.exc_msg}"
        if self.exc_type is KeyError:
            message = KeyErrorMessage(message)
        if getattr(self.exc_type, "message", None):
            return self.exc_type(message=message)
        try:
            return self.exc_type(message)
        except Exception:  # it wants to be made of something else
            return RuntimeError(message)


def work(job: Job, tasks: Any, results: Any) -> None:
    """What a worker does, until it is told to end or the main process is gone."""
    import queue
    import threading

    inbox: Any = queue.SimpleQueue()
    outbox: Any = queue.SimpleQueue()
    ended = threading.Event()
    try:
        _seed(job)
        for thread, *given in ((_receive, tasks, inbox, ended), (_send, outbox, results)):
            threading.Thread(target=thread, args=given, daemon=True).start()
        _serve(job, inbox, outbox, ended)
    except KeyboardInterrupt:
        pass  # the main process has been interrupted too, and says so


def _seed(job: Job) -> None:
    """Let each worker draw numbers of its own, the same ones in every run."""
    global _worker_info
    import numpy as np

    seed = job.base_seed + job.id
    random.seed(seed)
    manual_seed(seed)
    entropy = [job.id, job.base_seed & 0xFFFFFFFF, job.base_seed >> 32, 0]
    np.random.seed(np.random.SeedSequence(entropy).generate_state(4))
    set_num_threads(1)
    _worker_info = WorkerInfo(job.id, job.num_workers, seed, job.dataset)


def _receive(tasks: Any, inbox: Any, ended: Any) -> None:
    """The thread that listens. None is the last task."""
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    main: Any = parent_process()
    pid = os.getppid()
    while not ended.is_set():
        ready = wait([tasks, main.sentinel], timeout=A_WHILE)  # others may hold its ends of the pipes
        if (main.sentinel in ready and tasks not in ready) or os.getppid() != pid:
            break
        if tasks in ready:
            try:
                task = tasks.recv()
            except (EOFError, OSError):
                break
            if task is None:
                ended.set()
            inbox.put(task)
    if not ended.is_set():  # nobody waits for this worker any more
        ended.set()
        inbox.put(None)
        time.sleep(PATIENCE)
        os._exit(1)


def _send(outbox: Any, results: Any) -> None:
    """The thread that hands results over. The main process need not take them."""
    while True:
        parts = outbox.get()
        try:
            for part in parts:
                results.send_bytes(part)
        except OSError:
            return


def _serve(job: Job, inbox: Any, outbox: Any, ended: Any) -> None:
    fetcher, exhausted = _begun(job, job.init_fn), False
    while (task := inbox.get()) is not None:
        if isinstance(task, Resume):
            fetcher, exhausted = _begun(job, None), False
            outbox.put(packed((task, None)))
        elif not ended.is_set() and not exhausted:
            number, index = task
            data = _fetched(fetcher, index, job)
            exhausted = isinstance(data, Exhausted)
            outbox.put(_packed_or_why_not(number, data, job))


def _begun(job: Job, init_fn: Any) -> Fetcher | ExceptionWrapper:
    """What an epoch begins with, or why it cannot."""
    try:
        if init_fn is not None:
            init_fn(job.id)
        return job.make_fetcher()
    except Exception:
        return ExceptionWrapper(job.where)


def _fetched(fetcher: Fetcher | ExceptionWrapper, index: Any, job: Job) -> Any:
    """A batch, or why there is none."""
    if isinstance(fetcher, ExceptionWrapper):
        return fetcher
    try:
        return fetcher.fetch(index)
    except Exception as error:
        if isinstance(error, StopIteration) and isinstance(fetcher, IterableFetcher):
            return Exhausted()
        return ExceptionWrapper(job.where)


# --- messages -------------------------------------------------------------------------------------------------------


def packed(message: Any) -> list[Any]:
    """A message as pieces of bytes: the sizes of its arrays, what it is otherwise, and the arrays, uncopied."""
    import io
    import pickle

    from minitorch_edu.multiprocessing.reductions import ForkingPickler

    buffers: list[pickle.PickleBuffer] = []
    file = io.BytesIO()
    ForkingPickler(file, 5, True, buffers.append).dump(message)
    arrays = [buffer.raw() for buffer in buffers]
    return [pickle.dumps([array.nbytes for array in arrays]), file.getbuffer(), *arrays]


def unpacked(results: Any) -> Any:
    """The next message of a pipe."""
    import pickle

    import numpy as np

    sizes = pickle.loads(results.recv_bytes())
    message = results.recv_bytes()
    arrays = [np.empty(size, np.uint8) for size in sizes]
    for array in arrays:
        results.recv_bytes_into(array)
    return pickle.loads(message, buffers=arrays)


def _packed_or_why_not(number: int, data: Any, job: Job) -> list[Any]:
    try:
        return packed((number, data))
    except Exception:
        if not isinstance(data, ExceptionWrapper):
            data = ExceptionWrapper(job.where)
        try:
            return packed((number, data))
        except Exception:  # a type of exception that the main process does not know
            data.exc_type = RuntimeError
            return packed((number, data))
