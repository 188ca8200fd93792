"""Elements: one element of an array, in the place of which a function is run, to write down what happens to it in C++.

See Note [Fusing].
"""

from __future__ import annotations

import functools
import importlib
import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu.backends import gpus

C_TYPES = {
    "bool": "bool", "int8": "signed char", "int16": "short", "int32": "int", "int64": "long long",
    "uint8": "unsigned char", "uint16": "unsigned short", "uint32": "unsigned int", "uint64": "unsigned long long",
    "float32": "float", "float64": "double",
}  # fmt: skip
"""The dtypes whose elements kernels compute with."""

TWO = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/", "less": "<", "less_equal": "<=",
    "greater": ">", "greater_equal": ">=", "equal": "==", "not_equal": "!=", "bitwise_and": "&", "bitwise_or": "|",
    "bitwise_xor": "^", "logical_and": "&&", "logical_or": "||",
}  # fmt: skip
CALLED = {
    "exp": "exp", "expm1": "expm1", "exp2": "exp2", "log": "log", "log1p": "log1p", "log2": "log2", "log10": "log10",
    "sqrt": "sqrt", "cbrt": "cbrt", "sin": "sin", "cos": "cos", "tan": "tan", "arcsin": "asin", "arccos": "acos",
    "arctan": "atan", "arctan2": "atan2", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "arcsinh": "asinh",
    "arccosh": "acosh", "arctanh": "atanh", "erf": "erf", "erfc": "erfc", "floor": "floor", "ceil": "ceil",
    "trunc": "trunc", "rint": "rint", "hypot": "hypot", "copysign": "copysign", "isinf": "isinf",
    "isfinite": "isfinite",
}  # fmt: skip
STEPS = {
    **{name: f"{{0}} {sign} {{1}}" for name, sign in TWO.items()},
    **{name: f"{function}({{0}})" for name, function in CALLED.items()},
    **{name: f"{CALLED[name]}({{0}}, {{1}})" for name in ("arctan2", "hypot", "copysign")},
    "absolute": "{0} < 0 ? -{0} : {0} + 0",
    "isnan": "{0} != {0}",
    "logical_not": "!{0}",
    "maximum": "({0} >= {1} || {0} != {0}) ? {0} : {1}",  # whoever is not a number wins
    "minimum": "({0} <= {1} || {0} != {0}) ? {0} : {1}",
    "negative": "-{0}",
    "positive": "{0}",
    "reciprocal": "1 / {0}",
    "sign": "{0} != {0} ? {0} : ({0} > 0) - ({0} < 0)",
    "square": "{0} * {0}",
    "power": "",  # see Trace.power
}  # fmt: skip
"""What functions of NumPy do to an element, in C++. Those that CuPy has beside them are in `Words`."""

QUICK_POWERS = {0.5: "sqrt", 2: "square", -1: "reciprocal"}
FLOATS_ONLY = {"absolute", "reciprocal", "divide", "true_divide", "sign", *CALLED}
"""What C++ does otherwise to whole numbers."""


class Opaque(Exception):
    """A function that is more, or other, than steps on elements."""


class Trace:
    """What was written down so far. `exact`: whether numbers and shapes may be looked at."""

    def __init__(self, exact: bool) -> None:
        self.exact = exact
        self.lines: list[tuple[str, str, tuple[str, ...]]] = []
        """(the name of a value, its line, the names that it is computed from)"""

    def step(self, name: str, *operands: Any) -> Element:
        """One more value: a function of NumPy of others."""
        known = [each for each in operands if isinstance(each, Element)]
        if all(each.weak for each in known):
            return self._of_numbers(name, operands)
        if name == "power":
            return self.power(*operands)
        ufunc = getattr(np, name, None) or getattr(_special(), name)
        *loop, found = ufunc.resolve_dtypes((*map(_kind, operands), None))
        if (
            name in FLOATS_ONLY
            and loop[0].kind != "f"
            or name in ("negative", "square")
            and loop[0].kind == "b"
        ):
            raise Opaque(name)
        return self.write(STEPS[name].format(*map(written, operands, loop)), found, operands)

    def power(self, base: Any, exponent: Any) -> Element:
        """NumPy has quicker ways for some exponents, so an exponent that is a number has to be known."""
        if isinstance(exponent, Element) and exponent.weak:
            raise Opaque("power")
        quick = None if isinstance(exponent, Element) else QUICK_POWERS.get(exponent)
        if quick:
            return self.step(quick, base)
        dtype = np.result_type(
            *[each.dtype if isinstance(each, Element) else each for each in (base, exponent)]
        )
        if dtype.kind != "f":
            raise Opaque("power")
        return self.write(f"pow({written(base, dtype)}, {written(exponent, dtype)})", dtype, (base, exponent))

    def _of_numbers(self, name: str, operands: tuple[Any, ...]) -> Element:
        """A step between Python's numbers, as Python takes it: in double precision."""
        if name not in ("add", "subtract", "multiply", "divide", "true_divide", "negative"):
            raise Opaque(name)
        double = np.dtype(np.float64)
        text = STEPS[name].format(*[written(each, double) for each in operands])
        return self.write(text, double, operands, weak=float)

    def write(
        self, text: str, dtype: np.dtype, operands: tuple[Any, ...], weak: type | None = None
    ) -> Element:
        kind, name = c_type(dtype), f"v{len(self.lines)}"
        needs = tuple(each.name for each in operands if isinstance(each, Element))
        self.lines.append((name, f"const {kind} {name} = ({kind})({text});", needs))
        return Element(self, name, dtype, weak=weak)


