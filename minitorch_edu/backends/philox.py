"""Philox: the random numbers of GPUs. Each thread computes its own from a key and a counter, without a state to share.

Note [Counters instead of states]
The Mersenne Twister of the CPU makes each number from the ones before, so only one at a time can draw. A GPU has
thousands of threads. Philox4x32-10 (Salmon, Moraes, Dror and Shaw, 2011) has no state: it scrambles a counter of 128
bits under a key of 64 bits, and whoever has both knows the four words that come out. cuRAND takes the seed for the key,
the thread's number for the upper half of the counter, and how often the thread has drawn for the lower half. PyTorch's
generator on a GPU is therefore two numbers: the seed, and an offset that grows with every kernel that draws.

Note [Who draws which number]
A kernel of PyTorch has blocks of 256 threads, at most so many as the device runs at the same time. Each thread draws
four words at once. It uses the first for element number i, the thread's own number, and the next for the elements
i + T, i + 2T, i + 3T, where T is how many threads there are; then it draws again. So as long as every element has a
thread of its own, all GPUs draw the same numbers. In larger tensors they depend on how many threads the GPU runs, that
is on its model, here as there.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

BLOCK = 256
"""Threads of a block."""

FACTORS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
STEPS = 0x9E3779B9, 0xBB67AE85
"""What the two halves of the key grow by from round to round: the golden ratio, and the square root of 3 less 1."""

LOW, HIGH = np.uint64(0xFFFFFFFF), np.uint64(32)


def scrambled(key: int, first: Any, second: Any, third: Any, fourth: Any) -> list[Any]:
    """Philox4x32-10: four words from a counter of four words. Words are numbers below 2**32, held in uint64."""
    left, right = key & 0xFFFFFFFF, key >> 32
    for _ in range(10):
        one, other = first * FACTORS[0], third * FACTORS[1]
        first, third = (other >> HIGH) ^ second ^ np.uint64(left), (one >> HIGH) ^ fourth ^ np.uint64(right)
        second, fourth = other & LOW, one & LOW
        left, right = (left + STEPS[0]) & 0xFFFFFFFF, (right + STEPS[1]) & 0xFFFFFFFF
    return [first, second, third, fourth]


def drawn(seed: int, offset: int, call: Any, thread: Any) -> list[Any]:
    """The four words that a thread draws in a call; both, counted from 0, are arrays of uint64 that broadcast."""
    count = call + np.uint64(offset // 4)
    return scrambled(seed, count & LOW, count >> HIGH, thread & LOW, thread >> HIGH)


# --- the layout of PyTorch's kernels ---------------------------------------------------------------------------------


def grid(count: int, each: int, most: int) -> tuple[int, int]:
    """How many threads fill `count` elements, with `each` elements per call, and how often they call.

    most: how many threads the device runs at the same time.
    """
    threads = min(-(-count // BLOCK) * BLOCK, most)
    return threads, -(-count // (threads * each))


def spread(
    xp: Any, seed: int, offset: int, count: int, most: int, numbers: Callable[..., Any], each: int = 4
) -> Any:
    """Numbers for `count` elements, laid out as PyTorch's kernels do it. See Note [Who draws which number].

    numbers: `numbers(xp, words, place)` makes the number at one place of a call, of `each`, from its four words.
    """
    threads, calls = grid(count, each, most)
    thread = xp.arange(min(threads, count), dtype=np.uint64)
    call = xp.arange(calls, dtype=np.uint64)[:, None]
    words = drawn(seed, offset, call, thread)
    used = each if calls > 1 else -(-count // threads)
    parts = [numbers(xp, words, place) for place in range(used)]
    return xp.stack(parts, 1).reshape(-1)[:count] if used > 1 else parts[0].reshape(-1)


def in_a_row(xp: Any, seed: int, offset: int, count: int, most: int, width: int) -> Any:
    """Numbers in (0, 1] where a thread has `width` elements side by side, as the kernel of dropout has.

    With 2 elements the other half of the call is thrown away; with 8 a thread calls twice for them.
    """
    threads, _ = grid(count, 4, most)
    group = xp.arange(-(-count // width), dtype=np.uint64)
    calls = max(1, width // 4)
    call = (group // np.uint64(threads) * np.uint64(calls))[:, None] + xp.arange(calls, dtype=np.uint64)
    words = drawn(seed, offset, call, (group % np.uint64(threads))[:, None])
    return xp.stack([uniform(xp, words, place) for place in range(min(width, 4))], 2).reshape(-1)[:count]


# --- numbers from words, as cuRAND makes them ------------------------------------------------------------------------


def words32(xp: Any, words: Sequence[Any], place: int) -> Any:
    """A word: four a call."""
    return words[place]


def words64(xp: Any, words: Sequence[Any], place: int) -> Any:
    """Two words, the upper one first: two a call."""
    return (words[2 * place] << HIGH) | words[2 * place + 1]


def uniform(xp: Any, words: Sequence[Any], place: int) -> Any:
    """A number in (0, 1], float32: the middle of the word's piece of the line, so never 0; rounded, it may be 1."""
    return _middle(words[place])


def _middle(word: Any) -> Any:
    return word.astype(np.float32) * np.float32(2**-32) + np.float32(2**-33)


def uniform_double(xp: Any, words: Sequence[Any], place: int) -> Any:
    """The same with 53 bits of two words, float64."""
    return _fine(words, place) * 2.0**-53 + 2.0**-54


def _fine(words: Sequence[Any], place: int) -> Any:
    return (words[2 * place] ^ (words[2 * place + 1] << np.uint64(21))).astype(np.float64)


TURN = np.float32(2**-32) * np.float32(2 * math.pi)
"""A word's piece of the circle, in float32."""


def normal(xp: Any, words: Sequence[Any], place: int) -> Any:
    """A normal number by Box and Muller, float32: each pair of words gives one with the sine, one with the cosine.

    A GPU takes both from a table in hardware, good to about 2**-21. They are rounded correctly here.
    """
    pair = place - place % 2
    radius = xp.sqrt(np.float32(-2) * xp.log(_middle(words[pair]).astype(np.float64)).astype(np.float32))
    angle = fused(words[pair + 1].astype(np.float32), TURN, TURN / np.float32(2)).astype(np.float64)
    return (xp.cos(angle) if place % 2 else xp.sin(angle)).astype(np.float32) * radius


def normal_double(xp: Any, words: Sequence[Any], place: int) -> Any:
    """The same in float64: a call's four words give one pair."""
    radius = xp.sqrt(-2.0 * xp.log(uniform_double(xp, words, 0)))
    angle = math.pi * (_fine(words, 1) * 2.0**-52 + 2.0**-53)
    return (xp.cos(angle) if place else xp.sin(angle)) * radius


def fused(x: Any, y: Any, z: Any) -> Any:
    """x y + z of float32, rounded once, as a GPU does it: float64 holds the product exactly."""
    return (x.astype(np.float64) * float(y) + float(z)).astype(np.float32)
