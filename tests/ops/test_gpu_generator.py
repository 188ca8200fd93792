"""Counter: what PyTorch draws on a GPU. Numbers that others have published are the oracle: there is no GPU here."""

from __future__ import annotations

import math

import numpy as np
import pytest

import minitorch_edu as torch
from minitorch_edu.backends import gpus, philox
from minitorch_edu.ops import gpu_generator

CUDA = "cuda"


@pytest.fixture(autouse=True)
def simulated():
    with torch.cuda.simulate(devices=2):
        yield


def seeded(seed, draw):
    torch.manual_seed(seed)
    return draw()


def rounded(tensor) -> list:
    """The numbers as they are printed, with four digits."""
    return np.round(tensor.cpu().numpy().astype(np.float64), 4).tolist()


# --- published --------------------------------------------------------------------------------------------------------
# Each is what a program printed on a GPU of NVIDIA's, and where. Where the seed is not said there, the numbers tell it:
# of the first thousand seeds only one draws them.

PUBLISHED = {
    # github.com/pytorch/pytorch/issues/47347 (PyTorch 1.7)
    "rand, seed 0": (0, lambda: torch.rand(5, device=CUDA), [0.3990, 0.5167, 0.0249, 0.9401, 0.9459]),
    # boxes in a public test of a LiDAR detector, written down on a GPU; the seed is not said
    "rand, seed 0, further on": (
        0, lambda: torch.rand(5, 7, device=CUDA)[4], [0.9927, 0.6964, 0.2472, 0.7028, 0.7494, 0.9303, 0.0494],
    ),
    # a public course on tensors: torch.cuda.manual_seed(42), torch.rand(3, 4, device='cuda')
    "rand, seed 42": (
        42, lambda: torch.rand(3, 4, device=CUDA),
        [[0.6130, 0.0101, 0.3984, 0.0403], [0.1563, 0.4825, 0.7362, 0.4060], [0.5189, 0.2867, 0.2416, 0.9228]],
    ),
    # a public example in Scala, by way of libtorch: two calls in a row; the seed is not said
    "rand, twice": (
        0, lambda: [torch.rand(3, 3, device=CUDA) for _ in range(2)][1],
        [[0.9722, 0.7910, 0.4690], [0.3300, 0.3345, 0.3783], [0.7640, 0.6405, 0.1103]],
    ),
    # a public notebook on fused kernels for LoRA (Triton 2.2.0)
    "randn, seed 0": (
        0, lambda: torch.randn(3, 8, device=CUDA),
        [
            [-0.9247, -0.4253, -2.6438, 0.1452, -0.1209, -0.5797, -0.6229, -0.3284],
            [-1.0745, -0.3631, -1.6711, 2.2655, 0.3117, -0.1842, 1.2866, 1.1820],
            [-0.1271, 1.2169, 1.4353, 1.0605, -0.4941, -1.4244, -0.7244, -1.2973],
        ],
    ),
    # github.com/pytorch/pytorch/issues/79496 (PyTorch 1.11)
    "randn, seed 10": (10, lambda: torch.randn(3, device=CUDA), [-0.1029, 1.6810, -0.2708]),
    # flashinfer's documentation of LogitsPipe
    "randn, seed 42": (
        42, lambda: torch.randn(2, 5, device=CUDA),
        [[0.1940, 2.1614, -0.1721, 0.8491, -1.9244], [0.6530, -0.6494, -0.8175, 0.5280, -1.2753]],
    ),
    # a public text on the backward pass of pooling, a slice of a tensor of float64; the seed is not said
    "randn in float64, seed 0": (
        0, lambda: torch.randn(12, device=CUDA, dtype=torch.float64),
        [-0.3104, -0.0343, 0.1756, -2.2804, 0.5039, 0.5596, -0.0750, 0.9691, -0.2357, -0.4582, 0.5661, 1.2851],
    ),
    # a comment in a public diffusion model of graphs, on torch.randint(0, 100, (8,)); the seed is not said
    "randint, seed 0": (0, lambda: torch.randint(0, 100, (8,), device=CUDA), [41, 97, 91, 72, 53, 4, 3, 33]),
}  # fmt: skip


