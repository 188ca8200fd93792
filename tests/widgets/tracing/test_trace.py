"""trace() and %%trace: every operation a moment, with its line, its inputs and outputs, and the picture just then."""

import gc
import json
import linecache
import types
import weakref
import xml.etree.ElementTree as ElementTree

import pytest
from IPython.core.interactiveshell import InteractiveShell
from minitorch_widgets import load_ipython_extension, unload_ipython_extension
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.picture import updates
from minitorch_widgets.tracing import tracer
from minitorch_widgets.tracing.trace import Trace

pytestmark = [pytest.mark.host, pytest.mark.filterwarnings("ignore")]


def traced(torch, code, before="", most=tracer.MOST_MOMENTS):
    """What a program did after its first lines; its namespace stays in `steps.namespace`."""
    namespace = {"torch": torch, "__name__": "student"}
    exec(before, namespace)
    file = "<traced>"
    linecache.cache[file] = (len(code), None, code.splitlines(True), file)
    steps = Trace(most)
    frame = types.SimpleNamespace(f_globals=namespace, f_locals=namespace)
    try:
        with steps._around(frame):
            exec(compile(code, file, "exec"), namespace)
    finally:
        steps.namespace = namespace
    return steps


def pictures(steps):
    """The picture of each moment, put together as the browser does it."""
    told = steps.widget.state["snapshot"]["parts"]["moments"]
    message = {"revision": 0, "snapshot": told["base"], "timeline": None}
    made = [told["base"]]
    for change in told["changes"][1:]:
        message = updates.applied(message, {"revision": 0, "snapshot": change, "timeline": None})
        made.append(message["snapshot"])
    return made


def operations(steps):
    return [each for each in steps.moments if each["level"] != "node"][1:]


X = "x = torch.tensor([[1., 2., 3.], [4., 5., 6.]], requires_grad=True)"
M = "m = torch.zeros(2, 3)"


def test_each_operation_is_a_moment_with_its_expression_and_line(torch):
    steps = traced(torch, "y = x * 2 + 1\nloss = y.sum()\n", X)
    assert [(each["op"], each["expression"]) for each in operations(steps)] == [
        ("mul", "x * 2"), ("add", "x * 2 + 1"), ("sum", "y.sum()"),
    ]  # fmt: skip
    assert [each["line"]["number"] for each in operations(steps)] == [1, 1, 2]


def test_what_goes_in_and_comes_out_is_told_by_the_ids_of_the_picture(torch):
    steps = traced(torch, "y = x * 2\n", X)
    (mul,) = operations(steps)
    names = {each["id"]: each["names"] for each in pictures(steps)[1]["tensors"]}
    assert [names[id] for id in mul["inputs"]] == [["x"]]
    assert [names[id] for id in mul["outputs"]] == [["y"]]


ALIASING = {  # the program, and whether its result looks at the bytes of m, copies them, or is m
    "m.T": "looks at the bytes of m, nothing is copied",
    "m[0]": "looks at the bytes of m, nothing is copied",
    "m.view(6)": "looks at the bytes of m, nothing is copied",
    "m.reshape(6)": "looks at the bytes of m, nothing is copied",
    "m.expand(4, 2, 3)": "looks at the bytes of m, nothing is copied",
    "m.detach()": "no gradient comes back this way",
    "m.clone()": "copies 24 bytes of m into new memory",
    "m.to(torch.float64)": "copies 48 bytes of m into new memory (storage",
    "m.numpy()": "no version counts",
}


@pytest.mark.parametrize("call", ALIASING)
def test_a_result_looks_or_copies(torch, call):
    steps = traced(torch, f"r = {call}\n", M)
    (only,) = operations(steps)
    assert ALIASING[call] in only["sentence"]


def test_a_reshape_that_copies_says_why(torch):
    steps = traced(torch, "r = m.T.reshape(6)\n", M)
    assert [each["op"] for each in operations(steps)] == ["T", "reshape"]
    assert "copies 24 bytes of m.T" in operations(steps)[1]["sentence"]
    assert "no strides" in operations(steps)[1]["sentence"]


@pytest.mark.parametrize(
    "code, before, after",
    [
        ("m += 1", 0, 1),
        ("m.add_(1)", 0, 1),
        ("m[0, 0] = 7", 0, 1),
        ("m.zero_()", 0, 1),
        ("m.data.add_(1)", 0, 1),
    ],
)
def test_a_write_tells_its_versions_and_who_sees_it(torch, code, before, after):
    steps = traced(torch, f"{code}\n", M + "\nrow = m[0]")
    write = operations(steps)[-1]
    assert [(each["before"], each["after"]) for each in write["writes"]] == [(before, after)]
    assert "row" in write["sentence"]


def test_a_round_of_a_loop_is_a_moment_of_its_own(torch):
    steps = traced(torch, "for _ in range(4):\n    m.add_(1)\n", M)
    versions = [each["writes"][0]["after"] for each in operations(steps)]
    assert versions == [1, 2, 3, 4]


