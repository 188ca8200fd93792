"""why(t): the golden set of programs whose `.grad` is None, on our engine and on real torch, with ghosts and scissors."""

import gc
import json
import linecache
import types
import weakref
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from minitorch_widgets import load_ipython_extension, unload_ipython_extension, why
from minitorch_widgets.causes.cause import finding
from minitorch_widgets.causes.lineage import Lineage
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.recording import ledger
from minitorch_widgets.recording.source import Script

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]

X = "x = torch.tensor([1., 2.], requires_grad=True)\n"
W = "w = torch.ones(2, requires_grad=True)\n"

GOLDEN = {
    # the program, what is asked about, the cause, its line, and the ghost edge with the scissors: (later, earlier, by)
    "detach": (X + W + "loss = (x.detach() * w).sum()\nloss.backward()", "x", "detach", 3, ("detach()", "x", "detach")),
    "data": (X + "loss = (x.data ** 2).sum()", "loss", "data", 2, (".data", "x", "data")),
    "no_grad": (X + "with torch.no_grad():\n    y = x * 2\nloss = y.sum()", "loss", "no_grad", 3, ("mul", "x", "no_grad")),
    "inference_mode": (
        X + "with torch.inference_mode():\n    y = x * 2\n    loss = y.sum()", "loss", "inference_mode", 3,
        ("mul", "x", "inference_mode"),
    ),
    "numpy": (
        X + "y = torch.from_numpy(np.exp(x.detach().numpy()))", "y", "numpy", 2, ("detach()", "x", "detach"),
    ),
    "integer cast": (X + "y = x * 3\nloss = y.long().float().sum()", "loss", "integer", 3, ("long", "mul", "integer")),
    "argmax": (X + "y = x.argmax()", "y", "index", 2, ("argmax", "x", "index")),
    "comparison": (X + "accuracy = (x > 1.5).float().mean()", "accuracy", "comparison", 2, ("compare", "x", "comparison")),
    "torch.tensor": (X + "y = x * 3\nloss = torch.tensor(y).sum()", "loss", "tensor", 3, ("torch.tensor()", "mul", "tensor")),
    "item": (
        X + "losses = x * x\ntotal = torch.tensor(0.)\ntotal += losses.sum().item()", "total", "item", 4,
        ("item()", "sum", "item"),
    ),
    "parameter": (
        X + "y = torch.nn.Parameter(x * 2)\nloss = (y * y).sum()\nloss.backward()", "x", "parameter", 2,
        ("y", "mul", "parameter"),
    ),
    "requires_grad set later": (
        "x = torch.tensor([1., 2.])\ny = x * 2\nx.requires_grad_()\nloss = y.sum()", "loss", "later", 2,
        ("mul", "x", "later"),
    ),
    "a function that detaches": (
        "def f(h):\n    return h.detach() * 2\n" + X + "loss = f(x).sum()", "loss", "detach", 2, ("f()", "x", "detach"),
    ),
    "tensors in a list": (
        "a = torch.tensor(1., requires_grad=True)\nv = torch.tensor([a, 2.])", "v", "tensor", 2,
        ("torch.tensor()", "[...]", "tensor"),
    ),
    "a weight bound anew": (
        W + "(w * w).sum().backward()\nwith torch.no_grad():\n    w = w - 0.1 * w.grad", "w", "no_grad", 4,
        ("sub", "w", "no_grad"),
    ),
    "numbers in a list": (
        X + "losses = []\nfor i in range(2):\n    losses.append((x * i).sum().item())\ntotal = torch.tensor(losses).mean()",
        "total", "item", 4, ("item()", "sum", "item"),
    ),
    "detached losses in a list": (
        X + "losses = []\nlosses.append((x * 2).detach())\ntotal = torch.stack(losses).mean()", "total", "detach", 3,
        ("detach()", "mul", "detach"),
    ),
    "a decorated function": (
        "@torch.no_grad()\ndef evaluate(m, d):\n    return m(d)\nmodel = torch.nn.Linear(2, 1, bias=False)\n"
        "loss = evaluate(model, torch.ones(1, 2)).sum()", "loss", "no_grad", None,
        ("evaluate()", "model", "no_grad"),
    ),
    "a cut on one branch": (
        X + "y = x * 2\nz = y.detach() if True else y", "z", "detach", 3, ("detach()", "mul", "detach"),
    ),
    "retain_grad too late": (
        X + "y = x * 2\nloss = y.sum()\nloss.backward()\ny.retain_grad()", "y", "too late", 5, None,
    ),
    "left out by inputs=": (X + W + "loss = (x * w).sum()\nloss.backward(inputs=[w])", "x", "left out", 4, None),
    "frozen in a loop": (
        "model = torch.nn.Linear(2, 1)\nfor p in model.parameters():\n    p.requires_grad = False", "model.weight",
        "asked off", 3, None,
    ),
    "taken away inside a function": (
        X + "def step():\n    loss = (x * 2).sum()\n    loss.backward()\n    x.grad = None\nstep()", "x", "zero_grad", 5,
        None,
    ),
    "no leaf": (X + "y = x * 2\ny.sum().backward()", "y", "not a leaf", 2, None),
    "not reached": (
        X + "b = torch.zeros(1, requires_grad=True)\nloss = (x * x).sum()\nloss.backward()", "b", "not reached", None, None,
    ),
    "not called yet": (X + "loss = (x * x).sum()", "x", "not called", None, None),
    "zero_grad": (
        X + "opt = torch.optim.SGD([x], lr=0.1)\nloss = (x * x).sum()\nloss.backward()\nopt.step()\nopt.zero_grad()",
        "x", "zero_grad", 6, None,
    ),
    "another loss": (
        X + W + "loss_x = (x * x).sum()\nloss_w = (w * w).sum()\nloss_w.backward()", "x", "wrong loss", 5, None,
    ),
    "autograd.grad": (X + "loss = (x * x).sum()\n(g,) = torch.autograd.grad(loss, x)", "x", "autograd.grad", 3, None),
    "nobody asked": ("x = torch.tensor([1., 2.])\nloss = (x * x).sum()", "x", "never asked", 1, None),
    "nobody asked upstream": ("x = torch.tensor([1., 2.])\nloss = (x * x).sum()", "loss", "never asked", 2, None),
    "frozen": (X + "x.requires_grad_(False)", "x", "asked off", 2, None),
    "whole numbers": ("n = torch.tensor([1, 2])", "n", "integer", 1, None),
    "unused": (X, "x", "unused", None, None),
}  # fmt: skip


