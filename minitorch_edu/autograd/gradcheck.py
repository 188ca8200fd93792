"""gradcheck: is the derivative that backward computes the one that small differences show?

`gradcheck_whole` compares whole Jacobians, element by element; `gradcheck_fast` compares one number for each, which
takes a few evaluations instead of two for each element. Use float64: in float32 the difference of two nearby numbers
has few digits left.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu import missing as _missing
from minitorch_edu.autograd import gradcheck_fast, gradcheck_whole
from minitorch_edu.autograd.calls import grad
from minitorch_edu.autograd.functional import gradients_in
from minitorch_edu.autograd.gradcheck_whole import GradcheckError as GradcheckError
from minitorch_edu.autograd.gradcheck_whole import Options, as_tuple, differentiable, is_checked
from minitorch_edu.autograd.graph import Passed
from minitorch_edu.callers import outside
from minitorch_edu.ops.creation import zeros_like
from minitorch_edu.tensor import Tensor


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
    fast_mode: compare one number for each input and output instead of whole Jacobians. See `gradcheck_fast`.
    check_batched_grad: taken and not needed: every gradient is computed alone.

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
    options = Options(eps, atol, rtol, nondet_tol, check_grad_dtypes, bool(masked))
    way = gradcheck_fast if fast_mode else gradcheck_whole
    try:
        _check(way, func, as_tuple(inputs), options, check_backward_ad, check_forward_ad)
        if check_backward_ad:
            _check_corners(func, as_tuple(inputs), options.masked, check_undefined_grad)
    except GradcheckError:
        if raise_exception:
            raise
        return False
    return True


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
    inputs = as_tuple(inputs)
    if grad_outputs is None:
        outputs = differentiable(func(*inputs))
        grad_outputs = [_random_like(output, gen_non_contig_grad_outputs) for output in outputs]
    grad_outputs = as_tuple(grad_outputs)

    def gradients(*values: Any) -> tuple[Tensor, ...]:
        arguments, grads = values[: len(inputs)], values[len(inputs) :]
        asked = [value for value in arguments if is_checked(value)]
        found = gradients_in(differentiable(func(*arguments)), asked, grads, create_graph=True)
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
    way: Any,
    func: Callable[..., Any],
    inputs: tuple[Any, ...],
    options: Options,
    backward: bool,
    forward: bool,
) -> None:
    """Compare Jacobians in one way or the other, complex ones part by part."""
    _refuse_unfit(inputs)
    results = as_tuple(func(*inputs))
    if backward and any(_is_complex(each) for each in results):
        recorded = [each for each in results if each.requires_grad]
        for part, name in PARTS.items():
            prefixes = _prefixes(name, "outputs", recorded)
            way.check_backward(_part_of_results(func, part), inputs, options, prefixes)
    elif backward:
        way.check_backward(func, inputs, options)
    if forward and any(_is_complex(each) for each in inputs):
        for part, name in PARTS.items():
            moved = tuple(_real_part(each, part) if _is_complex(each) else each for each in inputs)
            prefixes = _prefixes(name, "inputs", [each for each in inputs if is_checked(each)])
            way.check_forward(_part_of_inputs(func, inputs, part), moved, options, prefixes)
    elif forward:
        way.check_forward(func, inputs, options)


def _check_corners(func: Callable[..., Any], inputs: tuple[Any, ...], masked: bool, undefined: bool) -> None:
    """A gradient of zeros, and none at all."""
    if differentiable(func(*inputs)):
        checked = [value for value in inputs if is_checked(value)]
        _check_linear_in_grad(func, inputs, checked, masked)
        if undefined:
            _check_undefined(func, inputs, checked)


PARTS = {"imag": "imaginary", "real": "real"}


def _prefixes(part: str, kind: str, tensors: Sequence[Tensor]) -> dict[int, str]:
    """How an error begins that is about one of the complex ones among some outputs or inputs, by their numbers."""
    text = f"While considering the {part} part of complex {kind} only, "
    return {number: text for number, each in enumerate(tensors) if each.is_complex()}


def _is_complex(value: Any) -> bool:
    return isinstance(value, Tensor) and value.is_complex()


def _real_part(value: Tensor, part: str) -> Tensor:
    return getattr(value.detach(), part).clone().requires_grad_(value.requires_grad)


def _part_of_results(func: Callable[..., Any], part: str) -> Callable[..., Any]:
    """The function whose results are the real or the imaginary parts of those of `func`."""
    return lambda *inputs: tuple(
        getattr(each, part) if _is_complex(each) else each for each in as_tuple(func(*inputs))
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
    outputs = [each._with_history(_Undefined(each)) for each in differentiable(func(*inputs))]
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
    if not any(is_checked(value) for value in inputs):
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True."
        )
    for place, value in enumerate(inputs):
        if not is_checked(value):
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


def _check_linear_in_grad(
    func: Callable[..., Any], inputs: tuple[Any, ...], checked: list[Tensor], masked: bool
) -> None:
    """Zero in, zero out: a backward that forgets to multiply by its grad shows itself here."""
    outputs = differentiable(func(*inputs))
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


__getattr__ = _missing.names_of(__name__)
