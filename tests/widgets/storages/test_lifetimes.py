"""lifetimes.py: what graphs keep alive, in programs over both engines; what is said to be freed is then seen to go."""

import gc
from typing import NamedTuple

import pytest
from minitorch_widgets.drawing.svg import to_svg
from minitorch_widgets.storages import changes

from tests.widgets.notebook import Notebook, cells_of

FIRST = (
    "x = torch.tensor([0.5, 1.0, 1.5, 2.0], requires_grad=True)\n"
    "w = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)"
)
VECTOR = 16  # bytes of four float32


class Program(NamedTuple):
    """Cells, and what each name then holds: (buffers held, buffers freed, bytes pinned, freed by backward, by del)."""

    name: str
    text: str
    holders: dict[str, tuple[int, int, int, int, int]]


PROGRAMS = [
    Program(
        "a graph pins what it saved: the leaf, that has a name, and a result that has none",
        "loss = (x * x).tanh().sum()",
        {"loss": (3, 0, 2 * VECTOR, VECTOR, VECTOR)},
    ),
    Program(
        "after backward the buffers are hollow",
        "loss = (x * x).tanh().sum()\n---\nloss.backward()",
        {"loss": (0, 3, 0, 0, 0)},
    ),
    Program(
        "retain_graph keeps them",
        "loss = (x * x).tanh().sum()\n---\nloss.backward(retain_graph=True)",
        {"loss": (3, 0, 2 * VECTOR, VECTOR, VECTOR)},
    ),
    Program(
        "and the second backward lets go",
        "loss = (x * x).tanh().sum()\nloss.backward(retain_graph=True)\n---\nloss.backward()",
        {"loss": (0, 3, 0, 0, 0)},
    ),
    Program(
        "a list of losses pins a graph each",
        "losses = []\nfor _ in range(3):\n    losses.append((x * w).tanh().sum())",
        {"losses": (9, 0, 5 * VECTOR, 3 * VECTOR, 3 * VECTOR)},
    ),
    Program(
        "a running total pins all of them",
        "total = torch.zeros(())\nfor _ in range(4):\n    total = total + (x * w).tanh().sum()",
        {"total": (12, 0, 6 * VECTOR, 4 * VECTOR, 4 * VECTOR)},
    ),
    Program(
        "a list of numbers pins nothing",
        "history = []\nfor _ in range(3):\n    history.append((x * w).tanh().sum().item())",
        {},
    ),
    Program(
        "two losses share a trunk, so neither alone keeps it",
        "h = (x * w).tanh()\none = h.exp().sum()\ntwo = h.sin().sum()\n---\ndel h",
        {"one": (4, 0, 4 * VECTOR, VECTOR, VECTOR), "two": (4, 0, 3 * VECTOR, VECTOR, 0)},
    ),
    Program(
        "the backward of one loss takes the trunk of the other",
        "h = (x * w).tanh()\none = h.exp().sum()\ntwo = h.sin().sum()\ndel h\n---\none.backward()",
        {"one": (0, 4, 0, 0, 0), "two": (1, 3, VECTOR, VECTOR, VECTOR)},
    ),
    Program(
        "a name that goes leaves its bytes to the graph",
        "y = x.exp()\nloss = y.sum()\n---\ndel y",
        {"loss": (1, 0, VECTOR, VECTOR, VECTOR)},
    ),
    Program(
        "a slice pins the whole of what it is a slice of",
        "big = torch.ones(1000)\npart = big[:4]\nloss = (x * part).sum()\n---\ndel big, part",
        {"loss": (1, 0, 4000, 4000, 4000)},
    ),
    Program(
        "detach() in a loop keeps one step's graph, not all",
        "h = torch.zeros(4)\nfor _ in range(3):\n    h = (h.detach() * w).tanh()",
        {"h": (2, 0, 2 * VECTOR, VECTOR, 2 * VECTOR)},
    ),
    Program(
        "without it every step stays",
        "h = torch.zeros(4)\nfor _ in range(3):\n    h = (h * w).tanh()",
        {"h": (8, 0, 5 * VECTOR, 3 * VECTOR, 4 * VECTOR)},
    ),
    Program("no_grad() leaves nothing", "with torch.no_grad():\n    loss = (x * w).tanh().sum()", {}),
]  # fmt: skip


@pytest.fixture
def notebook(torch, monkeypatch):
    notebook = Notebook(monkeypatch, torch.__name__)
    yield notebook
    notebook.close()


def told(part):
    """What is told of each name."""
    keys = ("saved", "freed", "pinned", "frees", "alone")
    return (
        {} if part is None else {each["name"]: tuple(each[key] for key in keys) for each in part["holders"]}
    )


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_what_each_name_pins(notebook, program):
    assert told(notebook.part("lifetimes", FIRST, *cells_of(program.text))) == program.holders