def run(torch, code, asked, name="program"):
    """Runs a program that ends with the question, as a student's file would; returns the namespace with `answer`."""
    code = f"{code}\nanswer = why({asked})\n"
    file = f"<{name}>"
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    namespace = {"torch": torch, "np": np, "why": why, "__name__": "student"}
    exec(compile(code, file, "exec"), namespace)
    return namespace


def told(torch, code, asked):
    snapshot = run(torch, code, asked)["answer"].state["snapshot"]
    json.dumps(snapshot, allow_nan=False)
    return snapshot


def scissors(snapshot):
    """The cut ghost edges, by the labels of their ends."""
    labels = {node["id"]: node["label"] for node in snapshot["nodes"]}
    ghosts = snapshot["parts"]["why"]["ghosts"]
    labels |= {node["id"]: node["label"] for node in ghosts["nodes"]}
    return [
        (labels[edge["from"]], labels[edge["to"]], edge["cut"]) for edge in ghosts["edges"] if edge["cut"]
    ]


@pytest.fixture(params=["the source alone", "the ledger"])
def followed(request):
    """Whether the inspector has followed the program while it ran."""
    if request.param == "the ledger":
        ledger.follow()
    yield request.param
    ledger.follow(False)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_cause_its_line_and_the_ghost_edge_are_the_right_ones(torch, name):
    code, asked, cause, line, edge = GOLDEN[name]
    snapshot = told(torch, code, asked)
    answer = snapshot["parts"]["why"]
    assert answer["cause"] == cause
    assert line is None or answer["line"]["number"] == line
    assert answer["sentence"] in snapshot["text"]
    if edge is None:
        assert cause == "never asked" or answer["ghosts"] is None
    else:
        assert scissors(snapshot) == [edge]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_ledger_of_our_engine_finds_the_same(name, followed):
    import minitorch_edu

    code, asked, cause, line, _ = GOLDEN[name]
    answer = told(minitorch_edu, code, asked)["parts"]["why"]
    assert answer["cause"] == cause
    assert line is None or answer["line"]["number"] == line


