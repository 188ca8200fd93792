"""Log: every access and every branch of a block, in the order in which they happened here."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any

import numpy as np

from minitorch_edu.cuda.lab.instrument import TURN


@dataclass(frozen=True)
class Accesses:
    """A stretch of a log as columns. A branch has in `addresses` whether it was taken, a loop its last turn."""

    keys: np.ndarray
    addresses: np.ndarray
    threads: np.ndarray
    kinds: np.ndarray

    @property
    def sites(self) -> np.ndarray:
        return self.keys % TURN


class Log:
    """What the quick functions of access.py append to; numbers only, for there are millions of them."""

    def __init__(self, kinds: list[int]) -> None:
        self.kinds = np.array(kinds or [0])
        """By site."""
        self.keys, self.addresses = array("q"), array("q")
        self.values: list[Any] = []
        """Of the stores."""
        self.turns: list[tuple[int, int]] = []
        """Where a thread begins to run, and which one."""
        self.start = 0
        """Where the current interval between two barriers begins."""
        self.start_values = self.start_turns = 0

    def __len__(self) -> int:
        return len(self.keys)

    def turn(self, thread: int) -> None:
        """From here on it is this thread's turn."""
        self.turns.append((len(self.keys), thread))

    def whole(self) -> Accesses:
        return self._columns(0, self.turns)

    def interval(self) -> tuple[Accesses, list[Any]]:
        """What happened since the last barrier, and the values of its stores."""
        return self._columns(self.start, self.turns[self.start_turns :]), self.values[self.start_values :]

    def _columns(self, start: int, turns: list[tuple[int, int]]) -> Accesses:
        keys = np.array(self.keys[start:], np.int64)
        lengths = np.diff([*(at for at, _ in turns), len(self.keys)])
        threads = np.repeat(np.array([thread for _, thread in turns], np.int64), lengths)
        return Accesses(keys, np.array(self.addresses[start:], np.int64), threads, self.kinds[keys % TURN])

    def barrier(self) -> None:
        """Here a new interval begins."""
        self.start, self.start_values, self.start_turns = len(self.keys), len(self.values), len(self.turns)

    def forget(self) -> None:
        del self.keys[:], self.addresses[:], self.values[:], self.turns[:]
        self.barrier()
