"""Random numbers are PyTorch's own, draw for draw and bit for bit, and so is what is drawn after them."""

from __future__ import annotations

import copy
import pickle
import platform
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import minitorch_edu
from tests.device import UNDER_TEST
from tests.ops.calls import Raised, agree, array, outcome
from tests.oracle import torch

SIZES = [(0,), (1,), (2,), (3, 5), (15,), (16,), (17,), (31,), (33,), (5, 7, 3), (1000,), ()]
FLOATS = [name for name in ("float32", "float64", "float16", "bfloat16") if hasattr(minitorch_edu, name)]
WHOLE = ["uint8", "int8", "int16", "int32", "int64"]
seeds = st.one_of(st.integers(0, 2**32), st.integers(-(2**40), 2**63))


def intel() -> bool:
    """Whether PyTorch draws coins and waiting times from MKL's generator, as it does on Intel's processors."""
    about = Path("/proc/cpuinfo")
    known = about.read_text() if about.exists() else platform.processor()
    return "GenuineIntel" in known


off_intel = pytest.mark.skipif(intel(), reason="PyTorch draws these from MKL on Intel's processors")


def bits(result):
    """What two engines have to agree on: dtype, shape and bytes of every tensor, and all else as it is."""
    if isinstance(result, list | tuple) and not isinstance(result, Raised):
        return [bits(each) for each in result]
    if not hasattr(result, "untyped_storage"):
        return result
    result = result.detach()
    if str(result.dtype) == "torch.bfloat16":
        result = result.float()
    values = (
        array(result) + 0 if result.dtype not in (torch.bool, minitorch_edu.bool) else array(result)
    )  # no -0.0
    return str(result.dtype), values.shape, values.tobytes()


def same(act, *seeds, tell=True):
    """Assert that `act` gives the same bits on both engines after each seed, and leaves the generator alike."""
    __tracebackhide__ = True
    for seed in seeds or (0,):
        said = []
        for engine in (minitorch_edu, torch):
            engine.manual_seed(seed)
            said.append((bits(outcome(engine, act)), engine.get_rng_state().numpy().tobytes()))
        ours, theirs = said
        if tell and (isinstance(ours[0], Raised) or isinstance(theirs[0], Raised)):
            assert ours[0] == theirs[0]
        assert ours[0] == theirs[0], f"seed {seed}"
        assert ours[1] == theirs[1], f"the generators stand at different places after seed {seed}"


# --- a thousand numbers from twenty seeds -----------------------------------------------------------------------------

TWENTY = [
    0, 1, 2, 3, 7, 10, 42, 100, 123, 999, 1234, 1337, 2024, 31337, 2**31, 2**32 - 1, 2**32, 2**40 + 5, -1, -(2**62),
]  # fmt: skip