def c_type(dtype: np.dtype) -> str:
    if dtype.name not in C_TYPES:
        raise Opaque(dtype.name)
    return C_TYPES[dtype.name]


@functools.cache
def _special() -> Any:
    return importlib.import_module("scipy.special")


def _kind(value: Any) -> Any:
    """What NumPy asks of an operand to choose the dtype: Python's numbers are only `float` or `int` to it."""
    if isinstance(value, Element):
        return value.weak or value.dtype
    if type(value) in (float, int):
        return type(value)
    return np.asarray(value).dtype


def written(value: Any, dtype: np.dtype) -> str:
    """An operand in C++, in the dtype in which the step is computed."""
    kind = c_type(dtype)
    if isinstance(value, Element):
        return value.name if value.weak is None and value.dtype == dtype else f"({kind}){value.name}"
    number = dtype.type(value)
    if dtype.kind == "b":
        return "true" if number else "false"
    if dtype.kind != "f":
        return f"({kind}){int(number)}{'ULL' if dtype.kind == 'u' else 'LL'}"
    if not math.isfinite(number):
        sign = "-" if number < 0 else ""
        bits = 0x7FF8 << 48 if math.isnan(number) else 0x7FF0 << 48
        return f"({kind})({sign}__longlong_as_double({bits}LL))"
    text = repr(float(number)) if dtype.itemsize == 8 else f"{number!s}f"
    return f"({text})" if number < 0 else text


class Element:
    """One element of an array, or a number, in a kernel that is being written down."""

    __array_ufunc__ = None
    __hash__ = None  # type: ignore[assignment]

    def __init__(
        self, trace: Trace, name: str, dtype: Any, shape: tuple[int, ...] = (), weak: type | None = None
    ) -> None:
        self.trace, self.name, self.dtype, self.weak = trace, name, dtype, weak
        self._shape = shape
        self.given = name[0] != "v"

    def __getattr__(self, name: str) -> Any:
        raise Opaque(name)

    @property
    def shape(self) -> tuple[int, ...]:
        if not (self.trace.exact and self.given):
            raise Opaque("shape")
        return self._shape

    size = property(lambda self: math.prod(self.shape))
    ndim = property(lambda self: len(self.shape))
    itemsize = property(lambda self: self.dtype.itemsize)

    def __bool__(self) -> bool:
        raise Opaque("a branch")

    def astype(self, dtype: Any, copy: bool = True) -> Element:
        dtype = np.dtype(dtype)
        if dtype == self.dtype and not copy:
            return self
        return self.trace.write(written(self, dtype), dtype, (self,))

    def copy(self) -> Element:
        return self.astype(self.dtype)

    def conj(self) -> Element:
        return self

    conjugate = conj

    def __neg__(self) -> Element:
        return self.trace.step("negative", self)

    def __abs__(self) -> Element:
        return self.trace.step("absolute", self)

    def __invert__(self) -> Element:
        if self.dtype != bool:
            raise Opaque("invert")
        return self.trace.step("logical_not", self)

    def become(self, other: Element) -> Element:
        """Written in place: whoever holds this value sees the new one."""
        if self.given:
            raise Opaque("writes into its argument")
        self.name = other.astype(self.dtype, copy=False).name
        return self


OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "pow": "power", "and": "bitwise_and",
    "or": "bitwise_or", "xor": "bitwise_xor",
}  # fmt: skip
COMPARED = {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
}  # fmt: skip


def _operator(step: str) -> Callable[..., Any]:
    return lambda self, other: self.trace.step(step, self, other)


def _reflected(step: str) -> Callable[..., Any]:
    return lambda self, other: self.trace.step(step, other, self)


def _in_place(step: str) -> Callable[..., Any]:
    return lambda self, other: self.become(self.trace.step(step, self, other))


for _name, _step in {**OPERATORS, **COMPARED}.items():
    setattr(Element, f"__{_name}__", _operator(_step))
for _name, _step in OPERATORS.items():
    setattr(Element, f"__r{_name}__", _reflected(_step))
    setattr(Element, f"__i{_name}__", _in_place(_step))


