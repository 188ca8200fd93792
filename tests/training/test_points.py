"""Networks of numbers and points learn as they do with PyTorch."""

from __future__ import annotations

import pytest

from tests.training import nets
from tests.training.curves import (
    ADADELTA,
    ADAGRAD,
    ADAM,
    ADAM_OF_GANS,
    ADAMAX,
    COSINE,
    EXPONENTIAL,
    LBFGS,
    MOMENTUM,
    NADAM,
    ONE_CYCLE,
    PLATEAU,
    RMSPROP,
    SGD,
    STEP,
    WARMUP,
    assert_same_curve,
    every,
)

CASES = [
    *every("linear_regression", (SGD, ADAM, RMSPROP, LBFGS), (STEP, PLATEAU, EXPONENTIAL)),
    *every("mlp", (MOMENTUM, ADAM, ADAGRAD, ADADELTA), (STEP, COSINE, WARMUP)),
    *every("batchnorm_mlp", (MOMENTUM, ADAM, NADAM, ADAMAX), (ONE_CYCLE, EXPONENTIAL)),
    *every("gan", (SGD, ADAM_OF_GANS, RMSPROP), (STEP, EXPONENTIAL)),
]


@pytest.mark.parametrize("net, optimizer, scheduler, dtype", CASES)
def test_the_losses_are_pytorchs(net: str, optimizer: str, scheduler: str, dtype: str) -> None:
    assert_same_curve(getattr(nets, net), optimizer, scheduler, dtype)