EVERYWHERE = {
    "rand": lambda e, d: e.rand(1000, dtype=d),
    "randn": lambda e, d: e.randn(1000, dtype=d),
    "randn, few at a time": lambda e, d: [e.randn(7, dtype=d) for _ in range(150)],
    "uniform_": lambda e, d: e.empty(1000, dtype=d).uniform_(-3.5, 2.25),
    "normal_": lambda e, d: e.empty(1000, dtype=d).normal_(3, 1.7),
    "normal_, one by one": lambda e, d: e.empty(2, 500, dtype=d).t().normal_(3, 1.7),
    "log_normal_": lambda e, d: e.empty(1000, dtype=d).log_normal_(0.5, 0.7),
    "cauchy_": lambda e, d: e.empty(1000, dtype=d).cauchy_(1, 3),
    "geometric_": lambda e, d: e.empty(1000, dtype=d).geometric_(0.3),
    "random_": lambda e, d: e.empty(1000, dtype=d).random_(),
    "random_ below": lambda e, d: e.empty(1000, dtype=d).random_(100),
    "random_ between": lambda e, d: e.empty(1000, dtype=d).random_(-100, 90),
    "random_ upwards": lambda e, d: e.empty(1000, dtype=d).random_(5, None),
    "randint": lambda e, d: e.randint(-7, 100, (1000,), dtype=d),
    "randperm": lambda e, d: e.randperm(250, dtype=d),
    "randperm, many": lambda e, d: e.randperm(1000).to(d),
    "rand_like": lambda e, d: e.rand_like(e.empty(1000, dtype=d)),
    "randn_like": lambda e, d: e.randn_like(e.empty(1000, dtype=d)),
    "randint_like": lambda e, d: e.randint_like(e.empty(1000, dtype=d), -7, 100),
    "poisson": lambda e, d: e.poisson((e.arange(1000) % 20).to(d)),
    "rrelu": lambda e, d: (
        e.nn.functional.rrelu(  # of bfloat16, PyTorch's products have slopes that are not rounded yet
            e.full((1000,), -1).to(d), training=True
        )
    ),
    "fractional_max_pool2d": lambda e, d: e.nn.functional.fractional_max_pool2d(
        e.linspace(0, 1, 4000).to(d).view(10, 4, 10, 10), 2, output_ratio=0.5
    ),
    "bernoulli_ of a tensor": lambda e, d: e.empty(1000, dtype=d).bernoulli_(e.linspace(0, 1, 1000)),
    "bernoulli of a tensor": lambda e, d: e.bernoulli(e.linspace(0, 1, 1000, dtype=e.float64).to(d)),
    "normal of means": lambda e, d: e.normal(e.arange(1000).to(d), 1.7),
    "normal of deviations": lambda e, d: e.normal(0.5, e.arange(1000).to(d)),
    "normal of both": lambda e, d: e.normal(e.arange(1000).to(d), e.arange(1000).to(d)),
    "normal of neither": lambda e, d: e.normal(0.5, 2.5, (1000,), dtype=d),
    "multinomial, replacing": lambda e, d: e.multinomial(e.arange(50).to(d), 1000, replacement=True),
}
WITHOUT_MKL = {
    "bernoulli_": lambda e, d: e.empty(1000, dtype=d).bernoulli_(0.3),
    "bernoulli": lambda e, d: e.bernoulli(e.empty(1000, dtype=d), 0.3),
    "exponential_": lambda e, d: e.empty(1000, dtype=d).exponential_(1.5),
    "dropout": lambda e, d: e.dropout(e.ones(1000, dtype=d), 0.3, True),
    "native_dropout": lambda e, d: e.native_dropout(e.ones(1000, dtype=d), 0.3, True),
    "alpha_dropout": lambda e, d: e.alpha_dropout(e.ones(1000, dtype=d), 0.3, True),
    "gumbel_softmax": lambda e, d: e.nn.functional.gumbel_softmax(e.zeros(1000, dtype=d), hard=True),
    "feature_alpha_dropout": lambda e, d: e.feature_alpha_dropout(e.ones(100, 10, 2, dtype=d), 0.3, True),
    "feature_dropout": lambda e, d: e.feature_dropout(e.ones(100, 10, 2, dtype=d), 0.3, True),
    "multinomial, one": lambda e, d: e.multinomial(
        e.linspace(0, 1, 1000, dtype=e.float64).view(50, 20).to(d), 1
    ),
}


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", EVERYWHERE)
def test_a_thousand_numbers_from_twenty_seeds(name, dtype):
    same(lambda e: EVERYWHERE[name](e, getattr(e, dtype)), *TWENTY)


@off_intel
@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("name", WITHOUT_MKL)
def test_a_thousand_numbers_from_twenty_seeds_without_mkl(name, dtype):
    same(lambda e: WITHOUT_MKL[name](e, getattr(e, dtype)), *TWENTY)


@off_intel
@pytest.mark.parametrize("dtype", FLOATS)
def test_samples_without_replacement(dtype):
    if UNDER_TEST != "cpu" and dtype in ("float16", "bfloat16"):
        pytest.skip("of equal quotients, of which there are many, another one comes first on a GPU")
    same(lambda e: e.multinomial(e.linspace(0, 1, 1000).to(getattr(e, dtype)), 500), *TWENTY)
    same(lambda e: e.multinomial(e.linspace(0, 1, 1000).to(getattr(e, dtype)).view(50, 20), 7), *TWENTY)
    same(lambda e: e.multinomial(e.ones(5000, dtype=getattr(e, dtype)), 1000), *TWENTY)
    same(lambda e: e.multinomial(e.ones(5, dtype=getattr(e, dtype)), 1, replacement=True), *TWENTY)