def test_at_each_moment_the_picture_shows_what_existed_then(torch):
    steps = traced(torch, "y = x * 2\nz = y + 1\n", X)
    seen = [{name for each in picture["tensors"] for name in each["names"]} for picture in pictures(steps)]
    assert "y" not in seen[0] and "y" in seen[1] and "z" not in seen[1] and {"y", "z"} <= seen[2]
    assert [len(picture["nodes"]) for picture in pictures(steps)] == [0, 2, 3]


def test_a_lane_holds_the_values_of_that_moment(torch):
    steps = traced(torch, "m += 1\nm += 1\n", M)
    cells = [picture["lanes"][0]["cells"][0] for picture in pictures(steps)]
    assert cells == [0, 1, 2]


def test_a_node_keeps_its_place_through_all_moments(torch):
    code = "a = x * 2\nb = x + a\nc = (a * b).sum()\nd = torch.relu(b).sum() + c\nd.backward()\n"
    steps = traced(torch, code, X)
    places = {}
    for picture in pictures(steps):
        for node in picture["nodes"]:
            places.setdefault(node["id"], set()).add((node["x"], node["y"], node["width"]))
    assert places and all(len(each) == 1 for each in places.values())
    now = {node["id"]: (node["x"], node["y"]) for node in steps.widget.state["snapshot"]["nodes"]}
    assert all(next(iter(places[id]))[:2] == now[id] for id in now)


def test_a_result_that_has_no_name_yet_is_called_what_was_typed(torch):
    steps = traced(torch, "y = (x * 2).sum()\n", X)
    names = [name for each in pictures(steps)[1]["tensors"] for name in each["names"]]
    assert "x * 2" in names


def test_a_module_is_opened_up_and_its_making_is_one_moment(torch):
    code = "layer = torch.nn.Linear(3, 2)\nout = torch.relu(layer(x))\n"
    steps = traced(torch, code, X)
    assert [each["op"] for each in operations(steps)] == ["Linear", "linear", "relu"]


def test_backward_is_one_moment_with_its_nodes_inside(torch):
    steps = traced(torch, "loss = (x * x).sum()\nloss.backward()\n", X)
    assert [each["level"] for each in steps.moments] == [
        "start",
        "op",
        "op",
        "node",
        "node",
        "node",
        "backward",
    ]
    last = steps.moments[-1]
    assert "3 nodes ran" in last["sentence"] and "x.grad is [[2, 4, 6], [8, 10, 12]]" in last["sentence"]
    assert steps.moments[-2]["sentence"] == "Backward: x.grad takes up [[2, 4, 6], [8, 10, 12]]."
    nodes = {node["id"]: node["name"] for node in pictures(steps)[-1]["nodes"]}
    assert [nodes[each["node"]] for each in steps.moments if each["node"]] == [
        "SumBackward0", "MulBackward0", "AccumulateGrad",
    ]  # fmt: skip
    assert [each["op"] for each in steps.moments[3:]] == [
        "SumBackward0",
        "MulBackward0",
        "AccumulateGrad",
        "backward",
    ]


def test_what_autograd_grad_gives_is_told_with_its_name(torch):
    steps = traced(torch, "loss = (x * x).sum()\ng, = torch.autograd.grad(loss, x)\n", X)
    last = steps.moments[-1]
    assert last["level"] == "backward" and "g hold" in last["sentence"] and "x.grad" not in last["sentence"]


def test_a_trace_inside_a_trace_sees_the_same(torch):
    code = "with Trace() as inner:\n    y = x * 2\n"
    steps = traced(torch, code, X + "\nfrom minitorch_widgets.tracing.trace import Trace")
    inner = steps.namespace["inner"]
    assert [each["op"] for each in operations(inner)] == [each["op"] for each in operations(steps)] == ["mul"]


def test_a_copy_to_another_device_tells_both(torch):
    if torch.__name__ == "torch":
        pytest.skip("no GPU to copy to")
    with torch.cuda.simulate():
        steps = traced(torch, "y = m.to('cuda')\n", M)
    assert "copies 24 bytes of m" in steps.moments[-1]["sentence"]
    assert "from cpu to cuda:0" in steps.moments[-1]["sentence"]


def test_a_backward_that_fails_is_a_moment_too(torch):
    code = "y = x.exp()\ny += 1\ntry:\n    y.sum().backward()\nexcept RuntimeError:\n    pass\n"
    assert "modified by an inplace operation" in traced(torch, code, X).moments[-1]["sentence"]


def test_an_exception_in_the_block_comes_through_and_is_the_last_moment(torch):
    steps = Trace()
    x = torch.ones(2, 3)
    with pytest.raises(RuntimeError), steps:
        y = x * 2
        y.view(4)
    assert steps.moments[-1]["level"] == "raised"
    assert "view" in steps.moments[-1]["line"]["line"]


def test_an_optimizers_step_is_told_by_what_it_writes(torch):
    code = "(x * x).sum().backward()\nopt.step()\nx.grad.zero_()\n"
    steps = traced(torch, code, X + "\nopt = torch.optim.SGD([x], lr=0.1, weight_decay=0.5)")
    step = [each for each in operations(steps) if each["expression"] == "opt.step()"]
    assert step and "writes into x in place" in step[-1]["sentence"]
    assert "writes into x.grad in place" in operations(steps)[-1]["sentence"]


