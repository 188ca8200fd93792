"""Claims: what an exercise asserts about an answer, and the words for how an answer goes wrong.

A lesson's `checks.py` makes one `Exercise` for each task and gives it claims:

    double = Exercise("q1", "Double it", level="fill in", hints=["What is 2 * x?", "..."])

    @double.claim("double(3) is 6")
    def doubles(student):
        got = student.call("double", 3)
        if got == 9:
            fail("You squared the number.", got=got)
        ...

A claim that returns holds; what it returns, if anything, is the sentence that says why it holds.
A claim fails by `fail(sentence)`. Claims are independent: each asks about one thing, so one mistake
fails one claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

NOTHING = object()  # "not given", where None is a value


class Failed(Exception):
    """A claim does not hold: the diagnosis in one sentence or two, and what was got and wanted."""

    def __init__(self, sentence: str, got: Any = NOTHING, want: Any = NOTHING) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.got = got
        self.want = want


def fail(sentence: str, *, got: Any = NOTHING, want: Any = NOTHING) -> NoReturn:
    raise Failed(sentence, got, want)


@dataclass(frozen=True)
class Claim:
    name: str
    sentence: str
    test: Callable[[Any], str | None]
    seconds: float
    crash: dict[type[BaseException], str]
    too_slow: str


class Exercise:
    """A task with its claims and its hints, from the gentlest to the plainest; no hint is the answer."""

    def __init__(
        self,
        name: str,
        title: str = "",
        *,
        level: str = "",
        hints: Iterable[str] = (),
    ) -> None:
        self.name = name
        self.title = title
        self.level = level
        self.hints = tuple(hints)
        self.claims: list[Claim] = []

    def claim(
        self,
        sentence: str,
        *,
        seconds: float = 3.0,
        crash: dict[type[BaseException], str] | None = None,
        too_slow: str = "",
    ) -> Callable[[Callable[[Any], str | None]], Callable[[Any], str | None]]:
        """Add a claim. `crash` gives exceptions of the student's code their diagnosis, `too_slow` is that of no end."""

        def add(test: Callable[[Any], str | None]) -> Callable[[Any], str | None]:
            self.claims.append(Claim(test.__name__, sentence, test, seconds, crash or {}, too_slow))
            return test

        return add


# Comparing answers -----------------------------------------------------------


def choice(answer: Any, right: str, misconceptions: dict[str, str]) -> None:
    """A prediction with letters to choose from: each wrong letter has what speaks against it."""
    letter = answer.strip().lower() if isinstance(answer, str) else answer
    letters = sorted({right, *misconceptions})
    if letter not in letters:
        fail(f"Answer with one letter in quotes: {', '.join(letters)}.", got=answer)
    if letter != right:
        fail(misconceptions[letter])


# Comparing numbers -----------------------------------------------------------


def plain(value: Any) -> np.ndarray:
    """The numbers of a tensor, an array, a number or a list, as float64; only `tolist` is asked of a tensor."""
    if hasattr(value, "detach"):
        value = value.detach().tolist()
    return np.asarray(value, dtype=np.float64)


def rounded(value: Any, digits: int = 4) -> Any:
    """Numbers as a card shows them."""
    return np.round(plain(value), digits).tolist()


def same(got: Any, want: Any, tolerance: float = 1e-5) -> bool:
    got, want = plain(got), plain(want)
    return got.shape == want.shape and bool(np.allclose(got, want, rtol=tolerance, atol=tolerance))


def difference(got: Any, want: Any, tolerance: float = 1e-5) -> str | None:
    """How two sets of numbers differ, as a named misconception where there is one; None when they agree."""
    got, want = plain(got), plain(want)
    if got.shape != want.shape:
        return _shape_difference(got, want, tolerance)
    if same(got, want, tolerance):
        return None
    if not np.isfinite(got).all():
        return "Some of your numbers are nan or inf."
    if not got.any():
        return "Yours is all zeros."
    if same(got, 2 * want, tolerance):
        return "Yours is twice too big: was a gradient added twice?"
    if same(got, -want, tolerance):
        return "Yours has the wrong sign."
    if got.ndim == 2 and same(got.T, want, tolerance):
        return "Yours is transposed."
    factor = float((got * want).sum() / max(float((want * want).sum()), 1e-300))
    if same(got, factor * want, tolerance):
        return f"Yours is {factor:.4g} times too big: a factor is missing or one too many."
    return "The numbers differ."


def _shape_difference(got: np.ndarray, want: np.ndarray, tolerance: float) -> str:
    if got.ndim == 2 and got.T.shape == want.shape and same(got.T, want, tolerance):
        return "Yours is transposed."
    extra = got.ndim - want.ndim
    if extra > 0 and same(got.sum(axis=tuple(range(extra))), want, tolerance):
        return "Yours is not summed over the broadcast axes."
    return f"The shape is {got.shape}, and it should be {want.shape}."
