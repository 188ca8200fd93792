"""dtype: what one element is, and which dtype wins when two meet."""

from __future__ import annotations

from typing import Any

import numpy as np


class dtype:
    """The type of a tensor's elements: `torch.float32` and its siblings. There is one object for each.

    `category` orders the kinds of number as promotion sees them: 0 bool, 1 integer, 2 floating point, 3 complex.
    """

    __slots__ = ("name", "numpy", "category", "itemsize", "is_signed", "tensor_type", "c_name")

    def __init__(self, name: str, tensor_type: str, c_name: str) -> None:
        self.name = name
        self.numpy = np.dtype(name)
        self.category = "biufc".index(self.numpy.kind)
        if self.category:
            self.category = max(1, self.category - 1)  # signed and unsigned integers are one category
        self.itemsize = self.numpy.itemsize
        self.is_signed = self.numpy.kind not in "bu"
        self.tensor_type = tensor_type
        self.c_name = c_name

    @property
    def scalar_name(self) -> str:
        """What messages call it: `Float` for float32."""
        return self.tensor_type.removesuffix("Tensor")

    @property
    def is_floating_point(self) -> bool:
        return self.category == 2

    @property
    def is_complex(self) -> bool:
        return self.category == 3

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return self.name


uint8 = dtype("uint8", "ByteTensor", "unsigned char")
int8 = dtype("int8", "CharTensor", "signed char")
int16 = short = dtype("int16", "ShortTensor", "short int")
int32 = int_ = dtype("int32", "IntTensor", "int")
int64 = long = dtype("int64", "LongTensor", "long int")
float16 = half = dtype("float16", "HalfTensor", "c10::Half")
float32 = float_ = dtype("float32", "FloatTensor", "float")
float64 = double = dtype("float64", "DoubleTensor", "double")
complex64 = cfloat = dtype("complex64", "ComplexFloatTensor", "c10::complex<float>")
complex128 = cdouble = dtype("complex128", "ComplexDoubleTensor", "c10::complex<double>")
bool_ = dtype("bool", "BoolTensor", "bool")

ALL = (uint8, int8, int16, int32, int64, float16, float32, float64, complex64, complex128, bool_)
BY_NUMPY: dict[np.dtype[Any], dtype] = {each.numpy: each for each in ALL}

_default = float32


def get_default_dtype() -> dtype:
    """The dtype of Python floats that become tensors.

    >>> get_default_dtype()
    torch.float32
    """
    return _default


def set_default_dtype(d: dtype) -> None:
    """Make `d` the dtype of Python floats that become tensors; a floating point dtype.

    >>> set_default_dtype(float64); get_default_dtype()
    torch.float64
    >>> set_default_dtype(float32)
    """
    global _default
    if not isinstance(d, dtype):
        raise TypeError(
            f"invalid dtype object: only floating-point types are supported as the default type, got {d!r}"
        )
    if not d.is_floating_point:
        raise TypeError("only floating-point types are supported as the default type")
    _default = d


def from_numpy_dtype(array_dtype: np.dtype[Any]) -> dtype:
    """The dtype whose elements NumPy calls `array_dtype`; a TypeError where there is none."""
    if not array_dtype.isnative:
        raise ValueError(
            "given numpy array has byte order different from the native byte order. Conversion between byte orders is "
            "currently not supported."
        )
    found = BY_NUMPY.get(array_dtype)
    if found is not None:
        return found
    raise TypeError(
        f"can't convert np.ndarray of type {array_dtype.type.__module__}.{array_dtype.type.__name__}. The "
        "only supported types are: "
        "float64, float32, float16, complex64, complex128, int64, int32, int16, int8, uint64, uint32, uint16, "
        "uint8, and bool."
    )


def promote_types(type1: dtype, type2: dtype) -> dtype:
    """The smallest dtype that both convert to, where a higher category always wins over a wider lower one.

    >>> promote_types(int64, float32)  # NumPy would say float64
    torch.float32
    """
    if type1.category == type2.category or 3 in (type1.category, type2.category):
        low, high = sorted((type1, type2), key=lambda each: each.category)
        if low.category < 2 < high.category:  # integers do not widen a complex number
            return high
        return BY_NUMPY[np.promote_types(type1.numpy, type2.numpy)]
    return type1 if type1.category > type2.category else type2


def of_number(value: complex) -> dtype:
    """The dtype a Python number has on its own: bool, int64, or the default floating point and complex dtypes."""
    if isinstance(value, bool | np.bool_):
        return bool_
    if isinstance(value, int | np.integer):
        return int64
    if isinstance(value, float | np.floating):
        return _default
    return complex128 if _default is float64 else complex64
