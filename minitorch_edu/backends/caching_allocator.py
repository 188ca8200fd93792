"""Caching allocator: how PyTorch divides a GPU's memory, as a model in numbers. It holds no bytes itself.

Note [Reserved and allocated]
Asking the driver for memory is slow, and it stops the GPU. So PyTorch asks for it in large segments, hands out blocks
of them, and keeps what is given back for the next tensor: `memory_allocated` counts the blocks that tensors have,
`memory_reserved` the segments, and `empty_cache()` returns the segments in which no block is in use. A block's size is
a multiple of 512 bytes. (The rules and sizes are those of c10/cuda/CUDACachingAllocator.cpp.)
"""

from __future__ import annotations

from dataclasses import dataclass

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
    used: bool = False
    before: Block | None = None
    after: Block | None = None


class Count:
    """A number that goes up and down, and the highest it has been."""

    def __init__(self) -> None:
        self.current = self.peak = self.allocated = self.freed = 0

    def change(self, by: int) -> None:
        self.current += by
        self.peak = max(self.peak, self.current)
        if by > 0:
            self.allocated += by
        else:
            self.freed -= by


class CachingAllocator:
    """The memory of one device of `capacity` bytes. See Note [Reserved and allocated]."""

    def __init__(self, capacity: int, device: int = 0) -> None:
        self.capacity = capacity
        self.limit = capacity
        """What a program may reserve; less than `capacity` after set_per_process_memory_fraction."""
        self.next_address = FIRST_ADDRESS + device * 0x10_0000_0000
        self.blocks: dict[int, Block] = {}
        """The blocks in use, by address."""
        self.unused: list[Block] = []
        self.allocated, self.reserved = Count(), Count()
        self.blocks_in_use, self.segments = Count(), Count()
        self.retries = self.refused = 0

    @property
    def free(self) -> int:
        """Bytes that no segment has."""
        return self.capacity - self.reserved.current

    def allocate(self, nbytes: int) -> int:
        """The address of a block of at least `nbytes`. Raises NoRoom."""
        if not nbytes:
            return 0
        size = rounded(nbytes, ROUNDING)
        block = self._best_fit(size) or self._new_segment(size)
        self._split(block, size)
        block.used = True
        self.blocks[block.address] = block
        self.allocated.change(block.size)
        self.blocks_in_use.change(1)
        return block.address

    def release(self, address: int) -> None:
        """Take a block back, and join it with its unused neighbours."""
        if not address:
            return
        block = self.blocks.pop(address)
        block.used = False
        self.allocated.change(-block.size)
        self.blocks_in_use.change(-1)
        for neighbour in (block.before, block.after):
            if neighbour is not None and not neighbour.used:
                self.unused.remove(neighbour)
                block = _joined(block, neighbour)
        self.unused.append(block)

    def empty_cache(self) -> None:
        """Give back the segments in which no block is in use."""
        for block in [each for each in self.unused if each.before is None and each.after is None]:
            self.unused.remove(block)
            self.reserved.change(-block.size)
            self.segments.change(-1)

    def _best_fit(self, size: int) -> Block | None:
        """The smallest unused block that is large enough; of equal ones the one at the lowest address."""
        small = size <= SMALL
        fitting = [block for block in self.unused if block.small == small and block.size >= size]
        if not fitting:
            return None
        best = min(fitting, key=lambda block: (block.size, block.address))
        self.unused.remove(best)
        return best

    def _new_segment(self, size: int) -> Block:
        length = segment_size(size)
        if self.reserved.current + length > min(self.limit, self.capacity):
            self.retries += 1
            self.empty_cache()
            if self.reserved.current + length > min(self.limit, self.capacity):
                self.refused += 1
                raise NoRoom(length)
        block = Block(self.next_address, length, size <= SMALL)
        self.next_address += rounded(length, LARGE_ROUNDING)
        self.reserved.change(length)
        self.segments.change(1)
        return block

    def _split(self, block: Block, size: int) -> None:
        """Keep the rest of a block for others, where it is worth it."""
        rest = block.size - size
        if rest < ROUNDING if block.small else rest <= SMALL:
            return
        remainder = Block(block.address + size, rest, block.small, before=block, after=block.after)
        if block.after is not None:
            block.after.before = remainder
        block.after, block.size = remainder, size
        self.unused.append(remainder)


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


def told(size: int) -> str:
    """A number of bytes as PyTorch's messages print it: `2.50 GiB`."""
    for unit, name in ((GiB, "GiB"), (MiB, "MiB"), (KiB, "KiB")):
        if size >= unit:
            return f"{size / unit:.2f} {name}"
    return f"{size} bytes"
