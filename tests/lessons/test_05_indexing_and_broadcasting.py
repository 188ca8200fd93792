"""Lesson 5 says what is so: what its cells print, and the numbers in its prose."""

import pytest

from tests.lessons.course import ENGINES, LessonTests


class TestLesson(LessonTests):
    name = "05_indexing_and_broadcasting"


@pytest.fixture(params=ENGINES)
def torch(request):
    return pytest.importorskip(request.param)


def test_what_the_prose_says_is_what_the_cells_print(solved):
    assert solved["dimensions"].splitlines()[2].endswith("(3,)")
    assert solved["dimensions"].splitlines()[3].endswith("(3, 1)")
    assert solved["who-writes"].splitlines()[0] == "tensor([100,   1,   2,   3])"
    assert [line.split()[-1] for line in solved["kinds"].splitlines()] == ["view"] * 2 + ["copy"] * 3
    assert solved["assign"].splitlines() == ["tensor([0, 5, 0, 5])"] * 2 + ["tensor([1, 5, 0, 5])"]
    assert solved["pairs"].splitlines()[0] == "tensor([ 1, 11])"
    assert "stride: (0, 1)" in solved["stretched"]
    assert "loss: tensor(1.3333" in solved["n-by-n"]
    assert solved["silent"].splitlines() == [
        "silent: weight 0.00  bias 1.00  loss 3.32",
        "mended: weight 3.00  bias 1.00  loss 0.00",
    ]
    assert solved["suspicious"].splitlines()[0] == "means: tensor([ 2., 30.,  2.])"


def test_the_constant_that_the_silent_loss_asks_for_is_the_mean(torch):
    y = 3.0 * torch.linspace(-1.0, 1.0, 20) + 1.0
    assert round(y.mean().item(), 5) == 1.0
    assert round(((y - y.mean()) ** 2).mean().item(), 2) == 3.32
    assert (round(y.min().item(), 4), round(y.max().item(), 4)) == (-2.0, 4.0)


def test_the_gradients_on_the_way_back(solved):
    assert "[30.]" in solved["sum-back"] and "tensor([6., 6.])" in solved["sum-back"]
    assert solved["sum-back"].splitlines()[0] == "(3, 2) (3, 1) (2,)"


def test_a_number_for_each_row_needs_a_column(torch):
    assert (torch.zeros(3, 4) + torch.zeros(3)[:, None]).shape == (3, 4)
    with pytest.raises(RuntimeError, match="must match"):
        torch.zeros(3, 4) + torch.zeros(3)


def test_index_add_adds_each_time(torch):
    counts = torch.zeros(2, dtype=torch.int64)
    counts.index_add_(0, torch.tensor([0, 0, 0]), torch.tensor([1, 1, 1]))
    assert counts.tolist() == [3, 0]


def test_what_was_simplified(torch):
    t = torch.zeros(2, 3, 2)
    assert t[:, [0, 1]].shape == (2, 2, 2) and t[[0, 1], :, [0, 1]].shape == (2, 3)
    assert torch.zeros(5, 3, 4)[:, :, [0, 1, 2, 3, 0, 1]].shape == (5, 3, 6)
    with pytest.raises(RuntimeError, match="doesn't match the broadcast shape"):
        torch.zeros(1).add_(torch.zeros(3))
    assert (torch.zeros(4, 1, 2, 3) @ torch.zeros(5, 3, 2)).shape == (4, 5, 2, 2)
    with pytest.raises(ValueError, match="step must be greater than zero"):
        torch.zeros(3)[::-1]
    flipped = t.flip(0)
    assert flipped.untyped_storage().data_ptr() != t.untyped_storage().data_ptr()


def test_squeeze_and_a_column_mend_the_loss(torch):
    prediction, target = torch.ones(3, 1), torch.zeros(3)
    assert (prediction.squeeze(1) - target).shape == (prediction[:, 0] - target).shape == (3,)
    assert (prediction - target[:, None]).shape == (3, 1)
    assert (prediction - target).shape == (3, 3)


def test_the_picture_says_that_both_are_stretched():
    from minitorch_widgets.broadcasting import meet, sum_back

    assert meet((3, 1), (3,)) == ([3, 3], "")
    assert sum_back((3, 1), (3, 2)) == "grad.sum(1, keepdim=True)" and sum_back((2,), (3, 2)) == "grad.sum(0)"
