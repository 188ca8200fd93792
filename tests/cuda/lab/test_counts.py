"""What the report counts is what a GPU would do: reads, transactions, bank conflicts, divergence, barriers."""

from __future__ import annotations

import json

import numpy as np
import pytest

import minitorch_edu as torch
from minitorch_edu.cuda import lab as cuda
from tests.cuda.lab import kernels

WIDE = 32


@cuda.kernel
def strided(x, y, step):
    i = cuda.threadIdx.x
    y[i] = x[i * step]


@cuda.kernel
def columns(x, y):
    """Each thread of a warp reads and writes shared memory, a column of a tile at a time."""
    tile = cuda.shared.array((WIDE, WIDE), np.float32)
    t = cuda.threadIdx.x
    for k in range(4):
        tile[t, k] = x[t]
    y[t] = tile[t, 3]


@cuda.kernel
def padded_columns(x, y):
    tile = cuda.shared.array((WIDE, WIDE + 1), np.float32)
    t = cuda.threadIdx.x
    for k in range(4):
        tile[t, k] = x[t]
    y[t] = tile[t, 3]


def launched(kernel, block, *arguments, grid=1):
    kernel[grid, block](*arguments)
    return kernel.last_report


def test_neighbours_share_a_transaction():
    report = launched(strided, 32, torch.zeros(32), torch.zeros(32), 1)
    assert (report.global_loads, report.global_stores, report.requests) == (32, 32, 2)
    assert (report.transactions, report.ideal_transactions) == (2, 2)
    assert report.coalescing == 1


@pytest.mark.parametrize(("step", "transactions"), [(1, 1), (2, 2), (4, 4), (8, 8), (32, 32), (33, 32)])
def test_far_apart_every_thread_needs_its_own(step, transactions):
    report = launched(strided, 32, torch.zeros(32 * step), torch.zeros(32), step)
    assert report.transactions == transactions + 1
    assert report.ideal_transactions == 2


def test_one_element_for_all_is_one_transaction():
    report = launched(strided, 32, torch.zeros(1), torch.zeros(32), 0)
    assert report.transactions == report.ideal_transactions == 2


def test_elements_of_8_bytes_fill_two():
    report = launched(
        strided, 32, torch.zeros(32, dtype=torch.float64), torch.zeros(32, dtype=torch.float64), 1
    )
    assert report.transactions == report.ideal_transactions == 4
    assert report.global_bytes == 512


def test_an_offset_costs_one_more():
    x = torch.zeros(40)
    report = launched(strided, 32, x[3:], torch.zeros(32), 1)
    assert (report.transactions, report.ideal_transactions) == (3, 2)


def test_a_transposed_view_is_read_by_its_strides():
    report = launched(
        kernels.naive_matmul, (32, 1), torch.zeros(1, 1), torch.zeros(32, 1).T, torch.zeros(1, 32)
    )
    wide = torch.zeros(32, 32)
    apart = launched(kernels.naive_matmul, (32, 1), torch.zeros(1, 1), wide[:, :1].T, torch.zeros(1, 32))
    assert apart.transactions - report.transactions == 31


def test_threads_of_one_column_meet_in_one_bank():
    report = launched(columns, 32, torch.zeros(32), torch.zeros(32))
    assert report.shared_requests == 5
    assert report.bank_conflicts == 5 * 31


def test_a_column_of_padding_keeps_them_apart():
    assert launched(padded_columns, 32, torch.zeros(32), torch.zeros(32)).bank_conflicts == 0


@pytest.mark.parametrize(("step", "conflicts"), [(1, 0), (2, 1), (3, 0), (4, 3), (8, 7), (0, 0)])
def test_a_stride_in_shared_memory(step, conflicts):
    @cuda.kernel
    def stride(y, step):
        tile = cuda.shared.array(256, np.float32)
        t = cuda.threadIdx.x
        for k in range(8):
            tile[t + 32 * k] = 0.0
        cuda.syncthreads()
        y[t] = tile[t * step]

    report = launched(stride, 32, torch.zeros(32), step)
    assert report.bank_conflicts == conflicts
    assert report.barriers == 1


