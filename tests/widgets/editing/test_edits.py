"""edits.py, telling.py, recompute.py: a number changed in the picture, in the student's own tensor, and what follows."""

import ast
import gc
import json
import linecache
import math
import weakref

import numpy as np
import pytest
from minitorch_widgets import record
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.editing.edits import log_of
from minitorch_widgets.recording import writes
from minitorch_widgets.session.inspector import Inspector

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]


class Desk:
    """A student's program, and an inspector over its variables that hears a view's questions."""

    def __init__(self, torch, program):
        self.namespace = {"torch": torch, "np": np}
        file = "<student>"
        linecache.cache[file] = (len(program), None, program.splitlines(True), file)
        exec(compile(program, file, "exec"), self.namespace)
        self.namespace.pop("__builtins__")
        self.inspector = Inspector(lambda: self.namespace)
        log_of(self.inspector.memory).blocks = [(file, ast.parse(program).body, None)]
        self.inspector.refresh("after cell [1]")
        self.heard = []
        self.inspector.connect(self.heard.append)

    def __getitem__(self, name):
        return self.namespace[name]

    @property
    def picture(self):
        return self.inspector.picture()

    @property
    def told(self):
        json.dumps(self.picture, allow_nan=False)
        return self.picture["parts"].get("edit")

    def info(self, name):
        return next(each for each in self.picture["tensors"] if name in each["names"])

    def ask(self, kind, **details):
        del self.heard[:]
        self.inspector.receive({"type": kind, "id": "q", **details})
        return next(each for each in self.heard if each["type"] == "answer")

    def edit(self, name, cell, text, *, through=None):
        """Type `text` over a cell of the lane that `name` is on; the answer."""
        lane = next(each for each in self.picture["lanes"] if each["id"] == self.info(name)["lane"])
        start, size = cell * lane["itemsize"], lane["itemsize"]
        if through is not None:
            info = self.info(through)
            size, start = info["itemsize"], cell * info["itemsize"]
        tensor = None if through is None else self.info(through)["id"]
        return self.ask("edit", lane=lane["id"], start=start, end=start + size, text=text, tensor=tensor)

    def written(self, *args, **details):
        answer = self.edit(*args, **details)
        assert "problem" not in answer, answer
        return answer["value"]["line"]

    def refused(self, *args, **details):
        return self.edit(*args, **details)["problem"]


def would(told):
    return {each["name"]: each["would"]["data"] for each in told["follows"]}


def slopes(told):
    return {each["name"]: each["would"]["data"] for each in told["gradients"]}


# The line that writes ---------------------------------------------------------------------------------------------


def test_a_number_is_written_by_the_line_that_is_told(torch):
    desk = Desk(torch, "x = torch.tensor([1., 2., 3.])")
    assert desk.written("x", 1, "5") == "x[1] = 5.0"
    assert desk["x"].tolist() == [1, 5, 3]
    assert desk.info("x")["version"] == 1
    assert desk.told["sentence"].startswith("x[1] was 2 and is 5.")


def test_a_leaf_that_requires_grad_is_written_under_no_grad(torch):
    desk = Desk(torch, "w = torch.ones(2, 2, requires_grad=True)")
    line = desk.written("w", 2, "-1.5")
    assert line == "with torch.no_grad():\n    w[1, 0] = -1.5"
    assert desk["w"].tolist() == [[1, 1], [-1.5, 1]] and desk["w"].is_leaf
    again = {"torch": torch, "w": torch.ones(2, 2, requires_grad=True)}
    exec(line, again)
    assert again["w"].tolist() == desk["w"].tolist()  # the line does what was done


def test_an_array_is_written_by_a_line_of_numpy(torch):
    desk = Desk(torch, "a = np.arange(6).reshape(2, 3)")
    assert desk.written("a", 4, "-7") == "a[1, 1] = -7"
    assert desk["a"].tolist() == [[0, 1, 2], [3, -7, 5]]


def test_the_chosen_alias_is_the_one_that_is_written_through(torch):
    desk = Desk(torch, "x = torch.zeros(4)\nn = x.numpy()[1:]\nv = x.view(2, 2)")
    assert desk.written("x", 2, "1", through="v") == "v[1, 0] = 1.0"
    assert desk.written("x", 1, "2", through="n") == "n[0] = 2.0"
    assert desk.written("x", 0, "3") == "x[0] = 3.0"  # or else the one that owns the bytes
    assert desk["x"].tolist() == [3, 2, 1, 0]


