"""torch.backends.cuda: how CUDA would multiply matrices. Its flags can be set, and say what was set."""

from __future__ import annotations

from minitorch_edu import settings
from minitorch_edu.backends import gpus


def is_built() -> bool:
    """Whether there is a GPU to compute with, a simulated one included."""
    return bool(gpus.gpus())


# Which kernels attention may use; `torch.nn.attention.sdpa_kernel` sets them for a while. The CPU has flash and math.


def flash_sdp_enabled() -> bool:
    """Whether attention may use its flash kernel."""
    return settings.attention_kernels["flash"]


def enable_flash_sdp(enabled: bool) -> None:
    _allow("flash", enabled)


def math_sdp_enabled() -> bool:
    """Whether attention may consist of simpler ops."""
    return settings.attention_kernels["math"]


def enable_math_sdp(enabled: bool) -> None:
    _allow("math", enabled)


def mem_efficient_sdp_enabled() -> bool:
    """Whether attention may use a kernel that GPUs have."""
    return settings.attention_kernels["mem_efficient"]


def enable_mem_efficient_sdp(enabled: bool) -> None:
    _allow("mem_efficient", enabled)


def cudnn_sdp_enabled() -> bool:
    """Whether attention may use cuDNN's kernel."""
    return settings.attention_kernels["cudnn"]


def enable_cudnn_sdp(enabled: bool) -> None:
    _allow("cudnn", enabled)


def _allow(kernel: str, enabled: bool) -> None:
    settings.expect_bool("set_sdp_use_math", enabled)  # PyTorch names this one for all of them
    settings.attention_kernels[kernel] = enabled


class _Matmul:
    """`torch.backends.cuda.matmul`: whether float32 matrices may be multiplied with fewer digits, in TensorFloat32."""

    allow_fp16_reduced_precision_reduction = True
    allow_bf16_reduced_precision_reduction = True
    allow_fp16_accumulation = False

    @property
    def allow_tf32(self) -> bool:
        """The same setting as `torch.set_float32_matmul_precision`."""
        return settings.get_float32_matmul_precision() != "highest"

    @allow_tf32.setter
    def allow_tf32(self, value: bool) -> None:
        settings.expect_bool("set_allow_tf32_cublas", value)
        settings.set_float32_matmul_precision("high" if value else "highest")

    def __setattr__(self, name: str, value: object) -> None:
        if not hasattr(_Matmul, name):
            raise AttributeError(f"Unknown attribute {name}")
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> object:
        raise AttributeError(f"Unknown attribute {name}")


matmul = _Matmul()
