"""spawn: the same function in several processes, whose first error is raised here."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
import traceback
import warnings
from collections.abc import Callable
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any, NoReturn

from minitorch_edu.callers import outside

log = logging.getLogger(__name__)

LONG_ENOUGH = 30.0
"""Seconds after which a process that does not end is killed."""


class ProcessException(Exception):
    """One of the processes failed: the `error_index`-th, whose pid was `error_pid`."""

    def __init__(self, msg: str, error_index: int, error_pid: int) -> None:
        super().__init__(msg)
        self.msg = msg
        self.error_index = error_index
        self.error_pid = error_pid

    def __reduce__(self) -> Any:
        return type(self), (self.msg, self.error_index, self.error_pid)


class ProcessRaisedException(ProcessException):
    """One of the processes raised an exception, whose traceback this one shows."""


class ProcessExitedException(ProcessException):
    """One of the processes was killed, or ended itself with an exit code."""

    def __init__(
        self, msg: str, error_index: int, error_pid: int, exit_code: int, signal_name: str | None = None
    ) -> None:
        super().__init__(msg, error_index, error_pid)
        self.exit_code = exit_code
        self.signal_name = signal_name

    def __reduce__(self) -> Any:
        return type(self), (self.msg, self.error_index, self.error_pid, self.exit_code, self.signal_name)


def _wrap(fn: Callable[..., Any], index: int, args: Any, error_file: str) -> None:
    """What each process runs."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        fn(index, *args)
    except KeyboardInterrupt:
        pass  # the parent has been interrupted too, or is gone
    except Exception:
        Path(error_file).write_text(traceback.format_exc(), "utf-8")
        sys.exit(1)


def _end_with_parent() -> None:
    parent: Any = multiprocessing.parent_process()
    main: Any = threading.main_thread()
    parent.join()
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(main.ident, signal.SIGINT)  # even while it sleeps
    else:
        signal.raise_signal(signal.SIGINT)


class ProcessContext:
    """Processes that belong together: `spawn(..., join=False)` gives it."""

    def __init__(self, processes: list[Any], error_files: list[str]) -> None:
        self.error_files = error_files
        self.processes = processes
        self.sentinels = {process.sentinel: index for index, process in enumerate(processes)}

    def pids(self) -> list[int]:
        return [int(process.pid) for process in self.processes]

    def join(self, timeout: float | None = None, grace_period: float | None = None) -> bool:
        """Wait for one or more of them; True when all have ended well.

        As soon as one fails, the others are ended, after a grace period if there is one, and its error is raised.
        """
        for sentinel in wait(list(self.sentinels), timeout) if self.sentinels else ():
            index = self.sentinels.pop(sentinel)  # type: ignore[call-overload]
            self.processes[index].join()
            if self.processes[index].exitcode != 0:
                self._end_all(grace_period)
                self._fail(index)
        return not self.sentinels

    def _end_all(self, grace_period: float | None) -> None:
        if grace_period is not None:
            self._wait_for_all(grace_period)
        for process in self.processes:
            if process.is_alive():
                log.warning("Terminating process %s via signal SIGTERM", process.pid)
                process.terminate()
        self._wait_for_all(LONG_ENOUGH if grace_period is None else grace_period)
        for process in self.processes:
            if process.is_alive():
                log.warning(
                    "Unable to shutdown process %s via SIGTERM , forcefully exiting via SIGKILL", process.pid
                )
                process.kill()
            process.join()

    def _wait_for_all(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        for process in self.processes:
            process.join(max(0, end - time.monotonic()))

    def _fail(self, index: int) -> NoReturn:
        pid, code = self.processes[index].pid, self.processes[index].exitcode
        with contextlib.suppress(FileNotFoundError):
            trace = Path(self.error_files[index]).read_text("utf-8")
            os.unlink(self.error_files[index])
            raise ProcessRaisedException(
                f"\n\n-- Process {index} terminated with the following error:\n{trace}", index, pid
            )
        if code >= 0:
            text = f"process {index} terminated with exit code {code}"
            raise ProcessExitedException(text, index, pid, code)
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"<Unknown signal {-code}>"
        text = f"process {index} terminated with signal {name}"
        raise ProcessExitedException(text, index, pid, code, name)


class SpawnContext(ProcessContext):
    """The old name."""

    def __init__(self, processes: list[Any], error_files: list[str]) -> None:
        warnings.warn("SpawnContext is renamed to ProcessContext since 1.4 release.", stacklevel=outside())
        super().__init__(processes, error_files)


def start_processes(
    fn: Callable[..., Any],
    args: tuple[Any, ...] = (),
    nprocs: int = 1,
    join: bool = True,
    daemon: bool = False,
    start_method: str = "spawn",
) -> ProcessContext | None:
    """`spawn`, with the processes started in the way you say: "spawn", "fork" or "forkserver"."""
    start = multiprocessing.get_context(start_method)
    processes, error_files = [], []
    for index in range(nprocs):
        # the name of a file that is not there: the process writes it if it fails
        handle, error_file = tempfile.mkstemp(".txt", "pytorch-errorfile-")
        os.close(handle)
        os.unlink(error_file)
        process: Any = start.Process(target=_wrap, args=(fn, index, args, error_file), daemon=daemon)  # type: ignore[attr-defined]
        process.start()
        processes.append(process)
        error_files.append(error_file)
    context = ProcessContext(processes, error_files)
    if not join:
        return context
    while not context.join():
        pass
    return None


def spawn(
    fn: Callable[..., Any],
    args: tuple[Any, ...] = (),
    nprocs: int = 1,
    join: bool = True,
    daemon: bool = False,
    start_method: str = "spawn",
) -> ProcessContext | None:
    """Run `fn(index, *args)` in `nprocs` new processes and wait for them. An error in one ends all, and is raised.

    `fn` must be defined at the top of a module: each process imports it.
    """
    if start_method != "spawn":
        warnings.warn(
            f"This method only supports start_method=spawn (got: {start_method}).\nTo use a different start_method "
            "use:\n\t\t torch.multiprocessing.start_processes(...)",
            FutureWarning,
            stacklevel=outside(),
        )
    return start_processes(fn, args, nprocs, join, daemon, "spawn")
