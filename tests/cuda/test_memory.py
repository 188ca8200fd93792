"""torch.cuda.memory: what programs print about memory, and the limits they set."""

from __future__ import annotations

import re
from collections import OrderedDict
from typing import Any

import pytest

import minitorch_edu as torch
from tests.oracle import torch as pytorch

MiB = 1 << 20


def test_a_tensor_is_allocated_in_blocks_and_reserved_in_segments(books):
    x = torch.zeros(1000, device="cuda")
    assert (torch.cuda.memory_allocated(), torch.cuda.memory_reserved()) == (4096, 2 * MiB)
    del x
    assert (torch.cuda.memory_allocated(), torch.cuda.memory_reserved()) == (0, 2 * MiB)
    assert torch.cuda.max_memory_allocated() == 4096
    torch.cuda.empty_cache()
    assert torch.cuda.memory_reserved() == 0 and torch.cuda.max_memory_reserved() == 2 * MiB


def test_devices_have_memories_of_their_own(books):
    x = torch.zeros(256, device="cuda:1")
    assert [torch.cuda.memory_allocated(index) for index in (0, 1)] == [0, 1024]
    with torch.cuda.device(1):
        assert torch.cuda.memory_allocated() == 1024 == torch.cuda.memory_allocated(x.device)
    assert torch.cuda.mem_get_info(1) == ((1 << 30) - 2 * MiB, 1 << 30)
    assert torch.cuda.mem_get_info("cuda") == (1 << 30, 1 << 30)


def test_a_view_takes_no_memory_and_keeps_its_base_alive(books):
    x = torch.zeros(256, 256, device="cuda")
    row = x[3]
    assert torch.cuda.memory_allocated() == 256 * 1024
    del x
    assert torch.cuda.memory_allocated() == 256 * 1024 and row.shape == (256,)


def test_the_peak_of_a_step_can_be_measured(books):
    x = torch.zeros(MiB, device="cuda")
    (x + 1 + 1).sum()
    assert torch.cuda.max_memory_allocated() >= 12 * MiB
    torch.cuda.reset_peak_memory_stats()
    assert torch.cuda.max_memory_allocated() == 4 * MiB
    with pytest.warns(FutureWarning, match="reset_max_memory_allocated now calls"):
        torch.cuda.reset_max_memory_allocated()
    with pytest.warns(FutureWarning, match="`torch.cuda.memory_cached` has been renamed"):
        assert torch.cuda.memory_cached() == torch.cuda.memory_reserved()
    torch.cuda.reset_accumulated_memory_stats()
    assert torch.cuda.memory_stats()["allocation.all.allocated"] == 0


def test_the_statistics_have_pytorchs_keys(books):
    """As torch.cuda.memory_stats tells of them in its docstring."""
    stats = torch.cuda.memory_stats()
    assert isinstance(stats, OrderedDict) and list(stats) == sorted(stats)
    told = pytorch.cuda.memory_stats.__doc__
    pooled = re.findall(
        r"``\"(\w+)\.\{all,large_pool,small_pool\}\.\{current,peak,allocated,freed\}\"``", told
    )
    single = re.findall(r"``\"(\w+)\.\{current,peak,allocated,freed\}\"``", told)
    counters = set(re.findall(r"``\"(num_\w+)\"``", told))
    expected = {
        f"{name.replace('allocated', 'allocation') if name == 'allocated' else name}" for name in pooled
    }
    assert {key.split(".")[0] for key in stats if ".all." in key} == expected
    assert {key.split(".")[0] for key in stats if key.count(".") == 1} == set(single)
    assert {key for key in stats if key.startswith("num_")} == counters
    assert stats["max_split_size"] == -1


@pytest.mark.parametrize("abbreviated", [False, True])
def test_the_summary_is_pytorchs_own_table(books, abbreviated, monkeypatch):
    """PyTorch prints our numbers: then its table must be ours."""
    kept = [torch.zeros(size, device="cuda") for size in (3, 1000, 2 * MiB, 40 * MiB)]
    del kept[1]
    stats: Any = torch.cuda.memory_stats()
    monkeypatch.setattr(pytorch.cuda.memory, "memory_stats", lambda device=None: stats)
    monkeypatch.setattr(pytorch.cuda.memory, "_get_device_index", lambda device, optional: 0)
    assert torch.cuda.memory_summary(abbreviated=abbreviated) == pytorch.cuda.memory_summary(
        abbreviated=abbreviated
    )


def test_a_snapshot_lists_the_segments_of_all_devices(books):
    kept = [torch.zeros(4, device=index) for index in (0, 1)]
    assert [segment["device"] for segment in torch.cuda.memory_snapshot()] == [0, 1]
    assert [segment["requested_size"] for segment in torch.cuda.memory_snapshot()] == [16, 16]
    assert len(kept) == 2


def test_a_program_can_be_given_a_part_of_the_memory(books):
    assert torch.cuda.get_per_process_memory_fraction() == 1
    torch.cuda.set_per_process_memory_fraction(0.25)
    assert torch.cuda.get_per_process_memory_fraction() == 0.25
    with pytest.raises(torch.cuda.OutOfMemoryError, match="256.00 MiB allowed; "):
        torch.zeros(300 * MiB, dtype=torch.uint8, device="cuda")
    assert torch.zeros(300 * MiB, dtype=torch.uint8, device="cuda:1").numel() == 300 * MiB


@pytest.mark.parametrize(
    "fraction, kind, text",
    [
        (1, TypeError, "Invalid type for fraction argument, must be `float`"),
        (1.5, ValueError, "Invalid fraction value: 1.5. Allowed range: 0~1"),
        (-0.5, ValueError, "Invalid fraction value: -0.5. Allowed range: 0~1"),
    ],
)
def test_a_part_is_a_fraction(books, fraction, kind, text):
    with pytest.raises(kind) as refused:
        torch.cuda.set_per_process_memory_fraction(fraction)
    assert str(refused.value) == text


def test_no_room_is_an_error_that_a_program_can_live_with(books):
    try:
        torch.zeros(2 << 30, dtype=torch.uint8, device="cuda")
    except torch.cuda.OutOfMemoryError as error:
        assert str(error).startswith(
            "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of "
        )
        assert isinstance(error, RuntimeError) and torch.OutOfMemoryError is torch.cuda.OutOfMemoryError
    assert torch.cuda.memory_stats()["num_ooms"] == 1
    assert torch.cuda.memory_allocated() == 0


def test_programs_ask_who_uses_the_gpu(books):
    assert torch.cuda.list_gpu_processes() == pytorch.cuda.list_gpu_processes()
    assert torch.cuda.get_allocator_backend() == "native"
