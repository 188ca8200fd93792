"""With --device=cuda the tests of the lab stay on the CPU: on a real GPU nothing is checked."""

from __future__ import annotations

import pytest

import minitorch_edu
from minitorch_edu.backends import gpus
from tests import device


@pytest.fixture(autouse=True)
def checked():
    real = device.UNDER_TEST == "cuda" and not gpus.simulated
    if real:
        minitorch_edu.set_default_device("cpu")
    yield
    if real:
        minitorch_edu.set_default_device("cuda")
