"""Samples of random numbers: the same seed on both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.ops.samples.shapes import Entry, Sample, empty, normal, positive, sample, strided
from tests.oracle import torch


def filling(name: str, *bounds: str) -> Callable[..., Any]:
    """PyTorch's in-place fill, of a copy."""

    def theirs(input: Any, generator: Any = None, **arguments: Any) -> Any:
        given = [arguments.pop(each) for each in bounds]
        return getattr(input.clone(), name)(*given, **arguments, generator=generator)

    return theirs


def fills(**arguments: Any) -> Callable[[], list[Sample]]:
    kinds = normal(3), normal(4, 5), normal(), empty(0), strided(2, 3)
    return lambda: [sample(each.copy("K"), smooth=False, seed=7, **arguments) for each in kinds]


def _native_dropout(input: Any, p: float, train: bool, generator: Any) -> Any:
    with torch.random.fork_rng():
        torch.set_rng_state(generator.get_state())
        return torch.native_dropout(input, p, train)


ENTRIES: dict[str, Entry] = {
    "uniform_between": Entry(filling("uniform_", "low", "high"), fills(low=-1.0, high=3.0), twin=False),
    "normal": Entry(filling("normal_"), fills(mean=1.0, std=2.0), twin=False),
    "log_normal": Entry(filling("log_normal_"), fills(mean=1.0, std=2.0), twin=False),
    "cauchy": Entry(filling("cauchy_"), fills(median=1.0, sigma=2.0), twin=False),
    "exponential": Entry(filling("exponential_"), fills(lambd=2.0), twin=False),
    "geometric": Entry(filling("geometric_"), fills(p=0.3), twin=False),
    "random_between": Entry(
        lambda input, bounds, generator: input.clone().random_(*bounds, generator=generator),
        fills(bounds=(2, 9)),
        twin=False,
    ),
    "coins": Entry(filling("bernoulli_", "p"), fills(p=0.3), twin=False),
    "coins_of": Entry(
        lambda input, generator: torch.bernoulli(input, generator=generator),
        lambda: [sample(abs(normal(3, 4)) / 2, smooth=False, seed=7)],
        twin=False,
    ),
    "coins_like": Entry(
        lambda input, p, generator: torch.bernoulli(input, p, generator=generator),
        lambda: [
            sample(normal(3, 4).T, smooth=False, seed=7, p=0.3),
            sample(normal(), smooth=False, seed=7, p=1.0),
        ],
    ),
    "picks": Entry(
        lambda input, num_samples, replacement, generator: torch.multinomial(
            input, num_samples, replacement, generator=generator
        ),
        lambda: [
            sample(positive(*shape), smooth=False, seed=7, num_samples=number, replacement=replacement)
            for shape in ((5,), (2, 5), (0, 5))
            for number, replacement in ((1, True), (4, False), (7, True))
        ],
    ),
    "normal_with_means": Entry(
        lambda mean, std, generator: torch.normal(mean, std, generator=generator),
        lambda: [sample(normal(*shape), smooth=False, seed=7, std=0.5) for shape in ((3, 4), (), (0, 2))],
        twin=False,
    ),
    "normal_with_deviations": Entry(
        lambda std, mean, generator: torch.normal(mean, std, generator=generator),
        lambda: [sample(positive(*shape), smooth=False, seed=7, mean=2.0) for shape in ((3, 4), (), (0, 2))],
        twin=False,
    ),
    "normal_with_both": Entry(
        lambda mean, std, generator: torch.normal(mean, std, generator=generator),
        lambda: [
            sample(normal(*one), positive(*other), smooth=False, seed=7)
            for one, other in (((3, 4), (3, 4)), ((4,), (3, 1)), ((), (2,)))
        ],
        twin=False,
    ),
    "poisson_of": Entry(
        lambda input, generator: torch.poisson(input, generator=generator),
        lambda: [sample(positive(3, 4) * 8, smooth=False, seed=7)],
        twin=False,
    ),
    "native_dropout": Entry(
        _native_dropout,
        lambda: [
            sample(normal(3, 4), smooth=False, seed=7, p=p, train=t)
            for p in (0.0, 0.3, 1.0)
            for t in (True, False)
        ],
        twin=False,
    ),
}