def test_a_ghost_leads_from_a_real_node_to_what_was_lost(torch):
    snapshot = told(torch, X + W + "loss = ((x * 3).detach() * w).sum()\nloss.backward()", "x")
    ghosts = snapshot["parts"]["why"]["ghosts"]
    product = next(node["id"] for node in snapshot["nodes"] if node["label"] == "mul")
    labels = {node["id"]: node["label"] for node in ghosts["nodes"]} | {product: "the real mul"}
    edges = [(labels[each["from"]], labels[each["to"]], each["cut"]) for each in ghosts["edges"]]
    assert edges == [("the real mul", "detach()", ""), ("detach()", "mul", "detach"), ("mul", "x", "")]


def test_ghosts_stand_beside_what_is_there(torch):
    snapshot = told(torch, X + W + "loss = ((x * 3).detach() * w + x.detach()).sum()", "x")
    boxes = snapshot["nodes"] + snapshot["parts"]["why"]["ghosts"]["nodes"]
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            apart = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
            assert apart or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]


def test_a_weight_that_was_scaled_is_told_how_to_be_a_leaf(torch):
    code = "w = torch.ones(2, requires_grad=True) * 0.1\nw.sum().backward()"
    answer = told(torch, code, "w")["parts"]["why"]
    assert answer["cause"] == "not a leaf"
    assert answer["way_out"].endswith("w = (torch.ones(2) * 0.1).requires_grad_().")
    assert eval(answer["way_out"].rpartition("w = ")[2].rstrip("."), {"torch": torch}).is_leaf


def test_a_gradient_of_zero_is_a_gradient(torch):
    answer = told(torch, X + "(x * x).sum().backward()\nx.grad.zero_()", "x")["parts"]["why"]
    assert answer["cause"] == "not None" and "0.0 everywhere" in answer["sentence"]


def test_a_gradient_that_is_there_is_said_to_be_there(torch):
    answer = told(torch, X + "(x * x).sum().backward()", "x")["parts"]["why"]
    assert answer["cause"] == "not None" and "not None" in answer["sentence"]


def test_a_loss_without_history_says_what_backward_will_raise(torch):
    answer = told(torch, X + "loss = x.detach().sum()", "loss")["parts"]["why"]
    with pytest.raises(RuntimeError) as caught:
        torch.ones(1).backward()
    assert answer["refusal"] == f"RuntimeError: {caught.value}"
    assert answer["sentence"].startswith("loss has no grad_fn because")


@pytest.mark.parametrize(
    "code",
    [
        "loss = x * x",
        "loss = (x * x).sum()\nloss.backward()",
        "loss = (x * x).sum()\ntorch.autograd.grad(loss, x)",
        "loss = (x * x).sum()",
        "loss = (x * x).sum()\nloss.backward(retain_graph=True)",
        "loss = x.detach()",
    ],
)
def test_what_backward_would_raise_is_foretold(torch, code):
    namespace = run(torch, X + code, "loss")
    answer = namespace["answer"].state["snapshot"]["parts"]["why"]
    try:
        namespace["loss"].backward()
        raised = ""
    except RuntimeError as error:
        raised = f"RuntimeError: {error}"
    assert answer["refusal"] == raised


