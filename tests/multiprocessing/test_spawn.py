"""torch.multiprocessing: what processes do, what their errors say, and tensors on their way between them."""

import re
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import minitorch_edu as torch
from minitorch_edu.multiprocessing.reductions import ForkingPickler
from tests.programs import assert_says_the_same
from tests.utils.data.test_deaths import all_gone, pytestmark  # noqa: F401

BEFORE = """
import os, signal, sys, time, warnings
import {engine} as torch
import torch.multiprocessing as mp
def show(text): print(text, flush=True)
def run(fn, *args, **options):
    options = {{"nprocs": 2, "start_method": "fork"}} | options
    try: show(mp.start_processes(fn, args, **options))
    except Exception as error:
        own = [getattr(error, name, None) for name in ("error_index", "exit_code", "signal_name")]
        show((type(error).__name__, type(error).__mro__[1].__name__, str(error), own))
"""

PROGRAM = """
def well(i, x): assert x == 3
def fails(i, n):
    if i == n: raise ValueError(f"in {i}")
    time.sleep(60)
def exits(i, n):
    if i == n: sys.exit(4)
    time.sleep(60)
def dies(i):
    if i == 1: os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)
def waits(i): time.sleep(0.3)
def none(): pass
run(well, 3)
run(well, 3, nprocs=0)
run(fails, 1)
run(exits, 0)
run(dies)
run(none, nprocs=1)
context = mp.start_processes(waits, nprocs=2, join=False, start_method="fork")
show((type(context).__name__, len(context.pids()), context.join(0.01), len(context.processes)))
while not context.join(): pass
show((context.join(), context.sentinels))
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    mp.SpawnContext([], [])
    try: mp.spawn(waits, nprocs=0, start_method="fork")
    finally: show([(w.category.__name__, str(w.message)) for w in caught])
import pickle
error = mp.ProcessExitedException("text", 1, 2, 3, "SIGHUP")
again = pickle.loads(pickle.dumps(error))
show((repr(again), again.exit_code, again.signal_name, again.error_index, again.error_pid))

mp.set_start_method("fork", force=True)
def echo(inbox, outbox):
    while (x := inbox.get()) is not None: outbox.put(x)
there, back = mp.Queue(), mp.SimpleQueue()
p = mp.Process(target=echo, args=(there, back)); p.start()
for x in (torch.arange(3), torch.ones(2, 2, requires_grad=True), torch.tensor(2, dtype=torch.bfloat16), torch.ones(2, 3).t(),
          torch.arange(9.0)[2:4], {"a": [torch.empty(0)]}, torch.nn.Parameter(torch.ones(1)), torch.float32, torch.Size([2])):
    there.put(x); y = back.get(); show((y, getattr(y, "is_leaf", None), y.stride() if isinstance(y, torch.Tensor) else None))
there.put(None); p.join(); show(p.exitcode)
def twice(x): return x * 2
with mp.Pool(2) as pool: show(pool.map(twice, [torch.ones(2), torch.arange(2)]))
one, other = mp.Pipe(); one.send(torch.ones(1)); show(other.recv())
"""

NAMES = {
    "start methods": """
        mp = torch.multiprocessing
        print(mp.get_all_start_methods(), mp.get_start_method(allow_none=True) in (None, "fork"), mp.get_context("spawn").get_start_method())
        mp.set_start_method("spoon")""",
    "ways to share": """
        mp = torch.multiprocessing
        print(sorted(mp.get_all_sharing_strategies()), mp.get_sharing_strategy())
        mp.set_sharing_strategy("file_system"); print(mp.get_sharing_strategy()); mp.set_sharing_strategy("file_descriptor")
        mp.set_sharing_strategy("telepathy")""",
    "names": """
        print([name for name in ("Process Queue SimpleQueue JoinableQueue Pool Manager Value Array Lock Event Barrier Pipe cpu_count "
            "current_process active_children freeze_support TimeoutError spawn start_processes ProcessContext SpawnContext "
            "ProcessRaisedException ProcessExitedException").split() if not hasattr(torch.multiprocessing, name)])""",
    "one's own process": "print(torch.multiprocessing.current_process().name, torch.multiprocessing.parent_process())",
}


def said(engine, program, tmp_path):
    """What a program prints, without the lines that tracebacks show of the engines' own files."""
    path = tmp_path / f"by_{engine}.py"
    path.write_text(BEFORE.replace("import torch.", f"import {engine}.").format(engine=engine) + program)
    run = subprocess.run([sys.executable, path], capture_output=True, text=True, timeout=120)
    assert not run.returncode, run.stderr
    frames = r'  File "[^"]*(spawn|by_\w+)\.py", line \d+'
    return re.sub(
        r"    fn\((i|index), \*args\)\\n(    \^+\\n)?",
        "",
        re.sub(frames, "  File", run.stdout.replace(engine, "torch")),
    )


@pytest.mark.slow
def test_processes_do_what_pytorchs_do(tmp_path):
    pytest.importorskip("torch")
    ours, theirs = (said(engine, PROGRAM, tmp_path).splitlines() for engine in ("minitorch_edu", "torch"))
    assert len(ours) > 20
    for mine, its in zip(ours, theirs, strict=True):
        assert mine == its


@pytest.mark.parametrize("program", NAMES.values(), ids=NAMES)
def test_a_name_is_pytorchs(program):
    assert_says_the_same(program)


@pytest.mark.slow
def test_new_interpreters_run_a_function(tmp_path):
    program = "def add(i, x, q): q.put(x + i)\n" + (
        "if __name__ == '__main__':\n"
        "    q = mp.get_context('spawn').SimpleQueue()\n"
        "    mp.spawn(add, (torch.ones(1), q), nprocs=2)\n"
        "    show(sorted(q.get().item() for _ in range(2)))"
    )
    assert said("minitorch_edu", program, tmp_path) == "[1.0, 2.0]\n"


def test_processes_end_with_the_one_that_spawned_them(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(
        BEFORE.format(engine="minitorch_edu").replace("import torch.", "import minitorch_edu.")
        + "def wait(i): time.sleep(60)\n"
        + "context = mp.start_processes(wait, nprocs=2, join=False, start_method='fork')\n"
        + "print(*context.pids(), flush=True); context.join()"
    )
    process = subprocess.Popen([sys.executable, path], stdout=subprocess.PIPE, text=True)
    pids = [int(pid) for pid in process.stdout.readline().split()]
    time.sleep(0.3)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert len(pids) == 2 and all_gone(pids)


def test_a_part_of_a_tensor_travels_without_the_rest():
    x = torch.arange(100_000)
    assert len(ForkingPickler.dumps(x[:3])) < 2000 < len(ForkingPickler.dumps(x))
    again = ForkingPickler.loads(ForkingPickler.dumps(x[5:8]))
    assert again.tolist() == [5, 6, 7] and again.storage_offset() == 0


def test_what_has_a_history_does_not_travel():
    x = torch.ones(2, requires_grad=True) * 2
    with pytest.raises(
        RuntimeError, match="Cowardly refusing to serialize non-leaf tensor which requires_grad"
    ):
        ForkingPickler.dumps(x)
    assert ForkingPickler.loads(ForkingPickler.dumps(x.detach())).tolist() == [2, 2]


def test_numpy_arrays_travel_as_ever():
    assert ForkingPickler.loads(ForkingPickler.dumps(np.arange(3))).tolist() == [0, 1, 2]
