"""Lesson 11 says what is so: what its cells print, and the numbers in its prose."""

import math

import pytest

from tests.lessons.course import ENGINES, LessonTests, solved_in_here

NAME = "11_modules_and_optimizers"


class TestLesson(LessonTests):
    name = NAME


@pytest.fixture(scope="module", autouse=True)
def optimizers_are_loaded():
    """PyTorch takes seconds over the first one of a process, and the checks have a clock."""
    torch = pytest.importorskip("torch")
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1).step()


@pytest.fixture(params=ENGINES)
def names(request):
    """The solved lesson's names, on one engine and on the other."""
    return solved_in_here(NAME, request.param)


def test_what_the_prose_says_of_parameters_is_what_the_cells_print(solved):
    assert "65 numbers to learn" in solved["ten-lines"]
    assert solved["listed"].splitlines() == ["list 0", "ModuleList 65"]


def test_what_the_prose_says_of_losses_is_what_the_cells_print(solved):
    _, probabilities, logits = solved["losses"].splitlines()
    assert probabilities == logits
    first, second = solved["sure-and-wrong"].splitlines()
    assert first.endswith("gradient 0.0") and second.endswith("loss 200.0  gradient 1.0")
    assert solved["sigmoid-twice"].splitlines()[-1].endswith("loss 0.3133")
    assert round(-math.log(1 / (1 + math.exp(-1))), 4) == 0.3133


def test_the_sorted_batches_hold_one_label_each_but_for_one(solved):
    in_order, shuffled = (
        [int(n) for n in line.split("]")[0][1:].split(",")] for line in solved["sorted"].splitlines()
    )
    assert sum(0 < n < 20 for n in in_order) <= 1 and in_order == sorted(in_order)
    assert all(0 < n < 20 for n in shuffled) and sum(shuffled) == sum(in_order)


def test_the_mlp_learns_the_moons_and_the_straight_model_does_not(names):
    share, points, labels = names["accuracy_of"], names["test_points"], names["test_labels"]
    wrong = round(len(labels) * (1 - share(names["model"], points, labels)))
    assert wrong <= 10
    assert 0.8 < share(names["straight"], points, labels) < 0.92


def test_two_linear_layers_are_one(solved):
    assert solved["one-layer"].splitlines() == ["torch.Size([1, 2])", "True"]


def test_evaluation_does_not_stop_the_recording(solved):
    lines = solved["modes"].splitlines()
    assert set(lines[0].strip("tensor([])").replace(" ", "").split(",")) == {"0.", "2."}
    assert lines[1:] == [
        "tensor([1., 1., 1., 1., 1., 1., 1., 1.])",
        "training: False False",
        "recorded: True",
    ]


def test_the_replaced_layer_gets_gradients_and_does_not_move(names):
    torch, odd, optimizer = names["torch"], names["odd"], names["odd_optimizer"]
    before = {name: p.detach().clone() for name, p in odd.named_parameters()}
    names["nn"].BCEWithLogitsLoss()(odd(names["points"]), names["labels"]).backward()
    optimizer.step()
    moved = {name for name, p in odd.named_parameters() if not torch.equal(p, before[name])}
    assert moved == {"second.weight", "second.bias"}
    assert set(before) - moved == set(names["frozen"])
    assert all(p.grad is not None and p.grad.any() for p in odd.parameters())