@pytest.mark.parametrize("rate", [0.0, 0.3, 4.0, 9.9, 10.0, 33.0, 1e5])
def test_poisson_numbers(rate):
    same(lambda e: e.poisson(e.full((300,), rate, dtype=e.float64)), *TWENTY[:5])
    same(lambda e: e.poisson(e.full((30,), rate)), *TWENTY)


@pytest.mark.parametrize("dtype", WHOLE)
def test_integers_of_every_dtype(dtype):
    for act in (
        lambda e, d: e.empty(1000, dtype=d).random_(),
        lambda e, d: e.empty(1000, dtype=d).random_(100),
        lambda e, d: e.empty(1000, dtype=d).random_(3, None),
        lambda e, d: e.empty(1000, dtype=d).geometric_(0.5),
        lambda e, d: e.empty(1000, dtype=d).bernoulli_(e.full((1000,), 0.5)),
        lambda e, d: e.randint(2, (4, 5), dtype=d),
        lambda e, d: e.randint(5, 100, (1000,), dtype=d),
        lambda e, d: e.randperm(100, dtype=d),
    ):
        same(lambda e, act=act: act(e, getattr(e, dtype)), *TWENTY)
    same(lambda e: [e.randint(0, 2, (20,), dtype=e.bool), e.empty(9, dtype=e.bool).random_()], *TWENTY)


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_complex_numbers(dtype):
    for count in (0, 1, 5, 8, 9, 100):
        same(
            lambda e, n=count: [e.rand(n, dtype=getattr(e, dtype)), e.randn(n, dtype=getattr(e, dtype))], 0, 1
        )
        same(lambda e, n=count: e.empty(n, 3, dtype=getattr(e, dtype)).t().normal_(), 0, 1)


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("size", SIZES)
def test_every_size(size, dtype):
    same(lambda e: [e.rand(size, dtype=getattr(e, dtype)), e.rand(3)])
    same(lambda e: [e.randn(size, dtype=getattr(e, dtype)), e.randn(3), e.randn(size)])


@given(seeds, st.integers(-(2**33), 2**33), st.integers(1, 2**34), st.integers(0, 9))
def test_integers_from_small_and_large_ranges(seed, low, span, count):
    same(lambda e: e.randint(low, low + span, (count,)), seed)


@pytest.mark.parametrize("span", [2**28 - 1, 2**28, 2**28 + 1, 2**32, 2**62, 2**63 - 1])
def test_integers_from_ranges_at_the_edges(span):
    same(
        lambda e: [e.randint(span, (100,)), e.randint(-span, span, (100,)) if span < 2**62 else None], *TWENTY
    )
    same(lambda e: e.randint(-(2**63), 2**63 - 1, (100,)), *TWENTY)
    same(lambda e: [e.empty(9, dtype=e.int64).random_(-(2**63), None), e.empty(9).random_(-(2**63), None)])
    same(
        lambda e: [
            e.randint(0, 2**20, (50,), dtype=e.float32),
            e.randint(-(2**30), 2**40, (50,), dtype=e.float32),
        ]
    )
    same(
        lambda e: [
            e.randint(0, 65504, (50,), dtype=e.float16),
            e.randint(-5000, 5000, (50,), dtype=e.float16),
        ]
    )


@pytest.mark.parametrize("n", [0, 1, 2, 5, 100, 3000, 70_000])
def test_permutations(n):
    same(lambda e: [e.randperm(n), e.randperm(min(n, 3000), dtype=e.int32)], 3, 4)


# --- layouts ------------------------------------------------------------------------------------------------------------