class Words:
    """`xp` for Elements: NumPy's names, for what can be done to an element."""

    __name__ = "elements"
    float32, float64, bool_, int64, finfo, pi, inf, nan = (
        np.float32, np.float64, np.bool_, np.int64, np.finfo, np.pi, np.inf, np.nan
    )  # fmt: skip

    def __getattr__(self, name: str) -> Any:
        if name not in STEPS:
            raise Opaque(name)

        def step(*operands: Any, out: Element | None = None) -> Any:
            found = _trace_of(operands).step(name, *operands)
            return found if out is None else out.become(found)

        setattr(self, name, step)
        return step

    def beside(self, function: Any, part: str, name: str) -> Any:
        """What SciPy and CuPy have beside NumPy."""
        return getattr(self, name)

    def where(self, condition: Any, input: Any, other: Any) -> Element:
        if not isinstance(condition, Element) or condition.dtype != bool:
            raise Opaque("where")
        dtype = np.result_type(
            *[each.dtype if isinstance(each, Element) else each for each in (input, other)]
        )
        text = f"{condition.name} ? {written(input, dtype)} : {written(other, dtype)}"
        return condition.trace.write(text, dtype, (condition, input, other))

    def clip(self, input: Any, least: Any, most: Any) -> Element:
        return self.minimum(self.maximum(input, least), most)

    def asarray(self, value: Any, dtype: Any = None) -> Any:
        if isinstance(value, Element):
            raise Opaque("asarray")
        return np.asarray(value, dtype)[()]

    def zeros(self, shape: tuple[int, ...], dtype: Any) -> Any:
        if shape != ():
            raise Opaque("zeros")
        return np.dtype(dtype).type(0)

    def logaddexp(self, input: Any, other: Any) -> Element:
        greater, apart = self.maximum(input, other), self.absolute(input - other)
        alike = greater + math.log(2)  # also of two infinities, whose difference is no number
        return self.where(self.equal(input, other), alike, greater + self.log1p(self.exp(-apart)))


WORDS = Words()


def _trace_of(operands: tuple[Any, ...]) -> Trace:
    for each in operands:
        if isinstance(each, Element):
            return each.trace
    raise Opaque("numbers")


class _Tracing:
    xp = WORDS


_tracing: Any = _Tracing
gpus.owners[Element] = lambda element: _tracing


class Kernel(NamedTuple):
    """What a function does to an element, in C++."""

    name: str
    arrays: tuple[int, ...]
    """The positions of the arguments that are its arrays,"""
    numbers: tuple[int, ...]
    """and of those that are its numbers."""
    inputs: str
    outputs: str
    """The parameters, as `cupy.ElementwiseKernel` has them."""
    body: str


def traced(name: str, function: Callable[..., Any], arguments: tuple[Any, ...], exact: bool) -> Kernel | None:
    """The kernel of a function for arguments like these; None where it is more than a chain of steps."""
    trace = Trace(exact)
    given: list[Any] = [_element(trace, position, each) for position, each in enumerate(arguments)]
    try:
        results = function(*given)
    except Exception:  # whatever it is that Elements cannot do: the function itself will do it, or say so
        return None
    results = results if type(results) is tuple else (results,)
    if not all(isinstance(each, Element) and not each.given and not each.weak for each in results):
        return None
    return _kernel(name, trace, given, results)


def _element(trace: Trace, position: int, value: Any) -> Any:
    if type(value) in gpus.owners:
        return Element(trace, f"a{position}", value.dtype, value.shape)
    if type(value) in (float, int) and not trace.exact:
        return Element(trace, f"s{position}", np.dtype(type(value)), weak=type(value))
    return value


def _kernel(name: str, trace: Trace, given: list[Any], results: tuple[Element, ...]) -> Kernel | None:
    """Keep the lines on which a result depends, and the arguments that they name."""
    needed = {each.name for each in results}
    lines = []
    for value, line, needs in reversed(trace.lines):
        if value in needed:
            lines.append(line)
            needed.update(needs)
    used = [
        position for position, each in enumerate(given) if isinstance(each, Element) and each.name in needed
    ]
    inputs = [f"{given[position].dtype.name} {given[position].name}" for position in used]
    if any(given[position].dtype.name not in C_TYPES for position in used):
        return None
    ends = [f"z{number} = {each.name};" for number, each in enumerate(results)]
    return Kernel(
        name,
        tuple(position for position in used if not given[position].weak),
        tuple(position for position in used if given[position].weak),
        ", ".join(sorted(inputs, key=lambda each: each.split()[1][0])),
        ", ".join(f"{each.dtype.name} z{number}" for number, each in enumerate(results)),
        "\n".join([*reversed(lines), *ends]),
    )
