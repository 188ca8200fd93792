"""Workers that die, and programs that die with workers: a clear error, no hang, and no process that is left over."""

import faulthandler
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import minitorch_edu as torch
from minitorch_edu.utils.data._utils import processes

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="signals of POSIX")

SOON = 12
"""Seconds. What ends at once takes a fraction of one; a machine may be busy."""


class Numbers(torch.utils.data.Dataset):
    """Numbers; something happens at the seventh."""

    def __init__(self, happens=lambda: None):
        self.happens = happens

    def __len__(self):
        return 40

    def __getitem__(self, index):
        if index == 7:
            self.happens()
        return index


def lives(pid):
    """Whether a process is there. One that has ended and that nobody has asked about is not."""
    status = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


def all_gone(pids, within=SOON):
    until = time.monotonic() + within
    while any(map(lives, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    return not any(map(lives, pids))


def kill_me(number=signal.SIGKILL):
    faulthandler.disable()  # pytest's would tell the whole story
    os.kill(os.getpid(), number)


def loaded(happens=lambda: None, **options):
    return torch.utils.data.DataLoader(Numbers(happens), 2, **{"num_workers": 2} | options)


@pytest.fixture(autouse=True)
def _nobody_is_left():
    begin = time.monotonic()
    yield
    assert not multiprocessing.active_children()
    assert time.monotonic() - begin < SOON


# --- workers that die -----------------------------------------------------------------------------------------------

WAYS = {
    "killed": (kill_me, "is killed by signal: Killed. "),
    "terminated": (lambda: kill_me(signal.SIGTERM), "is killed by signal: Terminated. "),
    "a segmentation fault": (lambda: kill_me(signal.SIGSEGV), "is killed by signal: Segmentation fault. "),
    "an exit code": (
        lambda: os._exit(3),
        "exited unexpectedly with exit code 3. Details are lost due to multiprocessing. Rerunning with num_workers=0 "
        "may give better error trace.",
    ),
    "a polite exit": (lambda: sys.exit(4), "exited unexpectedly with exit code 4. Details are lost due to"),
    "interrupted alone": (
        lambda: kill_me(signal.SIGINT),
        "exited unexpectedly with exit code 0. Details are lost",
    ),
}


@pytest.mark.parametrize(
    "options", [{}, {"persistent_workers": True}, {"num_workers": 1}, {"timeout": 30}], ids=str
)
@pytest.mark.parametrize("way", WAYS)
def test_a_worker_that_dies_in_mid_epoch_is_an_error(way, options):
    happens, told = WAYS[way]
    batches = iter(loaded(happens, **options))
    workers = batches._workers
    came = []
    with pytest.raises(
        RuntimeError, match=r"^DataLoader worker \(pid\(s\) \d+\) exited unexpectedly\n"
    ) as caught:
        for batch in batches:
            came.append(batch)
    assert str(caught.value.__cause__).startswith(f"DataLoader worker (pid {_pid(caught)}) {told}")
    assert ("memory" in caught.value.__notes__[0]) == (way == "killed")
    assert len(came) <= 3
    assert all_gone([worker.pid for worker in workers])
    assert list(batches) == []


def _pid(caught):
    return int(str(caught.value).partition("(pid(s) ")[2].partition(")")[0])


def test_a_worker_may_be_killed_from_outside():
    batches = iter(loaded())
    next(batches)
    first = batches._workers[0]
    os.kill(first.pid, signal.SIGKILL)
    with pytest.raises(
        RuntimeError, match=rf"DataLoader worker \(pid\(s\) {first.pid}\) exited unexpectedly"
    ):
        list(batches)


def test_all_workers_may_be_killed_at_once():
    batches = iter(loaded(lambda: time.sleep(60)))
    for worker in batches._workers:
        os.kill(worker.pid, signal.SIGKILL)
    for worker in batches._workers:
        worker.join()
    with pytest.raises(RuntimeError, match=r"DataLoader worker \(pid\(s\) \d+, \d+\) exited unexpectedly"):
        list(batches)


def test_a_worker_may_die_with_half_a_batch_in_the_pipe():
    batches = iter(torch.utils.data.DataLoader([torch.ones(3_000_000)], 1, num_workers=1))
    time.sleep(1)  # the batch is larger than the pipe, and nobody takes it
    os.kill(batches._workers[0].pid, signal.SIGKILL)
    with pytest.raises(RuntimeError, match="exited unexpectedly"):
        next(batches)


def test_a_worker_may_die_while_half_a_batch_is_read(monkeypatch):
    batches = iter(torch.utils.data.DataLoader([torch.ones(3_000_000)], 1, num_workers=1))
    waiting = processes.wait

    def wait_for_the_pipe_alone(objects, timeout=None):
        ready = waiting(objects[:1], timeout)
        os.kill(batches._workers[0].pid, signal.SIGKILL)
        return ready

    monkeypatch.setattr(processes, "wait", wait_for_the_pipe_alone)
    with pytest.raises(RuntimeError, match="exited unexpectedly"):
        next(batches)


def test_a_worker_that_dies_between_two_epochs_is_an_error_once():
    loader = loaded(persistent_workers=True)
    count = len(list(loader))
    os.kill(loader._iterator._workers[1].pid, signal.SIGKILL)
    with pytest.raises(RuntimeError, match="exited unexpectedly"):
        list(loader)
    assert len(list(loader)) == count
    loader._iterator._shutdown_workers()


def test_a_stream_may_lose_its_worker():
    class Stream(torch.utils.data.IterableDataset):
        def __iter__(self):
            yield 1
            kill_me()

    with pytest.raises(RuntimeError, match="exited unexpectedly"):
        list(torch.utils.data.DataLoader(Stream(), num_workers=2))


def test_a_worker_that_does_not_find_the_dataset_says_what_to_do(tmp_path):
    (tmp_path / "gone.py").write_text(
        "import minitorch_edu as torch\n"
        "class Gone(torch.utils.data.Dataset):\n"
        "    def __len__(self): return 1\n"
        "    def __getitem__(self, i): return i\n"
    )
    program = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}]; import gone; sys.path[:1] = []\n"
        "import minitorch_edu as torch\n"
        "if __name__ == '__main__':\n"
        "    try: list(torch.utils.data.DataLoader(gone.Gone(), num_workers=1, multiprocessing_context='spawn'))\n"
        "    except RuntimeError as error: print(str(error)[:19], *error.__notes__)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert "DataLoader worker (" in run.stdout and "the dataset's class must be in a file" in run.stdout, (
        run.stderr
    )