def test_bytes_are_written_as_the_dtype_that_reads_them(torch):
    desk = Desk(torch, "x = torch.zeros(2)\nwhole = x.view(torch.int32)")
    assert desk.written("x", 1, "1065353216", through="whole") == "whole[1] = 1065353216"
    assert desk["x"].tolist() == [0, 1]
    half = Desk(torch, "x = torch.zeros(2)\nbytes = x.view(torch.uint8)")
    assert "No name reads exactly these bytes" in half.ask(
        "edit", lane="laneA", start=0, end=2, text="1", tensor=None
    )["problem"]  # fmt: skip


def test_numbers_with_other_ways_to_write_them(torch):
    desk = Desk(
        torch,
        "s = torch.tensor(2.)\nb = torch.tensor([True, False])\nz = torch.tensor([1 + 2j])\n"
        "h = torch.zeros(2, dtype=torch.bfloat16)\nf = torch.zeros(2, dtype=torch.float64)",
    )
    assert desk.written("s", 0, "nan") == 's[...] = float("nan")'
    assert math.isnan(desk["s"].item()) and "s was 2 and is nan." in desk.told["sentence"]
    assert desk.written("b", 1, "true") == "b[1] = True"
    assert desk.written("z", 0, "3 - 1j") == "z[0] = (3-1j)"
    assert desk.written("h", 0, "1.01") == "h[0] = 1.01"
    assert (
        desk["h"].tolist()[0] == 1.0078125 and desk.told is not None
    )  # the number stands, as the dtype holds it
    assert desk.written("f", 1, "-inf") == 'f[1] = float("-inf")'


def test_a_gradient_and_an_optimizers_buffer_are_written_too(torch):
    desk = Desk(
        torch,
        "w = torch.ones(2, requires_grad=True)\nopt = torch.optim.SGD([w], lr=0.5, momentum=0.5)\n"
        "(w * w).sum().backward()\nopt.step()",
    )
    assert desk.written("w.grad", 1, "9") == "w.grad[1] = 9.0"
    assert desk["w"].grad.tolist() == [2, 9]
    name = "opt.state[w]['momentum_buffer']"
    assert desk.written(name, 0, "4") == f"{name}[0] = 4.0"
    assert desk["opt"].state[desk["w"]]["momentum_buffer"].tolist() == [4, 2]


def test_the_engine_is_told_the_line_that_wrote():
    import minitorch_edu as torch

    writes.follow()
    try:
        before = writes.count()
        desk = Desk(torch, "x = torch.zeros(2)")
        desk.written("x", 0, "1")
        (heard,) = [
            each for each in writes.since(before) if each.line is not None and each.line[0] == "the picture"
        ]
        assert heard.line == ("the picture", 1) and linecache.getline("the picture", 1) == "x[0] = 1.0"
    finally:
        writes.follow(False)


def test_a_tensor_on_a_simulated_gpu_is_written_there_and_what_follows_is_computed_there():
    import minitorch_edu as torch

    with torch.cuda.simulate(1):
        desk = Desk(torch, "x = torch.zeros(3).to('cuda')\ny = x + 1\nback = y.cpu()")
        assert desk.written("x", 2, "8") == "x[2] = 8.0"
        assert desk["x"].cpu().tolist() == [0, 0, 8]
        assert would(desk.told) == {"y": [1, 1, 9], "back": [1, 1, 9]}


# What is refused, with a line of text ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dtype", "text", "said"),
    [
        ("float32", "abc", "'abc' is not a number that float32 can hold."),
        ("float32", " ", "Type a number that float32 can hold."),
        ("float32", "1e39", "1e+39 is more than float32 can hold, which ends at 3.403e+38."),
        ("float16", "70000", "70000 is more than float16 can hold, which ends at 6.55e+04."),
        ("uint8", "300", "300 does not fit in uint8, which goes from 0 to 255."),
        ("int64", "2.5", "int64 holds whole numbers, and 2.5 is none."),
        ("int64", "<b>1</b>", "'<b>1</b>' is not a number that int64 can hold."),
        ("bool", "maybe", "'maybe' is not True or False."),
        ("complex64", "1+", "'1+' is not a number that complex64 can hold."),
    ],
)
def test_what_is_no_number_is_refused_and_nothing_is_written(torch, dtype, text, said):
    desk = Desk(torch, f"x = torch.ones(2).to(torch.{dtype})")
    before, version = desk["x"].tolist(), desk["x"]._version
    assert desk.refused("x", 0, text) == said
    assert (desk["x"].tolist(), desk["x"]._version, desk.told) == (before, version, None)


