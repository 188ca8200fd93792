"""cuda: GPUs, as `torch.cuda` asks about them. `simulate` gives a program one that the machine does not have.

Without a GPU the answers are those of PyTorch on such a machine.
"""

from __future__ import annotations

import importlib
from typing import Any

from minitorch_edu import missing as _missing
from minitorch_edu.backends.gpus import AcceleratorError as AcceleratorError
from minitorch_edu.backends.gpus import OutOfMemoryError as OutOfMemoryError
from minitorch_edu.cuda import memory as memory
from minitorch_edu.cuda import nvtx as nvtx
from minitorch_edu.cuda import random as random
from minitorch_edu.cuda import streams as streams
from minitorch_edu.cuda.devices import can_device_access_peer as can_device_access_peer
from minitorch_edu.cuda.devices import current_device as current_device
from minitorch_edu.cuda.devices import device as device
from minitorch_edu.cuda.devices import device_count as device_count
from minitorch_edu.cuda.devices import device_of as device_of
from minitorch_edu.cuda.devices import init as init
from minitorch_edu.cuda.devices import ipc_collect as ipc_collect
from minitorch_edu.cuda.devices import is_available as is_available
from minitorch_edu.cuda.devices import is_initialized as is_initialized
from minitorch_edu.cuda.devices import set_device as set_device
from minitorch_edu.cuda.devices import synchronize as synchronize
from minitorch_edu.cuda.memory import empty_cache as empty_cache
from minitorch_edu.cuda.memory import get_allocator_backend as get_allocator_backend
from minitorch_edu.cuda.memory import get_per_process_memory_fraction as get_per_process_memory_fraction
from minitorch_edu.cuda.memory import list_gpu_processes as list_gpu_processes
from minitorch_edu.cuda.memory import max_memory_allocated as max_memory_allocated
from minitorch_edu.cuda.memory import max_memory_cached as max_memory_cached
from minitorch_edu.cuda.memory import max_memory_reserved as max_memory_reserved
from minitorch_edu.cuda.memory import mem_get_info as mem_get_info
from minitorch_edu.cuda.memory import memory_allocated as memory_allocated
from minitorch_edu.cuda.memory import memory_cached as memory_cached
from minitorch_edu.cuda.memory import memory_reserved as memory_reserved
from minitorch_edu.cuda.memory import memory_snapshot as memory_snapshot
from minitorch_edu.cuda.memory import memory_stats as memory_stats
from minitorch_edu.cuda.memory import memory_stats_as_nested_dict as memory_stats_as_nested_dict
from minitorch_edu.cuda.memory import memory_summary as memory_summary
from minitorch_edu.cuda.memory import reset_accumulated_memory_stats as reset_accumulated_memory_stats
from minitorch_edu.cuda.memory import reset_max_memory_allocated as reset_max_memory_allocated
from minitorch_edu.cuda.memory import reset_max_memory_cached as reset_max_memory_cached
from minitorch_edu.cuda.memory import reset_peak_memory_stats as reset_peak_memory_stats
from minitorch_edu.cuda.memory import set_per_process_memory_fraction as set_per_process_memory_fraction
from minitorch_edu.cuda.properties import clock_rate as clock_rate
from minitorch_edu.cuda.properties import device_memory_used as device_memory_used
from minitorch_edu.cuda.properties import get_arch_list as get_arch_list
from minitorch_edu.cuda.properties import get_device_capability as get_device_capability
from minitorch_edu.cuda.properties import get_device_name as get_device_name
from minitorch_edu.cuda.properties import get_device_properties as get_device_properties
from minitorch_edu.cuda.properties import get_gencode_flags as get_gencode_flags
from minitorch_edu.cuda.properties import is_bf16_supported as is_bf16_supported
from minitorch_edu.cuda.properties import is_tf32_supported as is_tf32_supported
from minitorch_edu.cuda.properties import memory_usage as memory_usage
from minitorch_edu.cuda.properties import power_draw as power_draw
from minitorch_edu.cuda.properties import temperature as temperature
from minitorch_edu.cuda.properties import utilization as utilization
from minitorch_edu.cuda.random import get_rng_state as get_rng_state
from minitorch_edu.cuda.random import get_rng_state_all as get_rng_state_all
from minitorch_edu.cuda.random import initial_seed as initial_seed
from minitorch_edu.cuda.random import manual_seed as manual_seed
from minitorch_edu.cuda.random import manual_seed_all as manual_seed_all
from minitorch_edu.cuda.random import seed as seed
from minitorch_edu.cuda.random import seed_all as seed_all
from minitorch_edu.cuda.random import set_rng_state as set_rng_state
from minitorch_edu.cuda.random import set_rng_state_all as set_rng_state_all
from minitorch_edu.cuda.simulation import Simulation as Simulation
from minitorch_edu.cuda.simulation import simulate as simulate
from minitorch_edu.cuda.streams import Event as Event
from minitorch_edu.cuda.streams import Stream as Stream
from minitorch_edu.cuda.streams import StreamContext as StreamContext
from minitorch_edu.cuda.streams import current_stream as current_stream
from minitorch_edu.cuda.streams import default_stream as default_stream
from minitorch_edu.cuda.streams import get_sync_debug_mode as get_sync_debug_mode
from minitorch_edu.cuda.streams import is_current_stream_capturing as is_current_stream_capturing
from minitorch_edu.cuda.streams import set_stream as set_stream
from minitorch_edu.cuda.streams import set_sync_debug_mode as set_sync_debug_mode
from minitorch_edu.cuda.streams import stream as stream
from minitorch_edu.cuda.types import BFloat16Tensor as BFloat16Tensor
from minitorch_edu.cuda.types import BoolTensor as BoolTensor
from minitorch_edu.cuda.types import ByteTensor as ByteTensor
from minitorch_edu.cuda.types import CharTensor as CharTensor
from minitorch_edu.cuda.types import DoubleTensor as DoubleTensor
from minitorch_edu.cuda.types import FloatTensor as FloatTensor
from minitorch_edu.cuda.types import HalfTensor as HalfTensor
from minitorch_edu.cuda.types import IntTensor as IntTensor
from minitorch_edu.cuda.types import LongTensor as LongTensor
from minitorch_edu.cuda.types import ShortTensor as ShortTensor

has_half = True
has_magma = False


LAB = "Kernel atomic blockDim blockIdx grid gridDim gridsize kernel lab profile shared syncthreads threadIdx".split()
"""The words of the kernel lab, which is imported when one of them is asked for: see lab/__init__.py."""


def __dir__() -> list[str]:
    return sorted([*globals(), *LAB])


def __getattr__(name: str) -> Any:
    if name in LAB:
        found = importlib.import_module("minitorch_edu.cuda.lab")
        return found if name == "lab" else getattr(found, name)
    if name == "default_generators":
        return random.default_generators()
    if name == "amp":
        return importlib.import_module("minitorch_edu.cuda.amp")
    raise _missing.error("torch.cuda", name)