def storages(notebook, name):
    """The storages that a name's graphs have saved: weak references, and bytes."""
    part = notebook.inspector.message["snapshot"]["parts"]["lifetimes"]
    (holder,) = [each for each in part["holders"] if each["name"] == name]
    lanes = {each["lane"]: each["bytes"] for each in holder["buffers"] if each["lane"] is not None}
    known = changes.state_of(notebook.inspector.memory).last.lanes
    return [(known[lane].storage, size) for lane, size in lanes.items()]


def gone(found):
    """How many bytes of these are not there any more."""
    gc.collect()
    return sum(size for storage, size in found if storage() is None)


HOLDING = [each for each in PROGRAMS if any(held for held, *_ in each.holders.values())]
WHOLE = [each for each in HOLDING if not any(freed for _, freed, *_ in each.holders.values())]


@pytest.mark.parametrize("program", WHOLE, ids=lambda program: program.name)
def test_what_is_said_to_be_freed_by_backward_goes(notebook, program):
    notebook.run(FIRST, *cells_of(program.text))
    name = next(iter(program.holders))
    found = storages(notebook, name)
    for loss in notebook.variables[name] if name == "losses" else [notebook.variables[name]]:
        loss.sum().backward()
    del loss
    assert gone(found) == program.holders[name][3]


@pytest.mark.parametrize("program", HOLDING, ids=lambda program: program.name)
def test_what_is_said_to_be_freed_by_del_goes(notebook, program):
    notebook.run(FIRST, *cells_of(program.text))
    for name in program.holders:
        found = storages(notebook, name)
        value = notebook.variables.pop(name)
        del value
        notebook.shell.user_ns.pop("loss", None)
        assert gone(found) == program.holders[name][4]
        return


def test_a_hollow_buffer_is_told_with_its_node_and_its_name(notebook):
    part = notebook.part("lifetimes", FIRST, "loss = x.exp().sum()", "loss.backward()")
    ((buffer,),) = [each["buffers"] for each in part["holders"]]
    assert (buffer["label"], buffer["name"], buffer["state"]) == ("exp", "result", "freed")
    assert "a second backward() would raise" in part["sentence"]


def test_a_graph_that_another_backward_has_used_in_part_would_raise(notebook):
    part = notebook.part(
        "lifetimes",
        FIRST,
        "h = (x * w).tanh()\none = h.exp().sum()\ntwo = h.sin().sum()\ndel h",
        "one.backward()",
    )
    assert (
        "two holds a graph of 4 nodes: 16 bytes pinned by 1 saved tensor; 3 more are freed already"
        in part["sentence"]
    )
    assert "backward() would raise, since another one has used part of this graph" in part["sentence"]
    notebook.run("two.backward()")
    assert "backward through the graph a second time" in str(notebook.error)


def test_what_is_part_of_another_graph_is_told_as_such(notebook):
    part = notebook.part("lifetimes", FIRST, "y = x.exp()\nz = y * y\nloss = z.sum()")
    assert {each["name"]: each["within"] for each in part["holders"]} == {
        "loss": None,
        "z": "loss",
        "y": "loss",
    }


def test_a_stale_buffer_is_still_held(notebook):
    part = notebook.part("lifetimes", FIRST, "y = x.exp()\ny += 1\nloss = y.sum()")
    (holder,) = [each for each in part["holders"] if each["within"] is None]
    assert holder["stale"] == 1 and holder["pinned"] == VECTOR


def test_a_module_s_losses_are_measured(notebook):
    part = notebook.part(
        "lifetimes",
        "model = torch.nn.Linear(4, 2)\ninput = torch.ones(3, 4)\nloss = model(input).relu().sum()",
    )
    (holder,) = part["holders"]
    assert holder["pinned"] >= 3 * 4 * 4 and holder["frees"] >= 3 * 2 * 4


def test_many_losses_are_told_in_little_time(notebook):
    import time

    notebook.run(FIRST, "losses = [(x * w).tanh().sum() for _ in range(60)]\ntotal = sum(losses)")
    begin = time.perf_counter()
    part = notebook.part("lifetimes", "0")
    assert time.perf_counter() - begin < 2
    assert part["holders"][0]["saved"] >= 180


def test_the_still_picture_shows_filled_and_hollow_boxes(notebook):
    picture = notebook.run(FIRST, "one = x.exp().sum()\ntwo = x.exp().sum()", "one.backward()")
    drawn = to_svg(picture)
    assert "What graphs keep alive" in drawn and 'class="op freed"' in drawn