def test_a_read_only_array_says_why(torch):
    desk = Desk(torch, "a = np.broadcast_to(np.arange(3.), (2, 3))")
    assert "a is read-only" in desk.refused("a", 0, "1") and "a.copy() can be written" in desk.refused(
        "a", 0, "1"
    )


def test_one_cell_of_an_expand_is_many_elements_and_all_of_them_change(torch):
    desk = Desk(torch, "e = torch.ones(1).expand(3)")
    assert desk.written("e", 0, "4") == "e[0] = 4.0"
    assert (
        desk["e"].tolist() == [4, 4, 4]
        and "It is one cell that 3 elements of e read." in desk.told["sentence"]
    )


def test_inference_tensors_answer_with_pytorchs_own_words(torch):
    desk = Desk(torch, "with torch.inference_mode():\n    q = torch.ones(2)")
    assert "Inplace update to inference tensor outside InferenceMode is not allowed" in desk.refused(
        "q", 0, "2"
    )


def test_bytes_that_only_a_node_saved_have_no_line_that_writes_them(torch):
    desk = Desk(torch, "x = torch.ones(2, requires_grad=True)\ny = (x * 2).exp().sum()")
    saved = next(each for each in desk.picture["tensors"] if each["kind"] == "saved" and each["lane"])
    answer = desk.ask("edit", lane=saved["lane"], start=0, end=4, text="1", tensor=None)
    assert answer["problem"] == "No name reads these bytes, so there is no line of code that writes them."


def test_a_picture_that_is_behind_writes_nothing(torch):
    desk = Desk(torch, "x = torch.ones(2)")
    desk.namespace["x"] = torch.zeros(2)
    assert "is another one by now" in desk.refused("x", 0, "5")
    assert desk["x"].tolist() == [0, 0]


def test_an_open_backward_walk_is_not_given_other_numbers(torch):
    desk = Desk(torch, "x = torch.ones(2, requires_grad=True)\nloss = (x * x).sum()")
    root = desk.info("loss")["id"]
    desk.inspector.receive({"type": "backward", "tensor": root})
    if not desk.inspector.timeline.finished:  # torch's has run when it is told
        assert "A backward walk is open" in desk.refused("x", 0, "5")
        desk.inspector.receive({"type": "finish"})
    assert desk.written("x", 0, "5")


# What follows ------------------------------------------------------------------------------------------------------

REGRESSION = """x = torch.tensor([1., 2.])
w = torch.tensor([3., 4.], requires_grad=True)
y = w * x
n = w.detach().numpy()
loss = (y - 1).pow(2).sum()
loss.backward()
"""


def test_aliases_follow_at_once_and_results_are_said_to_not(torch):
    desk = Desk(torch, REGRESSION)
    desk.written("w", 1, "1")
    assert desk["n"].tolist() == [3, 1] and desk["y"].tolist() == [3, 8]
    assert "n[1] reads the same bytes." in desk.told["sentence"]
    assert "y and loss do not follow by themselves: computed again, loss would be 5." in desk.told["sentence"]
    assert would(desk.told) == {"y": [3, 2], "loss": [5]}
    assert desk.told["follows"][0]["line"]["line"] == "y = w * x"


def test_gradients_come_from_a_fresh_pass_and_grad_is_untouched(torch):
    desk = Desk(torch, REGRESSION)
    grad = desk["w"].grad
    before = grad.tolist()
    desk.written("w", 1, "1")
    assert slopes(desk.told) == {"w.grad": [4, 4]}
    assert desk.told["gradients"][0]["now"]["data"] == before == [4, 28]
    assert desk["w"].grad is grad and grad.tolist() == before
    check = torch.tensor([3.0, 1.0], requires_grad=True)
    (check * desk["x"] - 1).pow(2).sum().backward()
    assert check.grad.tolist() == slopes(desk.told)["w.grad"]


