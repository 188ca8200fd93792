"""torch.backends.cuda: how CUDA would multiply matrices. Its flags can be set, and say what was set."""

from __future__ import annotations

from minitorch_edu import settings
from minitorch_edu.backends import gpus


def is_built() -> bool:
    """Whether there is a GPU to compute with, a simulated one included."""
    return bool(gpus.gpus())


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
