"""The hook after each cell: quick, holding nothing, never raising, never waiting for a GPU, and honest about its gaps."""

import statistics
import time

import pytest
from IPython.core.interactiveshell import InteractiveShell
from minitorch_widgets import features, load_ipython_extension, unload_ipython_extension
from minitorch_widgets.session import live

CELLS = 40
MOST = 0.020  # seconds, or a twentieth of the cell, whichever is more

SETUP = """
import {engine} as torch
torch.manual_seed(0)
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Linear(64, 128)
        self.second = torch.nn.Linear(128, 128)
        self.last = torch.nn.Linear(128, 10)
    def forward(self, x):
        return self.last(self.second(self.first(x).relu()).relu())
net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)
x, y = torch.randn(256, 64), torch.randint(0, 10, (256,))
losses = []
"""
STEP = """
for _ in range(5):
    optimizer.zero_grad()
    out = net(x)
    loss = torch.nn.functional.cross_entropy(out, y)
    loss.backward()
    optimizer.step()
losses.append(loss.item())
hidden = net.first(x)
w_view = net.first.weight[:4]
"""


@pytest.fixture
def shell(monkeypatch):
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    load_ipython_extension(shell)
    yield shell
    unload_ipython_extension(shell)


def follower(shell):
    return live._live[id(shell)]


def picture(shell):
    return follower(shell).inspector.message["snapshot"]


def test_forty_cells_of_training_pay_little_for_the_inspector(shell, torch, monkeypatch):
    spent = []

    def after(result=None):
        begin = time.thread_time()  # this thread's own work: what else the machine does is not the hook's
        live.Live.after_cell(follower(shell), result)
        spent.append(time.thread_time() - begin)

    shell.events.unregister("post_run_cell", follower(shell).after_cell)
    shell.events.register("post_run_cell", after)
    try:
        assert shell.run_cell(SETUP.format(engine=torch.__name__)).success
        took = []
        for _ in range(CELLS):
            begin = time.perf_counter()
            assert shell.run_cell(STEP, store_history=True).success
            took.append(time.perf_counter() - begin)
    finally:
        shell.events.unregister("post_run_cell", after)
        shell.events.register("post_run_cell", follower(shell).after_cell)
    hook, cell = statistics.median(spent[1:]), statistics.median(took)
    print(f"\nhook {hook * 1000:.1f} ms, cell {cell * 1000:.1f} ms", end="")
    assert picture(shell)["nodes"]
    assert hook < max(MOST, 0.05 * (cell - hook))


# It holds nothing ------------------------------------------------------------------------------------------------

EVERYTHING = """
import weakref, gc, numpy
w = torch.ones(3, requires_grad=True)
h = w.exp()
saved = h * 2.0
cut = (h * 3.0).detach()
row = torch.ones(4).expand(3, 4)
view = row[1:]
loss = saved.sum() + cut.sum()
total = loss
losses = [loss]
array = cut.numpy()
loss.backward(retain_graph=True)
with torch.no_grad():
    h.add_(1.0)
    w += 1.0
seen = {name: weakref.ref(globals()[name]) for name in "w h saved cut row view loss".split()}
node = weakref.ref(loss.grad_fn) if torch.__name__ != "torch" else None
"""


def test_no_part_of_a_picture_keeps_a_tensor_alive(shell, torch):
    assert shell.run_cell(f"import {torch.__name__} as torch").success
    assert shell.run_cell(EVERYTHING, store_history=True).success
    inspector = follower(shell).inspector
    inspector.receive({"type": "backward", "tensor": inspector.picture()["roots"][-1]})
    inspector.receive({"type": "finish"})
    for kind in features.ANSWERS:  # what a view may ask about each of them
        for each in list(inspector.picture()["tensors"]):
            inspector.receive({"type": kind, "id": "1", "tensor": each["id"], "act": "list"})
    assert shell.run_cell("1 + 1", store_history=True).success
    assert shell.run_cell("del w, h, saved, cut, row, view, loss, total, losses, array").success
    shell.run_cell("gc.collect()")
    alive = [name for name, each in shell.user_ns["seen"].items() if each() is not None]
    assert alive == []
    assert shell.user_ns["node"] is None or shell.user_ns["node"]() is None
    assert inspector.history.messages


