"""gradcheck: is the derivative that backward computes the one that small differences show?

For every element x_i of every input that requires grad, `func` is computed at x_i - eps and at x_i + eps. The slope
between the two is a row of the numerical Jacobian, and it must agree with what backward says. Use float64: in
float32 the difference of two nearby numbers has few digits left.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.autograd.calls import grad
from minitorch_edu.ops.data import from_numpy
from minitorch_edu.ops.random import rand
from minitorch_edu.tensor import Tensor


class GradcheckError(RuntimeError):
    """The gradients are wrong; the text shows both Jacobians."""


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> bool:
    """Compare the gradients of `func(*inputs)` with finite differences; a GradcheckError where they disagree.

    eps: how far each element is moved, both ways. atol, rtol: how far the two may be apart, as in `allclose`.
    raise_exception: False returns False instead of raising. nondet_tol: how far two runs of backward may be apart.
    check_undefined_grad, fast_mode: taken and not needed: each output is always differentiated alone, and in full.

    >>> x = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)
    >>> torch.autograd.gradcheck(lambda x: x ** 3, x)
    True
    """
    if check_forward_ad or check_batched_grad or check_batched_forward_grad or not check_backward_ad:
        raise NotImplementedError("gradcheck checks reverse mode, one gradient at a time")
    try:
        _check(func, _as_tuple(inputs), eps, atol, rtol, nondet_tol, check_grad_dtypes)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    gen_non_contig_grad_outputs: bool = False,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    masked: bool = False,
) -> bool:
    """`gradcheck` of the gradients themselves: is backward through backward right?

    grad_outputs: the gradients of the outputs to start from; random ones where they are not given.

    >>> x = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)
    >>> torch.autograd.gradgradcheck(lambda x: x ** 3, x)
    True
    """
    inputs = _as_tuple(inputs)
    if grad_outputs is None:
        outputs = _differentiable(func(*inputs))
        grad_outputs = [_random_like(output, gen_non_contig_grad_outputs) for output in outputs]
    grad_outputs = _as_tuple(grad_outputs)

    def gradients(*values: Any) -> tuple[Tensor, ...]:
        arguments, grads = values[: len(inputs)], values[len(inputs) :]
        asked = [value for value in arguments if _is_checked(value)]
        found = grad(_differentiable(func(*arguments)), asked, grads, create_graph=True, allow_unused=True)
        return tuple(each for each in found if each is not None)

    return gradcheck(
        gradients,
        (*inputs, *grad_outputs),
        eps=eps,
        atol=atol,
        rtol=rtol,
        raise_exception=raise_exception,
        nondet_tol=nondet_tol,
        check_undefined_grad=check_undefined_grad,
        check_grad_dtypes=check_grad_dtypes,
        check_batched_grad=check_batched_grad,
        check_forward_ad=check_fwd_over_rev,
        check_backward_ad=check_rev_over_rev,
        fast_mode=fast_mode,
        masked=masked,
    )


def _check(
    func: Callable[..., Any],
    inputs: tuple[Any, ...],
    eps: float,
    atol: float,
    rtol: float,
    nondet_tol: float,
    check_grad_dtypes: bool,
) -> None:
    _refuse_unfit(inputs)
    results = _as_tuple(func(*inputs))
    checked = [value for value in inputs if _is_checked(value)]
    numerical = [_numerical_jacobians(func, inputs, value, results, eps) for value in checked]
    if not _differentiable(results):
        if any(jacobian.any() for jacobians in numerical for jacobian in jacobians):
            raise GradcheckError("Numerical gradient for function expected to be zero")
        return
    number = 0
    for place, result in enumerate(results):
        if not result.requires_grad:
            continue
        analytical = _analytical_jacobians(result, checked, nondet_tol, check_grad_dtypes)
        for which, (ours, jacobians) in enumerate(zip(analytical, numerical, strict=True)):
            if not np.allclose(ours, jacobians[place], rtol, atol):
                raise GradcheckError(
                    f"Jacobian mismatch for output {number} with respect to input {which},\n"
                    f"numerical:{from_numpy(jacobians[place])}\nanalytical:{from_numpy(ours)}\n"
                )
        number += 1
    _check_linear_in_grad(func, inputs, checked)


def _refuse_unfit(inputs: tuple[Any, ...]) -> None:
    """Inputs on which finite differences would tell nothing."""
    if not any(_is_checked(value) for value in inputs):
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True."
        )
    for place, value in enumerate(inputs):
        if not _is_checked(value):
            continue
        if value.is_complex():
            raise NotImplementedError("gradcheck differentiates real numbers only")
        if value.dtype is not dtypes.float64:
            warnings.warn(
                f"Input #{place} requires gradient and is not a double precision floating point or complex. "
                "This check will likely fail if all the inputs are not of double precision floating point or complex. ",
                stacklevel=4,
            )
        if any(step == 0 and size > 1 for step, size in zip(value.stride(), value.shape, strict=True)):
            raise RuntimeError(
                f"The {place}th input has a dimension with stride 0. gradcheck only supports inputs that are "
                "non-overlapping to be able to compute the numerical gradients correctly. You should call "
                ".contiguous on the input before passing it to gradcheck."
            )


def _numerical_jacobians(
    func: Callable[..., Any], inputs: tuple[Any, ...], moved: Tensor, results: tuple[Tensor, ...], eps: float
) -> list[np.ndarray]:
    """d(result)/d(moved) for each result, by central differences: a row for each element of `moved`."""
    jacobians = [np.zeros((moved.numel(), result.numel())) for result in results]
    elements = moved._array  # written like .data, behind autograd's back: the graph of `results` is still needed
    for row, place in enumerate(itertools.product(*map(range, moved.shape))):
        value = elements[place]
        elements[place] = value - eps
        below = _values(func(*inputs))
        elements[place] = value + eps
        above = _values(func(*inputs))
        elements[place] = value
        for jacobian, low, high, result in zip(jacobians, below, above, results, strict=True):
            _refuse_changed(result, low, high, eps)
            jacobian[row] = (high.ravel() - low.ravel()) / (2 * eps)
    return jacobians


def _values(results: Any) -> list[np.ndarray]:
    """Copies, since a result may be a view of the input that is about to be moved."""
    copies = [result.detach().numpy() for result in _as_tuple(results)]
    return [np.array(copy, dtype=None if copy.dtype.kind == "f" else np.float64) for copy in copies]


def _refuse_changed(result: Tensor, low: np.ndarray, high: np.ndarray, eps: float) -> None:
    if low.shape != high.shape or low.size != result.numel():
        raise AssertionError(
            f"Expected `func` to return outputs with the same shape when inputs are perturbed by {eps}, but got: "
            f"shapes {low.shape} and {high.shape}."
        )


def _analytical_jacobians(
    result: Tensor, inputs: list[Tensor], nondet_tol: float, check_grad_dtypes: bool
) -> list[np.ndarray]:
    """d(result)/d(input) for each input, by backward: a column for each element of `result`, computed twice."""
    first, second = ([np.zeros((value.numel(), result.numel())) for value in inputs] for _ in range(2))
    for column, place in enumerate(itertools.product(*map(range, result.shape))):
        for jacobians in (first, second):
            unit = np.zeros(result.shape, result.dtype.numpy)
            unit[place] = 1
            found = grad(result, inputs, from_numpy(unit), retain_graph=True, allow_unused=True)
            for value, jacobian, each in zip(inputs, jacobians, found, strict=True):
                if each is None:
                    continue
                if each.shape != value.shape:
                    raise GradcheckError("Analytical gradient has incorrect size")
                if check_grad_dtypes and each.dtype is not value.dtype:
                    raise GradcheckError("Gradient has dtype mismatch")
                jacobian[:, column] = each.detach().numpy().ravel()
    if any(one.size and abs(one - other).max() > nondet_tol for one, other in zip(first, second, strict=True)):
        raise GradcheckError(
            "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times gives "
            "different values, although analytical gradient matches numerical gradient.The tolerance for "
            f"nondeterminism was {nondet_tol}."
        )
    return first


def _check_linear_in_grad(func: Callable[..., Any], inputs: tuple[Any, ...], checked: list[Tensor]) -> None:
    """Zero in, zero out: a backward that forgets to multiply by its grad shows itself here."""
    outputs = _differentiable(func(*inputs))
    zeros = [from_numpy(np.zeros(output.shape, output.dtype.numpy)) for output in outputs]
    for each in grad(outputs, checked, zeros, allow_unused=True):
        if each is not None and each.detach().numpy().any():
            raise GradcheckError("backward not multiplied by grad_output")


def _random_like(output: Tensor, noncontiguous: bool) -> Tensor:
    values = rand(output.shape, dtype=output.dtype) * 2 - 1
    if noncontiguous and values.numel() > 1:
        doubled = np.repeat(values.numpy(), 2, -1)
        values = from_numpy(doubled)[..., ::2]
    return values.detach().requires_grad_()


def _is_checked(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad


def _differentiable(results: Any) -> tuple[Tensor, ...]:
    return tuple(result for result in _as_tuple(results) if result.requires_grad)


def _as_tuple(values: Any) -> tuple[Any, ...]:
    return tuple(values) if isinstance(values, list | tuple) else (values,)
