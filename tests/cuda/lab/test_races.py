"""Races and counts, held against their definitions, which are slow and short: all pairs of accesses, warp by warp."""

from __future__ import annotations

import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import minitorch_edu as torch
from minitorch_edu.cuda import lab as cuda
from minitorch_edu.cuda.lab.arrays import SHARED_MEMORY, Array
from minitorch_edu.cuda.lab.counts import Counts
from minitorch_edu.cuda.lab.instrument import ATOMIC, LOAD, STORE, TURN
from minitorch_edu.cuda.lab.log import Accesses
from minitorch_edu.cuda.lab.races import races
from minitorch_edu.cuda.lab.source import Site

many = settings(max_examples=200)
ACCESS = st.tuples(
    st.integers(0, 3), st.integers(0, 3), st.sampled_from([LOAD, STORE, ATOMIC]), st.integers(0, 1)
)


def pairs(accesses):
    """By definition: the pairs of accesses to one address, by two actors, one a write, not both atomic."""
    for (i, one), (j, other) in itertools.combinations(enumerate(accesses), 2):
        kinds = {one[2], other[2]}
        if one[0] == other[0] and one[1] != other[1] and kinds != {LOAD} and kinds != {ATOMIC}:
            yield i, j


@many
@given(st.lists(ACCESS, max_size=12))
def test_a_race_is_found_where_two_accesses_race(accesses):
    columns = [np.array([each[k] for each in accesses], np.int64) for k in range(3)]
    values = [each[3] for each in accesses if each[2] == STORE]
    found = list(races(*columns, values))
    expected = list(pairs(accesses))
    assert {accesses[race.first][0] for race in found} == {accesses[i][0] for i, _ in expected}
    assert [race.second for race in found] == sorted(race.second for race in found)
    for race in found:
        address = accesses[race.first][0]
        mine = [(i, j) for i, j in expected if accesses[i][0] == address]
        assert (race.first, race.second) in mine
        assert race.second == min(j for _, j in mine)
        there = [each for each in accesses if each[0] == address]
        assert race.benign == (
            all(each[2] == STORE for each in there) and len({each[3] for each in there}) == 1
        )


WARP_ACCESS = st.tuples(
    st.integers(0, 1),  # site
    st.integers(0, 1),  # turn of a loop
    st.integers(0, 70),  # thread
    st.integers(0, 80),  # element
)


def by_warp(accesses):
    """The accesses that a warp does at once, one list for each."""
    found: dict = {}
    for site, turn, thread, element in accesses:
        found.setdefault((site, turn, thread // 32), []).append((thread, element))
    return found.values()


def counted(accesses, kind, dtype, base):
    array = Array("x", np.zeros(81, dtype), base)
    site, turn, thread, element = (np.array(column, np.int64) for column in zip(*accesses, strict=True))
    counts = Counts([Site(kind, "f", 1, "", "x")] * 2)
    kinds = np.full(len(accesses), kind)
    counts.add(Accesses(turn * TURN + site, base + element * array.dtype.itemsize, thread, kinds), [array])
    return {name: int(column.sum()) for name, column in counts.of.items()}


ACCESSES = st.lists(WARP_ACCESS, min_size=1, max_size=60, unique_by=lambda each: each[:3])
DTYPES = st.sampled_from(["uint8", "float16", "float32", "float64", "complex128"])


@many
@given(ACCESSES, DTYPES)
def test_transactions_are_the_lines_that_a_warp_touches(accesses, dtype):
    size = np.dtype(dtype).itemsize
    found = counted(accesses, LOAD, dtype, 1 << 20)
    warps = [[element * size for _, element in warp] for warp in by_warp(accesses)]
    assert found["global_loads"] == len(accesses)
    assert found["requests"] == len(warps)
    assert found["transactions"] == sum(len({address // 128 for address in warp}) for warp in warps)
    assert found["ideal_transactions"] == sum(math.ceil(len(set(warp)) * size / 128) for warp in warps)


@many
@given(ACCESSES, DTYPES)
def test_bank_conflicts_are_the_words_beyond_the_first_in_the_busiest_bank(accesses, dtype):
    size = np.dtype(dtype).itemsize
    found = counted(accesses, STORE, dtype, SHARED_MEMORY)
    width = max(size, 4)
    lanes = 128 // width  # 32 threads at a time, 16 for elements of 8 bytes
    conflicts = requests = 0
    for warp in by_warp(accesses):
        for part in range(32 // lanes):
            words = {element * size // width for thread, element in warp if thread % 32 // lanes == part}
            if words:
                banks = [word % lanes for word in words]
                conflicts += max(banks.count(bank) for bank in banks) - 1
                requests += 1
    assert (found["bank_conflicts"], found["shared_requests"]) == (conflicts, requests)
    assert found["shared_stores"] == len(accesses)


@many
@given(ACCESSES)
def test_atomic_conflicts_are_the_threads_beyond_the_first_at_the_busiest_element(accesses):
    found = counted(accesses, ATOMIC, "float32", 1 << 20)
    elements = [[element for _, element in warp] for warp in by_warp(accesses)]
    assert found["atomic_conflicts"] == sum(max(map(warp.count, warp)) - 1 for warp in elements)


@cuda.kernel
def random_walk(reads, writes, x):
    """Each thread of two blocks reads one element and writes another one, and then again after a barrier."""
    i = cuda.grid(1)
    for turn in range(2):
        value = x[reads[turn, i]]
        x[writes[turn, i]] = 8 * turn + i + 0 * value  # no two write the same
        cuda.syncthreads()


PLACES = st.lists(st.integers(0, 8), min_size=8, max_size=8)


@many
@given(PLACES, PLACES)
def test_a_kernel_races_if_two_threads_meet_and_only_then(reads, writes):
    """Two turns, two blocks, two threads in each; by definition, and by the lab."""
    did = [
        (turn, i, {reads[4 * turn + i]: 0} | {writes[4 * turn + i]: 1}) for turn in range(2) for i in range(4)
    ]
    meets = False
    for (turn, i, mine), (other_turn, j, theirs) in itertools.combinations(did, 2):
        unordered = i // 2 != j // 2 or (turn == other_turn and i != j)
        meets |= unordered and any(mine[place] or theirs[place] for place in mine.keys() & theirs.keys())
    kernel = random_walk.using(strict=False)
    kernel[2, 2](torch.tensor(reads).reshape(2, 4), torch.tensor(writes).reshape(2, 4), torch.zeros(9))
    assert bool(kernel.last_report.problems) == meets
