"""Gpu: what `torch.cuda` asks of a CUDA device, beyond what every backend answers.

Two kinds answer: `simulated.SimulatedBackend`, which is NumPy behind a wall, and `real.CupyBackend`, which is CuPy.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from minitorch_edu.backends.backend import Backend


class Facts(NamedTuple):
    """What a device says of itself; bytes where nothing else is said."""

    name: str
    major: int
    minor: int
    total_memory: int
    multi_processor_count: int
    max_threads_per_multi_processor: int = 2048
    max_threads_per_block: int = 1024
    warp_size: int = 32
    regs_per_multiprocessor: int = 65536
    shared_memory_per_block: int = 48 << 10
    shared_memory_per_block_optin: int = 99 << 10
    shared_memory_per_multiprocessor: int = 100 << 10
    L2_cache_size: int = 0
    clock_rate: int = 0
    """In kHz, as the next."""
    memory_clock_rate: int = 0
    memory_bus_width: int = 0
    """In bits."""
    is_integrated: int = 0
    is_multi_gpu_board: int = 0
    uuid: str = "00000000-0000-0000-0000-000000000000"
    pci_bus_id: int = 0
    pci_device_id: int = 0
    pci_domain_id: int = 0
    gcnArchName: str = ""


class Mark(Protocol):
    """A place in a stream: what a recorded event is."""

    stream: int

    def reached(self) -> bool:
        """Whether the device has done everything before the mark, as far as the host knows."""

    def wait(self) -> None:
        """Let the host wait until it is reached."""

    def since(self, earlier: Any) -> float:
        """Milliseconds from an earlier mark."""


class Gpu(Backend, Protocol):
    """A CUDA device. Streams are numbers: 0 is the default one."""

    simulated: bool
    index: int
    seed: int
    """From where its random numbers began."""
    generator: Any
    """Their source, once somebody has drawn from it."""
    fraction: float
    """The part of the memory that this program may have."""

    @property
    def stream(self) -> int:
        """The current stream."""

    @property
    def drawing(self) -> int:
        """How many threads of a kernel draw random numbers at the same time. See Note [Who draws which number]."""

    def activate(self) -> None:
        """Become the current device."""

    def reaches(self, peer: int) -> bool:
        """Whether it can read the memory of another device."""

    def facts(self) -> Facts:
        """What the device says of itself."""

    def from_host(self, array: Any, non_blocking: bool = False) -> Any:
        """A copy on this device of a NumPy array. The host waits for it, unless it need not."""

    def to_host(self, array: Any, non_blocking: bool = False) -> Any:
        """A copy on the host."""

    def fused(self, name: str, function: Any, *arrays: Any, nbytes: int = 0) -> Any:
        """`function(xp, *arrays)`, a formula for one new array: of one kernel, where the device can be told so.

        nbytes: of the new array, so that what cannot fit is refused first.
        """

    def elementwise(self, kernel: Any, meaning: Any, arguments: tuple[Any, ...], into: Any = None) -> Any:
        """Launch an `elements.Kernel` for these arguments; `meaning(xp, *arguments)` is the same step by step.

        into: arrays to write the results over; then it is `meaning(*arguments)`.
        """

    def by_rows(self, launch: Any, meaning: Any, arguments: tuple[Any, ...], into: Any = None) -> Any:
        """Launch a `row_kernels.Launch`; `meaning(xp, arguments)` is the same step by step.

        into: arrays to write the results over, each in one piece.
        """

    def from_gpu(self, array: Any, source: Any, non_blocking: bool = False) -> Any:
        """A copy on this device of an array that lives on another one."""

    # --- memory ---

    def memory_stats(self) -> dict[str, Any]:
        """The numbers of the allocator, nested as `torch.cuda.memory_stats_as_nested_dict` gives them."""

    def memory_info(self) -> tuple[int, int]:
        """Free bytes, and all of them."""

    def snapshot(self) -> list[dict[str, Any]]:
        """The segments, and the blocks in each."""

    def reset_stats(self, peak: bool) -> None:
        """Begin to count again: the highest numbers, or else the sums."""

    def empty_cache(self) -> None:
        """Give unused memory back to the driver."""

    def set_limit(self, fraction: float) -> None:
        """Allow this program only a part of the memory."""

    # --- streams ---

    def new_stream(self, priority: int) -> int:
        """Another stream."""

    def stream_address(self, stream: int) -> int:
        """The driver's name for a stream; 0 for the default one."""

    def use_stream(self, stream: int) -> None:
        """Put the work to come into this stream."""

    def stream_done(self, stream: int) -> bool:
        """Whether a stream has nothing left to do, as far as the host knows."""

    def wait_stream(self, stream: int) -> None:
        """Let the host wait for a stream."""

    def mark(self, stream: int, timing: bool) -> Mark:
        """Record an event."""

    def wait_mark(self, stream: int, mark: Mark) -> None:
        """Let the work to come in a stream wait for a mark. The host goes on."""

    def annotate(self, kind: str, text: str) -> None:
        """Tell a profiler something: `kind` is "push", "pop" or "mark"."""
