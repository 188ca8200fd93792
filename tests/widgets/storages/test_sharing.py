"""memory(a, b, array): who shares bytes with whom, and why a line copied or did not; on both engines."""

import gc
import json
import linecache
import weakref
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from minitorch_widgets import memory
from minitorch_widgets.drawing.svg import to_svg

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

A = "a = torch.arange(12.).reshape(3, 4)\n"
V = "a = torch.arange(4.)\n"
N = "n = np.arange(4.)\n"

REASONS = {
    # the program, how its last name came by its bytes, and words of the reason
    "view": (A + "r = a.view(2, 6)", "shares", "view(2, 6) only changes shape, strides or offset"),
    "T": (A + "r = a.T", "shares", ".T only changes shape"),
    "slices": (A + "r = a[1:, ::2]", "shares", "[1:, ::2] only changes shape"),
    "reshape that looks": (A + "r = a.reshape(-1)", "shares", "reshape() could look, since a is (3, 4) with strides (4, 1)"),
    "reshape that copies": (
        A + "r = a.T.reshape(-1)", "copies",
        "copied at reshape(-1), because a.T is (4, 3) with strides (1, 4): to walk it in order, a step along axis 0 had to "
        "be 12, all of axis 1, and it is 1; no strides make that (12,), and view() would have raised",
    ),
    "flatten that copies": (A + "b = a[:, :2]\nr = b.flatten()", "copies", "b is (3, 2) with strides (4, 1)"),
    "expand": (A + "r = a[:1].expand(3, 4)", "shares", "expand(3, 4) reads one cell many times, by a stride of 0"),
    "detach": (V + "r = a.detach()", "shares", "detach() leaves the history behind, and no byte"),
    "data": (V + "r = a.data", "shares", ".data leaves the history behind, and no byte"),
    "numpy": (V + "r = a.numpy()", "shares", "numpy() hands the address to NumPy"),
    "numpy and copy": (V + "r = a.numpy().copy()", "copies", "copied at copy(), because copy() always copies"),
    "from_numpy": (N + "r = torch.from_numpy(n)", "shares", "from_numpy() takes the array's own address"),
    "as_tensor": (N + "r = torch.as_tensor(n)", "shares", "as_tensor() takes the bytes as they are"),
    "as_tensor with a dtype": (
        N + "r = torch.as_tensor(n, dtype=torch.float32)", "copies", "float32 needs other bytes than float64",
    ),
    "Tensor": (N + "r = torch.Tensor(n)", "copies", "float32 needs other bytes than float64"),
    "Tensor of its own dtype": (
        "n = np.ones(2, dtype=np.float32); r = torch.Tensor(n)", "shares", "Tensor() takes an array's bytes",
    ),
    "as_tensor of a list": ("r = torch.as_tensor([1., 2.])", "copies", "a list of Python's has no buffer"),
    "asarray": (V + "r = np.asarray(a)", "shares", "asarray() takes the bytes as they are"),
    "asarray told to copy": (N + "r = torch.asarray(n, copy=True)", "copies", "asarray() was told to copy"),
    "torch.tensor": (N + "r = torch.tensor(n)", "copies", "tensor() always copies"),
    "clone": (V + "r = a.clone()", "copies", "clone() always copies"),
    "cpu": (V + "r = a.cpu()", "same", "dtype and device are those already, so this is the very same tensor"),
    "to the same": (V + "r = a.to(torch.float32)", "same", "this is the very same tensor"),
    "to another": (V + "r = a.to(torch.float64)", "copies", "float64 needs other bytes than float32"),
    "long": (V + "r = a.long()", "copies", "int64 needs other bytes than float32"),
    "DLPack": (N + "r = torch.from_dlpack(n[1:])", "shares", "DLPack hands over the address; [1:] only changes"),
    "DLPack to NumPy": (A + "r = np.from_dlpack(a[1:])", "shares", "DLPack hands over the address"),
    "contiguous already": (A + "r = a.contiguous()", "same", "it is contiguous already"),
    "contiguous": (A + "t = a.T\nr = t.contiguous()", "copies", "t is not contiguous: (4, 3) with strides (1, 4)"),
    "stack": (V + "r = torch.stack([a, a])", "copies", "stack() writes its inputs one after the other"),
    "cat": (V + "r = torch.cat((a, a))", "copies", "cat() writes its inputs one after the other"),
    "an index by a list": (V + "r = a[[0, 2]]", "copies", "an index by a list or a mask picks elements"),
    "a mask": (V + "r = a[a > 1]", "copies", "an index by a list or a mask picks elements"),
    "as_strided": (V + "r = a.as_strided((3, 2), (1, 1))", "shares", "as_strided((3, 2), (1, 1)) only changes"),
    "another dtype of the same bytes": (V + "r = a.view(torch.int32)", "shares", "reads the same bytes as int32"),
    "real": ("z = torch.tensor([1 + 2j])\nr = z.real", "shares", ".real reads the same bytes as float32"),
    "NumPy's reversal": (N + "r = n[::-1]", "shares", "[::-1] only changes shape"),
    "NumPy's broadcast": (N + "r = np.broadcast_to(n, (3, 4))", "shares", "reads one cell many times"),
    "arithmetic": (V + "r = a + 1", "computes", "arithmetic computes new numbers"),
    "a result, looked at": (V + "r = (a * 2).view(2, 2)", "computes", "arithmetic computes new numbers"),
    "an operation": (V + "r = a.exp()", "computes", "exp() computes new numbers"),
    "Parameter": (V + "r = torch.nn.Parameter(a)", "shares", "Parameter() makes a new leaf of the same bytes"),
    "a function of the student's": (
        "def f(x):\n    return x[1:]\n" + V + "r = f(a)", "shares", "r looks at the same storage as a.",
    ),
    "made here": ("r = torch.zeros(2, 3).T", "alone", "r has a storage of its own."),
    "nothing": ("r = torch.zeros(0)", "alone", "r has no bytes: its shape is (0,)."),
}  # fmt: skip


