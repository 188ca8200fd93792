"""gradcheck, whole: every element of every Jacobian, by small differences and by autograd.

For every element x_i of every input that requires grad, `func` is computed at x_i - eps and at x_i + eps: the slope
between the two is a row of the numerical Jacobian. The analytical one has a column for each element of a result, by
backward, or a row for each element of an input, by forward mode.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.autograd import forward_ad
from minitorch_edu.autograd.calls import grad
from minitorch_edu.ops.data import from_numpy
from minitorch_edu.tensor import Tensor

NONE: dict[int, str] = {}


class GradcheckError(RuntimeError):
    """The gradients are wrong; the text shows both Jacobians."""


class Options(NamedTuple):
    """What `gradcheck` was told."""

    eps: float
    atol: float
    rtol: float
    nondet_tol: float
    dtypes: bool
    masked: bool


def check_backward(
    func: Callable[..., Any], inputs: tuple[Any, ...], options: Options, prefixes: Mapping[int, str] = NONE
) -> None:
    results = as_tuple(func(*inputs))
    checked = [value for value in inputs if is_checked(value)]
    numerical = [numerical_jacobians(func, inputs, value, results, options.eps) for value in checked]
    if not differentiable(results):
        if any(jacobian.any() for jacobians in numerical for jacobian in jacobians):
            raise GradcheckError("Numerical gradient for function expected to be zero")
        return
    number = 0
    for place, result in enumerate(results):
        if not result.requires_grad:
            continue
        analytical = analytical_jacobians(result, checked, options.nondet_tol, options.dtypes)
        for which, (ours, jacobians) in enumerate(zip(analytical, numerical, strict=True)):
            _compare(ours, jacobians[place], number, which, options, prefixes.get(number, ""), "")
        number += 1


def check_forward(
    func: Callable[..., Any], inputs: tuple[Any, ...], options: Options, prefixes: Mapping[int, str] = NONE
) -> None:
    """The same with tangents: one pass for each element of the inputs."""
    results = as_tuple(func(*inputs))
    places = [place for place, value in enumerate(inputs) if is_checked(value)]
    for which, place in enumerate(places):
        numerical = numerical_jacobians(func, inputs, inputs[place], results, options.eps)
        for number, ours in enumerate(forward_jacobians(func, inputs, place, results, options.dtypes)):
            if results[number].requires_grad:
                prefix = prefixes.get(which, "")
                _compare(
                    ours, numerical[number], number, which, options, prefix, "computed with forward mode "
                )


def _compare(
    ours: np.ndarray, theirs: np.ndarray, number: int, which: int, options: Options, prefix: str, mode: str
) -> None:
    if not np.allclose(ours, theirs, options.rtol, options.atol):
        raise GradcheckError(
            f"{prefix}Jacobian {mode}mismatch for output {number} with respect to input {which},\n"
            f"numerical:{from_numpy(theirs)}\nanalytical:{from_numpy(ours)}\n"
        )


def forward_jacobians(
    func: Callable[..., Any],
    inputs: tuple[Any, ...],
    place: int,
    results: tuple[Tensor, ...],
    check_dtypes: bool,
) -> list[np.ndarray]:
    moved = inputs[place]
    jacobians = [_empty_jacobian(moved, result) for result in results]
    for row, unit in enumerate(_units(moved)):
        for jacobian, tangent in zip(
            jacobians, tangents(func, inputs, place, unit, check_dtypes), strict=True
        ):
            if tangent is not None:
                jacobian[row] = tangent
    return jacobians


def tangents(
    func: Callable[..., Any], inputs: tuple[Any, ...], place: int, along: Tensor, check_dtypes: bool
) -> list[np.ndarray | None]:
    """How each result changes as one input moves along a direction, by forward mode; flat."""
    with forward_ad.dual_level():
        given = [
            each.detach().requires_grad_(each.requires_grad) if isinstance(each, Tensor) else each
            for each in inputs
        ]
        given[place] = forward_ad.make_dual(given[place], along)
        parts = [forward_ad.unpack_dual(each) for each in as_tuple(func(*given))]
    for part in parts:
        if check_dtypes and part.tangent is not None and part.tangent.dtype is not part.primal.dtype:
            raise GradcheckError("Forward AD gradient has dtype mismatch.")
    return [None if part.tangent is None else part.tangent.detach().cpu().numpy().ravel() for part in parts]


def _units(tensor: Tensor) -> Iterator[Tensor]:
    """The direction of each element: 1 there, 0 elsewhere."""
    for place in itertools.product(*map(range, tensor.shape)):
        unit = np.zeros(tensor.shape, tensor.dtype.numpy)
        unit[place] = 1
        yield from_numpy(unit).to(tensor.device)


def _empty_jacobian(moved: Tensor, result: Tensor) -> np.ndarray:
    single = moved.dtype in (dtypes.float32, dtypes.complex64)
    kind = dtypes.float32 if single else dtypes.float64
    if moved.is_complex() or result.is_complex():
        kind = dtypes.complex64 if single else dtypes.complex128
    return np.zeros((moved.numel(), result.numel()), kind.numpy)


def numerical_jacobians(
    func: Callable[..., Any], inputs: tuple[Any, ...], moved: Tensor, results: tuple[Tensor, ...], eps: float
) -> list[np.ndarray]:
    """d(result)/d(moved) for each result, by central differences: a row for each element of `moved`.

    A complex number is moved along both axes: the derivative is the one in the real part, plus i times the other.
    """
    jacobians = [_empty_jacobian(moved, result) for result in results]
    elements = (
        moved._array
    )  # written like .data, behind autograd's back: the graph of `results` is still needed
    steps = (eps, eps * 1j) if moved.is_complex() else (eps,)
    for row, place in enumerate(itertools.product(*map(range, moved.shape))):
        value = elements[place].copy()
        for step in steps:
            elements[place] = value - step
            below = values_of(func(*inputs))
            elements[place] = value + step
            above = values_of(func(*inputs))
            elements[place] = value
            for jacobian, low, high, result in zip(jacobians, below, above, results, strict=True):
                refuse_changed(result, low, high, eps)
                jacobian[row] += (high.ravel() - low.ravel()) / (2 * eps) * (step / eps)
    return jacobians


def values_of(results: Any) -> list[np.ndarray]:
    """Copies, since a result may be a view of the input that is about to be moved."""
    copies = [result.detach().cpu().numpy() for result in as_tuple(results)]
    return [np.array(copy, dtype=None if copy.dtype.kind in "fc" else np.float64) for copy in copies]


def refuse_changed(result: Tensor, low: np.ndarray, high: np.ndarray, eps: float) -> None:
    if low.shape != high.shape or low.size != result.numel():
        raise AssertionError(
            f"Expected `func` to return outputs with the same shape when inputs are perturbed by {eps}, but got: "
            f"shapes {low.shape} and {high.shape}."
        )


def analytical_jacobians(
    result: Tensor, inputs: list[Tensor], nondet_tol: float, check_grad_dtypes: bool
) -> list[np.ndarray]:
    """d(result)/d(input) for each input, by backward: a column for each element of `result`, computed twice."""
    first, second = ([_empty_jacobian(value, result) for value in inputs] for _ in range(2))
    for column, unit in enumerate(_units(result)):
        for jacobians in (first, second):
            found = gradients(result, inputs, unit, check_grad_dtypes)
            for jacobian, each in zip(jacobians, found, strict=True):
                if each is not None:
                    jacobian[:, column] = each
    refuse_unsteady(first, second, nondet_tol)
    return first


def gradients(
    result: Tensor, inputs: list[Tensor], along: Tensor, check_dtypes: bool
) -> list[np.ndarray | None]:
    """What backward makes of a gradient of `result`, for each input; flat."""
    found = grad(result, inputs, along, retain_graph=True, allow_unused=True)
    for value, each in zip(inputs, found, strict=True):
        if each is not None and each.shape != value.shape:
            raise GradcheckError("Analytical gradient has incorrect size")
        if check_dtypes and each is not None and each.dtype is not value.dtype:
            raise GradcheckError("Gradient has dtype mismatch")
    return [None if each is None else each.detach().cpu().numpy().ravel() for each in found]


def refuse_unsteady(first: Sequence[np.ndarray], second: Sequence[np.ndarray], nondet_tol: float) -> None:
    """Two runs of one backward give the same."""
    for one, other in zip(first, second, strict=True):
        if one.size and abs(one - other).max() > nondet_tol:
            raise GradcheckError(
                "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times "
                "gives different values, although analytical gradient matches numerical gradient.The tolerance for "
                f"nondeterminism was {nondet_tol}."
            )


def is_checked(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad


def differentiable(results: Any) -> tuple[Tensor, ...]:
    return tuple(result for result in as_tuple(results) if result.requires_grad)


def as_tuple(values: Any) -> tuple[Any, ...]:
    return tuple(values) if isinstance(values, list | tuple) else (values,)
