"""GPUs to test with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import minitorch_edu
from minitorch_edu.backends import gpus
from tests.device import made_on_the_host, without_gpus


@pytest.fixture
def books() -> Iterator[minitorch_edu.cuda.Simulation]:
    """Two simulated GPUs of 1 GiB, and their books."""
    with minitorch_edu.cuda.simulate(devices=2, memory="1 GiB") as simulation:
        yield simulation


@pytest.fixture
def no_gpu() -> Iterator[None]:
    """A machine without a GPU, as PyTorch's is that the tests compare with."""
    with without_gpus():
        yield


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Tensors are made on the CPU, and the seed of GPUs that are still to come is put back."""
    before = gpus.seed
    with made_on_the_host():
        yield
    gpus.seed = before
