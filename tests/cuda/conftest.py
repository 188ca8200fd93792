"""GPUs to test with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import minitorch_edu
from minitorch_edu.backends import gpus


@pytest.fixture
def books() -> Iterator[minitorch_edu.cuda.Simulation]:
    """Two simulated GPUs of 1 GiB, and their books."""
    with minitorch_edu.cuda.simulate(devices=2, memory="1 GiB") as simulation:
        yield simulation


@pytest.fixture
def no_gpu() -> Iterator[None]:
    """A machine without a GPU, as PyTorch's is that the tests compare with."""
    with minitorch_edu.cuda.simulate(0):
        if gpus.gpus():
            pytest.skip("this machine has a GPU")
        yield


@pytest.fixture(autouse=True)
def same_seed() -> Iterator[None]:
    """The seed of GPUs that are still to come is put back."""
    before = gpus.seed
    yield
    gpus.seed = before
