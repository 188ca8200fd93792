"""Caching allocator: how PyTorch divides a GPU's memory, as a model in numbers. It holds no bytes itself.

Note [Reserved and allocated]
Asking the driver for memory is slow, and it stops the GPU. So PyTorch asks for it in large segments, hands out blocks
of them, and keeps what is given back for the next tensor: `memory_allocated` counts the blocks that tensors have,
`memory_reserved` the segments, and `empty_cache()` returns the segments in which no block is in use. A block's size is
a multiple of 512 bytes, and it serves the stream that it was first made for. (The rules and sizes are those of
c10/cuda/CUDACachingAllocator.cpp, with all its settings at their defaults.)

Note [A finalizer comes at any time]
A block is given back when the last array that looks at it is gone. Where the arrays were in a cycle, that is when
Python next collects garbage, which may be in the midst of `allocate`, whose lists must not change under its hands. So
whoever comes while somebody is at work leaves the address in `returned` and goes.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

KiB, MiB, GiB = 1 << 10, 1 << 20, 1 << 30

ROUNDING = 512
SMALL = 1 * MiB
"""Requests up to this size share the small segments."""
SMALL_SEGMENT = 2 * MiB
MIDDLE = 10 * MiB
"""Requests below this size share segments of one size; larger ones get a segment of their own."""
MIDDLE_SEGMENT = 20 * MiB
LARGE_ROUNDING = 2 * MiB

FIRST_ADDRESS = 0x7F00_0000_0000
APART = 0x100_0000_0000
"""From the first address of one device to that of the next."""


class NoRoom(Exception):
    """The device has no room for a segment of `size` bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


@dataclass(eq=False, slots=True)
class Block:
    """A part of a segment; its neighbours there are `before` and `after`."""

    address: int
    size: int
    small: bool
    stream: int
    requested: int = 0
    """The bytes that were asked for; 0 while it is not in use."""
    before: Block | None = None
    after: Block | None = None

    @property
    def split(self) -> bool:
        """Whether it is only a part of its segment: it cannot be given back to the driver."""
        return self.before is not None or self.after is not None


class Count:
    """A number that goes up and down, and the highest it has been."""

    def __init__(self) -> None:
        self.current = self.peak = self.allocated = self.freed = 0

    def change(self, by: int) -> None:
        current = self.current = self.current + by
        if by > 0:
            self.allocated += by
            if current > self.peak:
                self.peak = current
        else:
            self.freed -= by


POOLS = ("all", "small_pool", "large_pool")
COUNTED = (
    "allocation", "segment", "inactive_split", "allocated_bytes", "reserved_bytes", "inactive_split_bytes",
    "requested_bytes",
)  # fmt: skip