@pytest.mark.parametrize("seed, draw, printed", PUBLISHED.values(), ids=PUBLISHED)
def test_the_numbers_are_those_that_gpus_have_printed(seed, draw, printed):
    assert rounded(seeded(seed, draw)) == printed


def ends(tensor) -> list:
    """The first and the last three of a tensor with many elements."""
    flat = tensor.view(-1)
    return [*rounded(flat[:3]), *rounded(flat[-3:])]


LARGE = {  # threads that the GPU runs at the same time: its multiprocessors times threads of each
    # github.com/pytorch/pytorch/issues/97097: torch.cuda.FloatTensor(1000, 100).normal_(5, 5**.5)
    "RTX A4000": (
        48 * 1536, 14, lambda: torch.empty(1000, 100, device=CUDA).normal_(5, 5**0.5),
        [2.8731, 5.2727, 2.9889, 8.2207, 6.5395, 4.2604],
    ),
    # github.com/pytorch/pytorch/issues/143086 (PyTorch 2.5.1): torch.randn(1, 49 * 12 * 112 * 144)
    "H100": (
        132 * 2048, 1, lambda: torch.randn(1, 49 * 12 * 112 * 144, device=CUDA),
        [-0.2963, 2.6764, -0.1408, -0.6970, -0.7780, 0.3267],
    ),
    "A100": (
        108 * 2048, 1, lambda: torch.randn(1, 49 * 12 * 112 * 144, device=CUDA),
        [-0.2963, 2.6764, -0.1408, 0.1549, -0.6797, -0.1656],
    ),
    # github.com/pytorch/pytorch/issues/62467: noise[..., 0, 0] of torch.empty(1, 3, 128, 128).normal_()
    "RTX A6000": (
        84 * 1536, 43, lambda: torch.empty(1, 3, 128, 128, device=CUDA).normal_()[..., 0, 0],
        [1.9983, 0.8704, 2.1127] * 2,
    ),
}  # fmt: skip


@pytest.mark.parametrize("threads, seed, draw, printed", LARGE.values(), ids=LARGE)
def test_many_numbers_depend_on_the_gpu(threads, seed, draw, printed, monkeypatch):
    monkeypatch.setattr(type(gpus.gpu()), "drawing", threads)
    assert ends(seeded(seed, draw)) == printed


def test_the_simulated_gpu_draws_as_a_t4():
    # github.com/pytorch/pytorch/issues/194676: on a Tesla T4, threads begin again after 40960 elements
    drawn = seeded(0, lambda: torch.rand(40 * 1024 + 1, device=CUDA))
    assert gpus.gpu().drawing == 40 * 1024
    assert drawn[: 40 * 1024].equal(seeded(0, lambda: torch.rand(40 * 1024, device=CUDA)))
    assert torch.cuda.default_generators[0].get_offset() == 4
    assert float(drawn[-1]) != float(seeded(0, lambda: torch.rand(256 * 161, device="cuda:1"))[0])


# --- by PyTorch's sources ---------------------------------------------------------------------------------------------
# No published numbers were found for these: the tests hold them against the uniform numbers that they are made of.


def uniform(count, seed=0, dtype=torch.float32):
    """The numbers in (0, 1] that a kernel turns into others; none of these few is 1."""
    return seeded(seed, lambda: torch.rand(count, device=CUDA, dtype=dtype)).cpu().numpy()


def drawn(seed, draw):
    return seeded(seed, draw).cpu().numpy()


def test_exponential_numbers():
    assert np.allclose(
        drawn(0, lambda: torch.empty(99, device=CUDA).exponential_(2)), -np.log(uniform(99)) / 2, 1e-6
    )


