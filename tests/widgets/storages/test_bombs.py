"""bombs.py and ways.py: twenty programs that write in place what backward needs, on both engines, in a live notebook.

Of each: the lines that saved, the lines that wrote, the versions, that backward raises as was told, and that every way
out which is offered runs, computes the same loss and gets the gradient that finite differences get.
"""

import re
from typing import NamedTuple

import numpy as np
import pytest

from tests.widgets.notebook import Notebook, cells_of

FIRST = "x = torch.tensor(XS, requires_grad=True, dtype=torch.float64)"
XS = [0.5, 1.0, 1.5, 2.0]


class Program(NamedTuple):
    """What a student might write, in cells; the last one runs backward."""

    name: str
    text: str
    savers: list[str]
    writers: list[str]
    versions: list[int]
    ways: str  # n: a new tensor, c: clone first, s: save a copy, a: write after backward(), b: write before saving


PROGRAMS = [
    Program(
        "what exp saved of its own result",
        "y = x.exp()\n---\ny += 1\n---\nloss = y.sum()\n---\nloss.backward()",
        ["y = x.exp()"], ["y += 1"], [0, 1], "ncs",
    ),
    Program(
        "an input of mul, written in a later cell",
        "y = x * 2.0\nz = y * y\nloss = z.sum()\n---\ny += 1\n---\nloss.backward()",
        ["z = y * y"], ["y += 1"], [0, 1], "ncsa",
    ),
    Program(
        "all in one cell",
        "y = x * 2.0\nz = y * y\ny += 1\nloss = z.sum()\n---\nloss.backward()",
        ["z = y * y"], ["y += 1"], [0, 1], "ncsb",
    ),
    Program(
        "a method with an underscore",
        "y = x.sigmoid()\n---\ny.mul_(2.0)\nloss = y.sum()\n---\nloss.backward()",
        ["y = x.sigmoid()"], ["y.mul_(2.0)"], [0, 1], "ncs",
    ),
    Program(
        "one element",
        "y = x.tanh()\n---\ny[0] = 0.0\nloss = y.sum()\n---\nloss.backward()",
        ["y = x.tanh()"], ["y[0] = 0.0"], [0, 1], "cs",
    ),
    Program(
        "a slice, by an augmented assignment",
        "y = x * 1.0\nloss = (y ** 2).sum()\n---\ny[1:] *= 3.0\n---\nloss.backward()",
        ["loss = (y ** 2).sum()"], ["y[1:] *= 3.0"], [0, 2], "csa",
    ),
    Program(
        "through a view with a name",
        "y = x * 2.0\nv = y[1:]\nz = y * y\n---\nv.add_(1.0)\nloss = z.sum()\n---\nloss.backward()",
        ["z = y * y"], ["v.add_(1.0)"], [0, 1], "ncs",
    ),
    Program(
        "through a view without a name",
        "y = x * 2.0\nz = y.cos()\nloss = z.sum()\n---\ny.view(2, 2).mul_(3.0)\n---\nloss.backward()",
        ["z = y.cos()"], ["y.view(2, 2).mul_(3.0)"], [0, 1], "csa",
    ),
    Program(
        "through detach(), which shares the versions",
        "y = x * 2.0\nd = y.detach()\nz = y.sin()\n---\nd += 1.0\nloss = z.sum()\n---\nloss.backward()",
        ["z = y.sin()"], ["d += 1.0"], [0, 1], "ncs",
    ),
    Program(
        "a step on a parameter before backward",
        "w = torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64, requires_grad=True)\nloss = (x * w).sum()\n---\n"
        "with torch.no_grad():\n    w -= 0.5\n---\nloss.backward()",
        ["loss = (x * w).sum()"], ["w -= 0.5"], [0, 1], "sa",
    ),
    Program(
        "a mask without a gradient",
        "mask = torch.tensor([1.0, 0.0, 1.0, 0.0], dtype=torch.float64)\nloss = (x * mask).sum()\n---\nmask *= 2.0\n---\n"
        "loss.backward()",
        ["loss = (x * mask).sum()"], ["mask *= 2.0"], [0, 1], "ncsa",
    ),
    Program(
        "out= into what was saved",
        "buffer = torch.ones(4, dtype=torch.float64)\nz = x * buffer\nloss = z.sum()\n---\n"
        "torch.add(buffer, 1.0, out=buffer)\n---\nloss.backward()",
        ["z = x * buffer"], ["torch.add(buffer, 1.0, out=buffer)"], [0, 1], "ncsa",
    ),
    Program(
        "in a loop",
        "state = torch.ones(4, dtype=torch.float64)\ntotal = torch.zeros(4, dtype=torch.float64)\n---\n"
        "for _ in range(3):\n    total = total + x * state\n    state += 1.0\nloss = total.sum()\n---\nloss.backward()",
        [], ["state += 1.0"], [0, 3], "nc",
    ),
    Program(
        "two that saved it, in two cells",
        "y = x.exp()\n---\nz = y * y\nloss = z.sum()\n---\ny -= 1.0\n---\nloss.backward()",
        ["y = x.exp()", "z = y * y"], ["y -= 1.0"], [0, 1], "ncsa",
    ),
    Program(
        "two writes",
        "y = x * 1.0\nloss = (y * y).sum()\n---\ny += 1.0\ny *= 2.0\n---\nloss.backward()",
        ["loss = (y * y).sum()"], ["y += 1.0", "y *= 2.0"], [0, 2], "ncs",
    ),
    Program(
        "written before and after",
        "y = x * 1.0\ny += 1.0\nz = y.exp()\nz2 = y * y\ny *= 2.0\nloss = (z + z2).sum()\n---\nloss.backward()",
        ["z2 = y * y"], ["y *= 2.0"], [1, 2], "ncsb",
    ),
    Program(
        "a matrix product",
        "m = x.reshape(2, 2) * 1.0\nh = torch.ones(2, dtype=torch.float64)\nloss = (m @ h).sum()\n---\nh.add_(1.0)\n---\n"
        "loss.backward()",
        ["loss = (m @ h).sum()"], ["h.add_(1.0)"], [0, 1], "ncsa",
    ),
    Program(
        "softmax, rescaled",
        "p = x.softmax(0)\n---\np.mul_(2.0)\nloss = (p * torch.tensor([1.0, 2.0, 3.0, 4.0], dtype=torch.float64)).sum()\n"
        "---\nloss.backward()",
        ["p = x.softmax(0)"], ["p.mul_(2.0)"], [0, 1], "ncs",
    ),
    Program(
        "cleared to be used again",
        "y = x + 1.0\nloss = (x / y).sum()\n---\ny.zero_()\n---\nloss.backward()",
        ["loss = (x / y).sum()"], ["y.zero_()"], [0, 1], "csa",
    ),
    Program(
        "copied over",
        "y = x.sqrt()\nother = torch.zeros(4, dtype=torch.float64)\nloss = y.sum()\n---\ny.copy_(other)\n---\nloss.backward()",
        ["y = x.sqrt()"], ["y.copy_(other)"], [0, 1], "csa",
    ),
]  # fmt: skip

