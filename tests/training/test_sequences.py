"""Recurrent networks learn as they do with PyTorch."""

from __future__ import annotations

import pytest

from tests.training import nets
from tests.training.curves import (
    ADAGRAD,
    ADAM,
    COSINE,
    IN_TURN,
    MILESTONES,
    MOMENTUM,
    NADAM,
    PLATEAU,
    RMSPROP,
    STEP,
    WARMUP,
    assert_same_curve,
    every,
)

CASES = [
    *every("char_rnn", (MOMENTUM, ADAM, RMSPROP), (STEP, PLATEAU)),
    *every("lstm", (ADAM, MOMENTUM, NADAM), (COSINE, IN_TURN), sharp=1),
    *every("gru", (MOMENTUM, ADAM, ADAGRAD), (WARMUP, MILESTONES), sharp=1),
]


@pytest.mark.parametrize("net, optimizer, scheduler, dtype", CASES)
def test_the_losses_are_pytorchs(net: str, optimizer: str, scheduler: str, dtype: str) -> None:
    assert_same_curve(getattr(nets, net), optimizer, scheduler, dtype)
