"""gradcheck, fast: one number for each input and output instead of a whole Jacobian.

Let u be a direction in which an input moves, and v a gradient of an output. The number v^T J u can be reached from
both sides: J u is the slope of `func` along u, which takes two evaluations, and v^T J is what one backward makes of v.
u and v are random, positive and of length 1, so that a wrong J meets the right number by chance alone. Where elements
may be apart by `atol`, the numbers may be apart by `atol` times the sum of all products u_i v_j.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu.autograd import gradcheck_whole as whole
from minitorch_edu.ops.data import from_numpy
from minitorch_edu.tensor import Tensor

WHY = (
    "\nThe above quantities relating the numerical and analytical jacobians are computed \n"
    "in fast mode. See: https://github.com/pytorch/pytorch/issues/53876 for more background \n"
    "about fast mode. Below, we recompute numerical and analytical jacobians in slow mode:\n\n"
)
BY_CHANCE = """Fast gradcheck failed but element-wise differences are small. This means that the
test might've passed in slow_mode!

If you are adding a new operator, please file an issue and then use one of the
workarounds. The workaround depends on how your test invokes gradcheck/gradgradcheck:

If the test
- manually invokes gradcheck/gradgradcheck, then call gradcheck/gradgradcheck
  with `fast_mode=False` as a keyword argument.
- is OpInfo-based (e.g., in test_ops_gradients.py), then modify the OpInfo for the test
  to have `gradcheck_fast_mode=False`
- is a Module test (e.g., in common_nn.py), then modify the corresponding
  module_test entry to have `gradcheck_fast_mode=False`"""


class Direction(NamedTuple):
    """Where an input moves: along `real`, and a complex one then along i times `imag`."""

    real: np.ndarray
    imag: np.ndarray | None = None

    @property
    def total(self) -> float:
        return float(self.real.sum()) + (0.0 if self.imag is None else float(self.imag.sum()))


def check_backward(
    func: Callable[..., Any],
    inputs: tuple[Any, ...],
    options: whole.Options,
    prefixes: dict[int, str] = whole.NONE,
) -> None:
    """Compare v^T (J u) with (v^T J) u."""
    results = whole.as_tuple(func(*inputs))
    checked = [value for value in inputs if whole.is_checked(value)]
    recorded = whole.differentiable(results)
    draw = _drawing()
    moves = [Direction(draw(each), draw(each) if each.is_complex() else None) for each in checked]
    slopes = [
        _slopes(func, inputs, value, move, results, options.eps)
        for value, move in zip(checked, moves, strict=True)
    ]
    if not recorded:
        if any(abs(each).max(initial=0.0) > options.nondet_tol for found in slopes for each in found):
            raise whole.GradcheckError("Numerical gradient for function expected to be zero")
        return
    slopes = [
        [each for each, result in zip(found, results, strict=True) if result.requires_grad]
        for found in slopes
    ]
    weights = [draw(each) for each in recorded]
    analytical = [
        _met(result, checked, weight, moves, options)
        for result, weight in zip(recorded, weights, strict=True)
    ]
    for which, move in enumerate(moves):
        for number, weight in enumerate(weights):
            ours, theirs = analytical[number][which], np.dot(weight, slopes[which][number])
            if not np.allclose(ours, theirs, options.rtol, options.atol * move.total * float(weight.sum())):
                numerical = whole.numerical_jacobians(func, inputs, checked[which], recorded, options.eps)[
                    number
                ]
                jacobian = whole.analytical_jacobians(recorded[number], checked, np.inf, False)[which]
                _refuse(
                    ours, theirs, jacobian, numerical, number, which, options, prefixes.get(number, ""), ""
                )


def check_forward(
    func: Callable[..., Any],
    inputs: tuple[Any, ...],
    options: whole.Options,
    prefixes: dict[int, str] = whole.NONE,
) -> None:
    """Compare J u by differences with J u by tangents."""
    results = whole.as_tuple(func(*inputs))
    places = [place for place, value in enumerate(inputs) if whole.is_checked(value)]
    draw = _drawing()
    for which, (place, move) in enumerate([(place, Direction(draw(inputs[place]))) for place in places]):
        value = inputs[place]
        slopes = _slopes(func, inputs, value, move, results, options.eps)
        along = _shaped(move.real, value)
        for number, found in enumerate(whole.tangents(func, inputs, place, along, options.dtypes)):
            if not results[number].requires_grad:
                continue
            theirs = slopes[number]
            ours = np.zeros_like(theirs) if found is None else found
            if not np.allclose(ours, theirs, options.rtol, options.atol * move.total):
                numerical = whole.numerical_jacobians(func, inputs, value, results, options.eps)[number]
                jacobian = whole.forward_jacobians(func, inputs, place, results, False)[number]
                prefix = prefixes.get(which, "")
                _refuse(
                    ours,
                    theirs,
                    jacobian,
                    numerical,
                    number,
                    which,
                    options,
                    prefix,
                    "computed with forward mode ",
                )


def _drawing() -> Callable[[Tensor], np.ndarray]:
    """Draws directions: the same ones each time, and without touching the program's own random numbers."""
    from minitorch_edu.ops.random import Generator, rand  # not before: they take their time to import

    generator = Generator()

    def draw(tensor: Tensor) -> np.ndarray:
        kind = np.float32 if tensor.dtype.itemsize == (8 if tensor.is_complex() else 4) else np.float64
        values = rand(tensor.numel(), generator=generator, device="cpu").numpy().astype(kind)
        return values / max(np.linalg.norm(values), np.finfo(kind).tiny)

    return draw


