"""Transformers learn as they do with PyTorch."""

from __future__ import annotations

import pytest

from tests.training import nets
from tests.training.curves import (
    ADAM,
    ADAMW,
    COSINE,
    IN_TURN,
    MOMENTUM,
    WARMUP,
    assert_same_curve,
    every,
)

CASES = [
    *every("nano_gpt", (ADAMW, MOMENTUM, ADAM), (COSINE, IN_TURN), sharp=1),
    *every("transformer", (ADAMW, MOMENTUM, ADAM), (WARMUP, COSINE), sharp=1),
]


@pytest.mark.parametrize("net, optimizer, scheduler, dtype", CASES)
def test_the_losses_are_pytorchs(net: str, optimizer: str, scheduler: str, dtype: str) -> None:
    assert_same_curve(getattr(nets, net), optimizer, scheduler, dtype)
