"""Series: a curve that never grows beyond its bound, and keeps its highs, its lows and where it first broke."""

from __future__ import annotations

import math
from collections.abc import Sequence

Point = tuple[int, float]

GROUP = 6  # of these points stay three at most: the lowest, the highest, the first that is no number


class Series:
    """Steps and values. Beyond `most` points every six become three, in their order: no extreme is ever lost.

    >>> series = Series(most=100)
    >>> for step in range(5_000):
    ...     series.add(step, 9.0 if step == 1_234 else 1.0)
    >>> len(series.points) <= 100, max(value for _, value in series.points)
    (True, 9.0)
    """

    def __init__(self, most: int = 240) -> None:
        self.most = max(most, 2 * GROUP)
        self.points: list[Point] = []
        self.added = 0
        self.broke: Point | None = None
        """The first value that was NaN or infinite."""

    def add(self, step: int, value: float) -> None:
        """The next value, of a later step."""
        self.added += 1
        self.points.append((step, value))
        if self.broke is None and not math.isfinite(value):
            self.broke = (step, value)
        if len(self.points) > self.most:
            self.points = thinned(self.points, self.most)

    @property
    def last(self) -> Point | None:
        return self.points[-1] if self.points else None

    @property
    def lowest(self) -> Point | None:
        """The smallest finite value and its step."""
        return min((each for each in self.points if math.isfinite(each[1])), key=_value, default=None)


def thinned(points: Sequence[Point], most: int) -> list[Point]:
    """At most so many of the points: the first, the last, and of the rest the extremes.

    >>> thinned([(0, 1.0), (1, 5.0), (2, 1.0)], 100)
    [(0, 1.0), (1, 5.0), (2, 1.0)]
    """
    kept = list(points)
    while len(kept) > max(most, 2 * GROUP):
        inner = kept[1:-1]
        groups = (inner[at : at + GROUP] for at in range(0, len(inner), GROUP))
        kept = [kept[0], *(each for group in groups for each in _telling(group)), kept[-1]]
    return kept


def _telling(group: Sequence[Point]) -> list[Point]:
    finite = [each for each in group if math.isfinite(each[1])]
    chosen = {min(finite, key=_value), max(finite, key=_value)} if finite else set()
    chosen.update([each for each in group if not math.isfinite(each[1])][:1])
    return sorted(chosen)


def _value(point: Point) -> float:
    return point[1]
