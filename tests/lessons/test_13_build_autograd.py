"""Lesson 13 says what is so: what its cells print, and the numbers in its prose."""

import pytest

from tests.lessons.course import ENGINES, LessonTests, solved_in_here


class TestLesson(LessonTests):
    name = "13_build_autograd"


def test_what_the_prose_says_is_what_the_cells_print(solved):
    assert solved["record"].splitlines() == ["36.0", "2 True", "True"]
    assert solved["walk"].strip() == "33.0"
    assert solved["arrivals"].strip() == "1024"
    assert solved["hasty-run"].strip() == "x.grad: 15.0  u.grad: 4.0"
    assert solved["overwrites"].strip() == "3.0"
    assert solved["shapes"].splitlines() == ["walk:  [1. 1. 1.]", "torch: tensor(3.)"]
    assert solved["write"].strip() == "[100.   2.]"
    assert solved["compare"].strip() == "[True, True, True]"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_engines_of_both_find_33(engine):
    torch = pytest.importorskip(engine)
    x = torch.tensor(3.0, requires_grad=True)
    u = x * x
    (u + u * x).backward()
    assert x.grad.item() == 33.0


def test_the_students_engine_finds_33_and_the_rule_of_u_run_twice_would_find_39():
    names = solved_in_here("13_build_autograd", "minitorch_edu")
    x = names["Value"](3.0)
    u = x * x
    names["backward"](u + u * x)
    assert float(x.grad) == 33.0 and u.grad is None
    through_the_sum, direct, again = 1 * 2 * 3, 9, (1 + 3) * 2 * 3
    assert through_the_sum + direct == 15 and through_the_sum + direct + again == 39
