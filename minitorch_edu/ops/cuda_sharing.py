"""CUDA sharing: how other libraries on a GPU find the bytes of a tensor there, and tensors over theirs."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends import gpus
from minitorch_edu.ops import registry
from minitorch_edu.tensor import Tensor, wrap


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


# --- what other libraries have there ----------------------------------------------------------------------------------


def over_interface(source: Any) -> Tensor:
    """A tensor over the memory that an object of another library shows by `__cuda_array_interface__`: no copy."""
    _check(source.__cuda_array_interface__)
    if not gpus.gpus():
        raise RuntimeError(NO_CUDA)
    return _over(source, lambda gpu: gpu.asarray(source))


def over_capsule(source: Any) -> Tensor:
    """The same by DLPack."""
    if not gpus.gpus():
        raise gpus.no_gpu()
    return _over(source, lambda gpu: gpu.xp.from_dlpack(source))


def _over(source: Any, read: Any) -> Tensor:
    gpu: Any = gpus.gpu()
    if gpu.simulated:
        error = RuntimeError(
            "The specified pointer resides on host memory and is not registered with any CUDA device."
        )
        error.add_note("The GPU is simulated: it has no address where another library could have put something.")
        raise error
    array = source if type(source) is gpu.array_type else read(gpu)
    if array.dtype not in dtypes.BY_NUMPY:
        raise _no_dtype(array.dtype)
    return wrap(array, gpus.owner_of(array))


def _check(told: Any) -> None:
    """Refuse what is no description of an array."""
    if not isinstance(told, dict):
        raise TypeError("`__cuda_array_interface__` must be a dict")
    for name, text in (("shape", "`shape` must"), ("typestr", "`typestr` must"), ("data", "`shape` data")):
        if told.get(name) is None:
            raise TypeError(f"attribute {text} exist")
    kind = np.dtype(told["typestr"])
    if kind not in dtypes.BY_NUMPY:
        raise _no_dtype(kind)
    data, shape, strides = told["data"], told["shape"], told.get("strides")
    if not isinstance(data, tuple) or len(data) != 2:
        raise TypeError("`data` must be a 2-tuple of (int, bool)")
    if data[1]:
        raise TypeError("the read only flag is not supported, should always be False")
    if strides is None:
        return
    if len(strides) != len(shape):
        raise TypeError("strides must be a sequence of the same length as shape")
    if any(step % kind.itemsize for step in strides):
        raise ValueError(
            "given array strides not a multiple of the element byte size. Make a copy of the array to reallocate the "
            "memory."
        )


def _no_dtype(kind: np.dtype[Any]) -> TypeError:
    return TypeError(
        f"can't convert np.ndarray of type numpy.{kind.type.__name__}. The only supported types are: float64, float32, "
        "float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, uint16, uint8, and bool."
    )


NO_CUDA = (
    "Cannot initialize CUDA without ATen_cuda library. PyTorch splits its backend into two shared libraries: a CPU "
    "library and a CUDA library; this error has occurred because you are trying to use some CUDA functionality, "
    "but the CUDA library has not been loaded by the dynamic linker for some reason.  The CUDA library MUST be "
    "loaded, EVEN IF you don't directly use any symbols from the CUDA library! One common culprit is a lack of "
    "-Wl,--no-as-needed in your link arguments; many dynamic linkers will delete dynamic library dependencies if "
    "you don't depend on any of their symbols.  You can check if this has occurred by using ldd on your binary to "
    "see if there is a dependency on *_cuda.so library."
)
"""What PyTorch says without a GPU to whoever hands it memory of one."""

for _road in (over_interface, over_capsule):
    registry.functions[_road.__name__] = _road
