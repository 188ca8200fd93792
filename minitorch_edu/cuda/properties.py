"""cuda.properties: what a GPU is. Of a simulated one no number says how fast it is."""

from __future__ import annotations

from typing import Any, NoReturn

from minitorch_edu.backends import gpus
from minitorch_edu.backends.gpu import Facts
from minitorch_edu.cuda.devices import current_device, device_count, index_of, init, is_available


class _CudaDeviceProperties:
    """What a device says of itself: `name`, `major`, `minor`, `total_memory`, `multi_processor_count`, ..."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def __getattr__(self, name: str) -> Any:
        if name not in Facts._fields:
            raise AttributeError(f"'_CudaDeviceProperties' object has no attribute {name!r}")
        return getattr(self._facts, name)

    def __dir__(self) -> list[str]:
        return list(Facts._fields)

    def __repr__(self) -> str:
        told = self._facts
        return (
            f"_CudaDeviceProperties(name='{told.name}', major={told.major}, minor={told.minor}, "
            f"total_memory={told.total_memory >> 20}MB, multi_processor_count={told.multi_processor_count}, "
            f"uuid={told.uuid}, pci_bus_id={told.pci_bus_id}, pci_device_id={told.pci_device_id}, "
            f"pci_domain_id={told.pci_domain_id}, L2_cache_size={told.L2_cache_size >> 20}MB)"
        )


def get_device_properties(device: Any = None) -> _CudaDeviceProperties:
    """What a device is.

    >>> with torch.cuda.simulate(memory="2 GiB"):
    ...     found = torch.cuda.get_device_properties(0)
    ...     found.name, found.total_memory
    ('Simulated GPU (NumPy)', 2147483648)
    """
    init()
    index = index_of(device, optional=True)
    if not 0 <= index < device_count():
        raise AssertionError("Invalid device id")
    return _CudaDeviceProperties(gpus.gpu(index).facts())


def get_device_name(device: Any = None) -> str:
    """What a device is called."""
    return get_device_properties(device).name


def get_device_capability(device: Any = None) -> tuple[int, int]:
    """Which features of CUDA a device has: (8, 0) stands for those of the A100."""
    found = get_device_properties(device)
    return found.major, found.minor


def is_bf16_supported(including_emulation: bool = True) -> bool:
    """Whether the GPU computes in bfloat16."""
    if not is_available():
        return False
    return including_emulation or get_device_properties(current_device()).major >= 8


def is_tf32_supported() -> bool:
    """Whether the GPU can multiply float32 with fewer digits."""
    return is_bf16_supported(including_emulation=False)


def get_arch_list() -> list[str]:
    """For which GPUs there are kernels: for those that are there, since they are compiled at their first use."""
    return sorted({"sm_{}{}".format(*get_device_capability(index)) for index in range(device_count())})


def get_gencode_flags() -> str:
    """The same, as the compiler is told."""
    pairs = [name.split("_") for name in get_arch_list()]
    return " ".join(f"-gencode compute=compute_{arch},code={kind}_{arch}" for kind, arch in pairs)


def _unmeasured(device: Any = None) -> NoReturn:
    """Measured by a library of NVIDIA's that is not used here."""
    raise ModuleNotFoundError("nvidia-ml-py does not seem to be installed or it can't be imported.")


utilization = memory_usage = device_memory_used = temperature = power_draw = clock_rate = _unmeasured
