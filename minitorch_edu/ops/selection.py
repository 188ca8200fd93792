"""Selection: which of several equal elements comes first, as C++'s library has it.

Note [The order of equals]
PyTorch's `sort`, `topk`, `mode` and `kthvalue` compare values and carry their indices along, and none of them keeps
equal values in their order. Yet nothing is left to chance: which index of several comes first follows from the steps
of `std::sort`, `std::partial_sort` and `std::nth_element` in GCC's library, and of PyTorch's own quickselect. The
indices are printed, gradients flow to them, and `multinomial` draws them; so the steps are taken here, too. Only where
it makes a difference: a row all of whose elements differ is left to NumPy, and so are large tensors that are sorted.

A row is a list of ranks, equal ones for equal values; a queue is a list of places in the row, moved about until those
in front are the ones that were asked for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

LARGE = 2**15
"""From how many elements on equal ones stay in their order when all of a tensor is sorted: the steps take too long."""
FEW = 16
"""What `std::sort` leaves to an insertion sort, which keeps equals in their order."""


# --- arrays: which rows have equals in question -----------------------------------------------------------------------


def comparable(xp: Any, input: Any) -> Any:
    """An array of numbers that can be compared: NumPy knows no bfloat16."""
    return input.astype(xp.float32) if input.dtype.kind == "V" else input


def order(xp: Any, input: Any, dim: int, descending: bool = False) -> Any:
    """The indices that sort an array along a dimension; equal elements stay in their order."""
    input = comparable(xp, input)
    if not descending:
        return xp.argsort(input, dim, kind="stable")
    turned = xp.argsort(xp.flip(input, dim), dim, kind="stable")
    return input.shape[dim] - 1 - xp.flip(turned, dim)


def sorted_order(xp: Any, input: Any, dim: int, descending: bool = False) -> Any:
    """The indices that sort an array along a dimension, equal elements as `std::sort` leaves them."""
    indices = order(xp, input, dim, descending)
    if xp is not np or input.shape[dim] <= FEW or input.size >= LARGE:
        return indices
    rows, places = _rows(input, dim), np.moveaxis(indices, dim, -1)
    values = np.take_along_axis(rows, places, -1)
    crowded = _equal(values[..., 1:], values[..., :-1]).any(-1)
    if crowded.any():
        places[crowded] = [std_sort(ranks) for ranks in _ranks(rows[crowded], descending)]
    return indices


def first(xp: Any, input: Any, count: int, dim: int, descending: bool, in_order: bool = True) -> Any:
    """The indices of the `count` first elements along a dimension, in order or as `std::nth_element` leaves them."""
    size = input.shape[dim]
    if xp is not np or not count or not input.size:
        return order(xp, input, dim, descending)[(slice(None),) * dim + (slice(count),)]
    rows = _rows(input, dim)
    edge = size - count if descending else count - 1
    places = np.argpartition(rows, edge, -1)[..., slice(edge, None) if descending else slice(count)]
    values = np.take_along_axis(rows, places, -1)
    by_size, values = np.argsort(values, -1), np.sort(values, -1)
    if descending:
        by_size, values = by_size[..., ::-1], values[..., ::-1]
    places = np.take_along_axis(places, by_size, -1)
    if in_order or _are_few(count, size):
        crowded = _equal(values[..., 1:], values[..., :-1]).any(-1) | _several(rows, values[..., -1:])
    else:
        crowded = np.ones(rows.shape[:-1], bool)
    if crowded.any():
        places[crowded] = [topk(ranks, count, in_order) for ranks in _ranks(rows[crowded], descending)]
    return np.ascontiguousarray(np.moveaxis(places, -1, dim))


def at_rank(xp: Any, input: Any, rank: int, dim: int) -> Any:
    """The indices, one of each row, of the element that `rank` others precede."""
    if xp is not np or not input.size:
        return order(xp, input, dim)[(slice(None),) * dim + (slice(rank, rank + 1),)]
    rows = _rows(input, dim)
    places = np.argpartition(rows, rank, -1)[..., rank : rank + 1].copy()
    crowded = _several(rows, np.take_along_axis(rows, places, -1))
    if crowded.any():
        places[crowded] = [[quickselect(ranks, rank)] for ranks in _ranks(rows[crowded])]
    return np.moveaxis(places, -1, dim)


def _rows(input: Any, dim: int) -> Any:
    return np.moveaxis(comparable(np, input), dim, -1)


def _equal(one: Any, other: Any) -> Any:
    """Where two arrays are equal, nan and nan too."""
    same = one == other
    return same | (one != one) & (other != other) if one.dtype.kind == "f" else same


def _several(rows: Any, value: Any) -> Any:
    """Which rows have the value more than once."""
    return np.count_nonzero(_equal(rows, value), -1) > 1


def _ranks(rows: Any, descending: bool = False) -> list[list[int]]:
    """How many different values precede each element of a row. See Note [The order of equals]."""
    places = order(np, rows, rows.ndim - 1, descending)
    values = np.take_along_axis(rows, places, -1)
    ranks = np.zeros_like(places)
    np.put_along_axis(ranks, places[..., 1:], (~_equal(values[..., 1:], values[..., :-1])).cumsum(-1), -1)
    return ranks.tolist()


# --- rows: lists of ranks -------------------------------------------------------------------------------------------


def topk(ranks: list[int], count: int, in_order: bool = True) -> list[int]:
    """The places of the `count` least ranks: PyTorch's choice among C++'s algorithms."""
    queue = list(range(len(ranks)))
    if _are_few(count, len(ranks)):
        partial_sort(queue, ranks, 0, count, len(ranks))
        return queue[:count]
    nth_element(queue, ranks, count - 1)
    if in_order:
        _sort(queue, ranks, count - 1)
    return queue[:count]


def _are_few(count: int, size: int) -> bool:
    return 64 * count <= size


def std_sort(ranks: list[int]) -> list[int]:
    """The places of all ranks in ascending order."""
    queue = list(range(len(ranks)))
    _sort(queue, ranks, len(ranks))
    return queue


def _sort(queue: list[int], ranks: list[int], count: int) -> None:
    """Quicksort until no part has more than a few elements, then an insertion sort; as Python's, it is stable."""
    _divide(queue, ranks, 0, count, _deepest(count))
    queue[:count] = sorted(queue[:count], key=ranks.__getitem__)