LETTERS = {
    "n": "Make a new tensor",
    "c": "Write into a copy",
    "s": "Let backward keep a copy",
    "a": "Write after backward()",
    "b": "Write before it is saved",
}


def letter(way):
    """A way out by its letter."""
    return next(letter for letter, title in LETTERS.items() if way["title"].startswith(title))


@pytest.fixture
def notebook(torch, monkeypatch):
    notebook = Notebook(monkeypatch, torch.__name__)
    notebook.variables["XS"] = XS
    yield notebook
    notebook.close()


def lines(told):
    """The lines, each once, in the order of the cells."""
    places = {(each["where"], each["line"]) for each in told if each is not None}
    return [
        line for _, line in sorted(places, key=lambda place: [int(n) for n in re.findall(r"\d+", place[0])])
    ]


def outcome(torch, cells, xs):
    """The loss and the gradient of a program, run as it stands."""
    space = {"torch": torch, "np": np, "XS": list(xs)}
    for cell in cells:
        exec(cell, space)
    return space["loss"].item(), np.array(space["x"].grad.tolist())


def loss_of(torch, cells):
    """The loss of a program that does not run backward."""
    space = {"torch": torch, "np": np, "XS": list(XS)}
    for cell in cells:
        exec(cell, space)
    return space["loss"].item()


