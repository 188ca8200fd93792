"""Lesson 2 says what is so: what its cells print, and what its tables and rules say."""

import numpy as np
import pytest

from tests.lessons import course
from tests.lessons.course import ENGINES, LessonTests


class TestLesson(LessonTests):
    name = "02_numpy_and_back"


def test_three_ways_are_aware_of_the_dtype_and_one_is_not(solved):
    assert solved["ten-lines"].splitlines() == [
        "array      int64",
        "from_numpy torch.int64",
        "tensor     torch.int64",
        "as_tensor  torch.int64",
        "Tensor     torch.float32",
    ]
    assert solved["choose"].splitlines()[2:] == ["from_numpy raises TypeError", "Tensor raises TypeError"]
    assert solved["capital"].splitlines() == ["torch.Size([]) torch.Size([3])", "tensor([3.])"]


def test_two_of_the_four_see_the_write(solved):
    assert solved["write"].splitlines() == [
        "from_numpy tensor([   0,  750,  250, 1000])",
        "tensor     tensor([ 500,  750,  250, 1000])",
        "as_tensor  tensor([   0,  750,  250, 1000])",
        "Tensor     tensor([ 500.,  750.,  250., 1000.])",
    ]
    shared, copied = solved["singles"].splitlines()
    assert shared.startswith("tensor([   0.,") and copied.startswith("tensor([ 500.,")


def test_what_is_said_of_float64(solved):
    assert solved["prices"].splitlines()[0].endswith("dtype=torch.float64)")
    assert "dtype" not in solved["prices"].splitlines()[1]
    assert solved["promotion"].splitlines() == [
        "torch.float64",
        "torch.float64",
        "torch.float32 torch.float32",
    ]
    problem, dtype, sizes = solved["layer"].splitlines()
    assert problem.endswith("got Double and Float")
    assert dtype == "torch.float32" and sizes == "32 16"


def test_what_is_said_of_casts(solved):
    assert solved["casts"].splitlines() == [
        "tensor([ 2, -2,  0], dtype=torch.int32)",
        "tensor([ 3, -3,  0], dtype=torch.int32)",
        "tensor([ True,  True, False])",
        "tensor([ 44, 255], dtype=torch.uint8)",
        "torch.float32",
        "True False",
    ]
    assert solved["digits"].splitlines() == ["0.10000000149011612", "tensor(False)", "tensor([16777216])"]
    assert (
        "Only Tensors of floating point and complex dtype can require gradients" in solved["whole-gradient"]
    )
    assert solved["whole-gradient"].splitlines()[1].endswith("requires_grad=True)")


def test_the_default_decides_for_pythons_floats_and_for_the_class(solved):
    assert solved["default"].splitlines() == [
        "torch.float32",
        "torch.float64 torch.float64",
        "torch.int64 torch.float32",
    ]


def test_the_way_back_shares_and_three_things_are_refused(solved):
    assert solved["back"].splitlines() == [
        "float32",
        "tensor([100.0000,   0.2500,   0.2500,   1.0000])",
        "tensor([0.5000, 0.2500, 0.2500, 1.0000])",
        "[0.5, 0.25, 0.25, 1.0]",
    ]
    dtype, gradient, backwards = solved["refusals"].splitlines()
    assert "BFloat16" in dtype and "requires grad" in gradient and "negative" in backwards


def test_an_order_is_lost_where_the_class_makes_floats(solved):
    orders, found = solved["lost"].splitlines()
    assert orders == "[16777215 16777216 16777217 16777218]"
    assert found == "tensor([16777215, 16777216, 16777216, 16777218])"
    names = course.solved_in_here("02_numpy_and_back", "minitorch_edu")
    held = [16777217 in names[name].tolist() for name in ("orders", "numbers", "found")]
    assert held == [True, False, False] and 16777217 not in names["table"][0].tolist()


