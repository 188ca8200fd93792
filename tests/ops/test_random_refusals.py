"""Random numbers are refused where PyTorch refuses them, in its words, and without a draw too many."""

from __future__ import annotations

import pytest

import minitorch_edu
from tests.ops.calls import agree
from tests.ops.test_random import same

KINDS = ["int64", "float32", "bool", "uint8", "float16", "complex64"]
REFUSED = {
    "an empty range": lambda e: e.randint(3, 3, (2,)),
    "a range upside down": lambda e: e.randint(3, 1, (2,)),
    "a range below zero": lambda e: e.randint(-3, (2,)),
    "a range beyond 64 bits": lambda e: e.randint(2**63 + 1, (2,)),
    "integers beyond the dtype": lambda e: e.randint(0, 300, (2,), dtype=e.uint8),
    "integers beyond float16": lambda e: e.randint(0, 10**9, (2,), dtype=e.float16),
    "complex integers": lambda e: e.randint(0, 2, (2,), dtype=e.complex64),
    "integers that require grad": lambda e: e.randint(0, 2, (2,), requires_grad=True),
    "integers uniformly": lambda e: e.rand(2, dtype=e.int64),
    "integers normally": lambda e: e.randn(2, dtype=e.int64),
    "integers like integers": lambda e: e.rand_like(e.ones(2, dtype=e.int64)),
    "a negative size": lambda e: e.rand(-1),
    "a negative permutation": lambda e: e.randperm(-1),
    "a permutation beyond uint8": lambda e: e.randperm(300, dtype=e.uint8),
    "a permutation beyond float16": lambda e: e.randperm(3000, dtype=e.float16),
    "a permutation of bools": lambda e: e.randperm(2, dtype=e.bool),
    "a state of floats": lambda e: e.set_rng_state(e.zeros(5)),
    "a state too short": lambda e: e.set_rng_state(e.zeros(5, dtype=e.uint8, device="cpu")),
    "a state of zeros": lambda e: e.set_rng_state(e.zeros(5056, dtype=e.uint8, device="cpu")),
    "a state that is a number": lambda e: e.Generator().set_state(3),
    "probabilities in three dimensions": lambda e: e.multinomial(e.ones(2, 3, 4), 1),
    "integer probabilities": lambda e: e.multinomial(e.ones(3, dtype=e.int64), 1),
    "no samples": lambda e: e.multinomial(e.ones(3), 0),
    "too many samples": lambda e: e.multinomial(e.ones(3), 4),
    "no probability": lambda e: e.multinomial(e.zeros(3), 1),
    "no probability, replacing": lambda e: e.multinomial(e.zeros(3), 1, True),
    "a negative probability": lambda e: e.multinomial(e.tensor([1.0, -1, 1]), 1),
    "a probability that is no number": lambda e: e.multinomial(e.tensor([1.0, float("nan")]), 1, True),
    "a negative rate": lambda e: e.poisson(e.tensor([-1.0])),
    "an integer rate": lambda e: e.poisson(e.tensor([1])),
    "means and deviations apart": lambda e: e.normal(e.ones(2), e.ones(3)),
    "a negative deviation": lambda e: e.normal(e.ones(2), -1.0),
    "negative deviations": lambda e: e.normal(e.ones(2), -e.ones(2)),
    "integer means": lambda e: e.normal(e.tensor([1, 2]), 1.0),
    "two numbers and no size": lambda e: e.normal(0.0, 1.0),
    "a probability above one": lambda e: e.bernoulli(e.tensor([0.5, 2])),
    "integer chances": lambda e: e.bernoulli(e.tensor([1, 0])),
    "more dropped than all": lambda e: e.dropout(e.ones(2), 1.5, True),
    "more dropped than all, natively": lambda e: e.native_dropout(e.ones(2), 1.5, True),
    "channels of a vector": lambda e: e.feature_dropout(e.ones(2), 0.5, True),
    "a range beyond float16": lambda e: e.empty(3, dtype=e.float16).uniform_(-65504, 65504),
    "chances of another shape": lambda e: e.empty(3).bernoulli_(e.ones(2)),
}  # fmt: skip
ARGUMENTS = [
    ("normal_", ()), ("normal_", (0, -1)), ("uniform_", ()), ("uniform_", (2, 1)), ("uniform_", (-1e300, 1)),
    ("bernoulli_", (2,)), ("exponential_", (-1,)), ("geometric_", (0.5,)), ("geometric_", (0,)), ("geometric_", (1.5,)),
    ("cauchy_", ()), ("cauchy_", (0, 0)), ("log_normal_", ()), ("log_normal_", (0, 0)), ("random_", ()), ("random_", (0,)),
    ("random_", (5, 3)), ("random_", (-5, None)), ("random_", (-(2**63), None)), ("random_", (2**70,)),
]  # fmt: skip


@pytest.mark.parametrize("act", REFUSED.values(), ids=REFUSED)
def test_the_error_is_pytorchs(act):
    agree(act)


@pytest.mark.parametrize("dtype", KINDS)
@pytest.mark.parametrize("name, arguments", ARGUMENTS)
def test_a_fill_refuses_what_pytorch_refuses(name, arguments, dtype):
    same(lambda e: getattr(e.zeros(3, dtype=getattr(e, dtype)), name)(*arguments))


def test_a_range_that_float16_cannot_tell_apart_gets_a_warning():
    with pytest.warns(
        UserWarning, match=r"to - 1 is out of bounds \[-\(2\^11\), 2\^11\]. Due to precision limitations"
    ):
        minitorch_edu.randint(0, 65504, (3,), dtype=minitorch_edu.float16)