# --- loops that are left --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"persistent_workers": True}, {"prefetch_factor": 10}], ids=str)
def test_leaving_the_loop_ends_the_workers(options):
    loader = loaded(**options)
    batches = iter(loader)
    pids = [worker.pid for worker in batches._workers]
    for _ in batches:
        break
    del batches, loader
    assert all_gone(pids, within=3)


def test_an_error_in_the_loop_ends_the_workers():
    def train():
        for batch in loaded():
            pids.extend(worker.pid for worker in multiprocessing.active_children())
            raise KeyError(batch)

    pids = []
    with pytest.raises(KeyError):
        train()
    assert len(pids) == 2 and all_gone(pids, within=3)


def test_an_error_in_a_worker_ends_all_when_the_loop_is_over():
    def fail():
        raise ValueError

    with pytest.raises(ValueError):
        list(loaded(fail))
    assert not multiprocessing.active_children()


def test_a_finished_epoch_ends_the_workers():
    batches = iter(loaded())
    list(batches)
    assert not multiprocessing.active_children() and batches._shutdown


def test_a_worker_that_is_busy_is_ended_all_the_same(monkeypatch):
    monkeypatch.setattr(processes, "PATIENCE", 0.2)

    def stubborn():
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(60)

    batches = iter(loaded(stubborn))
    next(batches)
    time.sleep(0.5)
    pids = [worker.pid for worker in batches._workers]
    begin = time.monotonic()
    del batches
    assert all_gone(pids) and time.monotonic() - begin < 5


def test_a_worker_leaves_the_iterators_it_inherits_alone():
    held = iter(loaded())

    class Careless(Numbers):
        def __getitem__(self, index):
            type(held).__del__(held)
            return index

    list(torch.utils.data.DataLoader(Careless(), 2, num_workers=1))
    assert len(list(held)) == 20


