"""Lesson 1 says what is so: what its cells print, and the numbers in its prose."""

import numpy as np
import pytest

from tests.lessons import course
from tests.lessons.course import ENGINES, LessonTests


class TestLesson(LessonTests):
    name = "01_tensors"


def test_the_table_shows_the_three_facts(solved):
    assert solved["ten-lines"].splitlines()[-3:] == [
        "readings  (2, 3)     torch.float32  cpu",
        "counts    (2, 3)     torch.int64    cpu",
        "warm      (2, 3)     torch.bool     cpu",
    ]
    assert solved["bytes"].splitlines() == [
        "readings    6 elements of 4 bytes, storage of 24 bytes",
        "counts      6 elements of 8 bytes, storage of 48 bytes",
        "warm        6 elements of 1 bytes, storage of 6 bytes",
        "second_day  3 elements of 4 bytes, storage of 24 bytes",
    ]
    assert solved["second-day"] == "tensor([17.0000, 22.5000, 20.0000])\n"
    assert solved["dims"].splitlines()[:2] == ["1 2 3", "3 6 42"]


def test_what_the_prose_says_is_what_the_cells_print(solved):
    assert solved["reduce"].splitlines()[0] == "tensor([17.7500, 21.7500, 19.7500])"
    assert solved["one-number"].splitlines() == [
        "torch.Size([]) 0 1",
        "torch.Size([1]) torch.Size([0])",
        "21.0 <class 'float'>",
    ]
    assert solved["ranges"].splitlines() == [
        "tensor([110, 210,   4], dtype=torch.uint8)",
        "16777216.0",
        "16777217.0",
    ]
    assert "Got: Long" in solved["mean"] and "\n5.5\ntensor(5.5000)\n" in solved["mean"]
    assert solved["gradient"].splitlines() == ["tensor(9., grad_fn=<PowBackward0>)", "tensor(6.)", "6.001"]
    attributes = solved["attributes"].splitlines()
    assert [line.split()[1] for line in attributes[1:6]] == ["True", "True", "False", "False", "False"]
    assert [line.split()[2] for line in attributes[1:6]] == ["True"] * 5
    assert attributes[6:] == ["float64 torch.float32", "cpu"]
    assert "too many dimensions 'str'" in solved["texts"]


def test_the_two_errors_are_about_the_shape_and_then_the_dtype(solved):
    first, second = solved["errors"].splitlines()
    assert first.endswith("shapes cannot be multiplied (2x3 and 2x3)")
    assert second.endswith("got: float != long int")


def test_the_simulated_gpu_refuses_what_a_gpu_refuses(lesson):
    told = {
        cell.id: "".join(output.get("text", "") for output in cell.outputs)
        for cell in lesson.solved.cells
        if cell.cell_type == "code"
    }
    assert told["simulate"].splitlines()[-1] == "cpu cuda:0"
    refused, agreed = told["two-devices"].splitlines()
    assert refused.startswith("Expected all tensors to be on the same device")
    assert agreed == "cuda:0"


def test_either_order_of_two_devices_is_refused_but_one_number_may_stay():
    import minitorch_edu as torch

    with torch.cuda.simulate():
        there, here = torch.ones(2, 3, device="cuda"), torch.ones(2, 3)
        for left, right in ((there, here), (here, there)):
            with pytest.raises(RuntimeError, match="same device"):
                left + right
        assert (there + torch.tensor(1.0)).device.type == "cuda"


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_said_of_dtypes(engine):
    torch = pytest.importorskip(engine)
    names = {"Long": torch.int64, "Byte": torch.uint8}
    for name, dtype in names.items():
        with pytest.raises(RuntimeError, match=f"Got: {name}"):
            torch.ones(2, dtype=dtype).mean()
    assert torch.FloatTensor is not None and torch.ones(2).type() == "torch.FloatTensor"
    assert torch.ones(2, dtype=torch.float64).type() == "torch.DoubleTensor"
    counts = torch.tensor([[4, 7, 5], [3, 8, 6]])
    assert counts.sum().item() == 33 and (counts / 2).dtype == torch.float32
    assert torch.tensor([1.0], dtype=torch.float64).dtype == torch.float64
    assert (torch.ones(2) + torch.ones(2, dtype=torch.int64)).dtype == torch.float32
    # the digits of a float32 and of a float64
    for dtype, bits in ((torch.float32, 24), (torch.float64, 53)):
        assert torch.finfo(dtype).eps == 2.0 ** (1 - bits)


@pytest.mark.parametrize("engine", ENGINES)
def test_every_number_of_dimensions_is_a_tensor(engine):
    torch = pytest.importorskip(engine)
    assert all(type(torch.zeros((1,) * dims)) is torch.Tensor for dims in range(5))
    week = torch.zeros(7, 2, 3)
    assert (week.dim(), week.ndim, week.numel(), week.numel() * week.element_size()) == (3, 3, 42, 168)


def test_the_examples_of_the_exercises():
    torch = pytest.importorskip("torch")
    solved = course.solved_in_here("01_tensors", "torch")
    readings = torch.tensor([[18.5, 21.0, 19.5], [17.0, 22.5, 20.0]])
    sums = solved["weighted"](readings, torch.tensor([[1, 2, 1], [0, 1, 3]]))
    assert sums[0, 0].item() == 80.0 and sums.dtype == torch.float32
    assert solved["facts"](torch.zeros(7, 2, 3)) == (3, 42, 168)


def test_numpys_arrays_know_no_other_device_than_the_cpu():
    with pytest.raises(ValueError):
        np.array([1.0]).to_device("cuda")


def test_pytorch_without_a_gpu_refuses_to_go_there():
    torch = pytest.importorskip("torch")
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises((RuntimeError, AssertionError)):
        torch.ones(2).to("cuda")


def test_the_picture_says_who_reads_the_storage():
    from minitorch_widgets import memory

    import minitorch_edu as torch

    readings = torch.tensor([[18.5, 21.0, 19.5], [17.0, 22.5, 20.0]])
    second_day = readings[1]
    counts = torch.tensor([[4, 7, 5], [3, 8, 6]])
    snapshot = memory(readings, second_day, counts).state["snapshot"]
    assert snapshot["lanes"][0]["cells"] == [18.5, 21.0, 19.5, 17.0, 22.5, 20.0]
    assert (
        snapshot["parts"]["sharing"]["summary"]
        == "readings and second_day look at storage A and counts looks at storage B."
    )