def test_elements_of_8_bytes_are_served_to_half_a_warp():
    @cuda.kernel
    def doubles(y, step):
        tile = cuda.shared.array(64, np.float64)
        t = cuda.threadIdx.x
        tile[t * step] = 1.0
        y[t] = tile[t * step]

    report = launched(doubles, 32, torch.zeros(32), 1)
    assert (report.shared_requests, report.bank_conflicts) == (4, 0)
    assert launched(doubles, 32, torch.zeros(32), 2).bank_conflicts == 4


def test_bytes_of_one_word_are_no_conflict():
    @cuda.kernel
    def small(y):
        tile = cuda.shared.array(32, np.uint8)
        tile[cuda.threadIdx.x] = 1
        y[cuda.threadIdx.x] = tile[cuda.threadIdx.x]

    assert launched(small, 32, torch.zeros(32)).bank_conflicts == 0


def test_tiles_read_global_memory_once_for_each_tile():
    a, b = torch.ones(16, 16), torch.ones(16, 16)
    with cuda.profile() as launches:
        kernels.naive_matmul[(4, 4), (4, 4)](a, b, torch.zeros(16, 16))
        kernels.tiled_matmul[(4, 4), (4, 4)](a, b, torch.zeros(16, 16))
    naive, tiled = launches
    assert naive.global_loads == 2 * 16**3
    assert tiled.global_loads == naive.global_loads // kernels.TILE
    assert naive.global_stores == tiled.global_stores == 256
    assert tiled.shared_stores == tiled.global_loads
    assert tiled.shared_loads == 2 * 16**3
    assert tiled.barriers == 16 * 4 * 2  # blocks, tiles, barriers
    assert naive.barriers == 0
    assert tiled.shared_bytes == 128


SIDE = 16


@cuda.kernel
def matmul(a, b, c):
    column, row = cuda.grid(2)
    total = 0.0
    for k in range(a.shape[1]):
        total += a[row, k] * b[k, column]
    c[row, column] = total


@cuda.kernel
def matmul_down_the_columns(a, b, c):
    row, column = cuda.grid(2)
    total = 0.0
    for k in range(a.shape[1]):
        total += a[row, k] * b[k, column]
    c[row, column] = total


@cuda.kernel
def matmul_in_tiles(a, b, c):
    left = cuda.shared.array((SIDE, SIDE), torch.float32)
    right = cuda.shared.array((SIDE, SIDE), torch.float32)
    x, y = cuda.threadIdx.x, cuda.threadIdx.y
    column, row = cuda.grid(2)
    total = 0.0
    for start in range(0, a.shape[1], SIDE):
        left[y, x] = a[row, start + x]
        right[y, x] = b[start + y, column]
        cuda.syncthreads()
        for k in range(SIDE):
            total += left[y, k] * right[k, x]
        cuda.syncthreads()
    c[row, column] = total


def test_from_a_naive_to_a_tiled_product_of_64_by_64():
    a, b = torch.rand(64, 64), torch.rand(64, 64)
    reports = []
    for kernel in (matmul_down_the_columns, matmul, matmul_in_tiles):
        c = torch.zeros(64, 64)
        reports.append(launched(kernel, (SIDE, SIDE), a, b, c, grid=(4, 4)))
        assert torch.allclose(c, a @ b, atol=1e-4)
    down, across, tiled = reports
    assert down.global_loads == across.global_loads == 2 * 64**3
    assert tiled.global_loads == across.global_loads // 16
    # a warp has two rows of 16 threads: down the columns it touches 16 rows of a, and two elements of b in one row
    assert down.lines[1].transactions == 128 * 64 * (16 + 1)
    assert across.lines[1].transactions == 128 * 64 * (2 + 1)
    assert tiled.transactions < across.transactions / 10
    assert tiled.bank_conflicts == 0


def test_the_first_half_of_a_warp_diverges_and_the_first_warp_of_two_does_not():
    @cuda.kernel
    def halves(x, limit):
        t = cuda.threadIdx.x
        if t < limit:
            x[t] = 1.0
        else:
            x[t] = 2.0

    assert launched(halves, 64, torch.zeros(64), 16).divergent_branches == 1
    report = launched(halves, 64, torch.zeros(64), 32)
    assert (report.branches, report.divergent_branches) == (2, 0)


