"""attention: which kernels `scaled_dot_product_attention` may use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from minitorch_edu import missing
from minitorch_edu.settings import attention_kernels

WARN_FOR_UNFUSED_KERNELS = False


class SDPBackend(Enum):
    """The kernels of attention. The CPU has MATH and FLASH_ATTENTION; the others are for GPUs.

    >>> torch.nn.attention.SDPBackend.MATH
    <SDPBackend.MATH: 0>
    """

    ERROR = -1
    MATH = 0
    FLASH_ATTENTION = 1
    EFFICIENT_ATTENTION = 2
    CUDNN_ATTENTION = 3
    OVERRIDEABLE = 4

    def __int__(self) -> int:
        return self.value

    def __index__(self) -> int:
        return self.value

    def __hash__(self) -> int:
        return self.value


KERNELS = {
    "cudnn": SDPBackend.CUDNN_ATTENTION,
    "flash": SDPBackend.FLASH_ATTENTION,
    "mem_efficient": SDPBackend.EFFICIENT_ATTENTION,
    "math": SDPBackend.MATH,
    "overrideable": SDPBackend.OVERRIDEABLE,
}


@contextmanager
def sdpa_kernel(
    backends: list[SDPBackend] | SDPBackend, set_priority: bool = False
) -> Iterator[dict[str, object]]:
    """Allow attention these kernels only, while the block runs.

    set_priority: the first of them first. On the CPU there is no choice: flash, where it can do what is asked.

    >>> query = torch.ones(1, 1, 2, 4, requires_grad=True)
    >>> with torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.FLASH_ATTENTION):
    ...     torch.nn.functional.scaled_dot_product_attention(query, query, query).grad_fn.name()
    'ScaledDotProductFlashAttentionForCpuBackward0'
    """
    if not isinstance(backends, list | SDPBackend):
        raise AssertionError(
            "Backend must be an instance of SDPBackend or a list of SDPBackend instances, got "
            f"{type(backends).__name__}"
        )
    wanted = [backends] if isinstance(backends, SDPBackend) else backends
    before = dict(attention_kernels)
    attention_kernels.update({name: kernel in wanted for name, kernel in KERNELS.items()})
    try:
        yield {}
    finally:
        attention_kernels.update(before)


__getattr__ = missing.names_of(__name__)