def test_a_worker_finishes_what_it_does_and_cleans_up(tmp_path):
    class Stream(torch.utils.data.IterableDataset):
        def __iter__(self):
            try:
                while True:
                    yield 1
            finally:
                (tmp_path / "cleaned").write_text("up")

    for _ in torch.utils.data.DataLoader(Stream(), num_workers=1):
        break
    assert (tmp_path / "cleaned").exists()


# --- programs that die ----------------------------------------------------------------------------------------------

PROGRAM = """
import os, sys, time
import minitorch_edu as torch
from minitorch_edu.utils.data._utils import worker
worker.PATIENCE = 0.5
class Numbers(torch.utils.data.Dataset):
    def __len__(self): return 1000
    def __getitem__(self, index):
        if index >= {busy_from}: time.sleep(60)
        return index
if __name__ == "__main__":
    loader = torch.utils.data.DataLoader(Numbers(), 2, num_workers=3, **{options})
    batches = iter(loader)
    next(batches)
    print(*(worker.pid for worker in batches._workers), flush=True)
    {then}
"""


class Running:
    """A program with workers, and their pids."""

    def __init__(self, then, busy_from=10**9, options="{}"):
        code = textwrap.dedent(PROGRAM).format(then=then, busy_from=busy_from, options=options)
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore:This DataLoader will create", "-c", code],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )
        self.pids = [int(pid) for pid in self.process.stdout.readline().split()]
        assert len(self.pids) == 3, self.process.communicate()[1]

    def ended(self):
        """Its exit code, and what it said of errors."""
        _, errors = self.process.communicate(timeout=SOON)
        return self.process.returncode, errors


@pytest.mark.parametrize("busy_from", [10**9, 3], ids=["idle", "busy"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_when_the_program_is_killed(number, busy_from):
    program = Running("time.sleep(60)", busy_from)
    program.process.send_signal(number)
    assert program.ended()[0] == -number
    assert all_gone(program.pids)


@pytest.mark.parametrize("options", ["{}", "{'persistent_workers': True}"])
@pytest.mark.parametrize(
    "then", ["sys.exit(0)", "list(batches)", "del batches, loader; time.sleep(0.1)", "pass"]
)
def test_workers_end_with_the_program(then, options):
    program = Running(then, options=options)
    assert program.ended() == (0, "")
    assert all_gone(program.pids, within=3)


def test_workers_that_are_busy_end_with_the_program():
    program = Running("sys.exit(0)", busy_from=3)
    assert program.ended() == (0, "")
    assert all_gone(program.pids, within=3)


def test_workers_end_when_the_program_fails():
    program = Running("1 / 0")
    code, errors = program.ended()
    assert code == 1 and errors.endswith("ZeroDivisionError: division by zero\n")
    assert all_gone(program.pids, within=3)


@pytest.mark.parametrize("busy_from", [10**9, 3], ids=["idle", "busy"])
@pytest.mark.parametrize("whom", ["all", "the program"])
def test_ctrl_c_ends_all_with_one_traceback(whom, busy_from):
    program = Running("[time.sleep(0.05) for _ in batches]", busy_from)
    time.sleep(0.3)
    (os.killpg if whom == "all" else os.kill)(program.process.pid, signal.SIGINT)
    code, errors = program.ended()
    assert (
        code == -signal.SIGINT and errors.count("Traceback") == 1 and errors.endswith("KeyboardInterrupt\n")
    )
    assert all_gone(program.pids, within=3)


def test_workers_that_a_new_interpreter_runs_end_with_the_program(tmp_path):
    code = textwrap.dedent(PROGRAM).format(
        then="time.sleep(60)", busy_from=10**9, options="{'multiprocessing_context': 'spawn'}"
    )
    (tmp_path / "program.py").write_text(code)
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", tmp_path / "program.py"], stdout=subprocess.PIPE, text=True
    )
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert len(pids) == 3 and all(map(lives, pids))
    process.kill()
    process.communicate()
    assert all_gone(pids)
