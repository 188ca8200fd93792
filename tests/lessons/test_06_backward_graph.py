"""Lesson 6 says what is so: what its cells print, and the numbers in its prose."""

import pytest

from tests.lessons.course import ENGINES, LessonTests


class TestLesson(LessonTests):
    name = "06_backward_graph"


def test_what_the_prose_says_is_what_the_cells_print(solved):
    assert solved["ten-lines"].splitlines() == [
        "tensor(5.5000, grad_fn=<AddBackward0>)",
        "tensor(12.2500, grad_fn=<PowBackward0>)",
    ]
    assert solved["walk"].splitlines()[0] == "PowBackward0 -> ['SubBackward0']"
    assert solved["accumulate"].splitlines()[::2] == ["True", "True"]
    assert solved["backward"].splitlines() == ["tensor([ 7., 14., 21.])", "tensor(7.)", "None"]
    assert "detach().numpy() instead" in solved["numpy"]
    assert solved["ways-to-numpy"].startswith("[ 0.5 -1.   2. ]")
    assert solved["behind-its-back"].splitlines() == ["tensor([700.,  14.,  21.])", "version of x: 0"]
    assert solved["suspicious"].splitlines()[1] == "w.grad: None"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_table_of_steps_has_the_gradients_that_flow(engine):
    torch = pytest.importorskip(engine)
    x = torch.tensor([1.0, 2.0, 3.0])
    w = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
    b = torch.tensor(1.0, requires_grad=True)
    product = x * w
    total = product.sum()
    prediction = total + b
    error = prediction - 2.0
    for tensor in (product, total, prediction, error):
        tensor.retain_grad()
    (error**2).backward()
    assert error.item() == 3.5
    assert [tensor.grad.tolist() for tensor in (error, prediction, total, b)] == [7.0, 7.0, 7.0, 7.0]
    assert product.grad.tolist() == [7.0, 7.0, 7.0]
    assert w.grad.tolist() == [7.0, 14.0, 21.0]


def test_the_wrong_predictions_would_be_these_numbers():
    torch = pytest.importorskip("torch")
    x = torch.tensor([100.0, 2.0, 3.0])
    w = torch.tensor([0.5, -1.0, 2.0], requires_grad=True)
    (((x * w).sum() + 1.0 - 2.0) ** 2).backward()
    assert w.grad.tolist() == [10600.0, 212.0, 318.0]
