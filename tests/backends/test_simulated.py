"""The simulated device: what the engine asks of a backend, and PyTorch's words where there is no room."""

from __future__ import annotations

import gc

import numpy as np
import pytest

from minitorch_edu.backends.gpus import OutOfMemoryError
from minitorch_edu.backends.simulated import SimulatedBackend

MiB = 1 << 20


@pytest.fixture
def gpu() -> SimulatedBackend:
    return SimulatedBackend(0, 64 * MiB)


def test_there_and_back_again(gpu):
    array = np.arange(6.0).reshape(2, 3).T
    back = gpu.to_host(gpu.from_host(array))
    np.testing.assert_array_equal(back, array)
    assert back.strides == array.strides
    assert gpu.queue.copied == {"host to device": 48, "device to host": 48, "device to device": 0}


def test_a_peek_leaves_no_line_in_the_books(gpu):
    array = gpu.from_host(np.arange(6.0).reshape(2, 3).T)
    lines, held = len(gpu.queue.history), gpu.memory.allocated
    seen = gpu.peek(array[1:])
    assert seen.tolist() == [[1, 4], [2, 5]] and seen.strides == (8, 24)
    assert (len(gpu.queue.history), gpu.memory.allocated) == (lines, held)
    with pytest.raises(ValueError, match="read-only"):
        seen[0] = 7


def test_an_array_that_is_there_already_stays_the_same(gpu):
    array = gpu.from_host(np.ones(2))
    assert gpu.asarray(array) is array
    assert gpu.asarray(array, np.float64) is array
    assert gpu.asarray(array, np.float32).dtype == np.float32
    assert gpu.asarray(3, np.float32).shape == ()


def test_a_copy_between_devices_runs_there_and_is_waited_for_here(gpu):
    other = SimulatedBackend(1, 64 * MiB)
    array = gpu.xp.ones(4)
    copied = other.from_gpu(array, gpu)
    assert copied.memory.device is other and copied.tolist() == [1] * 4
    assert gpu.queue.copied["device to device"] == 32
    assert [work.kind for work in other.queue.history][0] == "wait for event"
    assert gpu.queue.idle(0)  # tolist() has waited for the other device, and so for this one


def test_work_is_pending_until_the_host_waits(gpu):
    gpu.xp.ones(3)
    assert not gpu.queue.idle(0)
    gpu.synchronize()
    assert gpu.queue.idle(0)


def test_without_room_pytorchs_words_tell_of_it(gpu):
    kept = gpu.xp.zeros(20 * MiB, "uint8")
    with pytest.raises(OutOfMemoryError) as refused:
        gpu.xp.zeros(50 * MiB, "uint8")
    assert str(refused.value) == (
        "CUDA out of memory. Tried to allocate 50.00 MiB. GPU 0 has a total capacity of 64.00 MiB of which 44.00 MiB is "
        "free. Including non-PyTorch memory, this process has 20.00 MiB memory in use. Of the allocated memory "
        "20.00 MiB is allocated by PyTorch, and 0 bytes is reserved by PyTorch but unallocated. If reserved but "
        "unallocated memory is large try setting PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True to avoid "
        "fragmentation.  See documentation for Memory Management  (https://docs.pytorch.org/docs/stable/notes/cuda.html"
        "#optimizing-memory-usage-with-pytorch-cuda-alloc-conf)"
    )
    assert "simulated" in refused.value.__notes__[0]
    assert kept.size == 20 * MiB


def test_a_limit_is_told_beside_the_capacity(gpu):
    gpu.set_limit(0.5)
    with pytest.raises(
        OutOfMemoryError, match="has 0 bytes memory in use. 32.00 MiB allowed; Of the allocated"
    ):
        gpu.xp.zeros(40 * MiB, "uint8")


def test_after_no_room_the_device_goes_on(gpu):
    with pytest.raises(OutOfMemoryError):
        gpu.xp.ones(9 * MiB)
    gc.collect()
    assert gpu.memory.allocated == 0
    assert gpu.xp.ones(3).tolist() == [1, 1, 1]


def test_memory_belongs_to_the_stream_in_which_it_was_asked_for(gpu):
    gpu.use_stream(gpu.new_stream(0))
    array = gpu.xp.ones(3)
    gpu.use_stream(0)
    assert [segment["stream"] for segment in gpu.snapshot()] == [1]
    del array
    gpu.xp.ones(3)
    assert sorted(segment["stream"] for segment in gpu.snapshot()) == [0, 1]


def test_no_number_of_a_simulated_device_says_how_fast_it_is(gpu):
    facts = gpu.facts()
    assert "Simulated" in facts.name
    assert (
        facts.multi_processor_count,
        facts.clock_rate,
        facts.memory_clock_rate,
        facts.memory_bus_width,
    ) == (1, 0, 0, 0)
