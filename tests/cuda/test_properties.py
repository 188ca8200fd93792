"""torch.cuda: what a GPU is."""

from __future__ import annotations

import pytest

import minitorch_edu
from minitorch_edu.backends.gpu import Facts
from minitorch_edu.cuda.properties import _CudaDeviceProperties


def test_a_simulated_gpu_says_that_it_is_simulated(books):
    assert minitorch_edu.cuda.get_device_name() == "Simulated GPU (NumPy)"
    assert minitorch_edu.cuda.get_device_name("cuda:1") == "Simulated GPU (NumPy)"


def test_the_properties_read_as_pytorchs(books):
    assert repr(minitorch_edu.cuda.get_device_properties(0)) == (
        "_CudaDeviceProperties(name='Simulated GPU (NumPy)', major=8, minor=0, total_memory=1024MB, "
        "multi_processor_count=1, uuid=00000000-0000-0000-0000-000000000000, pci_bus_id=0, pci_device_id=0, "
        "pci_domain_id=0, L2_cache_size=0MB)"
    )


def test_the_text_of_a_real_one_is_as_people_have_reported_it():
    """An A10G, from a machine with PyTorch."""
    told = Facts(
        "NVIDIA A10G", 8, 6, 22587 << 20, 80, L2_cache_size=6 << 20, pci_device_id=30,
        uuid="599b5aa1-19c9-7f38-d64c-14ad5ed501af",
    )  # fmt: skip
    assert repr(_CudaDeviceProperties(told)) == (
        "_CudaDeviceProperties(name='NVIDIA A10G', major=8, minor=6, total_memory=22587MB, multi_processor_count=80, "
        "uuid=599b5aa1-19c9-7f38-d64c-14ad5ed501af, pci_bus_id=0, pci_device_id=30, pci_domain_id=0, L2_cache_size=6MB)"
    )


def test_programs_find_the_fields_they_ask_for(books):
    found = minitorch_edu.cuda.get_device_properties("cuda")
    assert found.total_memory == 1 << 30
    assert (found.warp_size, found.max_threads_per_block, found.shared_memory_per_block) == (32, 1024, 49152)
    with pytest.raises(AttributeError, match="'_CudaDeviceProperties' object has no attribute 'speed'"):
        _ = found.speed


def test_its_abilities(books):
    assert minitorch_edu.cuda.get_device_capability() == (8, 0)
    assert minitorch_edu.cuda.is_bf16_supported() and minitorch_edu.cuda.is_tf32_supported()
    assert minitorch_edu.cuda.get_arch_list() == ["sm_80"]
    assert minitorch_edu.cuda.get_gencode_flags() == "-gencode compute=compute_80,code=sm_80"
    assert minitorch_edu.cuda.can_device_access_peer(0, 1)


def test_how_busy_or_warm_it_is_nobody_says(books):
    for ask in ("utilization", "temperature", "power_draw", "clock_rate", "memory_usage"):
        with pytest.raises(ModuleNotFoundError):
            getattr(minitorch_edu.cuda, ask)()