def test_nodes_that_saved_the_old_number_are_named(torch):
    desk = Desk(torch, "w = torch.ones(2, requires_grad=True)\nloss = (w * w).sum()")
    desk.written("w", 0, "2")
    assert "MulBackward0 had saved it at an earlier version" in desk.told["sentence"]
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        desk["loss"].backward()


def test_a_write_of_numpys_that_no_version_counts_is_called_so(torch):
    desk = Desk(torch, "w = torch.ones(2, requires_grad=True)\nn = w.detach().numpy()\nloss = (w * w).sum()")
    desk.written("n", 0, "2", through="n")
    assert "no version counts NumPy's writes" in desk.told["sentence"]


@pytest.mark.parametrize(
    ("line", "name", "why"),
    [
        ("y = w * torch.rand(2)", "y", "is random: rand()"),
        ("y = f(w)", "y", "calls f(), and that is not run a second time here"),
        ("for i in range(2):\n    y = w * i", "y", "is bound in a loop"),
        ("y = w * 2\ny += 1", "y", "is changed in place by its own line"),
        ("y, z = (w * 2).split(1)", "y", "is one of several names that one line binds"),
        ("y = [each for each in w * 2][0]", "y", "has a line with a comprehension in it"),
        ("y = w * 2\nwith torch.no_grad():\n    y[0] = 5.", "y", "is not what its line gives now"),
        ("y = torch.nn.Linear(2, 1)(w)", "y", "makes a new Linear"),
        ("y = w.clone().mul_(2)", "y", "does more than compute: mul_()"),
        ("m = w * torch.rand(2)\ny = m * 2", "y", "is computed from m, and that is not clear"),
        ("y = w[0] * 2 if True else w", "y", "has a line with an if in it"),
    ],
)
def test_what_would_do_more_than_compute_is_left_to_the_student(torch, line, name, why):
    calls = []
    program = f"w = torch.ones(2, requires_grad=True)\n{line}\n"
    if "f(w)" in line:
        desk = Desk(torch, f"calls = []\ndef f(w):\n    calls.append(1)\n    return w * 2\n{program}")
        calls = desk["calls"]
    else:
        desk = Desk(torch, program)
    state = torch.get_rng_state().tolist()
    desk.written("w", 0, "3")
    assert any(
        each.startswith(f"{name} {why}") and each.endswith("run its cell again to see.")
        for each in desk.told["left"]
    )
    assert name not in would(desk.told)
    assert torch.get_rng_state().tolist() == state and len(calls) in (0, 1)


def test_models_of_the_engines_own_modules_are_worked_out(torch):
    program = (
        "layer = torch.nn.Linear(2, 1)\nx = torch.ones(3, 2)\nout = layer(x)\nmeasure = torch.nn.MSELoss()\n"
        "loss = measure(out, torch.zeros(3, 1))"
    )
    desk = Desk(torch, program)
    assert desk.written("layer.weight", 1, "2") == "with torch.no_grad():\n    layer.weight[0, 1] = 2.0"
    with torch.no_grad():
        expected = desk["layer"](desk["x"])
    assert would(desk.told)["out"] == pytest.approx(expected.reshape(-1).tolist())
    assert set(slopes(desk.told)) == {"layer.weight.grad", "layer.bias.grad"} and desk.told["left"] == []


def test_a_module_of_the_students_own_is_not_run_a_second_time(torch):
    program = (
        "class Loud(torch.nn.Module):\n    def forward(self, x):\n        said.append(1)\n        return x * 2\n"
        "said = []\nw = torch.ones(2, requires_grad=True)\nloud = Loud()\ny = loud(w)"
    )
    desk = Desk(torch, program)
    desk.written("w", 0, "2")
    assert desk.told["left"] == [
        "y calls Loud, and that is not run a second time here: run its cell again to see."
    ]
    assert desk["said"] == [1]


def test_what_is_computed_without_a_record_stays_without_one(torch):
    desk = Desk(
        torch, "w = torch.ones(2, requires_grad=True)\nwith torch.no_grad():\n    y = w * 3\ntotal = y.sum()"
    )
    desk.written("w", 0, "2")
    assert would(desk.told) == {"y": [6, 3], "total": [9]} and desk.told["gradients"] == []


