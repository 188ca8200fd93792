"""Words: the names that a kernel is written with. They are numba's; in a kernel they stand for a thread's own values.

here (and in numba.cuda)            CUDA C                                      CuPy's JIT (cupyx.jit)
cuda.threadIdx.x, blockIdx, ...     threadIdx.x, blockIdx, blockDim, gridDim    jit.threadIdx.x, ...
cuda.grid(1)                        blockIdx.x * blockDim.x + threadIdx.x       jit.grid(1)
cuda.gridsize(1)                    gridDim.x * blockDim.x                      jit.gridsize(1)
cuda.syncthreads()                  __syncthreads()                             jit.syncthreads()
cuda.shared.array((4, 4), dtype)    __shared__ float tile[4][4]                 jit.shared_memory(dtype, 16)
cuda.atomic.add(a, i, value)        atomicAdd(&a[i], value)                     jit.atomic_add(a, i, value)
"""

from __future__ import annotations

from typing import Any, NamedTuple, NoReturn


class Dim3(NamedTuple):
    """Three numbers: a place in a block or a grid, or the extent of one. x is the one that runs fastest."""

    x: int = 1
    y: int = 1
    z: int = 1

    def __repr__(self) -> str:
        return f"({self.x}, {self.y}, {self.z})"


def _outside(word: str) -> NoReturn:
    raise RuntimeError(f"cuda.{word} has a meaning only inside a function decorated with @cuda.kernel")


class Coordinates:
    """threadIdx, blockIdx, blockDim or gridDim: each thread of a kernel sees its own."""

    def __init__(self, name: str, meaning: str) -> None:
        self.name = name
        self.__doc__ = meaning

    x: Any = property(lambda self: _outside(f"{self.name}.x"))
    y: Any = property(lambda self: _outside(f"{self.name}.y"))
    z: Any = property(lambda self: _outside(f"{self.name}.z"))

    def __repr__(self) -> str:
        return f"cuda.{self.name}"


threadIdx = Coordinates("threadIdx", "The place of this thread in its block.")
blockIdx = Coordinates("blockIdx", "The place of this thread's block in the grid.")
blockDim = Coordinates("blockDim", "How many threads a block has, in each dimension.")
gridDim = Coordinates("gridDim", "How many blocks the grid has, in each dimension.")


def grid(ndim: int) -> Any:
    """The place of this thread in the whole grid: a number for `ndim` 1, else a tuple (x, y) or (x, y, z).

    x comes first, as in CUDA: threads that are neighbours in x run together, and should read neighbours in memory.
    """
    _outside("grid()")


def gridsize(ndim: int) -> Any:
    """How many threads the whole grid has in each dimension: the step of a loop over more elements than threads."""
    _outside("gridsize()")


def syncthreads() -> None:
    """Wait here until every thread of the block is here. All of them must come, and to the same line."""
    _outside("syncthreads()")


class shared:
    """Memory that the threads of one block share: small, fast, and full of rubbish until it is written."""

    @staticmethod
    def array(shape: int | tuple[int, ...], dtype: Any) -> Any:
        """An array that all threads of a block see. Its size must be known when the kernel is compiled."""
        _outside("shared.array()")


class atomic:
    """Read, change and write as one step that no other thread can come between. Each gives back the old value."""

    @staticmethod
    def add(array: Any, index: Any, value: Any) -> Any:
        """array[index] += value"""
        _outside("atomic.add()")

    @staticmethod
    def sub(array: Any, index: Any, value: Any) -> Any:
        """array[index] -= value"""
        _outside("atomic.sub()")

    @staticmethod
    def max(array: Any, index: Any, value: Any) -> Any:
        """array[index] = max(array[index], value)"""
        _outside("atomic.max()")

    @staticmethod
    def min(array: Any, index: Any, value: Any) -> Any:
        """array[index] = min(array[index], value)"""
        _outside("atomic.min()")

    @staticmethod
    def exch(array: Any, index: Any, value: Any) -> Any:
        """array[index] = value"""
        _outside("atomic.exch()")

    @staticmethod
    def cas(array: Any, index: Any, old: Any, value: Any) -> Any:
        """array[index] = value, if it is `old`: compare and swap."""
        _outside("atomic.cas()")


ATOMICS = {getattr(atomic, name): name for name in ("add", "sub", "max", "min", "exch", "cas")}
