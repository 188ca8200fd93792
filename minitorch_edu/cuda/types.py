"""cuda.types: the old constructors, such as `torch.cuda.FloatTensor`: tensors of one dtype on the current GPU."""

from __future__ import annotations

from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.backends import gpus
from minitorch_edu.ops.legacy import tensortype, there
from minitorch_edu.tensor import Tensor


class cudatype(tensortype):
    """The type of `torch.cuda.FloatTensor` and its siblings."""

    is_cuda = True

    def __call__(cls, *data: Any, **options: Any) -> Tensor:  # type: ignore[override]
        if not gpus.gpus():
            raise TypeError(
                f"type torch.cuda.{cls.__name__} not available. Torch not compiled with CUDA enabled."
            )
        return there(cls.dtype, "cuda", data, options)

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor) and instance.dtype is cls.dtype and instance.is_cuda


cudatype.__module__ = "torch"


def _type_of(kind: dtypes.dtype) -> Any:
    described = {"dtype": kind, "__module__": "torch.cuda", "__doc__": f"Tensors of {kind} on a GPU."}
    return cudatype(kind.tensor_type, (), described)


ByteTensor = _type_of(dtypes.uint8)
CharTensor = _type_of(dtypes.int8)
ShortTensor = _type_of(dtypes.int16)
IntTensor = _type_of(dtypes.int32)
LongTensor = _type_of(dtypes.int64)
HalfTensor = _type_of(dtypes.float16)
BFloat16Tensor = _type_of(dtypes.bfloat16)
FloatTensor = _type_of(dtypes.float32)
DoubleTensor = _type_of(dtypes.float64)
BoolTensor = _type_of(dtypes.bool_)
