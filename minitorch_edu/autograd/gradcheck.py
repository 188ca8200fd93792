"""gradcheck: is the derivative that backward computes the one that small differences show?

For every element x_i of every input that requires grad, `func` is computed at x_i - eps and at x_i + eps. The slope
between the two is a row of the numerical Jacobian, and it must agree with what backward says. Use float64: in
float32 the difference of two nearby numbers has few digits left.
"""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu import missing as _missing
from minitorch_edu.autograd import forward_ad
from minitorch_edu.autograd.calls import grad
from minitorch_edu.autograd.functional import gradients_in
from minitorch_edu.autograd.graph import Passed
from minitorch_edu.callers import outside
from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.ops.data import from_numpy
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
    check_forward_ad, check_backward_ad: which of the two ways to differentiate are checked.
    check_undefined_grad: also that a backward can do with no gradient at all.
    check_batched_grad, fast_mode: taken and not needed: every gradient is computed alone, and in full.

    Of complex results the real and the imaginary parts are checked in turn, since each is a real function; so are the
    parts of complex inputs, forward.

    >>> x = torch.tensor([1., 2.], dtype=torch.float64, requires_grad=True)
    >>> torch.autograd.gradcheck(lambda x: x ** 3, x)
    True
    """
    _expect(
        check_forward_ad or check_backward_ad,
        "Expected at least one of check_forward_ad or check_backward_ad to be True",
    )
    _expect(
        check_backward_ad or not check_batched_grad,
        "Setting check_batched_grad=True requires check_backward_ad to be True",
    )
    _expect(
        check_forward_ad or not check_batched_forward_grad,
        "Setting check_batched_forward_grad=True requires check_forward_ad to be True",
    )
    options = _Options(eps, atol, rtol, nondet_tol, check_grad_dtypes, check_undefined_grad, bool(masked))
    try:
        _check(func, _as_tuple(inputs), options, check_backward_ad, check_forward_ad)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


class _Options(NamedTuple):
    eps: float
    atol: float
    rtol: float
    nondet_tol: float
    dtypes: bool
    undefined: bool
    masked: bool


def _expect(condition: bool, text: str) -> None:
    if not condition:
        raise AssertionError(text)


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
    _expect(
        check_fwd_over_rev or check_rev_over_rev,
        "Expected at least one of check_fwd_over_rev or check_rev_over_rev to be True",
    )
    for wanted, name in ((check_undefined_grad, "undefined"), (check_batched_grad, "batched")):
        _expect(
            check_rev_over_rev or not wanted,
            f"Setting check_{name}_grad=True requires check_rev_over_rev to be True",
        )
    inputs = _as_tuple(inputs)
    if grad_outputs is None:
        outputs = _differentiable(func(*inputs))
        grad_outputs = [_random_like(output, gen_non_contig_grad_outputs) for output in outputs]
    grad_outputs = _as_tuple(grad_outputs)

    def gradients(*values: Any) -> tuple[Tensor, ...]:
        arguments, grads = values[: len(inputs)], values[len(inputs) :]
        asked = [value for value in arguments if _is_checked(value)]
        found = gradients_in(_differentiable(func(*arguments)), asked, grads, create_graph=True)
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
    func: Callable[..., Any], inputs: tuple[Any, ...], options: _Options, backward: bool, forward: bool
) -> None:
    _refuse_unfit(inputs)
    results = _as_tuple(func(*inputs))
    if backward and any(_is_complex(each) for each in results):
        recorded = [each for each in results if each.requires_grad]
        for part, name in PARTS.items():
            prefixes = _prefixes(name, "outputs", recorded)
            _check_backward(_part_of_results(func, part), inputs, options, prefixes)
    elif backward:
        _check_backward(func, inputs, options)
    if forward and any(_is_complex(each) for each in inputs):
        for part, name in PARTS.items():
            moved = tuple(_real_part(each, part) if _is_complex(each) else each for each in inputs)
            prefixes = _prefixes(name, "inputs", [each for each in inputs if _is_checked(each)])
            _check_forward(_part_of_inputs(func, inputs, part), moved, options, prefixes)
    elif forward:
        _check_forward(func, inputs, options)
    if backward and _differentiable(results):
        checked = [value for value in inputs if _is_checked(value)]
        _check_linear_in_grad(func, inputs, checked, options.masked)
        if options.undefined:
            _check_undefined(func, inputs, checked)


PARTS = {"imag": "imaginary", "real": "real"}


def _prefixes(part: str, kind: str, tensors: Sequence[Tensor]) -> dict[int, str]:
    """How an error begins that is about one of the complex ones among some outputs or inputs, by their numbers."""
    text = f"While considering the {part} part of complex {kind} only, "
    return {number: text for number, each in enumerate(tensors) if each.is_complex()}


NONE: dict[int, str] = {}


def _is_complex(value: Any) -> bool:
    return isinstance(value, Tensor) and value.is_complex()


def _real_part(value: Tensor, part: str) -> Tensor:
    return getattr(value.detach(), part).clone().requires_grad_(value.requires_grad)


def _part_of_results(func: Callable[..., Any], part: str) -> Callable[..., Any]:
    """The function whose results are the real or the imaginary parts of those of `func`."""
    return lambda *inputs: tuple(
        getattr(each, part) if _is_complex(each) else each for each in _as_tuple(func(*inputs))
    )


def _part_of_inputs(func: Callable[..., Any], whole: tuple[Any, ...], part: str) -> Callable[..., Any]:
    """The function of one part of the complex inputs; the other part stays as it is."""

    def of_part(*inputs: Any) -> Any:
        given = [
            each
            if not _is_complex(other)
            else other.detach().real + each * 1j
            if part == "imag"
            else each + other.detach().imag * 1j
            for each, other in zip(inputs, whole, strict=True)
        ]
        return func(*given)

    return of_part


def _check_backward(
    func: Callable[..., Any], inputs: tuple[Any, ...], options: _Options, prefixes: dict[int, str] = NONE
) -> None:
    results = _as_tuple(func(*inputs))
    checked = [value for value in inputs if _is_checked(value)]
    numerical = [_numerical_jacobians(func, inputs, value, results, options.eps) for value in checked]
    if not _differentiable(results):
        if any(jacobian.any() for jacobians in numerical for jacobian in jacobians):
            raise GradcheckError("Numerical gradient for function expected to be zero")
        return
    number = 0
    for place, result in enumerate(results):
        if not result.requires_grad:
            continue
        analytical = _analytical_jacobians(result, checked, options.nondet_tol, options.dtypes)
        for which, (ours, jacobians) in enumerate(zip(analytical, numerical, strict=True)):
            _compare(ours, jacobians[place], number, which, options, prefixes.get(number, ""), "")
        number += 1


def _check_forward(
    func: Callable[..., Any], inputs: tuple[Any, ...], options: _Options, prefixes: dict[int, str] = NONE
) -> None:
    """The same with tangents: one pass for each element of the inputs."""
    results = _as_tuple(func(*inputs))
    places = [place for place, value in enumerate(inputs) if _is_checked(value)]
    for which, place in enumerate(places):
        numerical = _numerical_jacobians(func, inputs, inputs[place], results, options.eps)
        for number, ours in enumerate(_forward_jacobians(func, inputs, place, results, options.dtypes)):
            if results[number].requires_grad:
                prefix = prefixes.get(which, "")
                _compare(
                    ours, numerical[number], number, which, options, prefix, "computed with forward mode "
                )


def _compare(
    ours: np.ndarray, theirs: np.ndarray, number: int, which: int, options: _Options, prefix: str, mode: str
) -> None:
    if not np.allclose(ours, theirs, options.rtol, options.atol):
        raise GradcheckError(
            f"{prefix}Jacobian {mode}mismatch for output {number} with respect to input {which},\n"
            f"numerical:{from_numpy(theirs)}\nanalytical:{from_numpy(ours)}\n"
        )


def _forward_jacobians(
    func: Callable[..., Any],
    inputs: tuple[Any, ...],
    place: int,
    results: tuple[Tensor, ...],
    check_dtypes: bool,
) -> list[np.ndarray]:
    moved = inputs[place]
    jacobians = [_empty_jacobian(moved, result) for result in results]
    for row, element in enumerate(itertools.product(*map(range, moved.shape))):
        unit = np.zeros(moved.shape, moved.dtype.numpy)
        unit[element] = 1
        with forward_ad.dual_level():
            given = [
                each.detach().requires_grad_(each.requires_grad) if isinstance(each, Tensor) else each
                for each in inputs
            ]
            given[place] = forward_ad.make_dual(given[place], from_numpy(unit).to(moved.device))
            parts = [forward_ad.unpack_dual(each) for each in _as_tuple(func(*given))]
        for jacobian, part in zip(jacobians, parts, strict=True):
            if part.tangent is None:
                continue
            if check_dtypes and part.tangent.dtype is not part.primal.dtype:
                raise GradcheckError("Forward AD gradient has dtype mismatch.")
            jacobian[row] = part.tangent.detach().cpu().numpy().ravel()
    return jacobians


def _empty_jacobian(moved: Tensor, result: Tensor) -> np.ndarray:
    single = moved.dtype in (dtypes.float32, dtypes.complex64)
    kind = dtypes.float32 if single else dtypes.float64
    if moved.is_complex() or result.is_complex():
        kind = dtypes.complex64 if single else dtypes.complex128
    return np.zeros((moved.numel(), result.numel()), kind.numpy)


class _Undefined(Passed):
    """Sends no gradient, whatever it gets."""

    __slots__ = ()

    def run_on_arrays(self, grad: Any) -> tuple[Any, ...]:
        return (None,)

    run_on_tensors = run_on_arrays


NOTES = 'Please look at "Notes about undefined output gradients" in "tools/autograd/derivatives.yaml"'
NEW = (
    "Backwards compatibility: New undefined gradient support checking feature is enabled by default, but it may break "
    'existing callers of this function. If this is true for you, you can call this function with "check_undefined_grad='
    'False" to disable the feature'
)


def _check_undefined(func: Callable[..., Any], inputs: tuple[Any, ...], checked: list[Tensor]) -> None:
    """No gradient in, none or zeros out."""
    outputs = [each._with_history(_Undefined(each)) for each in _differentiable(func(*inputs))]
    zeros = [zeros_like(output) for output in outputs]
    try:
        found = grad(outputs, checked, zeros, allow_unused=True)
    except RuntimeError as error:
        warnings.warn(NEW, stacklevel=outside())
        raise GradcheckError(
            f"Expected backward function to handle undefined output grads. {NOTES}"
        ) from error
    if any(each is not None and each.detach().cpu().numpy().any() for each in found):
        warnings.warn(NEW, stacklevel=outside())
        raise GradcheckError(
            f"Expected all input grads to be undefined or zero when all output grads are undefined or zero. {NOTES}"
        )


def _refuse_unfit(inputs: tuple[Any, ...]) -> None:
    """Inputs on which finite differences would tell nothing."""
    if not any(_is_checked(value) for value in inputs):
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True."
        )
    for place, value in enumerate(inputs):
        if not _is_checked(value):
            continue
        if value.dtype not in (dtypes.float64, dtypes.complex128):
            warnings.warn(
                f"Input #{place} requires gradient and is not a double precision floating point or complex. "
                "This check will likely fail if all the inputs are not of double precision floating point or complex. ",
                stacklevel=outside(),
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
            below = _values(func(*inputs))
            elements[place] = value + step
            above = _values(func(*inputs))
            elements[place] = value
            for jacobian, low, high, result in zip(jacobians, below, above, results, strict=True):
                _refuse_changed(result, low, high, eps)
                jacobian[row] += (high.ravel() - low.ravel()) / (2 * eps) * (step / eps)
    return jacobians


def _values(results: Any) -> list[np.ndarray]:
    """Copies, since a result may be a view of the input that is about to be moved."""
    copies = [result.detach().cpu().numpy() for result in _as_tuple(results)]
    return [np.array(copy, dtype=None if copy.dtype.kind in "fc" else np.float64) for copy in copies]


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
    first, second = ([_empty_jacobian(value, result) for value in inputs] for _ in range(2))
    for column, place in enumerate(itertools.product(*map(range, result.shape))):
        for jacobians in (first, second):
            unit = np.zeros(result.shape, result.dtype.numpy)
            unit[place] = 1
            found = grad(result, inputs, from_numpy(unit).to(result.device), retain_graph=True, allow_unused=True)
            for value, jacobian, each in zip(inputs, jacobians, found, strict=True):
                if each is None:
                    continue
                if each.shape != value.shape:
                    raise GradcheckError("Analytical gradient has incorrect size")
                if check_grad_dtypes and each.dtype is not value.dtype:
                    raise GradcheckError("Gradient has dtype mismatch")
                jacobian[:, column] = each.detach().cpu().numpy().ravel()
    if any(
        one.size and abs(one - other).max() > nondet_tol for one, other in zip(first, second, strict=True)
    ):
        raise GradcheckError(
            "Backward is not reentrant, i.e., running backward with same input and grad_output multiple times gives "
            "different values, although analytical gradient matches numerical gradient.The tolerance for "
            f"nondeterminism was {nondet_tol}."
        )
    return first


def _check_linear_in_grad(
    func: Callable[..., Any], inputs: tuple[Any, ...], checked: list[Tensor], masked: bool
) -> None:
    """Zero in, zero out: a backward that forgets to multiply by its grad shows itself here."""
    outputs = _differentiable(func(*inputs))
    zeros = [zeros_like(output) for output in outputs]
    for each in grad(outputs, checked, zeros, allow_unused=True):
        if each is None:
            continue
        values = each.detach().cpu().numpy()
        if values.any() and not (masked and np.allclose(values, 0)):
            raise GradcheckError("backward not multiplied by grad_output")


def _random_like(output: Tensor, noncontiguous: bool) -> Tensor:
    from minitorch_edu.ops.random import rand  # not before: NumPy's random numbers take their time to import

    values = rand(output.shape, dtype=output.dtype, device=output.device) * 2 - 1
    values = values - 1j if output.is_complex() else values
    if noncontiguous and values.numel() > 1:
        values = values.repeat_interleave(2, -1)[..., ::2]
    return values.detach().requires_grad_()


def _is_checked(value: Any) -> bool:
    return isinstance(value, Tensor) and value.requires_grad


def _differentiable(results: Any) -> tuple[Tensor, ...]:
    return tuple(result for result in _as_tuple(results) if result.requires_grad)


def _as_tuple(values: Any) -> tuple[Any, ...]:
    return tuple(values) if isinstance(values, list | tuple) else (values,)


__getattr__ = _missing.names_of(__name__)
