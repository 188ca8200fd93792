"""Lesson 10 says what is so: what its cells print, and the numbers in its prose."""

import math

import numpy as np
import pytest

from tests.lessons.course import ENGINES, LessonTests, solved_in_here

NAME = "10_linear_regression"


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


def test_what_the_prose_says_of_the_training_is_what_the_cells_print(solved):
    assert solved["first-gradient"].splitlines() == ["tensor(-24.3711)", "tensor(-14.9342)"]
    assert solved["ten-lines"].splitlines()[-1] == "w 2.527  b 3.969  loss 0.0673"
    true, fitted = (float(line.split()[-1]) for line in solved["true-line"].splitlines())
    assert fitted < true
    assert "a leaf Variable that requires grad" in solved["without-no-grad"]
    assert solved["rebound"].splitlines()[1] == "leaf: False"
    assert solved["nan"] == "nan\n"


def test_the_second_step_fails_for_a_name_that_has_moved():
    torch = pytest.importorskip("torch")
    v = torch.tensor(1.0, requires_grad=True)
    (v * 3.0).backward()
    v = v - 0.1 * v.grad
    (v * 3.0).backward()
    with pytest.warns(UserWarning, match="not a leaf"), pytest.raises(TypeError):
        v - 0.1 * v.grad


def test_the_figure_of_the_rates_shows_what_its_words_say(names):
    runs = names["runs"]
    assert all(round(losses[0]) == 61 for losses in runs.values())
    assert max(runs[0.1][5:]) < 1 and 0.145 < runs[0.1][-1] < 0.155
    assert 18 < runs[0.003][-1] < 20
    assert 15.5 < math.log10(runs[0.4][-1]) < 16
    growth = np.diff(np.log10(runs[0.4][1:]))
    assert growth.max() - growth.min() < 0.05


def test_the_smallest_case_has_the_factors_and_the_limit(solved):
    settled, swings, grows = solved["factor"].splitlines()
    assert "factor  0.8" in settled and "factor -0.8" in swings and "factor -1.2" in grows


def test_the_trap_gives_a_flat_line_at_the_mean_and_the_columns_what_was_found_by_hand(solved, names):
    assert solved["trap-shape"] == "torch.Size([40, 40])\n"
    trapped, fitted, mean = solved["trap"].splitlines()
    assert fitted.startswith("weight 2.527  bias 3.969  loss 0.0673")
    flat = names["trapped"]
    assert abs(flat.weight.item()) < 0.01
    assert mean == "the mean of all lengths: 7.467" and abs(flat.bias.item() - 7.467) < 0.01
    slope, start, _ = names["train"](names["mass"], names["length"], 0.1, 200)
    assert abs(names["fitted"].weight.item() - slope) < 1e-4
    assert abs(names["fitted"].bias.item() - start) < 1e-4


def test_mse_loss_warns_of_the_trap(names):
    loss = names["nn"].MSELoss()
    with pytest.warns(UserWarning, match="different to the input size"):
        loss(names["model"](names["column"]), names["length"])


def test_the_points_are_where_the_words_of_the_figure_say(names):
    mass, length = names["mass"].numpy(), names["length"].numpy()
    assert 0 < mass.min() < 0.1 and 2.8 < mass.max() < 3
    assert abs(length.min() - 4) < 0.1 and abs(length.max() - 11.3) < 0.1


def test_a_saved_model_computes_the_same_and_a_model_of_another_shape_is_refused(solved):
    assert solved["save"].splitlines() == [
        "<All keys matched successfully>",
        "weight (1, 1) 2.527",
        "bias   (1,) 3.969",
        "True",
    ]
    assert "size mismatch for weight" in solved["does-not-fit"]


def test_files_are_read_by_the_other_engine(names, tmp_path):
    torch, ours = pytest.importorskip("torch"), pytest.importorskip("minitorch_edu")
    for writes, reads in ((torch, ours), (ours, torch)):
        made = writes.nn.Linear(1, 1)
        writes.save(made.state_dict(), tmp_path / "spring.pt")
        again = reads.nn.Linear(1, 1)
        again.load_state_dict(reads.load(tmp_path / "spring.pt"))
        assert again.weight.item() == made.weight.item() and again.bias.item() == made.bias.item()


def test_the_training_tips_over_at_the_limit_and_in_grams_a_million_times_lower(names):
    train, mass, length = names["train"], names["mass"], names["length"]
    limit = names["limit"]
    assert train(mass, length, 0.97 * limit, 1000)[2][-1] < 0.07
    assert not train(mass, length, 1.03 * limit, 1000)[2][-1] < 60
    in_grams = 1000 * mass
    for factor, settles in ((5e5, False), (2e6, True)):
        losses = train(in_grams, length, limit / factor, 60)[2]
        assert (losses[-1] < losses[0]) == settles


def test_least_squares_finds_the_line_without_steps(names):
    torch = names["torch"]
    table = torch.stack([names["mass"], torch.ones(40)], dim=1)
    found = torch.linalg.lstsq(table, names["length"][:, None]).solution
    assert np.allclose(found.flatten().tolist(), [2.527, 3.970], atol=1e-3)
