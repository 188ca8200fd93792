"""cuda.random: the seeds of the GPUs' random numbers. Each device has a generator of its own."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.backends import gpus
from minitorch_edu.cuda.devices import device_count, init
from minitorch_edu.devices import device as _device
from minitorch_edu.ops.generator import generator_of
from minitorch_edu.tensor import Tensor


def default_generators() -> tuple[Any, ...]:
    """The generator of each device."""
    return tuple(generator_of(gpu) for gpu in gpus.gpus())


def _meant(device: Any) -> Any:
    """The generator of a device given by name or index."""
    init()
    found = _device("cuda", device) if isinstance(device, int) else _device(device)
    return generator_of(gpus.gpu(found.index))


def manual_seed(seed: int) -> None:
    """Begin the random numbers of the current device again. Without a GPU: those of one that is still to come.

    >>> with torch.cuda.simulate():
    ...     torch.cuda.manual_seed(0)
    ...     torch.rand(3, device="cuda")
    tensor([0.3990, 0.5167, 0.0249], device='cuda:0')
    """
    if gpus.gpus():
        gpus.seed_one(gpus.gpu(), int(seed))
    else:
        gpus.seed_all(int(seed))


def manual_seed_all(seed: int) -> None:
    """Begin the random numbers of all devices again. Without a GPU: of those that are still to come."""
    gpus.seed_all(int(seed))


def seed() -> None:
    """Begin the random numbers of the current device again, from a seed that nobody chose."""
    manual_seed(secrets.randbits(53))


def seed_all() -> None:
    """Begin the random numbers of all devices again, from one seed that nobody chose."""
    manual_seed_all(secrets.randbits(53))


def initial_seed() -> int:
    """The seed from which the random numbers of the current device began.

    >>> with torch.cuda.simulate():
    ...     torch.cuda.manual_seed(7)
    ...     torch.cuda.initial_seed()
    7
    """
    init()
    return generator_of(gpus.gpu()).initial_seed()


def get_rng_state(device: Any = "cuda") -> Tensor:
    """The state of a device's random numbers, as a tensor of bytes on the CPU."""
    return _meant(device).get_state()


def get_rng_state_all() -> list[Tensor]:
    """The states of all devices."""
    return [get_rng_state(index) for index in range(device_count())]


def set_rng_state(new_state: Tensor, device: Any = "cuda") -> None:
    """Go on with a device's random numbers from a state that `get_rng_state` gave."""
    if gpus.gpus():
        _meant(device).set_state(new_state)


def set_rng_state_all(new_states: Iterable[Tensor]) -> None:
    """The same for all devices."""
    for index, state in enumerate(new_states):
        set_rng_state(state, index)


__getattr__ = _missing.names_of(__name__)