def test_a_name_that_moves_on_is_told_as_new(torch):
    steps = traced(torch, "m = m + 1\nn = m\n", M)
    assert "add makes a new m" in operations(steps)[0]["sentence"]


def test_nothing_recorded_under_no_grad_is_said(torch):
    steps = traced(torch, "with torch.no_grad():\n    y = x * 2\n", X)
    assert "nothing is recorded" in operations(steps)[-1]["sentence"]


def test_functions_of_the_students_are_looked_into(torch):
    steps = traced(torch, "def f(h):\n    inner = h * 2\n    return inner.sum()\nout = f(x)\n", X)
    assert [each["line"]["number"] for each in operations(steps)] == [2, 3]
    names = {name for each in pictures(steps)[1]["tensors"] for name in each["names"]}
    assert "inner" in names or "h * 2" in names


def test_no_tensor_lives_longer_for_a_trace(torch):
    steps = traced(torch, "a = torch.ones(3)\nb = a * 2\nc = weakref(b)\ndel b\nafter = c()\n",
                   "from weakref import ref as weakref")  # fmt: skip
    assert steps.namespace["after"] is None
    widget, held = steps.widget, weakref.ref(steps.namespace["a"])
    steps.namespace.clear()
    gc.collect()
    assert held() is None and widget is not None


def test_a_long_block_is_cut_and_says_so(torch):
    steps = traced(torch, "for _ in range(30):\n    m.add_(1)\n", M, most=10)
    assert len(steps.moments) == 11
    assert steps.widget.state["snapshot"]["parts"]["moments"]["note"].startswith(
        "20 more operations followed"
    )


def test_without_time_for_pictures_the_moments_are_still_told(torch, monkeypatch):
    monkeypatch.setattr(tracer, "SECONDS", 0.0)
    steps = traced(torch, "y = x * 2\nz = y.sum()\n", X)
    assert [each["op"] for each in operations(steps)] == ["mul", "sum"]
    assert not any(each["drawn"] for each in operations(steps))


def test_the_trace_travels_as_json_and_has_a_still_picture_and_words(torch):
    steps = traced(torch, "y = x * 2\ny.sum().backward()\n", X)
    state = steps.widget.state
    assert json.loads(json.dumps(state, allow_nan=False))["snapshot"]["views"][0] == "moments"
    assert "3 operations recorded" in state["snapshot"]["text"] and "3 operations recorded" in repr(steps)
    drawing = ElementTree.fromstring(to_svg(state["snapshot"]))
    said = " ".join(each.text or "" for each in drawing.iter("{http://www.w3.org/2000/svg}text"))
    assert "1. x * 2: mul makes y" in said
    data, _ = steps._repr_mimebundle_()
    assert "image/svg+xml" in data and "1. x * 2" in data["text/plain"]


def test_what_is_typed_is_text_in_the_still_picture(torch):
    steps = traced(torch, "y = x * len('<script>alert(1)</script>')\n", X)
    assert "<script>" not in to_svg(steps.widget.state["snapshot"])


def test_an_empty_block_shows_that_nothing_ran(torch):
    assert repr(traced(torch, "pass\n", X)) == "No operation ran."


# In a notebook --------------------------------------------------------------------------------------------------


@pytest.fixture
def shell():
    shell = InteractiveShell.instance()
    load_ipython_extension(shell)
    yield shell
    unload_ipython_extension(shell)
    shell.reset(new_session=True)
    InteractiveShell.clear_instance()


def test_the_cell_magic_runs_the_cell_and_shows_what_it_did(torch, shell, monkeypatch):
    shown = []
    monkeypatch.setattr("minitorch_widgets.tracing.trace._display", shown.append)
    shell.user_ns["torch"] = torch
    shell.run_cell("x = torch.ones(2, requires_grad=True)", store_history=True)
    result = shell.run_cell("%%trace\ny = x * 2\nloss = y.sum()\n", store_history=True)
    assert result.success and float(shell.user_ns["loss"]) == 4
    (steps,) = shown
    assert [each["op"] for each in operations(steps)] == ["mul", "sum"]
    assert [each["line"]["number"] for each in operations(steps)] == [
        2,
        3,
    ]  # as they are numbered in the cell


def test_a_traced_cell_that_raises_shows_how_far_it_came(torch, shell, monkeypatch):
    shown = []
    monkeypatch.setattr("minitorch_widgets.tracing.trace._display", shown.append)
    shell.user_ns["torch"] = torch
    result = shell.run_cell("%%trace\nx = torch.ones(2, 3)\nx.view(4)\n", store_history=True)
    assert isinstance(result.error_in_exec, RuntimeError)
    assert [each["level"] for each in shown[0].moments] == ["start", "op", "raised"]


def test_the_cell_magic_goes_with_the_extension():
    shell = InteractiveShell.instance()
    load_ipython_extension(shell)
    assert "trace" in shell.magics_manager.magics["cell"]
    unload_ipython_extension(shell)
    assert "trace" not in shell.magics_manager.magics["cell"]
    InteractiveShell.clear_instance()
