"""The backend of real GPUs, on a stand-in for CuPy: what it asks of CuPy, and how it tells what CuPy answers.

No GPU computes here. What CuPy does on one is another matter.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.backends.test_gpus import run

PROGRAM = """
import json
import cupy
import minitorch_edu as torch
from minitorch_edu.backends import gpus

found = {}
def told(name, act):
    cupy.asked.clear()
    try:
        result = act()
    except Exception as error:
        result = f"{type(error).__name__}: {error}"
    found[name] = [result if isinstance(result, (int, float, str, list, tuple, dict)) else repr(result), list(cupy.asked)]
    return result

gpu = gpus.gpus()[1]
told("available", lambda: [torch.cuda.is_available(), torch.cuda.device_count(), gpu.simulated])
told("linalg", lambda: __import__("cupyx").told["linalg"])
told("name", torch.cuda.get_device_name)
told("properties", torch.cuda.get_device_properties)
array = told("from host", lambda: gpu.from_host(__import__("numpy").ones(3)))
told("from host without waiting", lambda: gpu.from_host(__import__("numpy").ones(3), non_blocking=True))
told("to host", lambda: type(gpu.to_host(array)).__name__)
told("namespace", lambda: gpus.namespace_of(array) is cupy is gpu.xp)
told("computing", lambda: [gpu.xp is cupy, cupy.current[0], gpus.gpus()[0].xp is cupy, cupy.current[0]])
told("asarray", lambda: gpu.asarray(array) is array)
told("current", lambda: (torch.cuda.set_device(1), cupy.current[0])[1])
told("synchronize", lambda: torch.cuda.synchronize(1))
told("stats", lambda: [torch.cuda.memory_allocated(1), torch.cuda.max_memory_allocated(1), torch.cuda.memory_reserved(1)])
cupy.pool.release(512)
told("freed", lambda: [torch.cuda.memory_allocated(1), torch.cuda.max_memory_allocated(1), torch.cuda.memory_reserved(1)])
torch.cuda.reset_peak_memory_stats(1)
torch.cuda.empty_cache()
told("emptied", lambda: [torch.cuda.max_memory_allocated(1), torch.cuda.memory_reserved(1)])
told("free", torch.cuda.mem_get_info)
told("summary", lambda: "Allocated memory" in torch.cuda.memory_summary())
told("no room", lambda: cupy.cuda.allocator(2 << 20))
told("fraction", lambda: (torch.cuda.set_per_process_memory_fraction(0.5), cupy.pool.limit)[1])
stream = told("stream", lambda: torch.cuda.Stream(priority=-1))
told("in a stream", lambda: torch.cuda.stream(stream).__enter__())
start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
told("record", lambda: (start.record(), end.record(stream))[0])
told("elapsed", lambda: start.elapsed_time(end))
told("wait", lambda: torch.cuda.current_stream().wait_event(end))
told("synchronized", lambda: (end.synchronize(), stream.synchronize())[0])
told("nvtx", lambda: (torch.cuda.nvtx.range_push("a"), torch.cuda.nvtx.mark("b"), torch.cuda.nvtx.range_pop())[0])
torch.cuda.set_sync_debug_mode("error")
told("strict", lambda: gpu.to_host(array))
told("simulated first", lambda: torch.cuda.simulate() and torch.cuda.get_device_name())
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return json.loads(run(PROGRAM, Path(__file__).parent / "stand_in"))


EXPECTED: dict[str, Any] = {
    "available": [True, 2, False],
    "linalg": "raise",
    "name": "NVIDIA Stand-In",
    "namespace": True,
    "computing": [True, 1, True, 0],  # CuPy's current device follows
    "asarray": True,
    "current": 1,
    "to host": "ndarray",
    "stats": [1024, 1024, 1024],
    "freed": [512, 1024, 1024],
    "emptied": [512, 0],
    "free": [3 << 19, 1 << 20],
    "summary": True,
    "fraction": 1 << 19,
    "elapsed": 2.5,
    "strict": "RuntimeError: called a synchronizing CUDA operation",
    "simulated first": "Simulated GPU (NumPy)",
}


@pytest.mark.parametrize("name", EXPECTED)
def test_the_answer_is_that_of_cupy(found, name):
    assert found[name][0] == EXPECTED[name]


ASKED = {
    "from host": ["array on 1 blocking=True"],
    "from host without waiting": ["array on 1 blocking=False"],
    "to host": ["get blocking=True"],
    "synchronize": ["synchronize 1"],
    "in a stream": ["use stream 4096"],
    "record": ["event timing=True", "record in 4096", "event timing=True", "record in 4096"],
    "wait": ["stream 4096 waits"],
    "synchronized": ["synchronize event", "synchronize stream 4096"],
    "nvtx": ["push a", "mark b", "pop"],
}


@pytest.mark.parametrize("name", ASKED)
def test_cupy_is_asked_for_it(found, name):
    assert found[name][1] == ASKED[name]


def test_the_properties_are_those_of_the_driver(found):
    text = found["properties"][0]
    assert text.startswith(
        "_CudaDeviceProperties(name='NVIDIA Stand-In', major=9, minor=0, total_memory=1MB, "
    )
    assert "multi_processor_count=132" in text


def test_a_stream_has_the_address_that_cuda_gave_it(found):
    assert found["stream"][0] == "<torch.cuda.Stream device=cuda:1 cuda_stream=0x1000>"


def test_no_room_is_told_in_pytorchs_words(found):
    assert found["no room"][0].startswith(
        "OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 MiB. GPU 1 has a total capacity of 1024.00 KiB of "
        "which 512 bytes is free. Including non-PyTorch memory, this process has 0 bytes memory in use. Of the allocated "
        "memory 512 bytes is allocated by PyTorch, and "
    )