def differences(torch, cells):
    """The gradient by finite differences of the whole program."""
    found = []
    for at in range(len(XS)):
        up, down = list(XS), list(XS)
        up[at] += 1e-6
        down[at] -= 1e-6
        found.append((outcome(torch, cells, up)[0] - outcome(torch, cells, down)[0]) / 2e-6)
    return np.array(found)


def changed(cells, way, offset):
    """The cells with the edits of a way made in them."""
    texts = [cell.split("\n") for cell in cells]
    edits = sorted(way["edits"], key=lambda edit: -edit["number"])  # from below: numbers stay what they are
    for edit in edits:
        lines = texts[int(re.search(r"\[(\d+)\]", edit["where"])[1]) - offset]
        indent = " " * edit["indent"]
        lines[edit["number"] - 1 : edit["last"]] = [indent + line for line in edit["new"]] or [
            f"{indent}pass"
        ]
    return ["\n".join(each) for each in texts]


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_the_bomb_is_told_before_backward_and_every_way_out_works(torch, notebook, program):
    cells = [FIRST, *cells_of(program.text)]
    number = notebook.shell.execution_count
    part = notebook.part("bombs", *cells[:-1])
    assert notebook.error is None
    (bomb,) = part["bombs"]
    assert bomb["tracked"] and bomb["versions"] == program.versions
    assert lines(bomb["lines"]) == program.writers
    if program.savers or torch.__name__ == "torch":  # what a loop made cannot be read off
        assert lines(each["line"] for each in bomb["savers"]) == program.savers
    assert bomb["sure"] == ("recorded" if torch.__name__ == "minitorch_edu" else "read")
    assert "will raise" in bomb["sentence"]
    assert "".join(map(letter, bomb["ways"])) == program.ways

    picture = notebook.run(cells[-1])
    assert "modified by an inplace operation" in str(notebook.error)
    (after,) = picture["parts"]["bombs"]["bombs"]
    versions = {(each["version"], each["current"]) for each in after["savers"]}
    assert any(
        f"is at version {now}; expected version {then}" in str(notebook.error) for then, now in versions
    )

    wanted = loss_of(torch, cells[:-1])
    for way in after["ways"]:
        fixed = changed(cells, way, number)
        loss, grad = outcome(torch, fixed, XS)
        if not way["title"].startswith(LETTERS["b"]):  # that one says that the new numbers count
            assert loss == pytest.approx(wanted), way["title"]
        np.testing.assert_allclose(
            grad, differences(torch, fixed), rtol=1e-5, atol=1e-7, err_msg=way["title"]
        )


# Writes that no version counts --------------------------------------------------------------------------------------

UNTRACKED = [
    ("y = x.exp()\n---\ny.data[0] = 5.0\n---\nloss = y.sum()", "y.data[0] = 5.0", "y = x.exp()"),
    ("y = x * 1.0\nz = y * y\n---\ny.data.mul_(2.0)\n---\nloss = z.sum()", "y.data.mul_(2.0)", "z = y * y"),
    ("y = x * 1.0\nz = y.sin()\narray = y.detach().numpy()\n---\narray[:] = 0.0\n---\nloss = z.sum()", "array[:] = 0.0", "z = y.sin()"),
    pytest.param(
        "array = np.ones(4)\nmask = torch.from_numpy(array)\nz = x * mask\n---\narray *= 3.0\n---\nloss = z.sum()", "array *= 3.0", "z = x * mask",
        marks=pytest.mark.host,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "writer", "saver"), UNTRACKED)
