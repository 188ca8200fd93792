"""Every wrong kernel is stopped, and the error names the thread, the line, the array and the element."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest

import minitorch_edu as torch
from minitorch_edu.cuda import lab as cuda
from tests.cuda.lab import wrong


class Case(NamedTuple):
    launch: Any
    error: type
    thread: tuple[int, int, int]
    array: str = ""
    index: Any = None
    says: str = ""
    block: tuple[int, int, int] = (0, 0, 0)
    other: tuple[int, int, int] | None = None
    """In a race: the other thread."""
    other_block: tuple[int, int, int] | None = None


def f(*shape):
    return torch.zeros(*shape)


def ints(*values):
    return torch.tensor(values)


W, C = wrong, cuda
ILLEGAL = "CUDA error: an illegal memory access was encountered"
CASES = {
    # --- out of bounds ----------------------------------------------------------------------------------------------
    # 100 elements, two blocks of 64: the thread with i = 100 is number 36 of the second block
    "no_guard": Case(
        lambda: W.no_guard[2, 64](f(100), f(100), f(100)),
        C.OutOfBounds, (36, 0, 0), "a", 100, f"{ILLEGAL}\n  thread (36, 0, 0) of block (1, 0, 0) reads a[100], and a has 100 elements", (1, 0, 0)),
    "guard_off_by_one": Case(lambda: W.guard_off_by_one[1, 8](f(5), f(5)), C.OutOfBounds, (5, 0, 0), "c", 5, "writes c[5]"),
    "before_the_start": Case(lambda: W.before_the_start[1, 8](f(8), f(8)), C.OutOfBounds, (0, 0, 0), "x", -1, "reads x[-1]"),
    "past_the_tile": Case(lambda: W.past_the_tile[1, 8](f(8), f(8)), C.OutOfBounds, (7, 0, 0), "tile", 8, "writes tile[8]"),
    "neighbour_past_the_tile": Case(
        lambda: W.neighbour_past_the_tile[1, 8](f(8), f(8)), C.OutOfBounds, (7, 0, 0), "tile", 8, "reads tile[8]"),
    # x is 2 by 3: the third column reads row 2
    "rows_for_columns": Case(
        lambda: W.rows_for_columns[1, (4, 4)](f(2, 3), f(2, 3)), C.OutOfBounds, (2, 0, 0), "x", (2, 0), "x has shape [2, 3]"),
    "one_index_for_a_matrix": Case(
        lambda: W.one_index_for_a_matrix[1, 4](f(4, 4), f(4)), C.WrongIndex, (0, 0, 0), "x", 0,
        "x has 2 dimensions, and thread (0, 0, 0) of block (0, 0, 0) gives 1 index: x[0]"),
    "index_with_a_fraction": Case(
        lambda: W.index_with_a_fraction[1, 4](f(4), f(4)), C.WrongIndex, (0, 0, 0), "x", 0.0, "an index is an integer"),
    # --- shared memory that nobody has written ----------------------------------------------------------------------
    "never_written": Case(
        lambda: W.never_written[1, 8](f(5), f(1)), C.Uninitialized, (0, 0, 0), "part", 5, "reads part[5] before it was written"),
    "counts_from_rubbish": Case(
        lambda: W.counts_from_rubbish[1, 2](ints(3, 3), f(4)), C.Uninitialized, (0, 0, 0), "own", 3, "own[3]"),
    # --- races in a block -------------------------------------------------------------------------------------------
    # thread 3 has read tile[4] when thread 4 comes to write it
    "reverse_without_barrier": Case(
        lambda: W.reverse_without_barrier[1, 8](f(8)), C.DataRace, (4, 0, 0), "tile", 4,
        "data race in shared memory at tile[4]: thread (3, 0, 0)", other=(3, 0, 0)),
    # thread 0 is in the next turn and has written, when thread 1 still reads
    "tiles_without_second_barrier": Case(
        lambda: W.tiles_without_second_barrier[1, (2, 2)](f(2, 4), f(4, 2), f(2, 2)), C.DataRace, (1, 0, 0), "left", (0, 0),
        "left[0, 0]", other=(0, 0, 0)),
    "tree_without_barrier": Case(
        lambda: W.tree_without_barrier[1, 8](f(8), f(1)), C.DataRace, (1, 0, 0), "part", 1, "part[1]", other=(0, 0, 0)),
    "scan_in_one_buffer": Case(
        lambda: W.scan_in_one_buffer[1, 8](f(8), f(8)), C.DataRace, (2, 0, 0), "part", 1, "part[1]", other=(1, 0, 0)),
    "histogram_without_atomics": Case(
        lambda: W.histogram_without_atomics[1, 4](ints(2, 0, 1, 2), torch.zeros(3, dtype=torch.int32)),
        C.DataRace, (3, 0, 0), "counts", 2, "data race in global memory at counts[2]", other=(0, 0, 0)),
    "all_write_their_own_number": Case(
        lambda: W.all_write_their_own_number[1, 4](f(1)), C.DataRace, (1, 0, 0), "last", 0,
        "thread (0, 0, 0) (line {line}) writes it and thread (1, 0, 0) (line {line}) writes it, both in block (0, 0, 0)",
        other=(0, 0, 0)),
    "atomic_beside_plain": Case(
        lambda: W.atomic_beside_plain[1, 2](torch.ones(2), f(1)), C.DataRace, (1, 0, 0), "count", 0,
        "changes it atomically", other=(0, 0, 0)),
    "transpose_in_place": Case(
        lambda: W.transpose_in_place[1, (2, 2)](f(2, 2)), C.DataRace, (0, 1, 0), "x", (1, 0), "x[1, 0]", other=(1, 0, 0)),
    # --- races between blocks ---------------------------------------------------------------------------------------
    "sum_of_blocks_without_atomics": Case(
        lambda: W.sum_of_blocks_without_atomics[3, 1](f(3), f(1)), C.DataRace, (0, 0, 0), "total", 0, "blocks run in any order",
        block=(1, 0, 0), other=(0, 0, 0), other_block=(0, 0, 0)),
    # a thread to a block: block 0 reads x[1], and block 1 writes it
    "stencil_in_place": Case(
        lambda: W.stencil_in_place[3, 1](f(4)), C.DataRace, (0, 0, 0), "x", 1, "x[1]",
        block=(1, 0, 0), other=(0, 0, 0), other_block=(0, 0, 0)),
    "index_without_block": Case(
        lambda: W.index_without_block[2, 4](torch.arange(8.0), f(8)), C.DataRace, (0, 0, 0), "y", 0, "y[0]",
        block=(1, 0, 0), other=(0, 0, 0), other_block=(0, 0, 0)),
    # --- barriers ---------------------------------------------------------------------------------------------------
    "barrier_inside_the_guard": Case(
        lambda: W.barrier_inside_the_guard[1, 8](f(6), f(6)), C.DivergentBarrier, (0, 0, 0),
        says="6 of 8 threads of block (0, 0, 0) wait at line {line} (thread (0, 0, 0) is one), but thread (6, 0, 0) has come to the end"),
    "return_before_the_barrier": Case(
        lambda: W.return_before_the_barrier[1, 8](f(6), f(6)), C.DivergentBarrier, (0, 0, 0),
        says="thread (6, 0, 0) has returned at line {other}", other=(6, 0, 0)),
    "a_barrier_for_each_branch": Case(
        lambda: W.a_barrier_for_each_branch[1, 8](f(8)), C.DivergentBarrier, (1, 0, 0),
        says="thread (0, 0, 0) waits at line {other} and thread (1, 0, 0) at line {line}", other=(0, 0, 0)),
    "barriers_in_a_loop_of_its_own_length": Case(
        lambda: W.barriers_in_a_loop_of_its_own_length[1, 4](f(4)), C.DivergentBarrier, (1, 0, 0),
        says="3 of 4 threads"),
    "half_of_the_block_calls": Case(
        lambda: W.half_of_the_block_calls[1, 8](f(8)), C.DivergentBarrier, (0, 0, 0), says="4 of 8 threads"),
    # --- others -----------------------------------------------------------------------------------------------------
    "waits_for_another_thread": Case(
        lambda: W.waits_for_another_thread[1, 2](f(1), f(2)), C.Endless, (0, 0, 0), says="endless loop"),
    "too_large_for_a_byte": Case(
        lambda: W.too_large_for_a_byte[1, 4](torch.zeros(4, dtype=torch.int8)), C.Overflow, (2, 0, 0), "x", 2,
        "stores 200 in x[2], and x is int8"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_error_names_the_thread_and_the_line(name, monkeypatch):
    monkeypatch.setattr("minitorch_edu.cuda.lab.access.MOST_TURNS", 1000)
    case = CASES[name]
    with pytest.raises(cuda.KernelError) as caught:
        case.launch()
    error = caught.value
    assert type(error) is case.error
    assert error.place.text.endswith("# here")
    assert (error.thread, error.block) == (case.thread, case.block)
    assert error.place.kernel in (name, "rotated")
    assert (error.array, error.index) == (case.array, case.index)
    others = {other.text: other for other in error.others}
    line = {"line": error.line, "other": error.others[0].line if error.others else 0}
    assert case.says.format(**line) in str(error)
    assert str(error.line) in str(error) and error.place.text in str(error)
    if case.other:
        (partner,) = error.others
        assert partner.thread == case.other
        assert partner.block == (case.other_block or case.block)
        assert partner.text.endswith(("# here", "# and here"))
    assert others.keys() or not case.other
    assert error.__notes__, "a note says what to try"


def test_there_are_more_than_twenty_wrong_kernels():
    kernels = [name for name, value in vars(wrong).items() if isinstance(value, cuda.Kernel)]
    assert set(kernels) == set(CASES)
    assert len(kernels) > 20


@pytest.mark.parametrize("order", ["forward", "reversed", "shuffled"])
@pytest.mark.parametrize("name", CASES)
def test_it_is_caught_in_any_order_of_the_threads(name, order, monkeypatch):
    monkeypatch.setattr("minitorch_edu.cuda.lab.access.MOST_TURNS", 1000)
    options = {"order": order, "overflow": name == "too_large_for_a_byte"}
    if name == "waits_for_another_thread" and order != "forward":
        pytest.skip("when the other thread comes first, there is nothing to wait for: but it is a race")
    monkeypatch.setattr(wrong, name, getattr(wrong, name).using(**options))
    with pytest.raises(CASES[name].error):
        CASES[name].launch()


@pytest.mark.parametrize("name", CASES)
def test_without_strict_the_report_has_it(name, monkeypatch):
    if name == "waits_for_another_thread":
        pytest.skip("an endless loop cannot be run to its end")
    kernel = getattr(wrong, name).using(strict=False)
    monkeypatch.setattr(wrong, name, kernel)
    CASES[name].launch()
    assert any(type(each) is CASES[name].error for each in kernel.last_report.problems)


def test_a_wait_for_another_thread_is_a_race_in_the_other_order():
    with pytest.raises(cuda.DataRace, match="flag"):
        wrong.waits_for_another_thread.using(order="reversed")[1, 2](f(1), f(2))


def test_the_result_of_a_race_depends_on_the_order():
    found = []
    for order in ("forward", "reversed"):
        x = torch.arange(4.0)
        wrong.stencil_in_place.using(order=order, strict=False)[1, 4](x)
        found.append(x.tolist())
    assert found == [[1.0, 2.0, 3.0, 3.0], [3.0, 3.0, 3.0, 3.0]]


def test_a_race_that_writes_one_value_is_benign():
    @cuda.kernel
    def any_negative(x, found):
        if x[cuda.grid(1)] < 0:
            found[0] = 1

    for grid, block in ((1, 4), (4, 1)):
        found = torch.zeros(1, dtype=torch.int32)
        any_negative[grid, block](torch.tensor([1.0, -1.0, -2.0, 3.0]), found)
        assert found.item() == 1
        (race,) = any_negative.last_report.benign
        assert "found[0]" in str(race)
        assert "the same value" in race.__notes__[0]


def test_a_mistake_of_many_threads_is_told_once():
    @cuda.kernel(strict=False)
    def many(x, y):
        t, tile = cuda.threadIdx.x, cuda.shared.array(64, np.float32)
        y[t] = tile[t]
        x[t // 2] = 1
        y[t // 2] = cuda.grid(1)
        y[t + 1000] = 1

    x, y = f(64), f(64)
    many[4, 64](x, y)
    report = many.last_report
    found = [type(each) for each in report.problems]
    assert found.count(cuda.Uninitialized) == found.count(cuda.OutOfBounds) == 1
    assert found.count(cuda.DataRace) <= 4
    assert len(report.benign) == 1


def test_a_read_beside_writes_of_one_value_is_a_race_all_the_same():
    @cuda.kernel
    def done(flag, x):
        x[cuda.threadIdx.x] = flag[0]
        flag[0] = 1

    with pytest.raises(cuda.DataRace):
        done[1, 2](f(1), f(2))


def test_two_views_of_one_memory_race():
    @cuda.kernel
    def shift(x, y):
        y[cuda.grid(1)] = x[cuda.grid(1)]

    memory = torch.zeros(5)
    with pytest.raises(cuda.DataRace):
        shift[1, 4](memory[1:], memory[:-1])
    shift[1, 4](memory[1:].clone(), memory[:-1])
    array = np.zeros(5)
    with torch.cuda.simulate(0), pytest.raises(cuda.DataRace, match=r"at y\[1\], which is x\[0\]: "):
        shift[1, 4](array[1:], array[:-1])


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("histogram_without_atomics", "cuda.atomic.add(array, index, value) is one step"),
        ("sum_of_blocks_without_atomics", "cuda.atomic.add(array, index, value) is one step"),
        ("index_without_block", "look at the index"),
        ("all_write_their_own_number", "look at the index"),
        ("stencil_in_place", "launch two kernels"),
        ("atomic_beside_plain", "An atomic operation does not wait"),
        ("transpose_in_place", "Read into a variable, cuda.syncthreads(), then write"),
        ("tree_without_barrier", "Read into a variable, cuda.syncthreads(), then write"),
        ("reverse_without_barrier", "Put cuda.syncthreads() between lines"),
        ("tiles_without_second_barrier", "one more cuda.syncthreads() at the end of each turn"),
        ("no_guard", "`if i < a.shape[0]:`"),
        ("rows_for_columns", "column, row = cuda.grid(2)"),
        ("past_the_tile", "its index comes from threadIdx"),
        ("before_the_start", "A negative index does not count from the end"),
        ("index_with_a_fraction", "`//`"),
        ("return_before_the_barrier", "put the `if` around the work"),
        ("a_barrier_for_each_branch", "after the `if`"),
    ],
)
def test_the_note_fits_the_mistake(name, advice):
    with pytest.raises(cuda.KernelError) as caught:
        CASES[name].launch()
    assert any(advice in note for note in caught.value.__notes__), caught.value.__notes__