def test_what_cannot_be_known_is_said_to_be_unknown(torch):
    x = torch.ones(2, requires_grad=True)
    hidden = {"x": x, "loss": (x * x).sum()}
    hidden["loss"].backward()
    x.grad = None
    found = finding(x, "x", Lineage(hidden, Script()))  # no source to read
    assert not found.known and "cannot be read off" in found.sentence


def test_an_expression_without_a_name_can_be_asked_about(torch):
    answer = told(torch, X, "x.detach() * 2")["parts"]["why"]
    assert answer["cause"] in ("detach", "never asked") and answer["name"] == "output"


def test_the_question_keeps_no_tensor_alive(torch):
    namespace = run(torch, X + "y = x.detach() * 2", "y")
    seen = [weakref.ref(namespace.pop("x")), weakref.ref(namespace.pop("y"))]
    gc.collect()
    assert [each() for each in seen] == [None, None]
    namespace["answer"].inspector.refresh()  # and looking again is no error


def test_the_ledger_keeps_no_tensor_alive_and_forgets(followed):
    import minitorch_edu as torch

    before = len(ledger._steps)
    x = torch.ones(2, requires_grad=True)
    y = x.detach()
    total = y
    for _ in range(200):
        total = total * 2
    seen = [weakref.ref(x), weakref.ref(y), weakref.ref(total)]
    depth, step = 0, ledger.step_of(total)
    while step is not None:
        depth, step = depth + 1, step.inputs[0].step
    assert depth <= ledger.DEEPEST + 1
    del x, y, total
    gc.collect()
    assert [each() for each in seen] == [None] * 3 and len(ledger._steps) <= before


def test_a_listener_that_stumbles_does_not_reach_the_student(monkeypatch):
    import minitorch_edu as torch

    monkeypatch.setattr(ledger, "student_frame", lambda: 1 / 0)
    torch.ones(2, requires_grad=True).detach()


def test_in_a_notebook_the_lines_are_the_cells(torch, monkeypatch):
    shell = InteractiveShell()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    shell.user_ns["torch"] = torch
    load_ipython_extension(shell)
    try:
        shell.run_cell("x = torch.ones(2, requires_grad=True)", store_history=True)
        shell.run_cell("y = x * 2\nz = y.detach()", store_history=True)
        shell.run_cell("from minitorch_widgets import why\nanswer = why(z)", store_history=True)
        answer = shell.user_ns["answer"].state["snapshot"]["parts"]["why"]
        assert answer["cause"] == "detach" and answer["line"]["where"].endswith("line 2")
        assert answer["line"]["line"] == "z = y.detach()" and "cell [" in answer["line"]["where"]
        shell.run_cell("%%time\nq = x.detach()", store_history=True)
        shell.run_cell("%%bash\necho 'not Python'", store_history=True)
        shell.run_cell("answer = why(q)", store_history=True)
        answer = shell.user_ns["answer"].state["snapshot"]["parts"]["why"]
        told_by_engine = "<timed exec>, line 1"  # IPython's name for the code of %%time
        assert answer["cause"] == "detach" and answer["line"]["where"].endswith(("line 2", told_by_engine))
        from minitorch_widgets.session import live

        inspector, heard = live._live[id(shell)].inspector, []
        inspector.connect(heard.append)
        (number,) = [
            each["id"] for each in inspector.message["snapshot"]["tensors"] if each["names"] == ["z"]
        ]
        inspector.receive({"type": "why", "id": "q", "tensor": number})
        assert heard[-1]["value"]["cause"] == "detach"
        inspector.receive({"type": "why", "id": "q", "tensor": "gone"})
        assert "no name" in heard[-1]["problem"]
    finally:
        unload_ipython_extension(shell)


