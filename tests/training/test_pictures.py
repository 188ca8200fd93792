"""Networks of pictures learn as they do with PyTorch."""

from __future__ import annotations

import pytest

from tests.training import nets
from tests.training.curves import (
    ADADELTA,
    ADAM,
    ADAMAX,
    ADAMW,
    CAREFUL,
    COSINE,
    EXPONENTIAL,
    MILESTONES,
    MOMENTUM,
    ONE_CYCLE,
    RESTARTS,
    RMSPROP,
    STEP,
    assert_same_curve,
    every,
)

CASES = [
    *every("lenet", (MOMENTUM, ADAM, ADADELTA), (STEP, COSINE)),
    *every("resnet", (MOMENTUM, ADAMW, RMSPROP), (ONE_CYCLE, MILESTONES)),
    *every("vae", (CAREFUL, ADAM, ADAMAX), (EXPONENTIAL, RESTARTS)),
]


@pytest.mark.parametrize("net, optimizer, scheduler, dtype", CASES)
def test_the_losses_are_pytorchs(net: str, optimizer: str, scheduler: str, dtype: str) -> None:
    assert_same_curve(getattr(nets, net), optimizer, scheduler, dtype)
