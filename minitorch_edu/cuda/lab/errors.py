"""Errors: what a kernel did wrong, which thread did it, and on which line.

CUDA's own words come first where it has some. A GPU says them late, or says nothing and computes something else; the
lab stops at the access itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from minitorch_edu.backends.gpus import AcceleratorError
from minitorch_edu.cuda.lab.words import Dim3

ILLEGAL_ACCESS = "CUDA error: an illegal memory access was encountered"
INVALID_CONFIGURATION = "CUDA error: invalid configuration argument"


@dataclass(frozen=True, slots=True)
class Place:
    """One thread at one line of a kernel."""

    kernel: str
    line: int
    text: str
    block: Dim3
    thread: Dim3

    def __str__(self) -> str:
        return f"{self.kernel}, line {self.line}: {self.text}"

    @property
    def who(self) -> str:
        return f"thread {self.thread} of block {self.block}"


class KernelError(AcceleratorError):
    """Something that a kernel must not do. `place` is where; `others` are further places that belong to it."""

    __module__ = "torch.cuda.lab"

    def __init__(
        self, message: str, place: Place, array: str = "", index: Any = None, others: tuple[Place, ...] = ()
    ) -> None:
        lines = "".join(f"\n  {each}" for each in dict.fromkeys(str(each) for each in (place, *others)))
        super().__init__(message + lines)
        self.place, self.others = place, others
        self.array, self.index = array, index

    @property
    def line(self) -> int:
        return self.place.line

    @property
    def thread(self) -> Dim3:
        return self.place.thread

    @property
    def block(self) -> Dim3:
        return self.place.block


class OutOfBounds(KernelError):
    """An index that is not in the array."""

    __module__ = "torch.cuda.lab"


class WrongIndex(KernelError):
    """Too few or too many indices, or something that is no index."""

    __module__ = "torch.cuda.lab"


class Uninitialized(KernelError):
    """Shared memory that was read before anything was written there."""

    __module__ = "torch.cuda.lab"


class DataRace(KernelError):
    """Two threads met at one element, one of them writes, and nothing says who comes first."""

    __module__ = "torch.cuda.lab"


class DivergentBarrier(KernelError):
    """A barrier that some threads of a block reach and others do not."""

    __module__ = "torch.cuda.lab"


class Overflow(KernelError):
    """A value that its array cannot hold."""

    __module__ = "torch.cuda.lab"


class Endless(KernelError):
    """A loop that does not end."""

    __module__ = "torch.cuda.lab"


class KernelSyntaxError(SyntaxError):
    """Python that is no kernel: a GPU has no exceptions, no lists, no values to return to the host."""

    __module__ = "torch.cuda.lab"


def indexed(array: str, index: Any) -> str:
    """An element as one writes it: a[3], tile[0, 4]."""
    inside = ", ".join(map(str, index)) if isinstance(index, tuple) else index
    return f"{array}[{inside}]"
