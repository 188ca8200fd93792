"""Lesson 9 says what is so: what its cells print of devices, of the books and of the queue."""

import minitorch_edu as torch
from tests.lessons.course import LessonTests


class TestLesson(LessonTests):
    name = "09_the_gpu"
    engines = ["minitorch_edu"]
    """Its wrong answers need a GPU to be wrong on; the solved notebook runs on PyTorch as well."""


def shown(lesson):
    """What each cell printed, those of the simulated GPU too."""
    return {
        cell.id: "".join(output.get("text", "") for output in cell.outputs)
        for cell in lesson.solved.cells
        if cell.cell_type == "code"
    }


def test_tensors_are_where_it_says(lesson):
    told = shown(lesson)
    assert told["ten-lines"].splitlines() == ["6.0", "[1.0, 2.0, 3.0]"]
    assert [line.split()[1] for line in told["where"].splitlines()] == ["cpu"] + 4 * ["cuda:0"]
    assert told["who-moves"].startswith(
        "inputs: cpu  weight: cuda:0\nExpected all tensors to be on the same device"
    )
    assert told["already-there"] == "True True True\n"
    assert told["leaf"].splitlines() == ["moved: False ToCopyBackward0", "made:  True"]


def test_three_of_the_six_work(lesson):
    lines = shown(lesson)["errors"].splitlines()
    assert [": tensor(" in line for line in lines] == [False, False, True, True, True, False]


def test_the_books_say_what_the_prose_says(lesson):
    told = shown(lesson)
    rows = [line.split() for line in told["count"].splitlines()[1:]]
    assert [row[1] for row in rows] == ["3072", "49152", "786432"]
    assert [row[2] for row in rows] == 3 * ["12.0"]
    assert [row[3] for row in rows] == ["0.375", "0.094", "0.023"]
    assert "bytes that came back: 4\nlaunches: 201" in told["rounds"]
    assert told["launches"].splitlines() == ["row by row:  100", "all at once: 1"]
    assert told["order"].splitlines() == ["detach, cpu 12", "cpu, detach 12", "ToCopyBackward0"]


def test_the_queue_is_waited_for_where_it_says(lesson):
    told = shown(lesson)
    assert told["queue"].splitlines() == ["done? False", "done? True"]
    assert [line.split()[-1] for line in told["waits"].splitlines()] == [
        "no",
        "no",
        "yes",
        "yes",
        "yes",
        "yes",
    ]
    assert [line.split()[-1] for line in told["losses"].splitlines()] == ["100", "1"]


def test_the_road_has_two_gates_and_its_array_is_a_copy(lesson):
    told = shown(lesson)
    kinds = [line.split(": ")[1] for line in told["road-errors"].splitlines()]
    assert kinds == ["TypeError", "RuntimeError", "TypeError", "[1. 1. 1.]"]
    assert told["not-shared"] == "[100.   1.   1.] [1.0, 1.0, 1.0]\n"


def test_the_colleagues_loop_copies_twelve_thousand_bytes_a_step():
    with torch.cuda.simulate() as books:
        x, w = torch.ones(1000), torch.zeros(1000)
        for _ in range(3):
            w = (w.to("cuda") + 0.5 * x.to("cuda")).cpu()
        assert sum(books.copied.values()) == 3 * 12000
