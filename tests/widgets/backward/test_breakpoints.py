"""breakpoints.py: a running walk stops where it was told to, in either direction, and no condition can break it."""

import pytest
from minitorch_widgets.session.inspector import Inspector

from tests.widgets.mirror import Mirror


@pytest.fixture
def walk(torch):
    """x (leaf) -> y = x * 3 -> y * y -> sum: Sum, Mul (square), Mul (times 3), AccumulateGrad."""
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    limit = torch.tensor(10.0)
    variables = {"torch": torch, "x": x, "limit": limit, "y": (y := x * 3.0), "loss": (y * y).sum()}
    inspector = Inspector(lambda: variables)
    told = Mirror()
    inspector.connect(told.hear)
    inspector.refresh()
    inspector.start(variables["loss"], "loss")
    inspector.variables = variables
    return inspector, told


def add(walk, kind, text):
    inspector, told = walk
    inspector.receive({"type": "breakpoint", "id": "q", "act": "add", "kind": kind, "text": text})
    return told[-1]


def run(walk, direction=1):
    """Where the walk then stands, and the line that says why."""
    inspector, told = walk
    inspector.receive({"type": "run", "direction": direction})
    timeline = told.whole["timeline"]
    assert timeline["stop"]["position"] == timeline["position"]
    return timeline["position"], timeline["stop"]["text"]


def lines(walk):
    return [each["trouble"] for each in walk[1].whole["snapshot"]["parts"]["breakpoints"]]


# condition, the positions at which runs forward stop, and where the values are from
GOLDEN = [
    ("grad.abs().max() > 10", [3, 4]),  # [6, 12] into the first mul, [18, 36] into x
    ("grad.sum() == 18", [3]),
    ("grad.isnan().any()", []),
    ("(grad > limit).any()", [3, 4]),  # a variable of the notebook
    ("torch.linalg.norm(grad) > 20", [4]),
    ("grad_outputs[0] is grad", [1, 2, 3, 4]),
    ("len(grad_inputs) == 2", [2, 3]),
    ("any(g is not None and (g == 18).any() for g in grad_inputs)", [3]),
    ("op == 'mul'", [2, 3]),
    ("name.startswith('Acc')", [4]),
    ("step % 2 == 0", [2, 4]),
    ("max(grad.tolist()) > 30 if op != 'sum' else False", [4]),
    ("[grad for _ in range(2)][1].sum() > 50", [4]),
]


@pytest.mark.parametrize("condition, stops", GOLDEN)
def test_a_condition_stops_forward_and_back_at_the_same_steps(walk, condition, stops):
    assert add(walk, "condition", condition)["type"] == "answer"
    for at in stops:
        assert run(walk) == (at, f"Stopped at breakpoint 1, {condition}.")
    assert run(walk) == (4, "No breakpoint was met: this is the end of the walk.")
    for at in reversed([at for at in stops if at < 4]):
        assert run(walk, -1) == (at, f"Stopped at breakpoint 1, {condition}.")
    assert run(walk, -1) == (0, "No breakpoint was met: this is the beginning of the walk.")
    assert lines(walk) == [""]


@pytest.mark.parametrize("text", ["mul", "MulBackward0", "mulbackward0", " MUL "])
def test_an_operation_is_known_by_either_name(walk, text):
    add(walk, "op", text)
    assert [run(walk)[0] for _ in range(3)] == [2, 3, 4]


def test_a_node_stops_where_it_has_run(walk):
    node = walk[1].whole["timeline"]["order"][2]
    add(walk, "node", node)
    assert run(walk) == (3, "Stopped at breakpoint 1, MulBackward0.")
    assert run(walk)[0] == 4 and run(walk, -1)[0] == 3


def test_the_first_of_several_that_is_met_counts_and_those_that_are_off_do_not(walk):
    inspector, told = walk
    add(walk, "op", "accumulate_grad")
    add(walk, "op", "sum")
    assert [each["number"] for each in told[-1]["value"]] == [1, 2]
    inspector.receive({"type": "breakpoint", "id": "q", "act": "toggle", "number": 2})
    assert run(walk)[0] == 4
    inspector.receive({"type": "breakpoint", "id": "q", "act": "toggle", "number": 2})
    assert run(walk, -1)[0] == 1
    for number in (1, 2):
        inspector.receive({"type": "breakpoint", "id": "q", "act": "remove", "number": number})
    assert run(walk) == (4, "No breakpoint is on: this is the end of the walk.")
    assert told.whole["snapshot"]["parts"]["breakpoints"] == []


