"""Shared memory: what one process writes the others read, as with PyTorch, and no file is left over."""

import gc
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import minitorch_edu as torch
from minitorch_edu.multiprocessing.reductions import ForkingPickler
from minitorch_edu.ops import shared_memory
from tests.programs import assert_says_the_same

pytestmark = pytest.mark.host

PROGRAMS = {
    "asked": "x = torch.ones(2); print(x.is_shared(), x.share_memory_() is x, x.is_shared(), x, x._version, x.share_memory_() is x)",
    "written": """
        x = torch.arange(6.0).reshape(2, 3).clone().share_memory_(); x += 1; x[0, 1] = 9
        print(x, x.stride(), x.is_contiguous(), x.sum(), x[1:].is_shared())""",
    "of every dtype": "print([(torch.ones(2).to(d).share_memory_(), ) for d in (torch.bool, torch.uint8, torch.int64, torch.bfloat16, torch.float16, torch.complex64)])",
    "nothing": "x = torch.empty(0, 3).share_memory_(); print(x.shape, x)",
    "with a gradient": """
        x = torch.ones(2, requires_grad=True).share_memory_(); (x * 3).sum().backward()
        print(x, x.grad, x.grad.is_shared(), x.is_leaf, x.detach().is_shared())
        with torch.no_grad(): x -= x.grad
        print(x)""",
    "a module": """
        net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.BatchNorm1d(3)); p = net[0].weight
        print(net.share_memory() is net, all(t.is_shared() for t in net.state_dict().values()), net[0].weight is p, type(p).__name__)""",
}

HOGWILD = """
import sys
import {engine} as torch
import {engine}.multiprocessing as mp
def train(rank, model, x, y, seen):
    torch.manual_seed(rank)
    optimizer = torch.optim.{optimizer}
    for _ in range(20):
        optimizer.zero_grad()
        loss = ((model(x) - y) ** 2).mean()
        loss.backward()
        optimizer.step()
    seen[rank] = 1
if __name__ == "__main__":
    mp.set_start_method("{start}")
    torch.manual_seed(0)
    model = torch.nn.Linear(3, 1)
    model.share_memory()
    x = torch.randn(32, 3); y = x @ torch.tensor([[1.0], [2.0], [3.0]])
    seen = torch.zeros(2).share_memory_()
    before = ((model(x) - y) ** 2).mean().item()
    processes = [mp.Process(target=train, args=(rank, model, x, y, seen)) for rank in range(2)]
    for p in processes: p.start()
    for p in processes: p.join()
    after = ((model(x) - y) ** 2).mean().item()
    print([p.exitcode for p in processes], seen, after < before / 4)
"""


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_sharing_says_what_pytorchs_says(program):
    assert_says_the_same(textwrap.dedent(program))


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["SGD(model.parameters(), lr=0.1)", "Adam(model.parameters(), lr=0.2)"])
@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_processes_train_one_model(start, optimizer, tmp_path):
    (tmp_path / "hogwild.py").write_text(
        HOGWILD.format(engine="minitorch_edu", start=start, optimizer=optimizer)
    )
    run = subprocess.run(
        [sys.executable, tmp_path / "hogwild.py"], capture_output=True, text=True, timeout=100
    )
    assert run.stdout == "[0, 0] tensor([1., 1.]) True\n", run.stderr
    assert run.stderr == ""


def test_what_travels_is_where_it_is():
    x = torch.arange(10_000.0).share_memory_()
    again = ForkingPickler.loads(ForkingPickler.dumps(x[2:4]))
    assert len(ForkingPickler.dumps(x)) < 1000
    again += 100
    assert x[:5].tolist() == [0, 1, 102, 103, 4] and again.untyped_storage() is x.untyped_storage()


def test_parameters_travel_as_parameters():
    parameter = torch.nn.Parameter(torch.ones(2)).share_memory_()
    again = ForkingPickler.loads(ForkingPickler.dumps(parameter))
    with torch.no_grad():
        again[0] = 7
    assert type(again) is torch.nn.Parameter and again.requires_grad and parameter.tolist() == [7, 1]


def test_a_forked_process_writes_what_this_one_reads():
    x, apart = torch.zeros(3).share_memory_(), torch.zeros(3)

    def write():
        x[1] = 5
        apart[1] = 5

    process = torch.multiprocessing.get_context("fork").Process(target=write)
    process.start()
    process.join()
    assert x.tolist() == [0, 5, 0] and apart.tolist() == [0, 0, 0]


def test_the_file_goes_with_the_last_tensor():
    x = torch.zeros(3).share_memory_()
    path = shared_memory._files[x.untyped_storage()]
    view = x[1:]
    del x
    gc.collect()
    assert os.path.exists(path)
    del view
    gc.collect()
    assert not os.path.exists(path) and path not in shared_memory._storages


def test_the_file_goes_with_the_program(tmp_path):
    code = (
        "import minitorch_edu as torch; from minitorch_edu.ops import shared_memory as s\n"
        "x = torch.zeros(3).share_memory_(); print(s._files[x.untyped_storage()])"
    )
    path = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert path and not Path(path).exists()


def test_a_view_is_refused():
    with pytest.raises(RuntimeError, match="a view cannot be shared apart") as caught:
        torch.ones(3)[1:].share_memory_()
    assert caught.value.__notes__ == ["share that one, before there are views of it"]


def test_a_model_can_be_saved_while_it_is_shared(tmp_path):
    x = torch.arange(3.0).share_memory_()
    torch.save({"x": x}, tmp_path / "x.pt")
    assert torch.load(tmp_path / "x.pt")["x"].tolist() == [0, 1, 2]