def test_a_write_that_no_version_counts_is_told_with_the_wrong_gradient_beside_the_right_one(
    torch, notebook, text, writer, saver
):
    cells = [FIRST, *cells_of(text)]
    (bomb,) = notebook.part("bombs", *cells)["bombs"]
    assert not bomb["tracked"] and bomb["versions"] is None
    assert lines(bomb["lines"]) == [writer]
    assert lines(each["line"] for each in bomb["savers"]) == [saver]
    assert "will not raise, and its gradient will be wrong" in bomb["sentence"]

    value, problem = notebook.ask("truth", node=bomb["savers"][0]["node"])
    assert problem is None
    rule = next(each for each in value["rules"] if not each["same"])
    right = differences_without_writing(torch, cells)
    if saver != "z = y * y":  # whose two inputs are one
        np.testing.assert_allclose(rule["right"]["data"], right, rtol=1e-4)
    notebook.run("loss.backward()")
    assert notebook.error is None  # nothing is raised, and it is wrong
    wrong = np.array(notebook.variables["x"].grad.tolist())
    assert not np.allclose(wrong, right)
    if saver != "z = y * y":
        np.testing.assert_allclose(rule["wrong"]["data"], wrong, rtol=1e-4)


def differences_without_writing(torch, cells):
    """The gradient of the program without its write."""
    fixed = [cells[0], cells[1], *cells[3:], "loss.backward()"]
    return differences(torch, fixed)


def test_what_was_overwritten_in_the_cell_that_saved_it_has_no_finite_difference_and_that_is_said(
    torch, notebook
):
    part = notebook.part("bombs", FIRST, "y = x * 1.0\nz = y.sin()\ny.data.mul_(2.0)\nloss = z.sum()")
    value, problem = notebook.ask("truth", node=part["bombs"][0]["savers"][0]["node"])
    assert value is None and "not recorded" in problem


def test_asking_for_the_truth_runs_no_hook_and_leaves_no_gradient(torch, notebook):
    heard = []
    notebook.variables["heard"] = heard
    part = notebook.part(
        "bombs",
        FIRST,
        "y = x.exp()\ny.register_hook(lambda grad: heard.append(1))\nloss = y.sum()",
        "y.data[0] = 5.0",
    )
    value, problem = notebook.ask("truth", node=part["bombs"][0]["savers"][0]["node"])
    assert problem is None and value["rules"]
    assert heard == [] and notebook.variables["x"].grad is None
    assert notebook.variables["y"].tolist()[0] == 5.0


def test_nothing_is_told_where_nothing_is_wrong(torch, notebook):
    assert notebook.part("bombs", FIRST, "y = x * 2.0\ny += 1\nloss = y.sum()", "loss.backward()") is None
    assert notebook.part("bombs", "with torch.no_grad():\n    x -= 0.1 * x.grad\nx.grad = None") is None


def test_the_same_numbers_written_through_data_are_no_silent_error(torch, notebook):
    assert notebook.part("bombs", FIRST, "y = x * 1.0\nz = y * y", "y.data.copy_(y.detach().clone())") is None


def test_a_write_beside_what_was_saved_is_no_silent_error(torch, notebook):
    cells = "base = torch.ones(4, dtype=torch.float64)\nz = x[:2] * base[:2]\nloss = z.sum()"
    assert notebook.part("bombs", FIRST, cells, "base.data[3] = 7.0") is None
    assert notebook.part("bombs", "base.data[1] = 7.0") is not None


def test_a_bomb_goes_when_its_graph_goes(torch, notebook):
    assert notebook.part("bombs", FIRST, "y = x.exp()\ny += 1\nloss = y.sum()") is not None
    assert notebook.part("bombs", "y = x * 2\nloss = y.sum()") is None


def test_looking_again_at_the_same_cell_tells_the_same(torch, notebook):
    first = notebook.part("bombs", FIRST, "y = x * 1.0\nz = y * y", "y.data[0] = 4.0")
    again = notebook.inspector.refresh()["snapshot"]["parts"]["bombs"]
    assert again == first