def ask(torch, program, *, names=("r",), file="<asks for memory>"):
    """Run a program that ends in the question, as a student's file would; the widget, and the program's variables."""
    given = ", ".join([*(["a"] if "\na = " in f"\n{program}" else []), *names])
    code = f"{program}\nwidget = memory({given})\n"
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    namespace = {"torch": torch, "np": np, "memory": memory, "__name__": "student"}
    exec(compile(code, file, "exec"), namespace)
    return namespace["widget"], namespace


def row_of(widget, name="r"):
    snapshot = widget.state["snapshot"]
    json.dumps(snapshot, allow_nan=False)
    return next(
        (each for each in snapshot["parts"]["sharing"]["rows"] if each["name"] == name),
        snapshot["parts"]["sharing"]["rows"][0],
    )


@pytest.mark.parametrize("name", REASONS)
def test_a_line_shares_or_copies_for_the_reason_that_is_told(torch, name):
    program, how, words = REASONS[name]
    row = row_of(ask(torch, program)[0])
    assert (row["how"], words in row["sentence"]) == (how, True), row


@pytest.mark.parametrize("name", REASONS)
def test_what_is_told_is_what_the_addresses_say(torch, name):
    widget, namespace = ask(torch, REASONS[name][0], names=("r",))
    snapshot = widget.state["snapshot"]
    result = next((each for each in snapshot["tensors"] if "r" in each["names"]), None)
    others = [each for each in snapshot["tensors"] if each is not result and each["kind"] != "saved"]
    beside = any(each["lane"] == result["lane"] for each in others) or len(result["names"]) > 1
    assert beside == (row_of(widget)["how"] in ("shares", "same"))


def test_nothing_of_the_students_runs_a_second_time(torch):
    program = "calls = []\ndef f(x):\n    calls.append(1)\n    return x\n" + V + "r = f(a).view(2, 2)"
    widget, namespace = ask(torch, program)
    assert namespace["calls"] == [1]


def test_no_random_number_is_drawn_to_find_a_reason(torch):
    torch.manual_seed(7)
    torch.rand(3)
    drawn_once = torch.get_rng_state().tolist()
    torch.manual_seed(7)
    ask(torch, "r = torch.rand(3).reshape(-1)")
    assert torch.get_rng_state().tolist() == drawn_once


def test_it_shows_lanes_and_reasons_and_no_graph(torch):
    widget, _ = ask(torch, "a = torch.ones(2, 3, requires_grad=True)\nr = (a * 2).sum()")
    snapshot = widget.state["snapshot"]
    assert snapshot["views"] == ["sharing", "lanes", "pane"] and snapshot["title"] == "memory(a, r)"
    drawn = to_svg(snapshot)
    ElementTree.fromstring(drawn)
    assert 'class="op"' not in drawn and "A · 24 bytes" in drawn and "computes new numbers" in drawn


def test_gradients_and_what_an_optimizer_keeps_are_on_lanes(torch):
    program = (
        "w = torch.ones(2, requires_grad=True)\nopt = torch.optim.SGD([w], lr=0.5, momentum=0.5)\n"
        "(w * w).sum().backward()\nopt.step()"
    )
    names = (snapshot := ask(torch, program, names=())[0].state["snapshot"])["tensors"]
    assert {each["names"][0]: each["kind"] for each in names} == {
        "w": "tensor", "w.grad": "grad", "opt.state[w]['momentum_buffer']": "buffer",
    }  # fmt: skip
    assert len(snapshot["lanes"]) == 3


def test_without_arguments_it_is_about_every_variable(torch):
    widget, _ = ask(torch, "x = torch.ones(2)\ny = x.view(2, 1)\nz = x.clone()", names=())
    assert (
        widget.state["snapshot"]["parts"]["sharing"]["summary"]
        == "x and y look at storage A and z looks at storage B."
    )


def test_hostile_names_and_lines_are_text(torch):
    program = (
        "d = {'<script>alert(1)</script>': torch.ones(2)}\nr = d['<script>alert(1)</script>'].view(2, 1)"
    )
    drawn = to_svg(ask(torch, program)[0].state["snapshot"])
    assert "<script>" not in drawn
    ElementTree.fromstring(drawn)


def test_an_expression_without_a_name_is_shown_too(torch):
    widget, _ = ask(torch, V, names=("a[1:]",))
    assert {each["names"][0] for each in widget.state["snapshot"]["tensors"]} == {"a", "output1"}


def test_the_widget_keeps_no_tensor_alive(torch):
    widget, namespace = ask(torch, A + "r = a.T.reshape(-1)")
    kept = [weakref.ref(namespace[name]) for name in "ar"]
    del namespace["a"], namespace["r"]
    gc.collect()
    assert [each() for each in kept] == [None, None]


def test_a_number_can_be_changed_in_it(torch):
    widget, namespace = ask(torch, A + "r = a.T")
    snapshot = widget.state["snapshot"]
    message = {
        "type": "edit",
        "id": "q",
        "lane": snapshot["lanes"][0]["id"],
        "start": 4,
        "end": 8,
        "text": "50",
    }
    widget.inspector.receive(message)
    assert namespace["r"][1, 0].item() == 50
