"""The Python of kernels: what a statement does in the lab is what it does in Python, and in CUDA where they differ."""

from __future__ import annotations

import math

import numpy as np
import pytest

import minitorch_edu as torch
from minitorch_edu.cuda import lab as cuda
from minitorch_edu.cuda.lab.cupy_jit import Translator

WEIGHTS = (1.0, 2.0, 4.0)


@cuda.kernel(device=True)
def weight(k):
    return WEIGHTS[k]


@cuda.kernel(device=True)
def doubled_weight(k):
    return 2 * weight(k)


@cuda.kernel(device=True)
def early(x, i):
    if x[i] < 0:
        return 0.0
    for k in range(10):
        if k == 3:
            return x[i] + k
    return -1.0


def ran(kernel, *arguments, grid=1, block=1):
    kernel[grid, block](*arguments)
    return [each.tolist() for each in arguments if isinstance(each, torch.Tensor)][-1]


def test_elements_are_swapped():
    @cuda.kernel
    def swap(x):
        x[0], x[1] = x[1], x[0]
        (a, x[2]), b = (x[0], x[1]), 5.0
        x[3] = a + b

    assert ran(swap, torch.tensor([1.0, 2.0, 0.0, 0.0])) == [2.0, 1.0, 1.0, 7.0]


def test_every_operator_changes_an_element_in_place():
    @cuda.kernel
    def change(x):
        x[0] += 1
        x[1] -= 1
        x[2] *= 3
        x[3] //= 2
        x[4] %= 3
        x[5] <<= 2
        x[6] |= 8
        x[7] **= 2

    assert ran(change, torch.full((8,), 5, dtype=torch.int32)) == [6, 4, 15, 2, 2, 20, 13, 25]


def test_an_index_is_computed_once():
    @cuda.kernel
    def once(count, x):
        x[cuda.atomic.add(count, 0, 1)] += 5

    count, x = torch.zeros(1, dtype=torch.int32), torch.zeros(4)
    once[1, 4](count, x)
    assert (count.item(), x.tolist()) == (4, [5.0] * 4)


def test_loops_break_and_continue_and_nest():
    @cuda.kernel
    def loops(x):
        for i in range(5):
            if i == 1:
                continue
            if i == 4:
                break
            k = 0
            while True:
                k += 1
                if k % 2:
                    continue
                x[i] += k
                if k > 5:
                    break

    assert ran(loops, torch.zeros(5)) == [12, 0, 12, 12, 0]


def test_device_functions_return_early_and_call_each_other():
    @cuda.kernel
    def calls(x):
        i = cuda.threadIdx.x
        x[i] = early(x, i) + doubled_weight(i)

    assert ran(calls, torch.tensor([1.0, -1.0, 2.0]), block=3) == [6.0, 4.0, 13.0]


def test_annotations_conditions_and_chains():
    @cuda.kernel
    def mixed(x: torch.Tensor, n: int):
        """What it does."""
        i: int = cuda.threadIdx.x
        half: float
        half = x[i] / 2
        x[i] = half if 0 < i < n and not i == 2 else -1
        assert i < 4
        (last := n - 1)
        x[i] += last

    assert ran(mixed, torch.full((4,), 4.0), 4, block=4)[:0] == []
    x = torch.full((4,), 4.0)
    mixed[1, 4](x, 4)
    assert x.tolist() == [2.0, 5.0, 2.0, 5.0]


def test_atomics_give_back_what_was_there():
    @cuda.kernel
    def all_of_them(x, old):
        old[0] = cuda.atomic.add(x, 0, 2)
        old[1] = cuda.atomic.sub(x, 0, 1)
        old[2] = cuda.atomic.max(x, 0, 9)
        old[3] = cuda.atomic.min(x, 0, 4)
        old[4] = cuda.atomic.exch(x, 0, 7)
        old[5] = cuda.atomic.cas(x, 0, 7, 8)
        old[6] = cuda.atomic.cas(x, 0, 7, 0)
        old[7] = x[0]

    assert ran(all_of_them, torch.tensor([1]), torch.zeros(8, dtype=torch.int64)) == [1, 3, 2, 9, 4, 7, 8, 8]


def test_float32_is_rounded_at_every_step():
    @cuda.kernel
    def sums(x, y):
        total = 0.0
        for k in range(x.shape[0]):
            total += x[k]
        y[0] = total

    x = torch.tensor([1e8, 1.0, -1e8])
    assert ran(sums, x, torch.zeros(1)) == [0.0]


def test_integers_wrap_around_and_division_by_zero_is_infinite():
    @cuda.kernel
    def extremes(x, y):
        x[0] = 2**31
        x[1] = -1.7
        x[2] = x[2] + x[2]
        y[0] = 1 / y[1]
        y[1] = math.inf

    x, y = torch.tensor([0, 0, 2**30], dtype=torch.int32), torch.zeros(2)
    extremes[1, 1](x, y)
    assert x.tolist() == [-(2**31), -1, -(2**31)]
    assert y.tolist() == [math.inf, math.inf]


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int32", "float16"])
def test_overflow_is_an_error_when_asked_for(dtype):
    @cuda.kernel
    def write(x, value):
        x[0] = value

    x = torch.zeros(1, dtype=getattr(torch, dtype))
    write.using(overflow=True)[1, 1](x, 100)
    write[1, 1](x, 1e10 if dtype == "float16" else 2**40 + 1)
    with pytest.raises(cuda.Overflow, match=f"x is {dtype}"):
        write.using(overflow=True)[1, 1](x, 2**40)


