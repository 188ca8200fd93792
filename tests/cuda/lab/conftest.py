"""With --device=simulated the lab's tensors are on the simulated GPU. A real one checks nothing: they stay on the CPU."""

from __future__ import annotations

import pytest

import minitorch_edu
from minitorch_edu.backends import gpus


@pytest.fixture(autouse=True)
def checked(as_it_was):
    if gpus.simulated:
        minitorch_edu.set_default_device("cuda")
