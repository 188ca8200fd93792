"""Whose memory it is after a conversion, what is warned of, and what other libraries make of tensors."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import minitorch_edu
from tests.oracle import torch as pytorch

pytestmark = pytest.mark.host  # whose memory it is

WARNED = """
import warnings; warnings.simplefilter("always"); import numpy as np; import {} as torch
warnings.showwarning = lambda m, c, *a, **k: c is RuntimeWarning or print(c.__name__, str(m).split(" (Triggered")[0])
torch.tensor(torch.ones(2)); torch.tensor(torch.ones(2)); print("a copy of a tensor, always")
b = torch.frombuffer(b"abcd", dtype=torch.uint8); b = torch.frombuffer(b"abcd", dtype=torch.uint8); print("a read-only buffer, once")
torch.as_tensor(torch.ones(2)); torch.asarray(torch.ones(2)); torch.ones(2).numpy(); np.asarray(torch.ones(2)); np.array(torch.ones(2))
a = np.ones(2); a.flags.writeable = False; t = torch.from_numpy(a); t = torch.as_tensor(a); print("a read-only array, once")
t = torch.tensor([np.ones(2), np.ones(2)]); t = torch.tensor([np.ones(2)]); print("a list of arrays, once")
c = torch.tensor([1j]); t = c.float(); t = c.to(torch.int32); t = torch.ones(1).copy_(c); t = torch.tensor(np.array([1j]), dtype=torch.float32); print("imaginary parts, once")
x = torch.ones(2); t = x[torch.tensor([1, 0], dtype=torch.uint8)]; t = x[torch.tensor([1, 0], dtype=torch.uint8)]; print("a mask of bytes, always")
t = torch.ones(2, 3, 4).T; t = torch.ones(2, 3, 4).T; t = torch.tensor(1.).T; t = torch.tensor(1.).T; print("T of no matrix, once")
g = torch.ones(2, requires_grad=True); t = (g * 2).grad; t = (g * 2).grad; print("a gradient of no leaf, always")
n = float(g.sum()); n = int(g.sum()); t = torch.tensor([g[0]]); print("a number with a history, once")
t = torch.asarray(g); t = torch.asarray(g); print("asarray of what requires grad, once")
t = torch.ones(1).std(); t = torch.ones(1).var(0); print("no degrees of freedom, always")
t = torch.add(x, 1, out=torch.ones(3)); t = torch.cumsum(x, 0, out=torch.ones(3)); print("an output that is resized, always")
torch.set_default_tensor_type(torch.FloatTensor); torch.set_default_tensor_type("torch.FloatTensor"); print("an old default, once")
"""


def test_the_warnings_are_pytorchs() -> None:
    """PyTorch warns of read-only memory once in a process: a fresh process for each engine."""
    ours, theirs = (
        subprocess.run([sys.executable, "-c", WARNED.format(engine)], capture_output=True, text=True)
        for engine in ("minitorch_edu", "torch")
    )
    assert (ours.stdout, ours.stderr) == (theirs.stdout, theirs.stderr)


OUT = {
    "numpy": "t.numpy()", "detach": "t.detach().numpy()", "asarray": "np.asarray(t)", "array": "np.array(t)", "asarray in another dtype": "np.asarray(t, dtype=float)",
    "data": "t.data.numpy()", "force": "t.numpy(force=True)", "NumPy's from_dlpack": "np.from_dlpack(t)", "clone": "t.clone().numpy()", "to its own dtype": "t.to(torch.float32).numpy()",
    "to another dtype": "t.double().numpy()", "cpu": "t.cpu().numpy()", "view": "t.view(2, 2).numpy()", "contiguous": "t.contiguous().numpy()", "a slice": "t[1:].numpy()", "a transpose": "t.view(2, 2).t().numpy()",
    "the contiguous copy of one": "t.view(2, 2).t().contiguous().numpy()", "an index": "t[[0, 1]].numpy()", "reshape": "t.reshape(2, 2).numpy()", "expand": "t.expand(3, 4).numpy()", "flatten": "t.flatten().numpy()", "squeeze": "t[None].squeeze().numpy()",
    "a leaf that wants gradients, detached": "t.requires_grad_().detach().numpy()", "memoryview": "np.asarray(memoryview(t.numpy()))", "copy.deepcopy": "__import__('copy').deepcopy(t).numpy()", "asarray in its own dtype": "np.asarray(t, dtype=np.float32)",
}  # fmt: skip
INTO = {
    "from_numpy": "torch.from_numpy(a)", "as_tensor": "torch.as_tensor(a)", "as_tensor in its own dtype": "torch.as_tensor(a, dtype=torch.float64)", "as_tensor in another": "torch.as_tensor(a, dtype=torch.float32)", "tensor": "torch.tensor(a)", "Tensor": "torch.Tensor(a)",
    "asarray": "torch.asarray(a)", "asarray, copied": "torch.asarray(a, copy=True)", "asarray, not copied": "torch.asarray(a, copy=False)", "asarray in another dtype": "torch.asarray(a, dtype=torch.float32)", "from_dlpack": "torch.from_dlpack(a)", "frombuffer": "torch.frombuffer(a, dtype=torch.float64)",
    "a slice": "torch.from_numpy(a[1:])", "every other": "torch.from_numpy(a[::2])", "a transpose": "torch.from_numpy(a.reshape(2, 2).T)", "float": "torch.from_numpy(a).float()", "double": "torch.from_numpy(a).double()", "clone": "torch.from_numpy(a).clone()", "a list": "torch.tensor([*a])", "a sum": "torch.from_numpy(a) + 0",
    "NumPy's function": "np.exp(torch.from_numpy(a))", "to": "torch.from_numpy(a).to(torch.float64)", "requires_grad": "torch.from_numpy(a).requires_grad_()", "asarray with a gradient": "torch.asarray(a, requires_grad=True)", "there and back": "torch.from_numpy(torch.from_numpy(a).numpy())",
}  # fmt: skip


@pytest.mark.parametrize("road", OUT)
def test_a_road_to_numpy_shares_memory_where_pytorchs_does(road: str) -> None:
    found = []
    for engine in (minitorch_edu, pytorch):
        t = engine.ones(4)
        array = eval(OUT[road], {"torch": engine, "np": np, "t": t})
        address = array.__array_interface__["data"][0]
        found.append(t.data_ptr() <= address < t.data_ptr() + 16)
        if found[-1]:
            array[...] = 5
            assert 5 in t.tolist() and t._version == 0  # and autograd notices nothing
    assert found[0] is found[1]


@pytest.mark.parametrize("road", INTO)
def test_a_road_from_numpy_shares_memory_where_pytorchs_does(road: str) -> None:
    found = []
    for engine in (minitorch_edu, pytorch):
        a = np.arange(4.0)
        t = eval(INTO[road], {"torch": engine, "np": np, "a": a})
        found.append(a.ctypes.data <= t.data_ptr() < a.ctypes.data + 32)
        if found[-1]:
            with engine.no_grad():
                t.fill_(7)
            assert 7 in a
    assert found[0] is found[1]


def test_memory_is_shared_with_real_pytorch_both_ways() -> None:
    ours = minitorch_edu.arange(4.0)
    theirs = pytorch.from_dlpack(ours)
    theirs[0] = 9
    assert ours.tolist() == [9, 1, 2, 3] and theirs.data_ptr() == ours.data_ptr()
    back = minitorch_edu.from_dlpack(theirs[1:])
    back.mul_(10)
    assert ours.tolist() == [9, 10, 20, 30] and (back._version, ours._version) == (1, 0)


def test_what_requires_grad_leaves_by_no_road() -> None:
    x = minitorch_edu.ones(2, requires_grad=True)
    for road in (pytorch.from_dlpack, minitorch_edu.from_dlpack, np.from_dlpack):
        with pytest.raises(BufferError, match="use tensor.detach"):
            road(x)


PLOTS = {
    "plot": "ax.plot(x, y); ax.plot(y)", "scatter": "ax.scatter(x, y, c=y)", "hist": "ax.hist(y, bins=4)", "imshow": "ax.imshow(m)", "bar": "ax.bar(x, y)", "fill": "ax.fill_between(x, y)",
    "contour": "ax.contour(m)", "errorbar": "ax.errorbar(x, y, yerr=y.abs())", "title and limits": "ax.set_title(f'{y[0]:.2f}'); ax.set_xlim(x[0], x[-1])",
}  # fmt: skip


@pytest.mark.parametrize("plot", PLOTS)
def test_matplotlib_draws_the_same_picture(plot: str) -> None:
    matplotlib = pytest.importorskip("matplotlib")
    matplotlib.use("svg")
    from matplotlib import pyplot

    pictures: list[object] = []
    for engine in (minitorch_edu, pytorch):
        x = engine.arange(5.0)
        m = engine.arange(12.0).view(3, 4)
        figure, ax = pyplot.subplots(figsize=(2, 2), dpi=40)
        given = {"ax": ax, "x": x, "y": x**2 - 3, "m": m}
        exec(PLOTS[plot], given)
        lines = [line.get_xydata().tolist() for line in ax.lines]
        pictures.append((lines, [*ax.get_xlim(), *ax.get_ylim()], len(ax.patches), len(ax.collections), ax.get_title()))
        pyplot.close(figure)
    assert pictures[0] == pictures[1]


def test_matplotlib_refuses_what_requires_grad() -> None:
    pyplot = pytest.importorskip("matplotlib.pyplot")
    for engine in (minitorch_edu, pytorch):
        with pytest.raises(RuntimeError, match="detach"):
            pyplot.subplots()[1].plot(engine.ones(3, requires_grad=True))
    pyplot.close("all")