def test_inside_a_function_the_function_s_own_lines_count(torch):
    code = X + "def train():\n    h = x.detach()\n    loss = h.sum()\n    return why(loss)\nanswer = train()"
    file = "<in a function>"
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    namespace = {"torch": torch, "why": why}
    exec(compile(code, file, "exec"), namespace)
    answer = namespace["answer"].state["snapshot"]["parts"]["why"]
    assert (answer["cause"], answer["line"]["number"]) == ("detach", 3)


def test_the_still_picture_has_the_sentence_the_ghosts_and_the_scissors(torch):
    snapshot = told(torch, X + W + "loss = (x.detach() * w).sum()", "x")
    drawn = to_svg(snapshot)
    texts = [each.text for each in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    assert "✂ detach()" in texts and any("x.grad is None because" in each for each in texts)


def test_one_step_that_cut_two_edges_has_one_pair_of_scissors(torch):
    snapshot = told(torch, X + W + "with torch.no_grad():\n    y = x * w", "y")
    edges = [each for each in snapshot["parts"]["why"]["ghosts"]["edges"] if each["cut"]]
    assert [each["at"] is None for each in edges] == [False, True]
    assert to_svg(snapshot).count("✂ no_grad()") == 1


def test_hostile_lines_are_text(torch):
    code = X + "y = x.detach()  # <script>alert('&')</script>"
    assert "<script" not in to_svg(told(torch, code, "y"))


def test_odd_code_is_survived(torch):
    odd = [
        "y = [x.detach() for _ in range(2)][0]", "y, *rest = x.detach(), 1", "y = (lambda t: t.detach())(x)",
        "y = x.detach() if True else x", "y: object = x.detach()", "y = (z := x.detach())", "y = {0: x.detach()}[0]",
        "for y in [x.detach()]:\n    pass", "y = y if 'y' in dir() else x.detach()",
        "class K:\n    pass\nk = K()\nk.v = x.detach()\ny = k.v",
    ]  # fmt: skip
    for line in odd:
        answer = told(torch, X + line, "y")["parts"]["why"]
        assert answer["cause"] in ("detach", "never asked", "unknown"), line


def test_of_a_module_s_weights_only_those_that_got_nothing_are_cut_off(torch):
    code = (
        "class Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.a = torch.nn.Linear(2, 2)\n        self.b = torch.nn.Linear(2, 1)\n    def forward(self, h):\n"
        "        return self.b(self.a(h).detach())\nnet = Net()\nloss = net(torch.ones(3, 2)).sum()\nloss.backward()"
    )
    assert scissors(told(torch, code, "net.a.weight")) == [
        ("net()", "net.a.weight", "detach"), ("net()", "net.a.bias", "detach"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line", ["y = y * y + y", "y = y + 1", "y = " + " + ".join(["y"] * 900), "y = y * y.detach()"]
)
def test_long_code_is_read_in_no_time(torch, line):
    """What is far back is given up, and said to be unknown."""
    repeated = 1 if len(line) > 100 else 150
    code = (
        "import time\nstart = time.perf_counter\n"
        + X
        + "y = x.detach()\n"
        + f"{line}\n" * repeated
        + "began = start()"
    )
    namespace = run(torch, code, "y")
    import time

    assert time.perf_counter() - namespace["began"] < 10
    assert namespace["answer"].state["snapshot"]["parts"]["why"]["sentence"]


def test_a_module_that_detaches_is_looked_into(torch):
    code = (
        "class Net(torch.nn.Module):\n    def __init__(self):\n        super().__init__()\n"
        "        self.layer = torch.nn.Linear(2, 1)\n    def forward(self, h):\n        h = self.layer(h)\n"
        "        return h.detach()\nnet = Net()\nloss = net(torch.ones(3, 2)).sum()"
    )
    answer = told(torch, code, "loss")["parts"]["why"]
    assert (answer["cause"], answer["line"]["number"]) == ("detach", 7)


def test_a_namespace_of_anything_is_read():
    lineage = Lineage({"m": types.SimpleNamespace(), "n": None, 3: 4}, Script())
    assert lineage.named == {}
