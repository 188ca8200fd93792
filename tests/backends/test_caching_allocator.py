"""The caching allocator: PyTorch's numbers, worked out by hand, and laws that hold for any program."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minitorch_edu.backends.caching_allocator import APART, FIRST_ADDRESS, CachingAllocator, NoRoom, told

KiB, MiB, GiB = 1 << 10, 1 << 20, 1 << 30


@pytest.fixture
def memory() -> CachingAllocator:
    return CachingAllocator(1 * GiB)


def current(memory: CachingAllocator, name: str, pool: str = "all") -> int:
    return memory.stats()[name][pool]["current"]


@pytest.mark.parametrize(
    "nbytes, allocated, reserved",
    [
        (1, 512, 2 * MiB),
        (512, 512, 2 * MiB),
        (513, 1024, 2 * MiB),
        (1 * KiB, 1 * KiB, 2 * MiB),
        (1 * MiB, 1 * MiB, 2 * MiB),
        (1 * MiB + 1, 1 * MiB + 512, 20 * MiB),
        (4 * MiB, 4 * MiB, 20 * MiB),
        (10 * MiB - 512, 10 * MiB - 512, 20 * MiB),
        (10 * MiB, 10 * MiB, 10 * MiB),
        (11 * MiB, 12 * MiB, 12 * MiB),  # the rest of 1 MiB is not cut off
        (12 * MiB + 1, 12 * MiB + 512, 14 * MiB),
    ],
)
def test_a_tensor_takes_a_rounded_block_of_a_segment(memory, nbytes, allocated, reserved):
    memory.allocate(nbytes)
    assert (memory.allocated, memory.reserved) == (allocated, reserved)
    assert current(memory, "requested_bytes") == nbytes


def test_an_empty_tensor_takes_nothing(memory):
    assert memory.allocate(0) == 0
    memory.release(0)
    assert (memory.allocated, memory.reserved) == (0, 0)


def test_small_tensors_lie_side_by_side_in_one_segment(memory):
    addresses = [memory.allocate(1000) for _ in range(3)]
    assert addresses == [FIRST_ADDRESS, FIRST_ADDRESS + 1024, FIRST_ADDRESS + 2048]
    assert (memory.allocated, memory.reserved) == (3072, 2 * MiB)


def test_small_and_large_tensors_never_share_a_segment(memory):
    memory.allocate(1 * MiB)
    memory.allocate(2 * MiB)
    assert memory.reserved == 22 * MiB
    assert current(memory, "reserved_bytes", "small_pool") == 2 * MiB
    assert current(memory, "reserved_bytes", "large_pool") == 20 * MiB


def test_five_tensors_of_4_mib_fill_a_segment_and_the_sixth_takes_another(memory):
    for _ in range(5):
        memory.allocate(4 * MiB)
    assert memory.reserved == 20 * MiB
    memory.allocate(4 * MiB)
    assert memory.reserved == 40 * MiB


def test_a_large_block_is_not_cut_for_a_rest_of_1_mib(memory):
    kept = memory.allocate(19 * MiB - 512)  # 20 MiB of its own
    assert (memory.allocated, memory.reserved) == (19 * MiB - 512, 20 * MiB)
    memory.release(kept)
    memory.allocate(19 * MiB)  # the rest would be 1 MiB: it is handed out whole
    assert (memory.allocated, memory.reserved) == (20 * MiB, 20 * MiB)


def test_what_is_freed_stays_reserved_until_the_cache_is_emptied(memory):
    address = memory.allocate(4 * MiB)
    memory.release(address)
    assert (memory.allocated, memory.reserved, memory.free) == (0, 20 * MiB, 1004 * MiB)
    memory.empty_cache()
    assert (memory.reserved, memory.free) == (0, 1 * GiB)


def test_a_segment_in_which_one_block_is_in_use_cannot_be_given_back(memory):
    first, second = memory.allocate(4 * MiB), memory.allocate(4 * MiB)
    memory.release(first)
    memory.empty_cache()
    assert memory.reserved == 20 * MiB
    assert current(memory, "inactive_split_bytes") == 16 * MiB
    assert current(memory, "inactive_split") == 2
    memory.release(second)
    assert current(memory, "inactive_split_bytes") == current(memory, "inactive_split") == 0


def test_freed_neighbours_become_one_block_again(memory):
    addresses = [memory.allocate(4 * MiB) for _ in range(5)]
    for address in (addresses[1], addresses[3], addresses[2]):
        memory.release(address)
    assert memory.allocate(9 * MiB) == addresses[1]
    assert memory.reserved == 20 * MiB


def test_the_smallest_block_that_fits_is_used(memory):
    """Of a hole of 8 MiB and one of 4 MiB, a tensor of 3 MiB takes the second."""
    addresses = [memory.allocate(size * MiB) for size in (8, 2, 4, 2)]
    memory.release(addresses[0])
    memory.release(addresses[2])
    assert memory.allocate(3 * MiB) == addresses[2]


def test_a_block_serves_the_stream_it_was_made_for(memory):
    address = memory.allocate(1 * KiB, stream=1)
    memory.release(address)
    assert memory.allocate(1 * KiB, stream=0) != address
    assert memory.reserved == 4 * MiB
    assert memory.allocate(1 * KiB, stream=1) == address


def test_where_there_is_no_room_the_cache_is_emptied_first():
    memory = CachingAllocator(32 * MiB)
    memory.release(memory.allocate(20 * MiB))
    memory.allocate(24 * MiB)  # only possible after the 20 MiB went back to the driver
    assert memory.reserved == 24 * MiB
    assert memory.stats()["num_alloc_retries"] == 1
    assert memory.stats()["num_ooms"] == 0
    assert memory.stats()["num_device_alloc"] == 2
    assert memory.stats()["num_device_free"] == 1


def test_no_room_is_told_in_the_size_of_the_segment():
    memory = CachingAllocator(32 * MiB)
    memory.allocate(4 * MiB)
    with pytest.raises(NoRoom) as refused:
        memory.allocate(16 * MiB + 1)
    assert refused.value.size == 18 * MiB
    assert memory.stats()["num_ooms"] == 1
    assert (memory.allocated, memory.reserved) == (4 * MiB, 20 * MiB)


def test_fragments_can_refuse_what_would_fit_in_their_sum():
    memory = CachingAllocator(20 * MiB)
    addresses = [memory.allocate(4 * MiB) for _ in range(5)]
    memory.release(addresses[0])
    memory.release(addresses[2])
    with pytest.raises(NoRoom):
        memory.allocate(8 * MiB)


def test_a_limit_refuses_before_the_device_is_full():
    memory = CachingAllocator(64 * MiB)
    memory.limit = 32 * MiB
    memory.allocate(20 * MiB)
    with pytest.raises(NoRoom):
        memory.allocate(20 * MiB)


def test_peaks_stay_and_can_be_reset(memory):
    address = memory.allocate(3 * KiB)
    memory.release(address)
    counted = memory.stats()["allocated_bytes"]["all"]
    assert counted == {"current": 0, "peak": 3 * KiB, "allocated": 3 * KiB, "freed": 3 * KiB}
    memory.reset_stats(peak=True)
    memory.reset_stats(peak=False)
    assert memory.stats()["allocated_bytes"]["all"] == dict.fromkeys(counted, 0)
    assert memory.stats()["reserved_bytes"]["all"]["peak"] == 2 * MiB


def test_a_snapshot_shows_segments_and_blocks(memory):
    first = memory.allocate(1000)
    memory.allocate(600)
    memory.release(first)
    (segment,) = memory.snapshot()
    assert (segment["total_size"], segment["allocated_size"], segment["requested_size"]) == (
        2 * MiB,
        1024,
        600,
    )
    assert segment["segment_type"] == "small"
    blocks = [(block["size"], block["requested_size"], block["state"]) for block in segment["blocks"]]
    assert blocks == [
        (1024, 0, "inactive"),
        (1024, 600, "active_allocated"),
        (2 * MiB - 2048, 0, "inactive"),
    ]


def test_devices_have_address_spaces_of_their_own():
    assert CachingAllocator(GiB, device=1).allocate(1) - CachingAllocator(GiB).allocate(1) == APART


@pytest.mark.parametrize(
    "size, text",
    [
        (0, "0 bytes"),
        (1024, "1024 bytes"),
        (1025, "1.00 KiB"),
        (1 * MiB, "1024.00 KiB"),
        (2 * MiB, "2.00 MiB"),
        (20 * MiB, "20.00 MiB"),
        (1 * GiB, "1024.00 MiB"),
        (8 * GiB, "8.00 GiB"),
        (11 * GiB // 4, "2.75 GiB"),
    ],
)
def test_a_number_of_bytes_reads_as_in_pytorchs_messages(size, text):
    assert told(size) == text


# --- any program ----------------------------------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(1, 4 * KiB), st.integers(1 * MiB - 1024, 1 * MiB + 1024), st.integers(1, 30 * MiB)
)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("allocate"), SIZES, st.integers(0, 1)),
        st.tuples(st.just("release"), st.integers(0, 50), st.just(0)),
        st.tuples(st.just("empty"), st.just(0), st.just(0)),
    ),
    max_size=40,
)


def run(steps: list[Any]) -> tuple[CachingAllocator, dict[int, int]]:
    memory, held = CachingAllocator(96 * MiB), {}
    for act, number, stream in steps:
        if act == "allocate":
            try:
                held[memory.allocate(number, stream)] = number
            except NoRoom:
                continue
        elif act == "release" and held:
            address = sorted(held)[number % len(held)]
            memory.release(address)
            del held[address]
        elif act == "empty":
            memory.empty_cache()
    return memory, held


@given(STEPS)
def test_blocks_never_overlap_and_hold_what_was_asked_for(steps):
    memory, held = run(steps)
    assert {address: block.requested for address, block in memory.blocks.items()} == held
    ends = 0
    for address in sorted(memory.blocks):
        block = memory.blocks[address]
        assert address >= ends
        assert block.size >= held[address] and block.size % 512 == 0
        ends = address + block.size


@given(STEPS)
def test_the_sums_agree(steps):
    memory, held = run(steps)
    stats, segments = memory.stats(), memory.snapshot()
    blocks = [block for segment in segments for block in segment["blocks"]]
    used = [block for block in blocks if block["state"] == "active_allocated"]
    assert memory.reserved == sum(block["size"] for block in blocks) <= memory.capacity
    assert memory.allocated == sum(block["size"] for block in used)
    assert stats["allocation"]["all"]["current"] == len(used) == len(held)
    assert stats["segment"]["all"]["current"] == len(segments)
    assert stats["requested_bytes"]["all"]["current"] == sum(held.values())
    parts = [
        block
        for segment in segments
        for block in segment["blocks"]
        if len(segment["blocks"]) > 1 and block["state"] == "inactive"
    ]
    assert stats["inactive_split"]["all"]["current"] == len(parts)
    assert stats["inactive_split_bytes"]["all"]["current"] == sum(block["size"] for block in parts)
    for counted in ("allocated_bytes", "reserved_bytes", "inactive_split_bytes", "segment", "allocation"):
        every = stats[counted]
        assert every["all"]["current"] == every["small_pool"]["current"] + every["large_pool"]["current"]
        assert every["all"]["current"] == every["all"]["allocated"] - every["all"]["freed"]
        assert every["all"]["peak"] >= every["all"]["current"] >= 0


@given(STEPS)
def test_no_two_unused_blocks_lie_side_by_side(steps):
    for segment in run(steps)[0].snapshot():
        states = [block["state"] for block in segment["blocks"]]
        assert ("inactive", "inactive") not in set(zip(states, states[1:], strict=False))


@given(STEPS)
def test_after_everything_is_freed_all_memory_can_go_back(steps):
    memory, held = run(steps)
    for address in held:
        memory.release(address)
    memory.empty_cache()
    assert (memory.allocated, memory.reserved, memory.free) == (0, 0, memory.capacity)
    assert not memory.unused and not memory.segments


def test_a_block_that_comes_back_in_the_midst_of_an_allocation_waits_for_its_end(memory):
    """As when Python collects garbage just then: the finalizer of an array takes its neighbour's place in the lists."""
    first, *come_back = memory.allocate(512), memory.allocate(512)
    memory.release(first)

    class Interrupted(list):
        def __iter__(self):
            for block in list(super().__iter__()):
                yield block
                if come_back:
                    memory.release(come_back.pop())

    memory.unused = Interrupted(memory.unused)
    third = memory.allocate(512)
    assert third == first and list(memory.blocks) == [third] and not memory.returned
    assert current(memory, "allocated_bytes") == 512
    memory.release(third)
    memory.empty_cache()
    assert memory.reserved == 0
