"""Which lesson a test is about, and each of its wrong answers on each engine."""

import pytest

import minitorch_edu
from tests import device
from tests.lessons import course


def pytest_generate_tests(metafunc):
    name = getattr(metafunc.cls, "name", None)
    if name is None:
        return
    if "wrong" in metafunc.fixturenames:
        wrong = course.lesson(name).wrong
        metafunc.parametrize("wrong", wrong, ids=[path.stem for path in wrong])
    if "engine" in metafunc.fixturenames:
        metafunc.parametrize("engine", metafunc.cls.engines)


@pytest.fixture(autouse=True, scope="module")
def no_gpu_is_left_behind():
    """Lessons simulate GPUs, some of them in this process: the tests of other files have none again."""
    yield
    if device.UNDER_TEST == "cpu":
        minitorch_edu.cuda.simulate(0)


@pytest.fixture
def lesson(request):
    """The lesson of the class that a test is in, or of the first such class in its file."""
    classes = [request.cls, *vars(request.module).values()]
    return course.lesson(
        next(each.name for each in classes if getattr(each, "name", None) and hasattr(each, "engines"))
    )


@pytest.fixture
def solved(lesson):
    """What each cell of the solved lesson prints, by the cell's id."""
    return course.printed(lesson.solved)