def test_the_same_breakpoint_is_kept_once(walk):
    add(walk, "op", "mul")
    add(walk, "op", "mul ")
    assert len(walk[1][-1]["value"]) == 1


@pytest.mark.parametrize(
    "condition, stop, trouble",
    [
        ("grad.nonsense() > 1", None, "at step 1, and at 3 more steps: AttributeError"),
        ("grad > 1", None, "at step 2, and at 2 more steps: RuntimeError: Boolean value of Tensor"),
        ("unknown > 1", None, "at step 1, and at 3 more steps: NameError: name 'unknown' is not defined"),
        ("1 / (step - 2) > 0", 3, "at step 2: ZeroDivisionError: division by zero"),
        ("exit()", None, "at step 1, and at 3 more steps: "),
    ],
)
def test_a_condition_that_raises_stops_nothing_and_says_so_in_a_line(walk, condition, stop, trouble):
    add(walk, "condition", condition)
    at, why = run(walk)
    assert (at, why.startswith("Stopped")) == (stop or 4, stop is not None)
    (line,) = lines(walk)
    assert line.startswith(f"It could not be asked {trouble}")


@pytest.mark.parametrize("text", ["grad >", "grad = 1", "import os", "x := 1", "", "   ", "\0", "(" * 300])
def test_what_is_no_condition_is_refused_in_words(walk, text):
    answer = add(walk, "condition", text)
    assert answer["type"] == "answer" and answer["problem"]
    assert "breakpoints" not in walk[1].whole["snapshot"]["parts"]


def test_an_equals_sign_too_few_is_met_with_a_hint(walk):
    assert add(walk, "condition", "step = 3")["problem"].endswith("For 'equal' Python writes ==.")


def test_an_operation_that_never_runs_is_told_with_those_that_do(walk):
    add(walk, "op", "tanh")
    run(walk)
    assert lines(walk) == ["No step of this walk is one. There are: accumulate_grad, mul, sum."]


def test_a_condition_sees_copies(walk):
    inspector, told = walk
    add(walk, "condition", "grad.mul_(100).sum() < 0")
    assert run(walk)[0] == 4
    inspector.receive({"type": "goto", "position": 2})
    assert told.whole["timeline"]["steps"][1]["incoming"][0]["data"] == [1.0, 1.0]
    inspector.receive({"type": "finish"})
    assert inspector.variables["x"].grad.tolist() == [18.0, 36.0]


def test_saved_tensors_go_by_their_names(torch):
    x = torch.tensor([0.0, 1.0], requires_grad=True)
    variables = {"x": x, "loss": x.exp().sum()}
    inspector = Inspector(lambda: variables)
    told = Mirror()
    inspector.connect(told.hear)
    inspector.refresh()
    inspector.start(variables["loss"], "loss")
    add((inspector, told), "condition", "result.max() > 2")
    assert run((inspector, told)) == (2, "Stopped at breakpoint 1, result.max() > 2.")


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "complex64"])
def test_every_kind_of_number_can_be_asked_about(torch, dtype):
    x = torch.ones(2, dtype=getattr(torch, dtype), requires_grad=True)
    loss = (x * 2).sum() if dtype != "complex64" else (x * 2).abs().sum()
    inspector = Inspector(lambda: {"x": x, "loss": loss})
    told = Mirror()
    inspector.connect(told.hear)
    inspector.refresh()
    inspector.start(loss, "loss")
    add((inspector, told), "condition", "op == 'accumulate_grad' and (grad.abs() == 2).all()")
    assert run((inspector, told))[1].startswith("Stopped at breakpoint 1")


def test_what_was_too_big_to_keep_is_said(torch, monkeypatch):
    monkeypatch.setattr("minitorch_widgets.backward.kept.MOST_BYTES", 4)
    x = torch.ones(100, requires_grad=True)
    inspector = Inspector(lambda: {"x": x, "loss": loss})
    loss = (x * 2).sum()
    told = Mirror()
    inspector.connect(told.hear)
    inspector.refresh()
    inspector.start(loss, "loss")
    add((inspector, told), "condition", "grad.numel() > 1 and step > 1")
    assert run((inspector, told))[0] == 3
    assert lines((inspector, told)) == [
        "It could not be asked at step 2, and at 1 more step: "
        f"LookupError: the numbers of grad, (100,) on {x.device}, were not kept"
    ]