def _shaped(direction: np.ndarray, like: Tensor) -> Tensor:
    return from_numpy(direction.astype(like.dtype.numpy).reshape(like.shape)).to(like.device)


def _slopes(
    func: Callable[..., Any],
    inputs: tuple[Any, ...],
    moved: Tensor,
    move: Direction,
    results: Sequence[Tensor],
    eps: float,
) -> list[np.ndarray]:
    """J u for each result, by central differences; of a complex input, that along u plus i times that along i u."""
    elements, before = moved._array, moved.detach().clone()._array
    slopes: list[Any] = [0.0] * len(results)
    for direction, factor in ((move.real, 1.0), (move.imag, 1j)):
        if direction is None:
            continue
        step = _shaped(direction * (factor * eps), moved)._array
        try:
            elements[...] = before - step
            below = whole.values_of(func(*inputs))
            elements[...] = before + step
            above = whole.values_of(func(*inputs))
        finally:
            elements[...] = before
        for place, (low, high, result) in enumerate(zip(below, above, results, strict=True)):
            whole.refuse_changed(result, low, high, eps)
            slopes[place] = slopes[place] + (high.ravel() - low.ravel()) / (2 * eps) * factor
    return slopes


def _met(
    result: Tensor,
    inputs: list[Tensor],
    weight: np.ndarray,
    moves: Sequence[Direction],
    options: whole.Options,
) -> list[Any]:
    """(v^T J) u for each input, by backward, which is run twice."""
    along = _shaped(weight, result)
    first, second = (
        [
            np.zeros(value.numel(), value.dtype.numpy) if each is None else each
            for value, each in zip(
                inputs, whole.gradients(result, inputs, along, options.dtypes), strict=True
            )
        ]
        for _ in range(2)
    )
    whole.refuse_unsteady(first, second, options.nondet_tol)
    return [
        np.dot(each, move.real)
        if move.imag is None
        else np.dot(each.real, move.real) + 1j * np.dot(each.imag, move.imag)
        for each, move in zip(first, moves, strict=True)
    ]


def _refuse(
    ours: Any,
    theirs: Any,
    analytical: np.ndarray,
    numerical: np.ndarray,
    number: int,
    which: int,
    options: whole.Options,
    prefix: str,
    mode: str,
) -> None:
    """Say what differs, with the whole Jacobians."""
    far = from_numpy(abs(numerical - analytical)).max()
    text = (
        f"{prefix}Jacobian {mode}mismatch for output {number} with respect to input {which},\n"
        f"numerical:{from_numpy(np.asarray(theirs))}\nanalytical:{from_numpy(np.asarray(ours))}\n{WHY}"
        f"Numerical:\n {from_numpy(numerical)}\nAnalytical:\n{from_numpy(analytical)}\n\n"
        f"The max per-element difference (slow mode) is: {far}.\n"
    )
    close = np.allclose(analytical, numerical, options.rtol, options.atol)
    raise whole.GradcheckError(text + (BY_CHANCE if close else ""))