def test_indices_of_any_integer_type_and_large_arrays():
    @cuda.kernel
    def gather(x, index, y):
        i = cuda.grid(1)
        y[i] = x[index[i], i]

    x = torch.arange(2 * 70000).reshape(70000, 2)
    for dtype in (torch.int64, torch.int32, torch.uint8):
        index, y = torch.tensor([3, 5]).to(dtype), torch.zeros(2, dtype=torch.int64)
        assert ran(gather, x, index, y, block=2) == [6, 11]
    with pytest.raises(cuda.OutOfBounds, match=r"x\[70000, 0\]"):
        gather[1, 2](x, torch.tensor([70000, 0]), torch.zeros(2, dtype=torch.int64))


def test_arrays_of_three_dimensions_and_of_none():
    @cuda.kernel
    def deep(x, total):
        k, j, i = cuda.grid(3)
        cuda.atomic.add(total, (), x[i, j, k])

    total = torch.tensor(0)
    assert ran(deep, torch.arange(24).reshape(2, 3, 4), total, block=(4, 3, 2)) == 276
    with pytest.raises(cuda.OutOfBounds, match=r"x has shape \[2, 3, 4\]"):
        deep[1, (5, 3, 2)](torch.arange(24).reshape(2, 3, 4), total)


def test_shared_arrays_begin_anew_in_each_block():
    @cuda.kernel
    def once(y):
        flag = cuda.shared.array(1, np.int32)
        if cuda.blockIdx.x == 0:
            flag[0] = 1
        y[cuda.blockIdx.x] = flag[0]

    with pytest.raises(cuda.Uninitialized) as caught:
        once[2, 1](torch.zeros(2))
    assert caught.value.block == (1, 0, 0)


def test_shared_arrays_know_their_shape_and_have_any_dtype():
    @cuda.kernel
    def shapes(y):
        tile = cuda.shared.array(shape=(2, 3), dtype=torch.float16)
        flat = cuda.shared.array(4, float)
        tile[1, 2] = 1 / 3
        flat[0] = 1 / 3
        y[0], y[1], y[2] = tile.shape[1], len(flat), tile.size
        y[3], y[4] = tile[1, 2], flat[0]

    found = ran(shapes, torch.zeros(5, dtype=torch.float64))
    assert found == [3, 4, 6, float(np.float16(1 / 3)), float(np.float32(1 / 3))]


def test_blocks_may_come_to_their_shared_arrays_in_another_order():
    @cuda.kernel
    def crossed(y):
        if cuda.blockIdx.x == 0:
            first = cuda.shared.array(4, np.float32)
            first[0] = 1.0
        second = cuda.shared.array(4, np.float32)
        if cuda.blockIdx.x == 1:
            first = cuda.shared.array(8, np.float32)
            first[7] = 2.0
        second[0] = 3.0
        y[cuda.blockIdx.x] = first[0] if cuda.blockIdx.x == 0 else first[7]

    assert ran(crossed, torch.zeros(2), grid=2) == [1.0, 2.0]


def test_what_is_no_index_is_said_to_be_none():
    @cuda.kernel
    def pick(x, labels):
        tile = cuda.shared.array((2, 2), np.float32)
        tile[1, 1] = 1.0
        x[0] = tile[labels[0], 1]

    for labels, wrong in (
        (torch.ones(1), "np.float32(1.0) (float32)"),
        (torch.tensor([True]), "np.True_ (bool)"),
    ):
        with pytest.raises(cuda.WrongIndex, match="an index is an integer") as caught:
            pick[1, 1](torch.zeros(1), labels)
        assert wrong in str(caught.value)


def test_a_comparison_is_an_index_as_in_c():
    @cuda.kernel
    def count(x, counts):
        i = cuda.threadIdx.x
        cuda.atomic.add(counts, i > 2, 1)
        counts[(i > 2) + 2] = i == 1

    assert ran(count, torch.zeros(4), torch.zeros(4), block=1) == [1, 0, 0, 0]


def test_the_order_of_threads_can_be_chosen():
    @cuda.kernel
    def order(count, seen):
        seen[cuda.atomic.add(count, 0, 1)] = cuda.grid(1)

    def seen(**options):
        count, found = torch.zeros(1, dtype=torch.int32), torch.zeros(6, dtype=torch.int32)
        order.using(**options)[3, 2](count, found)
        return found.tolist()

    assert seen() == [0, 1, 2, 3, 4, 5]
    assert seen(order="reversed") == [5, 4, 3, 2, 1, 0]
    shuffled = seen(order="shuffled", seed=1)
    assert sorted(shuffled) == [0, 1, 2, 3, 4, 5] != shuffled
    assert seen(order="shuffled", seed=1) == shuffled
    assert len({tuple(seen(order="shuffled", seed=seed)) for seed in range(5)}) > 1
    with pytest.raises(ValueError, match="order is"):
        order.using(order="backwards")


def test_the_tree_of_a_kernel_is_left_as_it_was():
    @cuda.kernel
    def twice(x):
        x[0] += 1

    x = torch.zeros(1)
    for _ in range(3):
        twice[1, 1](x)
    assert x.item() == 3


def test_a_kernel_that_is_still_to_be_written_says_so_when_it_is_launched():
    @cuda.kernel
    def later(x):
        tile = cuda.shared.array(2, np.float32)
        tile[cuda.threadIdx.x] = x[cuda.threadIdx.x]
        cuda.syncthreads()
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        later[1, 2](torch.zeros(2))
    with pytest.raises(NotImplementedError, match="later is still to be written"):
        Translator(later.source, lambda each: each).text()