class CachingAllocator:
    """The memory of one device of `capacity` bytes. See Note [Reserved and allocated]."""

    def __init__(self, capacity: int, device: int = 0) -> None:
        self.capacity = capacity
        self.device = device
        self.limit: int | None = None
        """What a program may reserve, after set_per_process_memory_fraction."""
        self.next_address = FIRST_ADDRESS + device * APART
        self.blocks: dict[int, Block] = {}
        """The blocks in use, by address."""
        self.unused: list[Block] = []
        self.returned: deque[int] = deque()
        """Addresses of blocks that are to be taken back. See Note [A finalizer comes at any time]."""
        self._lock = threading.RLock()
        self._busy = False
        self.segments: list[Block] = []
        """The first block of each."""
        self.counts = {kind: {pool: Count() for pool in POOLS} for kind in COUNTED}
        self.calls = dict.fromkeys(
            ("num_alloc_retries", "num_ooms", "num_sync_all_streams", "num_device_alloc", "num_device_free"),
            0,
        )

    @property
    def allocated(self) -> int:
        """Bytes in blocks that are in use."""
        return self.counts["allocated_bytes"]["all"].current

    @property
    def reserved(self) -> int:
        """Bytes in segments."""
        return self.counts["reserved_bytes"]["all"].current

    @property
    def free(self) -> int:
        """Bytes that no segment has."""
        return self.capacity - self.reserved

    # --- blocks -----------------------------------------------------------------------------------------------------

    def allocate(self, nbytes: int, stream: int = 0) -> int:
        """The address of a block of at least `nbytes`. Raises NoRoom."""
        if not nbytes:
            return 0
        size = rounded(nbytes, ROUNDING)
        with self._alone():
            block = self._best_fit(size, stream) or self._new_segment(size, stream)
            self._cut(block, size)
            block.requested = nbytes
            self.blocks[block.address] = block
            self._in_use(block, 1)
        return block.address

    def release(self, address: int) -> None:
        """Take a block back: now, or when what is being done has been done."""
        if address:
            self.returned.append(address)
            if not self._busy:
                with self._alone():
                    pass

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Whoever changes the lists of blocks; afterwards, what was returned meanwhile is taken back."""
        with self._lock:
            within, self._busy = self._busy, True
            try:
                yield
                while self.returned and not within:
                    self._take_back(self.returned.popleft())
            finally:
                self._busy = within

    def _take_back(self, address: int) -> None:
        """Join a block with its unused neighbours."""
        block = self.blocks.pop(address)
        self._in_use(block, -1)
        block.requested = 0
        blocks = nbytes = 0
        for neighbour in (block.before, block.after):
            if neighbour is not None and not neighbour.requested:
                self.unused.remove(neighbour)
                blocks, nbytes = blocks - 1, nbytes - neighbour.size
                block = _joined(block, neighbour)
        self.unused.append(block)
        if block.split:
            blocks, nbytes = blocks + 1, nbytes + block.size
        self._count("inactive_split", block, blocks)
        self._count("inactive_split_bytes", block, nbytes)

    def _best_fit(self, size: int, stream: int) -> Block | None:
        """The smallest unused block that is large enough; of equal ones the one at the lowest address."""
        small = size <= SMALL
        fitting = [
            block
            for block in self.unused
            if block.size >= size and block.small == small and block.stream == stream
        ]
        if not fitting:
            return None
        best = min(fitting, key=lambda block: (block.size, block.address))
        self.unused.remove(best)
        return best

    def _cut(self, block: Block, size: int) -> None:
        """Keep the rest of a block for others, where it is worth it."""
        rest = block.size - size
        if rest >= ROUNDING if block.small else rest > SMALL:
            remainder = Block(
                block.address + size, rest, block.small, block.stream, before=block, after=block.after
            )
            if block.split:  # an unused part becomes smaller
                self._count("inactive_split_bytes", block, -size)
            else:
                self._count("inactive_split", block, 1)
                self._count("inactive_split_bytes", block, rest)
            if block.after is not None:
                block.after.before = remainder
            block.after, block.size = remainder, size
            self.unused.append(remainder)
        elif block.split:
            self._count("inactive_split", block, -1)
            self._count("inactive_split_bytes", block, -block.size)

    # --- segments ---------------------------------------------------------------------------------------------------

    def _new_segment(self, size: int, stream: int) -> Block:
        length = segment_size(size)
        if not self._has_room(length):
            self._give_back()
            self.calls["num_alloc_retries"] += 1
            if not self._has_room(length):
                self.calls["num_ooms"] += 1
                raise NoRoom(length)
        block = Block(self.next_address, length, size <= SMALL, stream)
        self.next_address += rounded(length, LARGE_ROUNDING)
        self.segments.append(block)
        self.calls["num_device_alloc"] += 1
        self._count("segment", block, 1)
        self._count("reserved_bytes", block, length)
        return block

    def _has_room(self, length: int) -> bool:
        after = self.reserved + length
        return after <= self.capacity and (self.limit is None or after <= self.limit)

    def empty_cache(self) -> None:
        """Give back the segments in which no block is in use."""
        with self._alone():
            self._give_back()

    def _give_back(self) -> None:
        self.calls["num_sync_all_streams"] += 1
        for block in [each for each in self.unused if not each.split]:
            self.unused.remove(block)
            self.segments.remove(block)
            self.calls["num_device_free"] += 1
            self._count("segment", block, -1)
            self._count("reserved_bytes", block, -block.size)

    # --- numbers ----------------------------------------------------------------------------------------------------

    def _count(self, kind: str, block: Block, by: int) -> None:
        if by:
            pools = self.counts[kind]
            pools["all"].change(by)
            pools["small_pool" if block.small else "large_pool"].change(by)

    def _in_use(self, block: Block, sign: int) -> None:
        self._count("allocation", block, sign)
        self._count("allocated_bytes", block, sign * block.size)
        self._count("requested_bytes", block, sign * block.requested)

    def stats(self) -> dict[str, Any]:
        """All numbers, nested as PyTorch nests them."""
        counts = {
            kind: {pool: dict(vars(count)) for pool, count in pools.items()}
            for kind, pools in self.counts.items()
        }
        never = dict(vars(Count()))  # no block here is too large to be cut
        return {
            **self.calls,
            "num_oom_rejections": 0,
            "max_split_size": -1,
            **counts,
            "active": counts["allocation"],  # no stream holds on to a block that a tensor has given back
            "active_bytes": counts["allocated_bytes"],
            "oversize_allocations": dict(never),
            "oversize_segments": dict(never),
            "reserved_bytes_by_private_pools": {},
        }

    def reset_stats(self, peak: bool) -> None:
        """Begin to count again: the highest numbers, or else the sums."""
        for count in (count for pools in self.counts.values() for count in pools.values()):
            if peak:
                count.peak = count.current
            else:
                count.allocated = count.freed = 0
        if not peak:
            self.calls["num_alloc_retries"] = self.calls["num_ooms"] = 0

    def snapshot(self) -> list[dict[str, Any]]:
        """The segments and their blocks, by address."""
        return [
            self._segment(head, list(_chain(head)))
            for head in sorted(self.segments, key=lambda block: block.address)
        ]

    def _segment(self, head: Block, blocks: list[Block]) -> dict[str, Any]:
        used = sum(block.size for block in blocks if block.requested)
        return {
            "device": self.device,
            "address": head.address,
            "total_size": sum(block.size for block in blocks),
            "allocated_size": used,
            "active_size": used,
            "requested_size": sum(block.requested for block in blocks),
            "stream": head.stream,
            "segment_type": "small" if head.small else "large",
            "segment_pool_id": (0, 0),
            "is_expandable": False,
            "frames": [],
            "blocks": [
                {
                    "address": block.address,
                    "size": block.size,
                    "requested_size": block.requested,
                    "state": "active_allocated" if block.requested else "inactive",
                    "frames": [],
                }
                for block in blocks
            ],
        }


def rounded(size: int, unit: int) -> int:
    return -(-size // unit) * unit


def segment_size(size: int) -> int:
    """How much is asked of the driver for a block of this size."""
    if size <= SMALL:
        return SMALL_SEGMENT
    return MIDDLE_SEGMENT if size < MIDDLE else rounded(size, LARGE_ROUNDING)


def _joined(one: Block, other: Block) -> Block:
    first, second = (one, other) if one.address < other.address else (other, one)
    first.size += second.size
    first.after = second.after
    if second.after is not None:
        second.after.before = first
    return first


def _chain(block: Block | None) -> Iterator[Block]:
    while block is not None:
        yield block
        block = block.after


def told(size: int) -> str:
    """A number of bytes as PyTorch's messages print it: `2.50 GiB`, but `1024.00 MiB`."""
    if size <= KiB:
        return f"{size} bytes"
    for unit, name in ((KiB, "KiB"), (MiB, "MiB")):
        if size <= unit * KiB:
            return f"{size / unit:.2f} {name}"
    return f"{size / GiB:.2f} GiB"
