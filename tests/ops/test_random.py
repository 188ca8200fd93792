"""Random numbers are PyTorch's own, draw for draw."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ops.calls import agree

SIZES = [(0,), (1,), (2,), (3, 5), (15,), (16,), (17,), (31,), (33,), (5, 7, 3), (1000,), ()]
FLOATS = ["float32", "float64", "float16"]
seeds = st.one_of(st.integers(0, 2**32), st.integers(-(2**40), 2**63))


def seeded(seed, draw):
    """What `draw` gives after the seed, and again: the state has to move on alike."""

    def act(engine):
        engine.manual_seed(seed)
        return draw(engine), draw(engine), engine.rand(3)

    return act


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", SIZES)
def test_uniform_and_normal_numbers(size, dtype):
    agree(seeded(0, lambda e: e.rand(size, dtype=getattr(e, dtype))))
    agree(seeded(1, lambda e: e.randn(size, dtype=getattr(e, dtype))), rtol=1e-3 if dtype == "float16" else 1e-6)


@given(seeds, st.integers(0, 40), st.integers(0, 40))
def test_any_seed_and_any_sequence_of_draws(seed, first, second):
    agree(seeded(seed, lambda e: (e.randn(first), e.rand(second), e.randn(second, dtype=e.float64))), rtol=1e-6)


@given(seeds, st.integers(-(2**33), 2**33), st.integers(1, 2**34), st.integers(0, 9))
def test_integers_from_small_and_large_ranges(seed, low, span, count):
    agree(seeded(seed, lambda e: e.randint(low, low + span, (count,))))


@pytest.mark.parametrize("dtype", ["uint8", "int8", "int32", "int64", "float32", "float64", "bool"])
def test_integers_of_every_dtype(dtype):
    agree(seeded(0, lambda e: e.randint(0, 2, (20,), dtype=getattr(e, dtype))))
    agree(seeded(0, lambda e: e.randint(2, (4, 5), dtype=getattr(e, dtype))))


@pytest.mark.parametrize("n", [0, 1, 2, 5, 100, 3000])
def test_permutations(n):
    agree(seeded(3, lambda e: e.randperm(n)))
    agree(seeded(3, lambda e: e.randperm(n, dtype=e.int32)))


def test_a_generator_has_a_state_of_its_own():
    def act(engine):
        engine.manual_seed(0)
        generator = engine.Generator().manual_seed(7)
        draws = [engine.rand(2, generator=generator), engine.randn(20, generator=generator)]
        draws += [engine.randint(9, (3,), generator=generator), engine.randperm(5, generator=generator)]
        return *draws, engine.rand(2), generator.initial_seed()

    agree(act, rtol=1e-6)


def test_numbers_like_a_tensor():
    agree(seeded(0, lambda e: (e.rand_like(e.zeros(2, 3)), e.randn_like(e.zeros(4, dtype=e.float64)))), rtol=1e-6)
    agree(lambda e: e.rand(2, requires_grad=True).requires_grad)


REFUSED = {
    "an empty range": lambda e: e.randint(3, 3, (2,)),
    "a range upside down": lambda e: e.randint(3, 1, (2,)),
    "integers uniformly": lambda e: e.rand(2, dtype=e.int64),
    "integers normally": lambda e: e.randn(2, dtype=e.int64),
    "a negative size": lambda e: e.rand(-1),
    "a negative permutation": lambda e: e.randperm(-1),
}


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED)
def test_the_error_is_pytorchs(act):
    agree(act)
