"""Which lesson a test is about, and each of its wrong answers on each engine."""

import pytest

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
