"""Workers, as the main process sees them: it hands out indices, takes batches, and sees to it that all of them end.

Note [How workers end]
When the epoch is over, when the loop is left, or when one of them dies, the workers are told to end, and those that
have not done so within a few seconds are killed. When the main process dies, its end of a pipe that only it held goes
with it, and a worker notices: see `worker._receive`. A worker that dies is noticed while a batch is waited for.
"""

from __future__ import annotations

import contextlib
import itertools
import multiprocessing
import os
import signal
import sys
import threading
import time
import warnings
from functools import partial
from multiprocessing.connection import wait
from pickle import PicklingError
from typing import Any, NoReturn

import numpy.random  # noqa: F401  # before the workers fork, so that not every one of them has to

from minitorch_edu.callers import outside
from minitorch_edu.multiprocessing import reductions as _tensors_travel  # noqa: F401
from minitorch_edu.utils.data._utils.iterators import _BaseDataLoaderIter, make_fetcher
from minitorch_edu.utils.data._utils.worker import (
    PATIENCE,
    ExceptionWrapper,
    Exhausted,
    Job,
    Resume,
    unpacked,
    work,
)

_starting = threading.Lock()
"""One at a time: else a worker of another thread's loader might inherit the pipe of this one."""

MISSING = object()
"""Instead of a batch that has not come yet."""


class Worker:
    """A worker process and the main process's ends of its pipes."""

    def __init__(self, context: Any, job: Job) -> None:
        self.active = True  # whether it has more to give in this epoch
        self.busy_with = 0  # tasks whose batches have not been handed out
        with _starting:
            tasks, self.tasks = context.Pipe(duplex=False)
            self.results, results = context.Pipe(duplex=False)
            self.process = context.Process(target=work, args=(job, tasks, results), daemon=True)
            try:
                self.process.start()
            finally:
                tasks.close()
                results.close()  # now a read fails when the worker is gone

    def tell(self, task: Any) -> None:
        with contextlib.suppress(OSError):  # whoever waits for the answer will see that it is dead
            self.tasks.send(task)

    def end(self, until: float) -> None:
        """Wait for it to end, and no longer than that."""
        process = self.process
        process.join(max(until - time.monotonic(), 0))
        for force in (process.terminate, process.kill):
            if process.is_alive():
                force()
                process.join(PATIENCE)
        self.tasks.close()
        self.results.close()

    def how_it_died(self) -> str:
        self.process.join(PATIENCE)
        pid, code = self.process.pid, self.process.exitcode
        if code is not None and code < 0:
            return f"DataLoader worker (pid {pid}) is killed by signal: {signal.strsignal(-code)}. "
        return (
            f"DataLoader worker (pid {pid}) exited unexpectedly with exit code {code}. Details are lost due to "
            "multiprocessing. Rerunning with num_workers=0 may give better error trace."
        )

    def what_to_try(self) -> str:
        process: Any = self.process
        if process.exitcode == -signal.SIGKILL:
            return "somebody killed it; the system does when memory runs out: try fewer workers, or smaller batches"
        if process.exitcode == 1 and (process._start_method or multiprocessing.get_start_method()) != "fork":
            return (
                "it was started as a new Python, which imports the program: the dataset's class must be in a file, "
                'not in a notebook, and what the file runs below `if __name__ == "__main__":`'
            )
        return "with num_workers=0 the same happens in this process, where it can be seen"


