"""Lesson 8 says what is so: what its cells print, and what its prose says of nodes, versions and ways out."""

import runpy

import pytest

from tests.lessons.course import ENGINES, LessonTests
from tests.lessons.course import lesson as named


class TestLesson(LessonTests):
    name = "08_cutting_the_graph"


def test_what_the_prose_says_is_what_the_cells_print(solved):
    assert [line.split()[1] for line in solved["ten-lines"].splitlines()[1:]] == ["True"] + 4 * ["False"]
    assert [line.split()[-1] for line in solved["same-bytes"].splitlines()] == [
        "True",
        "True",
        "True",
        "False",
    ]
    assert solved["half"].splitlines() == ["tensor(54.)", "MulBackward0"]
    assert solved["modes"].splitlines()[:2] == ["True False", "True True"]
    assert len(solved["inference"].splitlines()) == 4
    assert solved["numpy"].count("Can't call numpy() on Tensor that requires grad") == 2
    assert solved["gate"].count("0.5") == 3
    assert "the same tensor: True  version: 1" in solved["step"]
    assert "does not require grad and does not have a grad_fn" in solved["rebind"]
    assert solved["harmless"] == "version of y: 1  t.grad: tensor([1., 1., 1.])\n"
    assert solved["not-a-leaf"].splitlines()[::2] == ["None False", "tensor([1., 2., 3.]) True"]
    assert solved["reasons"].splitlines() == ["[None, None, None, None, None]", "False False"]


def test_the_two_ways_to_write_part_as_it_says(solved):
    right, data, array, detached = solved["two-writes"].splitlines()
    assert right.endswith("tensor([1.0000, 0.4200, 0.0707])")
    assert data.endswith("tensor([1., 1., 1.])") and array.endswith("tensor([1., 1., 1.])")
    assert detached.endswith("is at version 1; expected version 0 instead")
    assert solved["ways-out"].count("tensor([1.0000, 0.4200, 0.0707])") == 3


@pytest.mark.parametrize("engine", ENGINES)
def test_eval_records_and_an_addition_saves_neither_operand(engine):
    torch = pytest.importorskip(engine)
    layer = torch.nn.Linear(1, 1).eval()
    assert layer(torch.ones(1)).requires_grad
    t = torch.ones(2, requires_grad=True)
    saved = [name for name in dir((t + t).grad_fn) if name.startswith("_saved")]
    assert not {"_saved_self", "_saved_other"} & set(saved)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_view_counts_its_writes_in_the_version_of_its_base(engine):
    torch = pytest.importorskip(engine)
    base = torch.zeros(4)
    base[:2].add_(1.0)
    assert base._version == 1
    with torch.set_grad_enabled(False), torch.enable_grad():
        assert torch.is_grad_enabled()
    assert torch.is_grad_enabled()


PROGRAM = """
import minitorch_edu as torch
from minitorch_widgets import road_to_numpy, time_bombs, why

t = torch.ones(3, requires_grad=True)
y = torch.tanh(t)
loss = y.sum()
with torch.no_grad():
    y += 1.0
bombs = time_bombs(loss).state["snapshot"]["parts"]["bombs"]["bombs"]
cut = (t * 2.0).detach().sum()
causes = [why(tensor).state["snapshot"]["parts"]["why"]["cause"] for tensor in (cut, t)]
gates = road_to_numpy(t).state["snapshot"]["parts"]["road"]["gates"]
"""


def test_the_pictures_say_what_the_prose_says_of_them(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    made = runpy.run_path(str(program))
    (bomb,) = made["bombs"]
    titles = [way["title"] for way in bomb["ways"]]
    for way in ("Make a new tensor", "Write into a copy", "Write after backward()"):
        assert any(title.startswith(way) for title in titles)
    assert made["causes"][0] == "detach"
    assert [(gate["call"], gate["shut"]) for gate in made["gates"]] == [("detach()", True), ("cpu()", False)]


@pytest.mark.filterwarnings("ignore:To copy construct")
@pytest.mark.parametrize("engine", ENGINES)
def test_what_the_table_calls_a_cut_is_one(engine):
    torch = pytest.importorskip(engine)
    w = torch.tensor([1.0], requires_grad=True)
    with torch.no_grad():
        quiet = w * 2.0
    again = [
        w.detach(),
        w.data,
        quiet,
        torch.from_numpy(w.detach().numpy()),
        torch.tensor(w.item()),
        torch.tensor(w),
    ]
    assert not any(tensor.requires_grad for tensor in again)


def test_the_wrong_predictions_would_be_these_numbers():
    torch = pytest.importorskip("torch")
    v = torch.tensor(3.0, requires_grad=True)
    (v**4).backward()
    assert v.grad.item() == 108.0
    ones = torch.ones(3, requires_grad=True)
    small = ones * 0.1
    small.retain_grad()
    (torch.tensor([1.0, 2.0, 3.0]) * small).sum().backward()
    assert small.grad.tolist() == [1.0, 2.0, 3.0]
    assert torch.allclose(ones.grad, torch.tensor([0.1, 0.2, 0.3]))


def test_the_broken_loss_is_broken_where_it_says():
    cells = {cell.id: cell for cell in named("08_cutting_the_graph").solved.cells}
    (output,) = cells["broken"].outputs
    assert "which is output 0 of Tanh, is at version 1; expected version 0 instead" in output.text