def test_loops_of_different_lengths_diverge():
    @cuda.kernel
    def counted(x, spread):
        t = cuda.threadIdx.x
        for _ in range(1 + t * spread):
            x[t] += 1.0

    @cuda.kernel
    def tested(x, spread):
        t = cuda.threadIdx.x
        while x[t] < 1 + t * spread:
            x[t] += 1.0

    for kernel in (counted, tested):
        assert launched(kernel, 32, torch.zeros(32), 0).divergent_branches == 0
        report = launched(kernel, 32, torch.zeros(32), 1)
        assert (report.branches, report.divergent_branches) == (1, 1)


def test_a_turn_of_a_loop_is_an_access_of_its_own():
    """Even threads read in even turns and odd ones in odd turns: no warp does that at once."""

    @cuda.kernel
    def alternating(x, y):
        t = cuda.threadIdx.x
        for k in range(4):
            if (k + t) % 2 == 0:
                y[t] = x[t]

    report = launched(alternating, 32, torch.zeros(32), torch.zeros(32))
    assert report.requests == 8
    assert report.divergent_branches == 4


def test_atomics_of_a_warp_on_one_element_come_one_after_the_other():
    @cuda.kernel
    def count(counts, bins):
        cuda.atomic.add(counts, cuda.threadIdx.x % bins, 1)

    for bins, conflicts in ((1, 31), (4, 7), (32, 0)):
        counts = torch.zeros(bins, dtype=torch.int32)
        report = launched(count, 32, counts, bins)
        assert (report.global_atomics, report.atomic_conflicts) == (32, conflicts)
        assert counts.tolist() == [32 // bins] * bins


def test_lines_have_their_own_counts_and_functions_too():
    report = launched(kernels.stencil, 32, torch.zeros(32), torch.zeros(32))
    (line,) = [each for each in report.lines if each.global_loads]
    assert line.text.startswith("y[i] = (x[clamped(i - 1, n)]")
    assert (line.global_loads, line.global_stores, line.transactions) == (96, 32, 4)


def test_the_report_prints_a_table_and_says_that_it_times_nothing():
    text = str(launched(kernels.tiled_matmul, (4, 4), torch.ones(4, 4), torch.ones(4, 4), torch.zeros(4, 4)))
    assert "tiled_matmul[(1, 1, 1), (4, 4, 1)]: 16 threads, simulated: counts, not times" in text
    assert "bank conflicts" in text
    assert "left[ty, tx] = a[row, start + tx]" in text


def test_a_profile_collects_what_is_launched_inside():
    x = torch.zeros(4)
    with cuda.profile() as outer:
        kernels.saxpy[1, 4](1.0, x, torch.zeros(4))
        with cuda.profile() as inner:
            kernels.saxpy[1, 4](1.0, x, torch.zeros(4))
    kernels.saxpy[1, 4](1.0, x, torch.zeros(4))
    assert (len(outer), len(inner)) == (2, 1)
    assert "saxpy" in str(outer)


def test_events_are_every_access_in_order_and_plain_values():
    x, y = torch.tensor([1.0, 2.0, 3.0]), torch.zeros(1)
    kernel = kernels.block_sums.using(events=True)
    kernel[1, 4](x, y)
    events = json.loads(json.dumps(kernel.last_report.events))
    assert [each["step"] for each in events] == list(range(len(events)))
    first = events[0]
    assert (first["kind"], first["array"], first["index"], first["value"]) == ("load", "x", [0], 1.0)
    assert (first["thread"], first["block"], first["shared"]) == ([0, 0, 0], [0, 0, 0], False)
    kinds = [each["kind"] for each in events]
    assert kinds.count("barrier") == 3
    assert kinds.count("load") == 3 + 2 * 3 + 1
    assert events[-1]["kind"] == "store"
    assert (events[-1]["array"], events[-1]["value"]) == ("sums", 6.0)


def test_a_report_is_there_after_an_error():
    with pytest.raises(cuda.OutOfBounds):
        strided[1, 32](torch.zeros(8), torch.zeros(32), 1)
    assert strided.last_report is not None
