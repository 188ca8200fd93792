"""Philox: known answers, and PyTorch's kernels thread by thread."""

from __future__ import annotations

import math

import numpy as np
import pytest

from minitorch_edu.backends import philox

ANSWERS = {  # Random123's kat_vectors, for philox4x32 with 10 rounds: counter, key, words
    "zeros": ((0, 0, 0, 0), 0, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    "ones": ((2**32 - 1,) * 4, 2**64 - 1, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    "the digits of pi": (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        0x299F31D0_A4093822,
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
}


@pytest.mark.parametrize("counter, key, words", ANSWERS.values(), ids=ANSWERS)
def test_the_words_are_those_of_random123(counter, key, words):
    assert tuple(philox.scrambled(key, *map(np.uint64, counter))) == words


def plain(key: int, counter: list[int]) -> list[int]:
    """Philox4x32-10 in whole numbers."""
    left, right = key % 2**32, key >> 32
    for _ in range(10):
        one, other = 0xD2511F53 * counter[0], 0xCD9E8D57 * counter[2]
        counter = [
            (other >> 32) ^ counter[1] ^ left, other % 2**32, (one >> 32) ^ counter[3] ^ right, one % 2**32,
        ]  # fmt: skip
        left, right = (left + 0x9E3779B9) % 2**32, (right + 0xBB67AE85) % 2**32
    return counter


def test_thread_and_call_are_the_halves_of_the_counter():
    seed, offset, call, thread = 0x1234567_89ABCDEF, 2**36 + 8, 5, 2**32 + 77
    count = offset // 4 + call
    words = philox.drawn(seed, offset, np.uint64(call), np.uint64(thread))
    assert list(map(int, words)) == plain(seed, [count % 2**32, count >> 32, thread % 2**32, thread >> 32])


def rows(numbers) -> np.ndarray:
    """What the first three threads draw in their first call after seed 1234."""
    words = philox.drawn(1234, 0, np.uint64(0), np.arange(3, dtype=np.uint64))
    return np.stack([numbers(np, words, place) for place in range(4)], 1)


def test_uniform_and_normal_numbers_are_those_of_curand():
    """NVIDIA's CUDALibrarySamples, cuRAND's Philox generator: what the samples print (mean 1, deviation 2)."""
    uniform = [
        [0.127208, 0.853469, 0.265649, 0.796055],
        [0.816736, 0.324165, 0.781055, 0.058918],
        [0.543999, 0.923496, 0.441505, 0.258264],
    ]
    host = [
        [-2.232981, 3.458311, -2.121081, 1.929243],
        [2.136910, 0.428207, 1.508686, 2.310768],
        [-0.020449, 2.956819, 3.553997, 0.867263],
    ]
    device = [
        [-2.232981, 3.458309, -2.121081, 1.929241],
        [2.136910, 0.428208, 1.508686, 2.310768],
        [-0.020450, 2.956819, 3.553997, 0.867263],
    ]
    assert np.round(rows(philox.uniform).astype(np.float64), 6).tolist() == uniform
    normal = 1 + 2 * rows(philox.normal).astype(np.float64)
    assert np.round(normal, 6).tolist() == host
    assert np.abs(normal - device).max() < 3e-6  # the hardware rounds in its own way


def strided(count: int, most: int, each: int, seed: int, offset: int) -> list[int]:
    """PyTorch's kernel for distributions, thread by thread: which word each element gets, or which two."""
    threads, found = min(-(-count // 256) * 256, most), [0] * count
    for thread in range(threads):
        place, call = thread, offset // 4
        while place < count:
            words = plain(seed, [call, 0, thread, 0])
            for part in range(each):
                element = place + threads * part
                if element < count:
                    found[element] = words[part] if each == 4 else words[2 * part] << 32 | words[2 * part + 1]
            place, call = place + threads * each, call + 1
    return found


@pytest.mark.parametrize("each", [4, 2])
@pytest.mark.parametrize("count", [1, 255, 256, 257, 512, 513, 1024, 1025, 2047, 2048, 2049, 5000])
def test_elements_get_the_words_of_their_threads(count, each):
    numbers = {4: philox.words32, 2: philox.words64}[each]
    found = philox.spread(np, 7, 12, count, 512, numbers, each)
    assert found.tolist() == strided(count, 512, each, 7, 12)


def side_by_side(count: int, most: int, width: int, seed: int, offset: int) -> list[float]:
    """PyTorch's kernel for dropout, thread by thread."""
    threads, found = min(-(-count // 256) * 256, most), [0.0] * count
    for thread in range(threads):
        place, call = thread * width, offset // 4
        while place < count:
            words: list[int] = []
            for _ in range(max(1, width // 4)):
                words += plain(seed, [call, 0, thread, 0])
                call += 1
            for part in range(width):
                found[place + part] = float(np.float32(words[part]) * np.float32(2**-32) + np.float32(2**-33))
            place += threads * width
    return found


@pytest.mark.parametrize("width", [2, 4, 8])
@pytest.mark.parametrize("count", [8, 256, 1024, 2048, 4096, 8200])
def test_elements_side_by_side_get_the_words_of_their_threads(count, width):
    assert philox.in_a_row(np, 3, 4, count, 512, width).tolist() == side_by_side(count, 512, width, 3, 4)


def test_uniform_numbers_are_never_zero_and_may_be_one():
    least, most, half = (np.array([word], np.uint64) for word in (0, 2**32 - 1, 2**21 - 1))
    assert philox.uniform(np, [least], 0).item() == 2.0**-33
    assert philox.uniform(np, [most], 0).item() == 1
    assert philox.uniform_double(np, [least, least], 0).item() == 2.0**-54
    assert philox.uniform_double(np, [half, most], 0).item() == 1


@pytest.mark.parametrize("numbers, each", [(philox.normal, 4), (philox.normal_double, 2)])
def test_normal_numbers_are_normal(numbers, each):
    drawn = philox.spread(np, 1, 0, 200_000, 40 * 1024, numbers, each).astype(np.float64)
    assert abs(drawn.mean()) < 0.01 and abs(drawn.std() - 1) < 0.01
    below = np.sort(drawn)[::1000]
    expected = [0.5 * (1 + math.erf(x / math.sqrt(2))) for x in below]
    assert np.abs(expected - np.arange(200) / 200).max() < 0.005