def test_numbers_of_cauchy():
    expected = 1 + 2 * np.tan(np.pi * (uniform(99) - 0.5).astype(np.float64))
    assert np.allclose(drawn(0, lambda: torch.empty(99, device=CUDA).cauchy_(1, 2)), expected, 1e-4)


def test_geometric_numbers():
    expected = np.ceil(np.log(uniform(99)) / np.float32(math.log1p(-0.3)))
    assert (drawn(0, lambda: torch.empty(99, device=CUDA).geometric_(0.3)) == expected).all()


def test_log_normal_numbers():
    expected = np.exp(drawn(0, lambda: torch.empty(99, device=CUDA).normal_(1, 2)))
    assert np.allclose(drawn(0, lambda: torch.empty(99, device=CUDA).log_normal_(1, 2)), expected, 1e-6)


def test_coins_are_below_their_chance():
    assert (
        drawn(0, lambda: torch.empty(99, device=CUDA).bernoulli_(0.3)) == (uniform(99) < np.float32(0.3))
    ).all()


def test_four_coins_with_chances_of_their_own_come_from_one_thread():
    chances = torch.linspace(0, 1, 10, device=CUDA)
    thread_of_each = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]
    found = drawn(0, lambda: torch.bernoulli(chances))
    assert torch.cuda.default_generators[0].get_offset() == 12
    first = uniform(3)  # of each thread
    for place in (0, 4, 8):
        assert found[place] == (first[thread_of_each[place]] <= float(chances[place]))


def test_the_halves_of_float64_come_two_a_thread():
    many = seeded(0, lambda: torch.rand(2 * 40 * 1024, device=CUDA, dtype=torch.float64))
    assert torch.cuda.default_generators[0].get_offset() == 4
    few = seeded(0, lambda: torch.rand(7, device=CUDA, dtype=torch.float64))
    assert many[:7].equal(few) and float(many.min()) > 0 and float(many.max()) < 1


def test_a_range_of_28_bits_takes_words_of_64():
    narrow = drawn(0, lambda: torch.randint(2**28 - 1, (5,), device=CUDA))
    wide = drawn(0, lambda: torch.randint(2**28, (5,), device=CUDA))
    words = drawn(0, lambda: torch.empty(5, device=CUDA, dtype=torch.int64).random_(-(2**63), None)).astype(
        np.uint64
    )
    assert (wide == words % 2**28).all()
    assert (narrow == (words >> np.uint64(32)) % (2**28 - 1)).all()


def test_an_order_is_that_of_random_keys():
    order = drawn(3, lambda: torch.randperm(1000, device=CUDA))
    assert torch.cuda.default_generators[0].get_offset() == 4 + 1000
    keys = drawn(3, lambda: torch.empty(1000, device=CUDA, dtype=torch.int32).random_(-(2**31), 2**31 - 1))
    bits = math.ceil(math.log2(1000 - (6 * 1000**2 + 1) / (12 * math.log(0.9))))
    assert (order == np.argsort(keys & (2**bits - 1), kind="stable")).all()


@pytest.mark.parametrize("count", [0, 1, 2, 40_000, 100_000])
def test_an_order_has_each_number_once(count):
    assert (np.sort(drawn(0, lambda: torch.randperm(count, device=CUDA))) == np.arange(count)).all()


def test_equal_keys_are_shuffled_among_themselves():
    assert gpu_generator._islands([2, 3, 7, 9, 10]) == [(2, 3), (7, 2), (9, 3)]
    counts = {}
    for seed in range(600):
        order = np.arange(5)
        gpu_generator._shuffle(order, 1, 3, seed, 4)
        assert (order[0], order[4]) == (0, 4)
        counts[tuple(order)] = counts.get(tuple(order), 0) + 1
    assert len(counts) == 6 and min(counts.values()) > 60