LAYOUTS = {
    "transposed": lambda e: e.zeros(5, 7).t(),
    "permuted": lambda e: e.zeros(3, 4, 5).permute(1, 2, 0),
    "every other column": lambda e: e.zeros(6, 10)[:, ::2],
    "every other row, transposed": lambda e: e.zeros(8, 5)[::2].t(),
    "a corner": lambda e: e.zeros(9, 9)[2:7, 1:6],
    "with a size of one": lambda e: e.zeros(4, 1, 6).transpose(0, 1),
    "a number": lambda e: e.zeros(3)[1],
    "nothing": lambda e: e.zeros(0, 3).t(),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_numbers_go_to_their_places_in_the_order_of_memory(layout):
    make = LAYOUTS[layout]
    same(lambda e: [make(e).uniform_(), make(e).normal_(), make(e).random_(50), make(e).geometric_(0.5)])
    same(lambda e: [make(e).cauchy_(), make(e).log_normal_(), make(e).bernoulli_(make(e) + 0.5)])
    same(
        lambda e: [
            e.rand_like(make(e)),
            e.randn_like(make(e)),
            e.randint_like(make(e), 9),
            e.bernoulli(make(e) + 0.5),
        ]
    )
    if make(torch).numel() and 1 not in make(torch).shape:
        agree(lambda e: [e.rand_like(make(e)).stride(), e.rand_like(make(e), dtype=e.float64).stride()])


@off_intel
@pytest.mark.parametrize("layout", LAYOUTS)
def test_coins_go_to_their_places_in_the_order_of_memory(layout):
    make = LAYOUTS[layout]
    same(lambda e: [make(e).bernoulli_(), make(e).exponential_(), e.dropout(make(e) + 1, 0.5, True)])
    same(lambda e: e.native_dropout(make(e) + 1, 0.5, True))


def test_only_the_part_is_filled():
    same(lambda e: (lambda whole: [whole[1:3, ::2].uniform_(), whole])(e.zeros(4, 6)))


# --- sequences -----------------------------------------------------------------------------------------------------------

CALLS = {
    "rand": lambda e, n: e.rand(n),
    "rand64": lambda e, n: e.rand(n, dtype=e.float64),
    "randn": lambda e, n: e.randn(n),
    "randn64": lambda e, n: e.randn(n, dtype=e.float64),
    "randn16": lambda e, n: e.randn(n, dtype=e.float16),
    "randint": lambda e, n: e.randint(10, (n,)),
    "randint of many": lambda e, n: e.randint(2**40, (n,)),
    "randperm": lambda e, n: e.randperm(n),
    "normal_": lambda e, n: e.empty(3, n).t().normal_(1, 2),
    "log_normal_": lambda e, n: e.empty(n).log_normal_(),
    "geometric_": lambda e, n: e.empty(n).geometric_(0.2),
    "cauchy_": lambda e, n: e.empty(n).cauchy_(),
    "random_": lambda e, n: e.empty(n, dtype=e.int16).random_(),
    "bernoulli": lambda e, n: e.bernoulli(e.full((n,), 0.4)),
    "poisson": lambda e, n: e.poisson(e.full((n,), 3.0)),
    "normal": lambda e, n: e.normal(e.zeros(n), e.ones(n)),
    "multinomial": lambda e, n: e.multinomial(e.ones(5), n + 2, replacement=True),
    "save and restore": lambda e, n: e.set_rng_state(e.get_rng_state()),
    "seed": lambda e, n: e.manual_seed(n) and None,
}


@given(seeds, st.lists(st.tuples(st.sampled_from(sorted(CALLS)), st.integers(0, 40)), max_size=8))
def test_any_sequence_of_draws(seed, calls):
    same(lambda e: [CALLS[name](e, count) for name, count in calls], seed)


# --- generators and their states -----------------------------------------------------------------------------------------


def test_a_generator_has_a_state_of_its_own():
    def act(engine):
        generator = engine.Generator().manual_seed(7)
        draws = [engine.rand(2, generator=generator), engine.randn(20, generator=generator)]
        draws += [engine.randint(9, (3,), generator=generator), engine.randperm(5, generator=generator)]
        draws += [engine.empty(3).normal_(generator=generator), engine.empty(3).uniform_(generator=generator)]
        draws += [
            engine.normal(0.0, 1.0, (3,), generator=generator),
            engine.empty(3).random_(generator=generator),
        ]
        draws += [engine.bernoulli(engine.ones(3) / 2, generator=generator), engine.rand(2)]
        draws += [engine.multinomial(engine.ones(4), 9, True, generator=generator)]
        return *draws, generator.initial_seed(), str(generator.device)

    same(act)


@pytest.mark.parametrize("drawn", [0, 1, 3, 623, 624, 625, 1248, 2000])
def test_a_state_is_pytorchs_byte_for_byte(drawn):
    states = []
    for engine in (minitorch_edu, torch):
        generator = engine.Generator().manual_seed(5)
        engine.randint(9, (drawn,), generator=generator)
        engine.randn(3, generator=generator)  # leaves one behind
        states.append(generator.get_state())
    assert states[0].numpy().tobytes() == states[1].numpy().tobytes()
    ours, theirs = minitorch_edu.Generator(), torch.Generator()
    assert ours.set_state(minitorch_edu.from_numpy(states[1].numpy().copy()).cpu()) is ours
    theirs.set_state(torch.from_numpy(states[0].numpy().copy()))
    assert bits(minitorch_edu.randn(5, generator=ours)) == bits(torch.randn(5, generator=theirs))
    assert ours.initial_seed() == theirs.initial_seed() == 5


def test_a_state_is_a_copy():
    state = minitorch_edu.get_rng_state()
    first = minitorch_edu.rand(700)
    minitorch_edu.set_rng_state(state)
    assert bits(minitorch_edu.rand(700)) == bits(first)
    minitorch_edu.random.set_rng_state(state)
    assert bits(minitorch_edu.rand(700)) == bits(first)


def test_fork_rng_puts_the_state_back():
    for engine in (minitorch_edu, torch):
        engine.manual_seed(0)
        with engine.random.fork_rng():
            inside = engine.rand(3)
        with engine.random.fork_rng(enabled=False):
            assert bits(engine.rand(3)) == bits(inside)
        assert bits(engine.rand(3)) != bits(inside)


def test_a_new_seed_is_a_new_beginning():
    assert minitorch_edu.seed() != minitorch_edu.random.seed()
    generator = minitorch_edu.Generator()
    assert generator.seed() == generator.initial_seed() != minitorch_edu.default_generator.initial_seed()
    assert minitorch_edu.random.initial_seed() == minitorch_edu.initial_seed()
    assert minitorch_edu.random.default_generator is minitorch_edu.default_generator


def test_a_copy_of_a_generator_goes_on_by_itself():
    generator = minitorch_edu.Generator().manual_seed(3)
    minitorch_edu.randn(3, generator=generator)
    copies = [generator.clone_state(), copy.deepcopy(generator), pickle.loads(pickle.dumps(generator))]
    drawn = bits(minitorch_edu.randn(5, generator=generator))
    assert [bits(minitorch_edu.randn(5, generator=each)) for each in copies] == [drawn] * 3


@pytest.mark.parametrize(
    "seed", [0, -1, 2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 1.5, "a", True, None]
)
def test_what_a_seed_may_be(seed):
    agree(lambda e: (e.manual_seed(seed).initial_seed(), e.initial_seed()))
    agree(lambda e: e.Generator().manual_seed(seed).initial_seed(), text=seed is not None)


# --- history --------------------------------------------------------------------------------------------------------------

FILLS = [
    ("normal_", ()), ("uniform_", ()), ("exponential_", ()), ("geometric_", (0.5,)), ("cauchy_", ()),
    ("log_normal_", ()), ("random_", ()), ("bernoulli_", ()), ("random_", (5,)),
]  # fmt: skip


@pytest.mark.parametrize("name, arguments", FILLS)
def test_a_fill_forgets_what_was_there(name, arguments):
    def act(engine):
        leaf = engine.ones(3, requires_grad=True)
        product = leaf * 2
        version = product._version
        result = getattr(product, name)(*arguments)
        result.sum().backward()
        kind = result.grad_fn.name().rstrip("012")
        return kind, result is product, result._version - version, leaf.grad

    agree(act)
    agree(lambda e: getattr(e.ones(3, requires_grad=True), name)(*arguments))
    agree(lambda e: getattr(e.ones(1).expand(3), name)(*arguments))


def test_draws_from_tensors_have_zero_gradients():
    def act(engine):
        found = []
        for draw in (engine.bernoulli, engine.poisson):
            leaf = engine.full((3,), 0.5, requires_grad=True)
            result = draw(leaf)
            result.sum().backward()
            found += [result.grad_fn.name(), leaf.grad]
        return found

    agree(act)


@off_intel
def test_gradients_pass_through_dropout():
    def act(engine):
        found = []
        for drop in (engine.dropout, engine.alpha_dropout, lambda x, p, t: engine.native_dropout(x, p, t)[0]):
            for p, train in ((0.5, True), (0.0, True), (1.0, True), (0.5, False)):
                engine.manual_seed(0)
                leaf = engine.linspace(1, 2, 20).requires_grad_()
                result = drop(leaf * 1, p, train)
                result.sum().backward()
                found += [leaf.grad, result.detach()]
                if UNDER_TEST == "cpu":  # one kernel on a GPU
                    found.append(result.grad_fn.name())
        return found

    agree(act)


def test_numbers_like_a_tensor():
    same(lambda e: [e.rand_like(e.zeros(2, 3)), e.randn_like(e.zeros(4, dtype=e.float64))])
    same(lambda e: [e.randint_like(e.zeros(3), 10), e.randint_like(e.zeros(3, dtype=e.int32), 2, 5)])
    same(lambda e: e.rand_like(e.zeros(3, dtype=e.int64), dtype=e.float32))
    agree(
        lambda e: [
            e.rand(2, requires_grad=True).requires_grad,
            e.randn_like(e.ones(2), requires_grad=True).is_leaf,
        ]
    )


def test_the_forms_of_randint():
    same(
        lambda e: [
            e.randint(5, (2,)),
            e.randint(2, 5, (2,)),
            e.randint(0, 5, size=(2,)),
            e.randint(5, size=[2]),
        ]
    )
    same(
        lambda e: [
            e.randint(high=5, size=(2,)),
            e.randint(low=2, high=5, size=(2,)),
            e.randint(3, (2, 2), dtype=e.uint8),
        ]
    )
    same(lambda e: [e.randint(e.tensor(3), (2,)), e.randint(np.int64(3), (2,))])


def test_the_names_of_bounds():
    same(
        lambda e: [
            e.empty(3).uniform_(2, 3),
            e.empty(3).uniform_(to=3, **{"from": 2}),
            e.empty(3).uniform_(-1),
        ]
    )
    same(lambda e: [e.empty(3).random_(to=5), e.empty(3).random_(**{"from": 2, "to": 5})])
    same(
        lambda e: [
            e.empty(3).normal_(mean=2, std=0.5),
            e.empty(3).normal_(std=2),
            e.empty(3).cauchy_(sigma=2),
        ]
    )


WRITTEN = {
    "randn(3, out=zeros(2))": lambda e: e.randn(3, out=e.zeros(2)),
    "rand(3, out=a double)": lambda e: e.rand(3, out=e.zeros(3, dtype=e.float64)),
    "rand(3, out=integers)": lambda e: e.rand(3, out=e.zeros(3, dtype=e.int64)),
    "rand(3, out=a leaf)": lambda e: e.rand(3, out=e.zeros(3, requires_grad=True)),
    "rand(3, out=another dtype)": lambda e: e.rand(3, out=e.zeros(3), dtype=e.float64),
    "randn(20, out=every other)": lambda e: e.randn(20, out=e.zeros(40)[::2]),
    "randint(2, 9, (3,), out=floats)": lambda e: e.randint(2, 9, (3,), out=e.zeros(0)),
    "bernoulli(out=floats)": lambda e: e.bernoulli(e.full((20,), 0.5), out=e.zeros(20)),
    "bernoulli(out=integers)": lambda e: e.bernoulli(e.full((20,), 0.5), out=e.zeros(0, dtype=e.int64)),
    "bernoulli(out=its input)": lambda e: (lambda x: [e.bernoulli(x, out=x), x])(e.full((20,), 0.5)),
    "bernoulli(out=one place)": lambda e: e.bernoulli(e.full((20,), 0.5), out=e.zeros(1).expand(20)),
    "multinomial(out=)": lambda e: e.multinomial(e.ones(5), 3, out=e.zeros(0, dtype=e.int64)),
    "multinomial(out=doubles)": lambda e: e.multinomial(e.ones(5), 3, out=e.zeros(3, dtype=e.float64)),
    "randperm(5, out=short)": lambda e: e.randperm(5, out=e.zeros(2, dtype=e.int32)),
}


@pytest.mark.parametrize("act", WRITTEN.values(), ids=WRITTEN)
def test_out_is_filled_in_its_own_dtype_and_order(act):
    same(act)
