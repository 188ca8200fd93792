"""Lesson 7 says what is so: what its cells print, and the gradients in its table."""

import pytest

from tests.lessons.course import ENGINES, LessonTests


class TestLesson(LessonTests):
    name = "07_backward_steps"


def test_what_the_prose_says_is_what_the_cells_print(solved):
    assert solved["ten-lines"].split() == ["9.0", "36.0", "45.0", "22.5"]
    assert solved["kept"].split() == ["0.5", "0.5", "2.5", "15.0"]
    assert solved["difference"].strip() == "15.0"
    assert solved["twice"].strip() == "tensor(30.)"
    assert solved["zero"].splitlines() == ["tensor(0.) tensor(0.)", "tensor(15.) tensor(0.)"]
    assert solved["second"].startswith("Trying to backward through the graph a second time")
    assert solved["retained"].strip() == "tensor(30.)"
    assert solved["which"].splitlines() == ["first went through twice", "second raised an error"]
    assert solved["vector"].strip() == "grad can be implicitly created only for scalar outputs"
    assert solved["weights"].splitlines() == ["tensor([ 2.,  0., 60.])"] * 2
    assert solved["two-tasks"].strip() == "raised an error in the second backward"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_steps_are_those_of_the_table(engine):
    torch = pytest.importorskip(engine)
    w = torch.tensor(3.0, requires_grad=True)
    a = w * w
    b = a * 4.0
    c = a + b
    order = []
    for name, tensor in (("c", c), ("b", b), ("a", a)):
        tensor.register_hook(lambda grad, name=name: order.append((name, grad.item())))
    (c * 0.5).backward()
    assert order == [("c", 0.5), ("b", 0.5), ("a", 2.5)] and w.grad.item() == 15.0


@pytest.mark.parametrize("engine", ENGINES)
def test_the_node_that_fails_is_the_exponential(engine):
    torch = pytest.importorskip(engine)
    trunk = torch.tensor([0.5, -1.0], requires_grad=True)
    hidden = trunk.exp()
    hidden.sum().backward()
    ran = []
    second = hidden * hidden
    second.grad_fn.register_hook(lambda *_: ran.append("MulBackward0"))
    with pytest.raises(RuntimeError, match="a second time"):
        second.sum().backward()
    assert ran == ["MulBackward0"]
