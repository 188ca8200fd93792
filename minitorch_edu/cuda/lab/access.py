"""Access: what a running kernel calls to read, write and branch. Each call is checked, and left in the log."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from minitorch_edu.cuda.lab import errors
from minitorch_edu.cuda.lab.arrays import SHARED_MEMORY, Array, as_dtype
from minitorch_edu.cuda.lab.errors import indexed
from minitorch_edu.cuda.lab.instrument import TURN, inner

if TYPE_CHECKING:
    from minitorch_edu.cuda.lab.launch import Launch

MOST_SHARED = 48 << 10
"""Bytes of shared memory that a block may have without asking for more."""
MOST_TURNS = 1_000_000
"""Turns of a while-loop after which the lab takes it to be endless."""

COMPUTED: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "max": lambda old, value: value if value > old else old,
    "min": lambda old, value: value if value < old else old,
    "exch": lambda old, value: value,
    "cas": lambda old, expected, value: value if old == expected else old,
}


def services(launch: Launch) -> dict[str, Callable[..., Any]]:
    """The hidden functions of one launch, by name: see Note [How a kernel is rewritten]."""
    log = launch.log
    log_key, log_address, log_value = log.keys.append, log.addresses.append, log.values.append
    locate, unwritten, fitted = launch.locate, launch.unwritten, launch.fitted

    def address_of(array: Array, index: Any) -> int | None:
        """Quickly, for plain indices; None for all that needs a second look. 1.0 and True would be found, too."""
        if type(index) is int or (
            type(index) is tuple and len(index) == 2 and type(index[0]) is type(index[1]) is int
        ):
            return array.find(index)
        return None

    def load(array: Any, index: Any, key: int) -> Any:
        __tracebackhide__ = True
        if type(array) is not Array:
            return array[index]
        address = address_of(array, index)
        if address is None:
            index, address = locate(array, index, key, "reads")
            if address is None:
                return array.nothing
        log_key(key)
        log_address(address)
        if array.cells is None:
            return array.values[index]
        value = array.cells.get(address)
        return unwritten(array, index, key) if value is None else value

    def store(value: Any, array: Any, index: Any, key: int) -> None:
        __tracebackhide__ = True
        if type(array) is not Array:
            array[index] = value  # Python says what is wrong with that
            return
        address = address_of(array, index)
        if address is None:
            index, address = locate(array, index, key, "writes")
            if address is None:
                return
        if type(value) is not array.dtype.type:
            value = fitted(value, array, index, key)
        log_key(key)
        log_address(address)
        log_value(value)
        if array.cells is None:
            array.values[index] = value
        else:
            array.cells[address] = value

    def atomic(which: str, key: int, array: Any, index: Any, *values: Any) -> Any:
        __tracebackhide__ = True
        if type(array) is not Array:
            kind = type(array).__name__
            raise TypeError(f"cuda.atomic.{which} changes an element of an array, not of {kind}")
        address = address_of(array, index)
        if address is None:
            index, address = locate(array, index, key, "changes")
            if address is None:
                return array.nothing
        log_key(key)
        log_address(address)
        old = array.values[index] if array.cells is None else array.cells.get(address)
        if old is None:
            old = unwritten(array, index, key)
        value = fitted(COMPUTED[which](old, *values), array, index, key)
        if array.cells is None:
            array.values[index] = value
        else:
            array.cells[address] = value
        return old

    def branch(taken: Any, key: int) -> Any:
        log_key(key)
        log_address(1 if taken else 0)
        return taken

    def loop(turn: int, key: int) -> None:
        log_key(key)
        log_address(turn)

    return {
        "load": load,
        "store": store,
        "atomic": atomic,
        "branch": branch,
        "loop": loop,
        "turns": lambda turn, site: range(
            inner(turn, site) + TURN, inner(turn, site) + TURN * MOST_TURNS, TURN
        ),
        "endless": launch.endless,
        "shared": launch.shared_array,
        "inner": inner,
        "zip": zip,
        "count": lambda turn, site: itertools.count(inner(turn, site) + TURN, TURN),
    }


def fits(value: Any, dtype: np.dtype) -> bool:
    """Whether an array of this dtype can hold a value: an integer in its range, no number that becomes infinite."""
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return bool(limits.min <= value <= limits.max)
    if dtype.kind == "f":
        return bool(not np.isfinite(value) or np.isfinite(dtype.type(value)))
    return True


class Checks:
    """What the quick functions above hand over to: the cases that are wrong, or rare."""

    def locate(self: Any, array: Array, index: Any, key: int, does: str) -> tuple[Any, int | None]:
        """The index in plain numbers, and its address; an error if there is none. Both None if errors are collected."""
        __tracebackhide__ = True
        given = index if isinstance(index, tuple) else (index,)
        if len(given) != array.ndim:
            self.wrong(_count_of_indices(self, array, index, given, key))
            return index, None
        try:
            plain = tuple(operator.index(each) for each in given)
        except TypeError:
            self.wrong(_no_index(self, array, index, given, key))
            return index, None
        index = plain[0] if array.ndim == 1 else plain
        address = array.find(index)
        if address is None:
            self.wrong(_out_of_bounds(self, array, index, plain, key, does))
        return index, address

    def unwritten(self: Any, array: Array, index: Any, key: int) -> Any:
        """Shared memory without a value. First see whether another thread was about to write it: that is a race."""
        if key % TURN in self.unsure:
            return array.nothing
        place = self.place(key)
        message = f"uninitialized shared memory: {place.who} reads {indexed(array.name, index)} before it was written"
        error = errors.Uninitialized(message, place, array.name, index)
        error.add_note(
            "Shared memory begins with whatever the last block left there. Write every element that will be read, "
            "then cuda.syncthreads()."
        )
        self.unsure[key % TURN] = error
        return array.nothing

    def fitted(self: Any, value: Any, array: Array, index: Any, key: int) -> Any:
        """A value as its array holds it. As in CUDA, what is too large wraps around; `overflow=True` tells of it."""
        dtype = array.dtype
        if self.options.overflow and not fits(value, dtype):
            self.too_large(value, array, index, key)
        try:
            return dtype.type(value)
        except OverflowError:  # NumPy refuses Python's large integers, and infinity
            whole = 0 if value in (math.inf, -math.inf) else int(value)
            bits = 8 * dtype.itemsize
            return np.array(whole & ((1 << bits) - 1), f"u{dtype.itemsize}").astype(dtype)[()]
        except ValueError:  # int(nan): CUDA leaves open what comes of it
            return dtype.type(0)

    def too_large(self: Any, value: Any, array: Array, index: Any, key: int) -> None:
        __tracebackhide__ = True
        place = self.place(key)
        element = indexed(array.name, index)
        error = errors.Overflow(
            f"overflow: {place.who} stores {value} in {element}, and {array.name} is {array.dtype}",
            place,
            array.name,
            index,
        )
        error.add_note(
            "A GPU stores what is left when the upper bits are cut off, or infinity, and says nothing."
        )
        self.wrong(error)

    def endless(self: Any, site: int) -> None:
        __tracebackhide__ = True
        place = self.place(site)
        error = errors.Endless(f"endless loop: {place.who} has gone round {MOST_TURNS:,} times", place)
        error.add_note(
            "If it waits for another thread: on a GPU that one may run only when this one is done. Threads of a block "
            "wait for each other at cuda.syncthreads(), and at nothing else."
        )
        raise error

    def shared_array(self: Any, site: int, shape: Any, dtype: Any) -> Array:
        """The shared array of one line: the first thread of a block lays it out, the others find it."""
        known = self.shared.get(site)
        if known is not None:
            return known
        found = as_dtype(dtype)
        name = self.program.sites[site].array
        values = np.empty(shape, found)
        start = -(-self.shared_bytes // 16) * 16
        self.shared_bytes = start + values.nbytes
        if self.shared_bytes > MOST_SHARED:
            raise _too_much_shared(self, site)
        before = self.laid_out.get(site)
        like = before if before is not None and before.base == SHARED_MEMORY + start else None
        array = self.shared[site] = self.laid_out[site] = Array(name, values, SHARED_MEMORY + start, like)
        return array


def _count_of_indices(launch: Any, array: Array, index: Any, given: tuple, key: int) -> errors.KernelError:
    place = launch.place(key)
    message = (
        f"{array.name} has {_many(array.ndim, 'dimension')}, and {place.who} gives {_many(len(given), 'index')}: "
        f"{indexed(array.name, index)}"
    )
    error = errors.WrongIndex(message, place, array.name, index)
    if array.ndim > 1:
        error.add_note(
            f"Write all of them in one bracket: {array.name}[{', '.join('ijklmnop'[: array.ndim])}]."
        )
    return error


def _many(count: int, what: str) -> str:
    plural = {"index": "indices"}.get(what, what + "s")
    return f"{count} {what if count == 1 else plural}"


def _no_index(launch: Any, array: Array, index: Any, given: tuple, key: int) -> errors.KernelError:
    place = launch.place(key)
    wrong = next(each for each in given if not _is_index(each))
    message = f"an index is an integer: {place.who} gives {wrong!r} ({type(wrong).__name__}) for {array.name}"
    error = errors.WrongIndex(message, place, array.name, index)
    if isinstance(wrong, float | np.floating):
        error.add_note("`/` makes a floating point number of two integers; `//` an integer.")
    return error


def _is_index(value: Any) -> bool:
    try:
        operator.index(value)
    except TypeError:
        return False
    return True


def _out_of_bounds(
    launch: Any, array: Array, index: Any, given: tuple[int, ...], key: int, does: str
) -> errors.KernelError:
    place = launch.place(key)
    size = f"{array.size} elements" if array.ndim == 1 else f"shape {list(array.shape)}"
    message = f"{place.who} {does} {indexed(array.name, index)}, and {array.name} has {size}"
    error = errors.OutOfBounds(f"{errors.ILLEGAL_ACCESS}\n  {message}", place, array.name, index)
    if min(given) < 0:
        error.add_note("A negative index does not count from the end on a GPU: it lies before the array.")
    elif array.cells is not None:
        error.add_note(
            "Shared memory belongs to one block: its index comes from threadIdx, and ends where the array does."
        )
    else:
        within = " and ".join(f"{'ijklmnop'[dim]} < {array.name}.shape[{dim}]" for dim in range(array.ndim))
        error.add_note(
            "A grid consists of whole blocks, so some of its threads may have no element. Let them do nothing: "
            f"`if {within}:` around the work."
        )
    if array.ndim == 2 and array.cells is None:
        error.add_note(
            "cuda.grid(2) gives x first, which is the column of a matrix: column, row = cuda.grid(2)"
        )
    error.add_note(
        "A GPU may say this later, or nothing at all: then something else is read, or overwritten."
    )
    return error


def _too_much_shared(launch: Any, site: int) -> errors.KernelError:
    used, allowed = launch.shared_bytes, MOST_SHARED
    error = errors.KernelError(
        f"ptxas error   : Entry function '{launch.name}' uses too much shared data ({used:#x} bytes, {allowed:#x} max)",
        launch.place(site),
    )
    error.add_note(
        f"A block has {allowed >> 10} KiB of shared memory, and these arrays take {used / 1024:g} KiB: smaller tiles?"
    )
    return error
