"""Refusals: what NumPy would compute, and PyTorch has no kernel for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from minitorch_edu import dtypes
from minitorch_edu.ops.operands import result_type
from minitorch_edu.tensor import Tensor


class Unsupported(Exception):
    """NumPy would compute where PyTorch has no kernel: the card's `explain` says which."""


def unsupported() -> NoReturn:
    """In an expression: `xp.less(x, y) if x.dtype.kind != "c" else unsupported()`."""
    raise Unsupported


def without_bools(*arrays: Any) -> Any:
    """The first array; NumPy counts with bools as with bytes, PyTorch refuses."""
    if all(each.dtype.kind == "b" for each in arrays):
        raise Unsupported
    return arrays[0]


def lacking(kernel: str, *kinds: str) -> Callable[..., None]:
    """A card's `explain`: PyTorch has this kernel, but not for these kinds of element ("b", "i", "u", "f", "c")."""

    def explain(input: Tensor, *others: Any) -> None:
        tensors = [each for each in (input, *others) if isinstance(each, Tensor)]
        kind = result_type(*tensors)
        letter = kind.numpy.kind
        if ("f" if letter == "V" else letter) in kinds:  # bfloat16 is no number to NumPy
            refuse_kernel(kernel, kind)

    return explain


def only_real(array: Any) -> Any:
    """The array, if PyTorch's kernel for float32 and float64 alone takes its elements."""
    if array.dtype.kind != "f" or array.dtype.itemsize == 2:
        raise Unsupported
    return array


def only_reals(kernel: str) -> Callable[..., None]:
    """A card's `explain`: PyTorch has this kernel for float32 and float64 alone, after whole numbers became these."""

    def explain(input: Any, *others: Any) -> None:
        kind = result_type(*(each for each in (input, *others) if isinstance(each, Tensor)))
        if kind.is_complex or (kind.is_floating_point and kind.numpy.itemsize == 2):
            refuse_kernel(kernel, kind)

    return explain


def refuse_kernel(kernel: str, kind: dtypes.dtype) -> NoReturn:
    raise NotImplementedError(f"\"{kernel}\" not implemented for '{kind.scalar_name}'")


def refuse_cast(kind: dtypes.dtype, output: Tensor) -> None:
    """What is written in place must not lose its category."""
    if kind.category > output.dtype.category:
        raise RuntimeError(
            f"result type {kind.scalar_name} can't be cast to the desired output type {output.dtype.scalar_name}"
        )


def meeting_number(number: Any, input: Tensor) -> dtypes.dtype:
    """The dtype in which a tensor meets a number: its own, unless the number's category is higher."""
    own = dtypes.of_number(number)
    if own.category <= input.dtype.category:
        return input.dtype
    return dtypes.promote_types(own, input.dtype) if own.is_complex else own


def beside(number: Any, input: Tensor) -> Tensor:
    """A tensor beside a number of a higher category takes its dtype: integers to the power 0.5 are floats."""
    kind = meeting_number(number, input)
    return input if kind is input.dtype else input.to(kind)


def no_derivative(text: str) -> NoReturn:
    """In a formula, where PyTorch has none either."""
    raise NotImplementedError(text)
