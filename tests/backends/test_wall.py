"""The wall: arrays of a simulated device cannot be touched from outside, and behave as CuPy's, which are not NumPy's."""

from __future__ import annotations

import copy
import operator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from minitorch_edu.backends.simulated import SimulatedBackend
from minitorch_edu.backends.wall import DeviceArray, spoken


@pytest.fixture
def gpu() -> SimulatedBackend:
    return SimulatedBackend(0, 1 << 30)


@pytest.fixture
def numbers(gpu) -> DeviceArray:
    return gpu.from_host(np.arange(6.0).reshape(2, 3))


def events(gpu: SimulatedBackend) -> list[str]:
    return [work.name for work in gpu.queue.history if work.kind == "kernel"]


# --- nobody reaches through -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "touch",
    [
        np.asarray,
        np.array,
        lambda array: np.add(array, 1),
        lambda array: np.ones(3) + array,
        lambda array: array + np.ones(3),
        lambda array: memoryview(array),
        lambda array: array.__cuda_array_interface__,
        lambda array: array.__array_interface__,
        lambda array: operator.index(array[0, 0]),
        lambda array: range(array[0, 0]),
        lambda array: [1, 2, 3][array[0, 0].astype(int)],
        hash,
    ],
)
def test_nothing_of_the_host_takes_an_array_of_the_device(numbers, touch):
    with pytest.raises((TypeError, AttributeError)):
        touch(numbers)


def test_numpy_is_told_how_to_copy(numbers):
    with pytest.raises(
        TypeError, match=r"Implicit conversion to a NumPy array is not allowed. Please use `.get\(\)`"
    ):
        np.asarray(numbers)


def test_arrays_of_the_host_are_refused_in_assignments(numbers):
    with pytest.raises(ValueError, match="non-scalar numpy.ndarray cannot be used for fill"):
        numbers[0] = np.ones(3)


def test_a_copy_is_a_copy(gpu, numbers):
    host = numbers.get()
    host[0, 0] = 100
    assert numbers[0, 0].item() == 0
    mine = np.zeros(2)
    theirs = gpu.from_host(mine)
    mine[0] = 5
    assert theirs.tolist() == [0, 0]


# --- what a copy costs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "act, nbytes",
    [
        (lambda array: array.get(), 48),
        (lambda array: array.tolist(), 48),
        (lambda array: array.tobytes(), 48),
        (lambda array: array[1, 1].item(), 8),
        (lambda array: float(array[0, 0]), 8),
        (lambda array: bool((array < 10).all()), 1),
        (repr, 48),
        (str, 48),
    ],
)
def test_coming_back_to_the_host_is_counted_and_waited_for(gpu, numbers, act, nbytes):
    gpu.queue.reset()
    act(numbers)
    assert gpu.queue.copied["device to host"] == nbytes
    assert gpu.queue.waits == 1
    assert gpu.queue.idle(0)


@pytest.mark.parametrize("name", ["shape", "dtype", "ndim", "size", "itemsize", "nbytes", "strides", "flags"])
def test_what_an_array_looks_like_is_known_without_asking_the_device(gpu, numbers, name):
    gpu.queue.reset()
    getattr(numbers, name)
    assert not gpu.queue.history


def test_a_transfer_that_need_not_be_waited_for_is_only_put_into_the_queue(gpu):
    gpu.from_host(np.ones(3), non_blocking=True)
    assert gpu.queue.waits == 0 and not gpu.queue.idle(0)
    gpu.from_host(np.ones(3))
    assert gpu.queue.waits == 1 and gpu.queue.idle(0)


# --- views ----------------------------------------------------------------------------------------------------------

VIEWS = {
    "a row": lambda array: array[1],
    "an element": lambda array: array[1, 2],
    "an element by an ellipsis": lambda array: array[..., 0, 0],
    "a slice": lambda array: array[:, ::2],
    "a new dimension": lambda array: array[None],
    "the transpose": lambda array: array.T,
    "another shape": lambda array: array.reshape(3, 2),
    "flat": lambda array: array.ravel(),
    "the diagonal": lambda array: array.diagonal(),
    "the real part": lambda array: array.real,
    "as other bytes": lambda array: array.view(np.int64),
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS.keys())
def test_a_view_lies_in_the_same_memory_and_takes_no_work(gpu, numbers, view):
    gpu.queue.reset()
    found = view(numbers)
    assert found.memory is numbers.memory
    assert not gpu.queue.history


def test_an_element_is_a_view_not_a_number(numbers):
    element = numbers[1, 2]
    assert type(element) is DeviceArray and element.shape == ()
    numbers[1, 2] = 50
    assert element.item() == 50
    element[...] = 60
    assert numbers[1].tolist() == [3, 4, 60]


def test_views_know_their_addresses(gpu, numbers):
    assert numbers[1, 2].ptr - numbers.ptr == 5 * 8
    assert gpu.address(numbers) == (numbers.ptr, numbers.ptr + 48)
    assert gpu.address(numbers[:, ::-1]) == (numbers.ptr, numbers.ptr + 48)
    assert numbers[:, ::-1].ptr == numbers.ptr + 16


def test_a_whole_reduction_is_an_array_of_the_device(gpu, numbers):
    gpu.queue.reset()
    total = numbers.sum()
    assert type(total) is DeviceArray and total.shape == ()
    assert gpu.queue.waits == 0


def test_memory_is_freed_with_the_last_array_that_looks_at_it(gpu):
    array = gpu.from_host(np.zeros(256))
    row = array[:2]
    assert gpu.memory.allocated == 2048
    del array
    assert gpu.memory.allocated == 2048
    del row
    assert gpu.memory.allocated == 0


# --- indices --------------------------------------------------------------------------------------------------------