def test_plain_numbers_follow_too(torch):
    desk = Desk(torch, "w = torch.ones(2)\nn = 4\ntotal = w.sum().item() * n\nfixed = n + 1")
    desk.written("w", 0, "2")
    assert would(desk.told) == {"total": [12]}


def test_the_students_own_graph_stays_whole(torch):
    """What was not touched is not computed again, so the fresh pass goes through the student's own nodes."""
    desk = Desk(
        torch,
        "w = torch.tensor([2.], requires_grad=True)\nb = torch.tensor([1.], requires_grad=True)\nh = w * w\n"
        "loss = (h + b).sum()",
    )
    desk.written("b", 0, "5")
    assert slopes(desk.told) == {"w.grad": [4], "b.grad": [1]}
    desk["loss"].backward()
    assert desk["w"].grad.tolist() == [4]


def test_hooks_are_not_called_for_a_pass_that_is_not_the_students(torch):
    desk = Desk(
        torch,
        "called = []\nw = torch.tensor([2.], requires_grad=True)\nw.register_hook(called.append)\nloss = (w * w).sum()",
    )
    desk.written("w", 0, "5")
    assert desk["called"] == [] and desk.told["gradients"] == []
    assert "hooks" in desk.told["left"][0] and "the gradients of loss are left out" in desk.told["left"][0]


def test_a_gradient_that_is_retained_is_not_written_over(torch):
    desk = Desk(
        torch,
        "w = torch.tensor([2.], requires_grad=True)\nb = torch.tensor([1.], requires_grad=True)\nh = w * w\n"
        "h.retain_grad()\nloss = (h * b).sum()",
    )
    desk.written("b", 0, "5")
    assert desk["h"].grad is None and desk.told["gradients"] == []
    assert "h retains its gradient" in desk.told["left"][0]


def test_whoever_follows_the_engine_hears_of_the_write_and_of_nothing_else():
    import minitorch_edu as torch

    desk = Desk(torch, REGRESSION)
    with record() as recorder:
        desk.written("w", 0, "5")
    heard = [each["event"] for each in recorder.log if each["event"] not in ("allocated", "aliased", "freed")]
    assert "written" in heard and "backward started" not in heard
    assert [
        each["op"] for each in recorder.log if each["event"] == "op" and each["op"] in ("mul", "pow", "sum")
    ] == []


# Undo, and what is kept -------------------------------------------------------------------------------------------


def test_undo_writes_the_old_numbers_back_one_by_one(torch):
    desk = Desk(torch, "x = torch.tensor([0.1, 2.])")
    desk.written("x", 0, "5")
    desk.written("x", 1, "6")
    assert desk.told["undo"] == 2
    assert desk.ask("undo edit")["value"]["line"] == "x[1] = 2.0"
    assert desk.ask("undo edit")["value"]["line"] == "x[0] = 0.1"
    assert desk["x"].tolist() == torch.tensor([0.1, 2.0]).tolist() and desk["x"]._version == 4
    assert desk.told["undo"] == 0
    assert desk.ask("undo edit")["problem"] == "There is nothing to take back."


def test_a_change_is_told_until_the_students_code_writes_another_number(torch):
    desk = Desk(torch, "x = torch.zeros(2)")
    desk.written("x", 0, "5")
    desk.inspector.refresh("after cell [2]")
    assert desk.told is not None
    desk["x"][0] = 1.0
    desk.inspector.refresh("after cell [3]")
    assert desk.told is None
    assert desk.ask("undo edit")["problem"] == "There is nothing to take back."


def test_a_change_keeps_nothing_alive(torch):
    desk = Desk(torch, REGRESSION)
    desk.written("w", 0, "5")
    kept = [weakref.ref(desk[name]) for name in ("w", "y", "loss")]
    desk.namespace.clear()
    del desk.inspector.message["snapshot"]
    gc.collect()
    assert [each() for each in kept] == [None] * 3


def test_the_still_picture_has_the_line(torch):
    desk = Desk(torch, "w = torch.ones(2, requires_grad=True)")
    desk.written("w", 0, "7")
    drawn = to_svg(desk.picture)
    assert "    w[0] = 7.0" in drawn and "w[0] was 1 and is 7." in drawn
