"""dtype: what one element is, and which dtype wins when two meet."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

from minitorch_edu.naming import Named


class dtype(metaclass=Named):
    """The type of a tensor's elements: `torch.float32` and its siblings. There is one object for each.

    `category` orders the kinds of number as promotion sees them: 0 bool, 1 integer, 2 floating point, 3 complex.
    """

    _called = "torch.dtype"

    __slots__ = (
        "name",
        "numpy",
        "category",
        "itemsize",
        "is_signed",
        "is_floating_point",
        "is_complex",
        "tensor_type",
        "c_name",
        "value_name",
    )

    name: str
    numpy: np.dtype[Any]
    category: int
    itemsize: int
    is_signed: bool
    is_floating_point: bool
    is_complex: bool
    tensor_type: str
    c_name: str
    value_name: str

    def __new__(cls, *args: Any) -> dtype:
        raise TypeError("cannot create 'torch.dtype' instances")

    @property
    def scalar_name(self) -> str:
        """What messages call it: `Float` for float32."""
        return self.tensor_type.removesuffix("Tensor")

    def to_real(self) -> dtype:
        """The dtype of the parts of a complex number; other dtypes are their own."""
        return {complex64: float32, complex128: float64}.get(self, self)

    def to_complex(self) -> dtype:
        """The complex dtype with parts of this dtype."""
        found = self if self.is_complex else {float32: complex64, float64: complex128}.get(self)
        if found is None:
            raise RuntimeError(f"Unknown Complex ScalarType for {self.scalar_name}")
        return found

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    def __reduce__(self) -> str:
        return "bool_" if self.name == "bool" else self.name


def _made(name: str, tensor_type: str, c_name: str, value_name: str = "") -> dtype:
    """c_name: what messages about options call it; value_name: what messages about overflow do, where that differs."""
    kind = object.__new__(dtype)
    kind.name, kind.tensor_type, kind.c_name, kind.value_name = (
        name,
        tensor_type,
        c_name,
        value_name or c_name,
    )
    kind.numpy = np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)
    letter = "f" if name == "bfloat16" else kind.numpy.kind  # which NumPy does not count among its floats
    kind.category = "biufc".index(letter)
    if kind.category:
        kind.category = max(1, kind.category - 1)  # signed and unsigned integers are one category
    kind.itemsize = kind.numpy.itemsize
    kind.is_signed = letter not in "bu"
    kind.is_floating_point, kind.is_complex = letter == "f", letter == "c"
    return kind


uint8 = _made("uint8", "ByteTensor", "unsigned char", "uint8_t")
int8 = _made("int8", "CharTensor", "signed char", "int8_t")
int16 = short = _made("int16", "ShortTensor", "short int", "int16_t")
int32 = int_ = _made("int32", "IntTensor", "int")
int64 = long = _made("int64", "LongTensor", "long int", "int64_t")
uint16 = _made("uint16", "UInt16Tensor", "short unsigned int", "uint16_t")
uint32 = _made("uint32", "UInt32Tensor", "unsigned int", "uint32_t")
uint64 = _made("uint64", "UInt64Tensor", "long unsigned int", "uint64_t")
float16 = half = _made("float16", "HalfTensor", "c10::Half")
bfloat16 = _made("bfloat16", "BFloat16Tensor", "c10::BFloat16")
float32 = float_ = _made("float32", "FloatTensor", "float")
float64 = double = _made("float64", "DoubleTensor", "double")
complex64 = cfloat = _made("complex64", "ComplexFloatTensor", "c10::complex<float>")
complex128 = cdouble = _made("complex128", "ComplexDoubleTensor", "c10::complex<double>")
bool_ = _made("bool", "BoolTensor", "bool")

BAREBONES = (uint16, uint32, uint64)
"""Unsigned integers that can be kept and converted, but that few ops compute with and that promote with no integer."""
ALL = (
    uint8, int8, int16, int32, int64, float16, bfloat16, float32, float64, complex64, complex128, bool_, *BAREBONES,
)  # fmt: skip
BY_NUMPY: dict[np.dtype[Any], dtype] = {each.numpy: each for each in ALL}
BY_PYTHON: dict[Any, dtype] = {bool: bool_, int: int64, float: float64, complex: complex128}
"""The types of Python that stand for a dtype."""

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
        raise TypeError("invalid dtype object: only floating-point types are supported as the default type")
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


def _promoted(one: dtype, other: dtype) -> dtype | None:
    """The dtype in which two meet; None where PyTorch has no answer."""
    if one is other:
        return one
    low, high = sorted((one, other), key=lambda each: (each.category, each.itemsize))
    if one.category != other.category:
        if (low in BAREBONES and high.category == 3) or high in BAREBONES:
            return None
        if low.category == 2 and low is float64:  # beside a complex number, whose parts are to be as precise
            return complex128
        return high
    if low in BAREBONES or high in BAREBONES:
        return None
    if low.itemsize == high.itemsize:  # neither holds the other's numbers
        return int16 if high.category == 1 else float32
    return int16 if low is uint8 and high is int8 else high


PROMOTED = {(one, other): _promoted(one, other) for one in ALL for other in ALL}
"""Which dtype two dtypes meet in: the whole table."""


def promote_types(type1: dtype, type2: dtype) -> dtype:
    """The smallest dtype that both convert to, where a higher category always wins over a wider lower one.

    >>> promote_types(int64, float32)  # NumPy would say float64
    torch.float32
    """
    found = PROMOTED.get((type1, type2), NotImplemented)
    if found is NotImplemented:
        raise TypeError("not a dtype")
    if found is None:
        raise RuntimeError(
            "Promotion for uint16, uint32, uint64 types is not supported, attempted to promote "
            f"{type1.scalar_name} and {type2.scalar_name}"
        )
    return found


def can_cast(from_: dtype, to: dtype) -> bool:
    """Whether in-place ops may write a `from_` into a `to`: no category may be lost.

    >>> can_cast(float32, int64), can_cast(int64, float16)
    (False, True)
    """
    if from_.__class__ is not dtype or to.__class__ is not dtype:
        raise TypeError("not a dtype")
    return from_.category <= to.category


def of_number(value: complex) -> dtype:
    """The dtype a Python number has on its own: bool, int64, or the default floating point and complex dtypes."""
    if type(value) is float:
        return _default
    if isinstance(value, bool | np.bool_):
        return bool_
    if isinstance(value, int | np.integer):
        return int64
    if isinstance(value, float | np.floating):
        return _default
    return complex128 if _default is float64 else complex64


class _info:
    """What finfo and iinfo have in common."""

    __slots__ = ("_kind", "_limits", "bits", "dtype")

    def __init__(self, kind: Any, limits: Any) -> None:
        self._kind, self._limits = kind, limits
        self.bits = kind.itemsize * 8
        self.dtype = kind.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _info) and self._kind is other._kind

    __hash__ = object.__hash__


class finfo(_info, metaclass=Named):
    """The limits of a floating point dtype; of the parts of a complex one.

    >>> finfo(torch.float16).max
    65504.0
    """

    _called = "torch.finfo"

    __slots__ = ()

    def __init__(self, *given: Any, type: Any = None) -> None:
        type = given[0] if len(given) == 1 else type
        if len(given) > 1:
            names = ", ".join("torch.dtype" if each.__class__ is dtype else _name_of(each) for each in given)
            raise TypeError(
                f"finfo() received an invalid combination of arguments - got ({names}), but expected one of:\n"
                " * (torch.dtype type)\n * ()\n"
            )
        kind = _default if type is None else type
        if kind.__class__ is not dtype:
            raise TypeError(
                f"finfo(): argument 'type' (position 1) must be torch.dtype, not {_name_of(type)}"
            )
        if kind.category < 2:
            raise TypeError(
                "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'"
            )
        kind = kind.to_real()
        super().__init__(kind, ml_dtypes.finfo(kind.numpy))

    @property
    def max(self) -> float:
        return float(self._limits.max)

    @property
    def min(self) -> float:
        return float(self._limits.min)

    @property
    def eps(self) -> float:
        """The distance from 1 to the next number."""
        return float(self._limits.eps)

    @property
    def tiny(self) -> float:
        """The smallest positive number with a full significand."""
        return float(self._limits.smallest_normal)

    smallest_normal = tiny

    @property
    def resolution(self) -> float:
        """The precision in decimals."""
        return float(f"1e-{ {float16: 3, bfloat16: 2, float32: 6, float64: 15}[self._kind] }")

    def __repr__(self) -> str:
        names = ("resolution", "min", "max", "eps", "smallest_normal", "tiny")
        return f"finfo({', '.join(f'{name}={getattr(self, name):g}' for name in names)}, dtype={self.dtype})"


class iinfo(_info, metaclass=Named):
    """The limits of an integer dtype.

    >>> iinfo(torch.int8).max
    127
    """

    _called = "torch.iinfo"

    __slots__ = ()

    def __init__(self, *args: Any, **named: Any) -> None:
        given = [*args, *named.values()]
        if not given:
            raise TypeError('iinfo() missing 1 required positional arguments: "type"')
        (kind,) = given
        if kind.__class__ is not dtype:
            raise TypeError(
                f"iinfo(): argument 'type' (position 1) must be torch.dtype, not {_name_of(kind)}"
            )
        if kind.category > 1:
            raise TypeError(
                "torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'"
            )
        if kind is bool_:
            raise TypeError("torch.bool is not supported by torch.iinfo")
        super().__init__(kind, np.iinfo(kind.numpy))

    @property
    def max(self) -> int:
        return int(self._limits.max)

    @property
    def min(self) -> int:
        return int(self._limits.min)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min:g}, max={self.max:g}, dtype={self.dtype})"


def _name_of(value: Any) -> str:
    return value.__class__.__name__