class _Task:
    """A batch that was asked for."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.data: Any = MISSING


class _MultiProcessingDataLoaderIter(_BaseDataLoaderIter):
    """One epoch, with workers. Each has `prefetch_factor` batches to work at, and they take turns."""

    def __init__(self, loader: Any) -> None:
        self._shutdown = True  # nothing has been started that would have to end
        super().__init__(loader)
        self._prefetch_factor = loader.prefetch_factor
        self._in_order = loader.in_order
        if self._prefetch_factor <= 0:
            raise AssertionError("prefetch_factor must be greater than 0 for MultiProcessingDataLoaderIter")
        self._timeout = loader.timeout
        self._main = os.getpid()
        self._members: list[Worker] = []
        self._shutdown = False
        try:
            self._start(loader, loader.multiprocessing_context or multiprocessing)
        except BaseException:
            self._shutdown_workers()
            raise
        self._reset(loader, first_iter=True)

    def _start(self, loader: Any, context: Any) -> None:
        fetcher = partial(
            make_fetcher, self._dataset, self._auto_collation, self._collate_fn, self._drop_last
        )
        for number in range(self._num_workers):
            job = Job(
                number, self._num_workers, self._base_seed, self._dataset, fetcher, loader.worker_init_fn
            )
            try:
                self._members.append(Worker(context, job))
            except (TypeError, AttributeError, PicklingError):
                warnings.warn(
                    "Got pickle error when attempting to start a worker Process. This might be because the worker "
                    "Process arguments are not picklable. Python 3.14+ changed the multiprocessing start method in "
                    "non-Mac POSIX platforms to 'forkserver', which requires the worker Process arguments to be "
                    "picklable. You can also try multiprocessing.set_start_method('fork').",
                    stacklevel=outside(),
                )
                raise

    @property
    def _workers(self) -> list[Any]:
        """The processes."""
        return [worker.process for worker in self._members]

    # --- an epoch -----------------------------------------------------------------------------------------------------

    def _reset(self, loader: Any, first_iter: bool = False) -> None:
        super()._reset(loader)
        for worker in self._members:
            worker.active, worker.busy_with = True, 0
        self._turns = itertools.cycle(self._members)  # the first worker begins each epoch
        self._tasks: dict[int, _Task] = {}  # in the order in which the batches are wanted
        self._numbers = itertools.count()
        if not first_iter:
            for worker in self._members:
                worker.tell(Resume())
            waiting = self._num_workers
            while waiting:  # and throw away what is left of an epoch that was not finished
                waiting -= isinstance(self._receive()[0], Resume)
        for _ in range(self._prefetch_factor * self._num_workers):
            self._try_put_index()

    def _try_put_index(self) -> None:
        """Ask a worker for one more batch, if there is one more to ask for, and somebody to ask."""
        try:
            index = self._next_index()
        except StopIteration:
            return
        worker = self._next_worker()
        if worker is not None:
            number = next(self._numbers)
            self._tasks[number] = _Task(worker)
            worker.busy_with += 1
            worker.tell((number, index))

    def _next_worker(self) -> Worker | None:
        active = sum(worker.active for worker in self._members)
        share = self._prefetch_factor * self._num_workers // active if active else 0
        for worker in itertools.islice(self._turns, self._num_workers):
            # the turns are kept even if a worker is slow, so that batches come in the same order in every run
            if worker.active and (self._in_order or worker.busy_with < share):
                return worker
        return None

    def _next_data(self) -> Any:
        while True:
            number, task = self._next_task()
            if task.data is not MISSING:
                return self._handed_out(number)
            arrived, data = self._receive()
            if isinstance(data, Exhausted):
                worker = self._tasks[arrived].worker
                worker.active = False
                if not self._persistent_workers:
                    worker.tell(None)
                self._try_put_index()
                continue
            self._tasks[arrived].data = data
            if arrived == number or not self._in_order:
                return self._handed_out(arrived)

    def _next_task(self) -> tuple[int, _Task]:
        """The task whose batch is wanted next. What a worker that has no more was asked for will not come."""
        for number, task in list(self._tasks.items()):
            if task.worker.active or task.data is not MISSING:
                return number, task
            del self._tasks[number]
        if not self._persistent_workers:
            self._shutdown_workers()
        raise StopIteration

    def _handed_out(self, number: int) -> Any:
        task = self._tasks.pop(number)
        task.worker.busy_with -= 1
        self._try_put_index()
        if isinstance(task.data, ExceptionWrapper):
            task.data.reraise()
        return self._pinned(task.data)

    def _receive(self) -> tuple[Any, Any]:
        """The next message of any worker: the number of a task, and its batch."""
        active = [worker for worker in self._members if worker.active]
        ends = {worker.process.sentinel: worker for worker in active}
        pipes = {worker.results: worker for worker in active}
        ready = wait([*pipes, *ends], self._timeout or None)
        if dead := [worker for end, worker in ends.items() if end in ready]:
            self._fail(dead)
        for pipe in pipes:
            if pipe in ready:
                try:
                    return unpacked(pipe)
                except (EOFError, OSError):
                    self._fail([pipes[pipe]])
        raise RuntimeError(f"DataLoader timed out after {self._timeout} seconds")

    # --- the end ------------------------------------------------------------------------------------------------------

    def _fail(self, dead: list[Worker]) -> NoReturn:
        pids = ", ".join(str(worker.process.pid) for worker in dead)
        cause = RuntimeError(dead[0].how_it_died())
        error = RuntimeError(f"DataLoader worker (pid(s) {pids}) exited unexpectedly")
        error.add_note(dead[0].what_to_try())
        self._tasks.clear()
        self._shutdown_workers()
        raise error from cause

    def _shutdown_workers(self) -> None:
        """Let the workers end. See Note [How workers end]."""
        if self._shutdown or self._main != os.getpid():  # a worker may have inherited this very object
            return
        self._shutdown = True
        for worker in self._members:
            worker.tell(None)
        until = time.monotonic() + PATIENCE
        for worker in self._members:
            worker.end(until)

    def __del__(self) -> None:
        if not sys.is_finalizing():  # by then, Python has ended them
            self._shutdown_workers()
