"""torch.random: the seed and the state of the random numbers that nobody gives a generator for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from minitorch_edu.ops.generator import Generator as Generator
from minitorch_edu.ops.generator import default_generator as default_generator
from minitorch_edu.ops.generator import get_rng_state as get_rng_state
from minitorch_edu.ops.generator import initial_seed as initial_seed
from minitorch_edu.ops.generator import manual_seed as manual_seed
from minitorch_edu.ops.generator import seed as seed
from minitorch_edu.ops.generator import set_rng_state as set_rng_state


@contextlib.contextmanager
def fork_rng(
    devices: Any = None,
    enabled: bool = True,
    _caller: str = "fork_rng",
    _devices_kw: str = "devices",
    device_type: str = "cuda",
) -> Iterator[None]:
    """Put the state of the random numbers back when the with-block ends.

    >>> generator = torch.manual_seed(0)
    >>> with torch.random.fork_rng(): torch.rand(1)
    tensor([0.4963])
    >>> torch.rand(1)
    tensor([0.4963])
    """
    if not enabled:
        yield
        return
    state = get_rng_state()
    try:
        yield
    finally:
        set_rng_state(state)