@pytest.mark.parametrize(
    "dtype, count, width",
    [("float32", 40, 4), ("float32", 42, 2), ("float32", 41, 1), ("float16", 40, 8), ("float64", 40, 2)],
)
def test_dropout_draws_for_elements_side_by_side(dtype, count, width):
    kept = drawn(
        0, lambda: torch.dropout(torch.ones(count, device=CUDA, dtype=getattr(torch, dtype)), 0.4, True) > 0
    )
    first = uniform(256)  # of each thread
    lone = range(0, count, width)
    assert [kept[place] for place in lone] == [first[place // width] < np.float32(0.6) for place in lone]
    assert torch.cuda.default_generators[0].get_offset() == 4


def test_dropout_on_a_gpu_is_one_kernel():
    x = torch.ones(8, device=CUDA, requires_grad=True)
    y = torch.nn.functional.dropout(x, 0.5)
    assert y.grad_fn.name() == "NativeDropoutBackward0"
    y.sum().backward()
    assert x.grad.equal(y.detach()) and set(y.tolist()) == {0.0, 2.0}


def test_dropout_of_a_transposed_tensor_follows_its_memory():
    x = torch.ones(4, 6, device=CUDA)
    straight = seeded(0, lambda: torch.dropout(x, 0.5, True))
    assert (
        seeded(0, lambda: torch.dropout(torch.ones(6, 4, device=CUDA).t(), 0.5, True))
        .t()
        .reshape(4, 6)
        .equal(straight)
    )


def test_samples_with_replacement_find_their_place_among_the_sums():
    chances = torch.tensor([0.0, 1, 0, 2, 1, 0], device=CUDA)
    picks = drawn(0, lambda: torch.multinomial(chances, 200, replacement=True))
    assert (picks == np.searchsorted([0, 0.25, 0.25, 0.75, 1, 1], uniform(200))).all()
    rows = drawn(0, lambda: torch.multinomial(torch.ones(3, 4, device=CUDA), 2, replacement=True))
    threads = uniform(3 * 128).reshape(3, 128)[:, :2]
    assert (rows == np.searchsorted([0.25, 0.5, 0.75, 1], threads)).all()


def test_samples_without_replacement_are_the_largest_quotients():
    chances = torch.tensor([0.5, 1, 2, 3], device=CUDA)
    quotients = chances.cpu().numpy() / -np.log(uniform(4))
    assert drawn(0, lambda: torch.multinomial(chances, 3)).tolist() == np.argsort(-quotients)[:3].tolist()


def test_slopes_of_rrelu():
    noise = drawn(0, lambda: -torch.nn.functional.rrelu(-torch.ones(9, device=CUDA), 0.1, 0.3, training=True))
    assert np.allclose(noise, uniform(9) * (np.float32(0.3) - np.float32(0.1)) + np.float32(0.1), 1e-6)


def test_numbers_of_events_multiply_uniform_numbers():
    rates = [0.0, 0.5, 3.0, 10.0, 40.0, 63.0]
    found = drawn(5, lambda: torch.poisson(torch.tensor(rates, device=CUDA)))
    assert torch.cuda.default_generators[0].get_offset() == 20
    for thread, rate in enumerate(rates):
        product, drawn_ones = np.float32(math.exp(rate)), 0
        while not drawn_ones or product > 1:
            words = philox.drawn(5, 0, np.uint64(drawn_ones // 4), np.uint64(thread))
            product *= np.float32(words[drawn_ones % 4]) * np.float32(2**-32) + np.float32(2**-33)
            drawn_ones += 1
        assert found[thread] == drawn_ones - 1


@pytest.mark.parametrize("rate", [0.3, 50.0, 63.9, 64.0, 1000.0, 5000.0])
def test_numbers_of_events_have_their_mean_and_variance(rate):
    found = drawn(1, lambda: torch.poisson(torch.full((4000,), rate, device=CUDA, dtype=torch.float64)))
    assert abs(found.mean() / rate - 1) < 5 / math.sqrt(4000 * rate)
    assert abs(found.var() / rate - 1) < 0.15


def test_numbers_of_events_need_rates():
    with pytest.raises(RuntimeError, match="^invalid Poisson rate"):
        torch.poisson(torch.tensor([-1.0], device=CUDA))


def test_uniform_numbers_fill_a_transposed_tensor_by_its_memory():
    x = seeded(0, lambda: torch.empty(3, 2, device=CUDA).t().uniform_())
    assert (x.t().cpu().numpy().ravel() == uniform(6)).all()


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_narrow_numbers_are_rounded_and_stay_below_one(dtype):
    kind = getattr(torch, dtype)
    wide = seeded(5, lambda: torch.rand(40_000, device=CUDA)).to(kind)
    narrow = seeded(5, lambda: torch.rand(40_000, device=CUDA, dtype=kind))
    assert float(narrow.max()) < 1 == float(wide.max())
    assert narrow.equal(torch.where(wide == 1, torch.zeros_like(wide), wide))


@pytest.mark.parametrize("draw", [
    lambda: torch.poisson(torch.full((2000,), 4.0, device=CUDA)),
    lambda: torch.binomial(torch.full((2000,), 8.0, device=CUDA), torch.full((2000,), 0.5, device=CUDA)),
])  # fmt: skip
def test_numbers_that_are_drawn_one_after_the_other_have_the_right_mean(draw):
    first, again, other = seeded(0, draw), seeded(0, draw), draw()
    assert first.equal(again) and not first.equal(other)
    assert abs(float(first.mean()) - 4) < 0.2 and first.is_cuda


DRAWS = {
    "uniform": lambda: torch.rand(3, 5, device=CUDA),
    "uniform, float64": lambda: torch.empty(9, device=CUDA, dtype=torch.float64).uniform_(2, 3),
    "complex": lambda: torch.randn(9, device=CUDA, dtype=torch.complex64),
    "normal": lambda: torch.randn(2000, device=CUDA),
    "normal, float64": lambda: torch.empty(9, device=CUDA, dtype=torch.float64).normal_(2, 3),
    "log_normal": lambda: torch.empty(9, device=CUDA).log_normal_(),
    "cauchy": lambda: torch.empty(9, device=CUDA).cauchy_(),
    "exponential": lambda: torch.empty(9, device=CUDA).exponential_(),
    "geometric": lambda: torch.empty(9, device=CUDA).geometric_(0.5),
    "coins": lambda: torch.empty(9, device=CUDA).bernoulli_(0.5),
    "coins by chances": lambda: torch.bernoulli(torch.full((3, 3), 0.5, device=CUDA).t()),
    "integers": lambda: torch.randint(9, (9,), device=CUDA),
    "wide integers": lambda: torch.randint(2**40, (9,), device=CUDA),
    "any integers": lambda: torch.empty(9, device=CUDA, dtype=torch.int16).random_(),
    "all integers": lambda: torch.empty(9, device=CUDA, dtype=torch.int64).random_(-(2**63), None),
    "order": lambda: torch.randperm(99, device=CUDA, dtype=torch.int32),
    "dropout, 4 wide": lambda: torch.dropout(torch.ones(8, device=CUDA), 0.5, True),
    "dropout, 1 wide": lambda: torch.dropout(torch.ones(9, device=CUDA, dtype=torch.float16), 0.5, True),
    "picks": lambda: torch.multinomial(torch.ones(3, 4, device=CUDA), 5, replacement=True),
    "single picks": lambda: torch.multinomial(torch.ones(3, 4, device=CUDA), 1),
    "events": lambda: torch.poisson(torch.linspace(0, 5000, 40, device=CUDA).view(8, 5).t()),
    "slopes": lambda: torch.rrelu(-torch.ones(9, device=CUDA), training=True),
}


@pytest.mark.parametrize("draw", DRAWS.values(), ids=DRAWS)
def test_the_formulas_speak_as_cupy_does(draw, monkeypatch):
    inside_the_wall = seeded(0, draw)
    monkeypatch.setattr(
        type(gpus.gpu()), "fused", lambda self, name, formula, *arrays, nbytes=0: formula(self.xp, *arrays)
    )
    assert seeded(0, draw).equal(inside_the_wall)