@pytest.mark.parametrize("engine", ENGINES)
def test_the_rule_of_copies_holds_for_every_dtype(engine):
    torch = pytest.importorskip(engine)
    for kind in (np.int64, np.int32, np.uint8, np.float32, np.float64):
        for make, shares in ((torch.from_numpy, True), (torch.as_tensor, True), (torch.tensor, False)):
            array = np.array([5, 7], dtype=kind)
            tensor = make(array)
            array[0] = 9
            assert (tensor[0].item() == 9) is shares
            tensor[1] = 3
            assert bool(array[1] == 3) is shares
        array = np.array([5, 7], dtype=kind)
        tensor = torch.Tensor(array)
        array[0] = 9
        assert tensor.dtype == torch.float32
        assert (tensor[0].item() == 9) is (kind is np.float32)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_default_touches_no_tensor_that_is_there(engine):
    torch = pytest.importorskip(engine)
    before = torch.tensor([0.1])
    torch.set_default_dtype(torch.float64)
    try:
        assert before.dtype == torch.float32
        assert torch.nn.Linear(2, 1).weight.dtype == torch.float64
    finally:
        torch.set_default_dtype(torch.float32)
    assert torch.nn.Linear(2, 1).weight.dtype == torch.float32


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_simplified(engine):
    torch = pytest.importorskip(engine)
    with pytest.raises(ValueError, match="byte order"):
        torch.from_numpy(np.array([1.0], dtype=np.dtype(np.float32).newbyteorder()))
    # a tensor without dimensions does not promote within its kind
    assert (torch.ones(2) * torch.tensor(0.5, dtype=torch.float64)).dtype == torch.float32
    assert (torch.ones(2) + torch.ones(2, dtype=torch.float64)).dtype == torch.float64


@pytest.mark.parametrize("engine", ENGINES)
def test_an_array_read_backwards_is_a_view_whose_copy_can_be_taken(engine):
    torch = pytest.importorskip(engine)
    grams = np.array([500, 750, 250, 1000])
    for backwards in (grams[::-1], np.flip(grams)):
        assert np.shares_memory(backwards, grams) and backwards.strides[0] < 0
        with pytest.raises(ValueError, match="negative"):
            torch.from_numpy(backwards)
        assert torch.from_numpy(backwards.copy()).tolist() == [1000, 250, 750, 500]


def test_an_array_marked_as_read_only_is_warned_about():
    import minitorch_edu as torch

    array = np.ones(2)
    array.setflags(write=False)
    torch.set_warn_always(True)  # it is said once in a process
    try:
        with pytest.warns(UserWarning, match="not writable"):
            torch.from_numpy(array)
    finally:
        torch.set_warn_always(False)


@pytest.mark.parametrize("engine", ENGINES)
def test_the_examples_of_the_exercises(engine):
    torch = pytest.importorskip(engine)
    names = course.solved_in_here("02_numpy_and_back", engine)
    assert names["through_numpy"](np.flip, torch.tensor([1.0, 2.0])).tolist() == [2.0, 1.0]


def test_only_one_sentence_is_another_than_pytorchs():
    pytest.importorskip("torch")
    said = {}
    for engine in ENGINES:
        torch = pytest.importorskip(engine)
        said[engine] = []
        for make in (torch.from_numpy, torch.Tensor):
            with pytest.raises(TypeError) as caught:
                make(np.array([1]), dtype=torch.float32)
            said[engine].append(str(caught.value))
    ours, theirs = said.values()
    assert ours[0] != theirs[0] and ours[1] == theirs[1]


def test_the_picture_says_who_shares_with_the_array():
    from minitorch_widgets import memory

    import minitorch_edu as torch

    grams = np.array([500, 750, 250, 1000])
    viewed = torch.from_numpy(grams)
    copied = torch.tensor(grams)
    taken = torch.as_tensor(grams)
    classic = torch.Tensor(grams)
    snapshot = memory(grams, viewed, copied, taken, classic).state["snapshot"]
    letters = {row["name"]: row["letter"] for row in snapshot["parts"]["sharing"]["rows"]}
    assert letters["viewed"] == letters["taken"] and len(set(letters.values())) == 3
    told = {row["name"]: row["how"] for row in snapshot["parts"]["sharing"]["rows"]}
    assert [told[name] for name in ("viewed", "copied", "taken", "classic")] == [
        "shares",
        "copies",
        "shares",
        "copies",
    ]
