"""cuda.simulation: GPUs that the machine does not have. See Note [The wall] and Note [Asynchronous work]."""

from __future__ import annotations

import re
from typing import Any

from minitorch_edu.backends import gpus
from minitorch_edu.backends.caching_allocator import told
from minitorch_edu.backends.work import COPIES, Queue, Work

UNITS = {"": 1, "B": 1} | {
    f"{prefix}{ending}": factor**power
    for power, prefix in enumerate("KMGT", 1)
    for ending, factor in (("iB", 1024), ("B", 1000))
}


def simulate(devices: int = 1, memory: int | str = "8 GiB") -> Simulation:
    """Have simulated GPUs from now on, or until the end of the with-block; `simulate(0)` turns them off.

    They compute with NumPy, and behave as GPUs do in everything but speed. Tensors that were made stay what they are
    when the simulation ends. The environment variable MINITORCH_SIMULATE_GPUS=1 does the same for a whole program.

    >>> with torch.cuda.simulate(memory="2 GiB") as books:
    ...     x = torch.arange(3).to("cuda")
    ...     print(x, x.sum().item())
    tensor([0, 1, 2], device='cuda:0') 3
    >>> books.copied["host to device"], books.launches
    (24, 1)
    """
    if isinstance(devices, bool) or not isinstance(devices, int) or devices < 0:
        raise ValueError(f"devices must be a number of GPUs, such as 1, but is {devices!r}")
    return Simulation(devices, in_bytes(memory))


def in_bytes(memory: int | str) -> int:
    """A number of bytes, or a text such as "8 GiB", as a number of bytes."""
    if isinstance(memory, str):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?i?B?)\s*", memory)
        if match and match[2] in UNITS:
            memory = int(float(match[1]) * UNITS[match[2]])
    if isinstance(memory, bool) or not isinstance(memory, int) or memory <= 0:
        raise ValueError(f'memory must be a number of bytes, or a text such as "8 GiB", but is {memory!r}')
    return memory


class Simulation:
    """Simulated GPUs and their books: what was copied, launched and waited for. `books[0]` are those of one device."""

    def __init__(self, devices: int, memory: int) -> None:
        self._before = (list(gpus.simulated), gpus.current, gpus.initialized)
        gpus.simulate(devices, memory)
        self.devices: list[Any] = list(gpus.simulated)
        self.memory = memory

    def __enter__(self) -> Simulation:
        return self

    def __exit__(self, *error: Any) -> None:
        gpus.simulated[:], gpus.current, gpus.initialized = self._before

    def __len__(self) -> int:
        return len(self.devices)

    def __getitem__(self, device: int) -> Queue:
        return self.devices[device].queue

    def _queues(self) -> list[Queue]:
        return [device.queue for device in self.devices]

    @property
    def copied(self) -> dict[str, int]:
        """Bytes that were copied, by direction: "host to device", "device to host", "device to device"."""
        return {direction: sum(queue.copied[direction] for queue in self._queues()) for direction in COPIES}

    @property
    def launches(self) -> int:
        """How many kernels were launched."""
        return sum(queue.launches for queue in self._queues())

    @property
    def waits(self) -> int:
        """How often the host waited for a device."""
        return sum(queue.waits for queue in self._queues())

    @property
    def history(self) -> list[Work]:
        """Everything in order: the last ten thousand lines of each device."""
        return sorted(
            (work for queue in self._queues() for work in queue.history), key=lambda work: work.launched
        )

    def reset(self) -> None:
        """Begin the books again."""
        for queue in self._queues():
            queue.reset()

    def __repr__(self) -> str:
        number = f"{len(self)} simulated GPU{'' if len(self) == 1 else 's'}"
        copies = ", ".join(f"{size} bytes {direction}" for direction, size in self.copied.items() if size)
        return (
            f"<{number} with {told(self.memory)} each: {self.launches} launches, {self.waits} waits, "
            f"{copies or 'nothing copied'}>"
        )