# It never raises --------------------------------------------------------------------------------------------------

HOSTILE = """
class Everything:
    def __getattribute__(self, name): raise RuntimeError("no attribute for you")
class Compared:
    def __eq__(self, other): raise RuntimeError("not comparable")
    __hash__ = None
class Shown:
    def __repr__(self): raise RuntimeError("not to be shown")
    __str__ = __len__ = __iter__ = __bool__ = __repr__
class Impostor:
    grad_fn = property(lambda self: 1 / 0)
    untyped_storage = storage_offset = stride = element_size = lambda self: 1 / 0
    requires_grad = is_leaf = shape = dtype = device = grad = property(lambda self: 1 / 0)
class Liar:
    __class__ = property(lambda self: torch.Tensor)
    def __getattr__(self, name): raise KeyError(name)
class Metaclassed(type):
    def __getattr__(cls, name): raise OSError(name)
class Odd(metaclass=Metaclassed): pass
class Recursive(dict): pass
everything, compared, shown, impostor, liar, odd = Everything(), Compared(), Shown(), Impostor(), Liar(), Odd()
deep = Recursive(); deep["itself"] = deep
circle = []; circle.append(circle)
many = {Compared.__name__: [Shown()] * 3, 5: Everything()}
good = torch.ones(2, requires_grad=True)
loss = (good * 2.0).sum()
"""


def test_no_object_in_the_namespace_makes_the_hook_fail(shell, torch, capsys):
    shell.run_cell(f"import {torch.__name__} as torch")
    assert shell.run_cell(HOSTILE, store_history=True).success
    assert shell.run_cell("loss.backward()", store_history=True).success
    assert capsys.readouterr() == ("", "")
    assert {"good", "loss"} <= {name for each in picture(shell)["tensors"] for name in each["names"]}
    assert "after cell [2]" in picture(shell)["title"]


def test_a_part_that_raises_costs_itself_and_is_said(shell, monkeypatch, capsys):
    monkeypatch.setitem(features.PARTS, "broken", lambda taken: 1 / 0)
    shell.run_cell("import minitorch_edu as torch")
    assert shell.run_cell("x = torch.ones(2)", store_history=True).success
    assert "broken: looking at it raised ZeroDivisionError" in picture(shell)["omitted"]
    assert capsys.readouterr() == ("", "")


def test_what_is_beyond_the_budget_is_said(shell):
    shell.run_cell("import minitorch_edu as torch")
    shell.run_cell("globals().update({f't{i}': torch.ones(100) for i in range(700)})", store_history=True)
    assert "100 tensors left out: 600 are shown at most" in picture(shell)["omitted"]
    assert any("beyond what is read after one cell" in line for line in picture(shell)["omitted"])


# It never waits for a GPU ------------------------------------------------------------------------------------------


@pytest.mark.host
def test_the_hook_never_waits_for_a_gpu(shell, capsys):
    shell.run_cell("import minitorch_edu as torch")
    import minitorch_edu as torch

    with torch.cuda.simulate(2):
        torch.cuda.set_sync_debug_mode("error")
        try:
            cell = EVERYTHING.replace("requires_grad=True", "requires_grad=True, device='cuda'")
            cell = cell.replace("torch.ones(4)", "torch.ones(4, device='cuda')").replace(
                "array = cut.numpy()", "array = 0"
            )
            result = shell.run_cell(cell, store_history=True)
            assert result.success, result.error_in_exec
            assert not [
                line for line in picture(shell)["omitted"] if "raised" in line or "unreadable" in line
            ]
        finally:
            torch.cuda.set_sync_debug_mode("default")
    assert "w" in {name for each in picture(shell)["tensors"] for name in each["names"]}
