"""CUDA sharing: how other libraries on a GPU find the bytes of a tensor there."""

from __future__ import annotations

from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.tensor import Tensor


def cuda_array_interface(input: Tensor) -> dict[str, Any]:
    """What Numba's protocol asks of a tensor on a GPU: address, shape, strides and dtype."""
    if not input.is_cuda:
        raise AttributeError(
            f"Can't get __cuda_array_interface__ on non-CUDA tensor type: {input.type()} If CUDA data is required use "
            "tensor.cuda() to copy tensor to device memory."
        )
    if input.requires_grad:
        raise RuntimeError(
            "Can't get __cuda_array_interface__ on Variable that requires grad. If gradients aren't required, use "
            "var.detach() to get Variable that doesn't require grad."
        )
    gpu: Any = input._storage.backend
    if gpu.simulated:
        raise AttributeError(
            "A simulated GPU has no __cuda_array_interface__: its addresses are made up, and a library that speaks "
            "CUDA must not read there."
        )
    array = input._array
    return {
        "typestr": array.dtype.str,
        "shape": tuple(array.shape),
        "strides": None if array.flags.c_contiguous else tuple(array.strides),
        "data": (input.data_ptr(), False),
        "version": 2,
    }


registry.functions["cuda_array_interface"] = cuda_array_interface
