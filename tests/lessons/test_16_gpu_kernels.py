"""Lesson 16 says what is so: what its cells print, and the numbers in its prose."""

import copy

import pytest

import minitorch_edu as torch
from minitorch_edu import cuda
from tests.lessons import course


class TestLesson(course.LessonTests):
    name = "16_gpu_kernels"
    engines = ["minitorch_edu"]
    on_pytorch = False


@pytest.fixture
def solved(lesson):
    """What each cell prints, those of the kernel lab too."""
    notebook = copy.deepcopy(lesson.solved)
    for cell in notebook.cells:
        cell.metadata.pop("tags", None)
    return course.printed(notebook)


@pytest.fixture(scope="module")
def names():
    return course.solved_in_here("16_gpu_kernels", "minitorch_edu")


def test_what_the_prose_says_is_what_the_cells_print(solved):
    assert solved["idle"].splitlines() == ["blocks: 4  threads: 1024  without an element: 24", "right: True"]
    assert "thread (232, 0, 0) of block (3, 0, 0) reads a[1000]" in solved["no-guard"]
    assert 3 * 256 + 232 == 1000
    assert "data race" in solved["race"] and solved["atomic"] == "tensor([8.])\n"
    assert "thread (3, 0, 0) (line 6) reads it and thread (4, 0, 0) (line 5)" in solved["missing-barrier"]
    assert "divergent barrier: 5 of 8 threads" in solved["divergent"]
    assert solved["naive"].splitlines() == ["right: True", "reads of global memory: 8192"]
    assert solved["tiled"].splitlines()[1:] == [
        "reads of global memory: 2048",
        "reads of shared memory: 8192",
    ]
    assert "{1: 8192, 2: 4096, 4: 2048, 8: 1024, 16: 512}" in solved["sizes"]


def test_one_number_of_the_smoothed_depends_on_the_order(solved):
    one, forward, reversed_ = (line.split("tensor")[1] for line in solved["suspicious"].splitlines())
    assert one == forward != reversed_
    pairs = zip(forward.strip("()[]").split(","), reversed_.strip("()[]").split(","), strict=True)
    assert sum(a != b for a, b in pairs) == 1


def test_the_contested_element_and_its_threads(names):
    with pytest.raises(cuda.lab.DataRace) as raised:
        names["smooth"][2, 4](torch.arange(8.0))
    places = {(place.block.x, place.thread.x) for place in (raised.value.place, *raised.value.others)}
    assert raised.value.index == 4 and places == {names["reader"], names["writer"]}


def test_each_number_is_fetched_16_times_or_4_times(names):
    a, b = torch.rand(16, 16), torch.rand(16, 16)
    names["TILE"] = 4
    for kernel, times in ((names["naive"], 16), (names["tiled"], 4)):
        watched = kernel.using(events=True)
        watched[(4, 4), (4, 4)](a, b, torch.zeros(16, 16))
        seen = {}
        for event in watched.last_report.events:
            if event["kind"] == "load" and not event["shared"]:
                place = event["array"], tuple(event["index"])
                seen[place] = seen.get(place, 0) + 1
        assert len(seen) == 512 and set(seen.values()) == {times}


def test_the_limits_of_blocks_and_of_shared_memory():
    @cuda.kernel
    def much(x):
        tile = cuda.shared.array(12 * 1024 + 1, torch.float32)
        tile[0] = x[0]

    with pytest.raises(torch.AcceleratorError, match="invalid configuration"):
        much[1, 1025](torch.zeros(1))
    with pytest.raises(cuda.lab.KernelError, match="too much shared data"):
        much[1, 1](torch.zeros(1))
    assert 32 * 32 == 1024


def test_the_picture_of_who_computes_what(names):
    block, thread = names["block"], names["thread"]
    assert block[0].tolist() == [0, 0, 0, 0, 1, 1, 1, 1] and block[5].tolist() == [2, 2, 2, 2, 3, 3, 3, 3]
    assert sorted(thread[:4, :4].flatten().tolist()) == list(range(16))
    assert sorted(thread[4:, 4:].flatten().tolist()) == list(range(8))


def test_the_short_word_for_the_place_in_the_grid():
    @cuda.kernel
    def differ(found):
        if cuda.grid(1) != cuda.blockIdx.x * cuda.blockDim.x + cuda.threadIdx.x:
            found[0] = 1

    found = torch.zeros(1)
    differ[3, 5](found)
    assert found.item() == 0