def test_a_mask_makes_the_host_wait_and_an_index_does_not(gpu, numbers):
    rows, mask = gpu.from_host(np.array([1, 0])), numbers > 2
    gpu.queue.reset()
    assert numbers[rows].shape == (2, 3)
    assert gpu.queue.waits == 0
    assert numbers[mask].shape == (3,)
    assert gpu.queue.waits == 1


def test_a_masked_assignment_does_not_wait(gpu, numbers):
    mask = numbers > 2
    gpu.queue.reset()
    numbers[mask] = 0
    assert gpu.queue.waits == 0
    assert numbers.sum().item() == 3


def test_a_list_of_indices_is_copied_to_the_device(gpu, numbers):
    gpu.queue.reset()
    assert numbers[[1]].tolist() == [[3, 4, 5]]
    assert gpu.queue.copied["host to device"] == 8


def test_indices_give_copies(numbers, gpu):
    copied = numbers[gpu.from_host(np.array(1))]
    assert copied.memory is not numbers.memory
    copied[...] = 9
    assert numbers.get().max() == 5


# --- work -----------------------------------------------------------------------------------------------------------


def test_an_in_place_operator_keeps_the_array_and_is_a_launch(gpu, numbers):
    before = numbers
    gpu.queue.reset()
    numbers += 1
    assert numbers is before and numbers[0, 0].item() == 1
    assert events(gpu)[0] == "add"


def test_operators_and_methods_are_launches_by_name(gpu, numbers):
    gpu.queue.reset()
    ((numbers * 2 + 1).exp() if hasattr(numbers, "exp") else numbers * 2 + 1).sum()
    assert events(gpu) == ["mul", "add", "sum"]


def test_astype_without_need_is_the_same_array(numbers):
    assert numbers.astype(np.float64, copy=False) is numbers
    assert numbers.astype(np.float64) is not numbers


def test_copies_of_the_copy_module_stay_on_the_device(numbers):
    for copied in (copy.copy(numbers), copy.deepcopy(numbers)):
        assert type(copied) is DeviceArray and copied.memory is not numbers.memory


def test_an_array_has_cupys_attributes_and_no_other(numbers):
    words = {name for name in dir(numbers) if not name.startswith("_")}
    assert words - set(spoken()["ndarray"]) == {"memory", "ptr"}
    for absent in ("tostring", "setflags", "newbyteorder", "resize", "setfield"):
        with pytest.raises(AttributeError):
            getattr(numbers, absent)


def test_a_result_that_cannot_fit_is_refused_before_the_host_is_filled(gpu):
    column, row = gpu.xp.zeros((1 << 17, 1)), gpu.xp.zeros((1, 1 << 17))
    with pytest.raises(RuntimeError, match=r"CUDA out of memory. Tried to allocate 128.00 GiB. GPU 0"):
        column + row
    with pytest.raises(RuntimeError, match=r"CUDA out of memory. Tried to allocate 128.00 GiB. GPU 0"):
        gpu.xp.add(column, row)


def test_a_product_that_fits_is_not_refused_for_its_factors(gpu):
    row, column = gpu.xp.ones((1, 1 << 17)), gpu.xp.ones((1 << 17, 1))
    assert (row @ column).item() == 1 << 17


def test_an_assignment_writes_as_many_bytes_as_it_names(gpu, numbers):
    gpu.queue.reset()
    numbers[0] = 1
    numbers[1, 1] = 2
    numbers[numbers > 3] = 0
    assert [work.nbytes for work in gpu.queue.history if work.name == "setitem"] == [24, 8, 8]
    assert numbers.tolist() == [[1, 1, 1], [3, 2, 0]]


# --- the same numbers as NumPy --------------------------------------------------------------------------------------

ARRAYS = hnp.arrays(
    st.sampled_from([np.float32, np.int64, np.bool_]), hnp.array_shapes(max_dims=3, max_side=4), elements={}
) | hnp.arrays(np.float64, hnp.array_shapes(max_dims=3, max_side=4), elements=st.floats(-9, 9))


@given(ARRAYS, st.data())
def test_any_index_means_what_it_means_in_numpy(array, data):
    place: Any = data.draw(hnp.basic_indices(array.shape, allow_newaxis=True))
    handle = SimulatedBackend(0, 1 << 30).from_host(array)
    found, expected = handle[place], array[place]
    assert found.shape == np.shape(expected)
    np.testing.assert_array_equal(found.get(), expected)


@given(ARRAYS, st.data())
def test_any_array_of_indices_means_what_it_means_in_numpy(array, data):
    gpu = SimulatedBackend(0, 1 << 30)
    places = data.draw(hnp.integer_array_indices(array.shape))
    found = gpu.from_host(array)[tuple(gpu.from_host(each) for each in places)]
    np.testing.assert_array_equal(found.get(), array[places])
    assert type(found) is DeviceArray


@given(
    ARRAYS,
    st.sampled_from(["add", "mul", "sub", "lt", "eq", "matmul", "pow"]),
    st.sampled_from([2, 1.5, True]),
)
def test_operators_give_numpys_results_and_dtypes(array, name, number):
    handle = SimulatedBackend(0, 1 << 30).from_host(array)
    act = getattr(operator, name)
    other = array if name == "matmul" else number
    try:
        with np.errstate(all="ignore"):
            expected = act(array, other)
    except (TypeError, ValueError) as error:
        with pytest.raises(type(error)):
            act(handle, handle if name == "matmul" else number)
        return
    with np.errstate(all="ignore"):
        found = act(handle, handle if name == "matmul" else number)
    assert found.dtype == np.asarray(expected).dtype
    np.testing.assert_array_equal(found.get(), expected)