def _divide(queue: list[int], ranks: list[int], start: int, stop: int, depth: int) -> None:
    while stop - start > FEW:
        if not depth:
            partial_sort(queue, ranks, start, stop, stop)
            return
        depth -= 1
        cut = parted(queue, ranks, start, stop)
        _divide(queue, ranks, cut, stop, depth)
        stop = cut


def _deepest(count: int) -> int:
    """How often a queue is divided before C++ gives up hope in its pivots, and takes a heap."""
    return 2 * (count.bit_length() - 1)


def nth_element(queue: list[int], ranks: list[int], nth: int) -> None:
    """Move the element of rank `nth` to its place, what precedes it before it, and the others behind."""
    start, stop = 0, len(queue)
    depth = _deepest(stop)
    while stop - start > 3:
        if not depth:
            heap_select(queue, ranks, start, nth + 1, stop)
            queue[start], queue[nth] = queue[nth], queue[start]
            return
        depth -= 1
        cut = parted(queue, ranks, start, stop)
        if cut <= nth:
            start = cut
        else:
            stop = cut
    queue[start:stop] = sorted(queue[start:stop], key=ranks.__getitem__)


def parted(queue: list[int], ranks: list[int], start: int, stop: int) -> int:
    """Part a queue at the median of three: lesser elements to the left, greater ones to the right of what is returned.

    Those that equal the pivot change sides in pairs, which is where their order is lost.
    """
    middle, last = (start + stop) // 2, stop - 1
    a, b, c = ranks[queue[start + 1]], ranks[queue[middle]], ranks[queue[last]]
    if a < b:
        median = middle if b < c else last if a < c else start + 1
    else:
        median = start + 1 if a < c else last if b < c else middle
    queue[start], queue[median] = queue[median], queue[start]
    pivot = ranks[queue[start]]
    left, right = start + 1, last
    while True:
        while ranks[low := queue[left]] < pivot:
            left += 1
        while pivot < ranks[high := queue[right]]:
            right -= 1
        if left >= right:
            return left
        queue[left], queue[right] = high, low
        left += 1
        right -= 1


def partial_sort(queue: list[int], ranks: list[int], start: int, middle: int, stop: int) -> None:
    """The least elements in order up to `middle`: a heap of them, from which the greatest is taken again and again."""
    heap_select(queue, ranks, start, middle, stop)
    for last in range(middle - 1, start, -1):
        moved, queue[last] = queue[last], queue[start]
        _sift(queue, ranks, start, 0, last - start, moved)


def heap_select(queue: list[int], ranks: list[int], start: int, middle: int, stop: int) -> None:
    """A heap of the least elements up to `middle`, the greatest of them on top, where a lesser one replaces it."""
    size = middle - start
    for hole in range(size // 2 - 1, -1, -1):
        _sift(queue, ranks, start, hole, size, queue[start + hole])
    top = ranks[queue[start]]
    for place, rank in enumerate([ranks[moved] for moved in queue[middle:stop]], middle):
        if rank < top:
            moved, queue[place] = queue[place], queue[start]
            _sift(queue, ranks, start, 0, size, moved)
            top = ranks[queue[start]]


def _sift(queue: list[int], ranks: list[int], start: int, hole: int, size: int, moved: int) -> None:
    """Put an element into a heap that has a hole: greater children rise to the bottom's hole, and then it rises."""
    highest = hole
    while (child := 2 * hole + 1) < size:
        if child + 1 < size and not ranks[queue[start + child + 1]] < ranks[queue[start + child]]:
            child += 1
        queue[start + hole] = queue[start + child]
        hole = child
    rank = ranks[moved]
    while hole > highest and ranks[queue[start + (parent := (hole - 1) // 2)]] < rank:
        queue[start + hole] = queue[start + parent]
        hole = parent
    queue[start + hole] = moved


def quickselect(ranks: list[int], nth: int) -> int:
    """The place of an element of rank `nth`, as PyTorch's own quickselect finds it."""
    queue = list(range(len(ranks)))
    left, right = 0, len(ranks) - 1
    while right > left + 1:
        middle = (left + right) // 2
        queue[middle], queue[left + 1] = queue[left + 1], queue[middle]
        _exchange(queue, ranks, left + 1, right)
        _exchange(queue, ranks, left, right)
        _exchange(queue, ranks, left + 1, left)
        pivot = ranks[queue[left]]
        low, high = left + 2, right - 1
        while True:
            while ranks[queue[low]] < pivot:
                low += 1
            while pivot < ranks[queue[high]]:
                high -= 1
            if high < low:
                break
            queue[low], queue[high] = queue[high], queue[low]
            low += 1
            high -= 1
        queue[left], queue[high] = queue[high], queue[left]
        if high <= nth:
            left = low
        if high >= nth:
            right = high - 1
    if right == left + 1:
        _exchange(queue, ranks, left, right)
    return queue[nth]


def _exchange(queue: list[int], ranks: list[int], one: int, other: int) -> None:
    """Exchange two elements of a queue where the first is the greater."""
    if ranks[queue[one]] > ranks[queue[other]]:
        queue[one], queue[other] = queue[other], queue[one]
