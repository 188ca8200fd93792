"""Clipping: gradients made no longer than a bound, in place, between `backward` and the step."""

from __future__ import annotations

import types
import warnings
from collections.abc import Iterable

from minitorch_edu.autograd.grad_mode import no_grad
from minitorch_edu.callers import outside
from minitorch_edu.ops.choice import clamp
from minitorch_edu.ops.creation import scalar_tensor
from minitorch_edu.ops.joining import stack
from minitorch_edu.ops.norms import vector_norm
from minitorch_edu.tensor import Tensor

Tensors = Tensor | Iterable[Tensor]


def _listed(tensors: Tensors) -> list[Tensor]:
    return [tensors] if isinstance(tensors, Tensor) else list(tensors)


def _gradients(parameters: Tensors) -> list[Tensor]:
    return [each.grad for each in _listed(parameters) if each.grad is not None]


@no_grad()
def get_total_norm(
    tensors: Tensors, norm_type: float = 2.0, error_if_nonfinite: bool = False, foreach: bool | None = None
) -> Tensor:
    """The norm of all tensors as if they were one vector: the norm of their norms.

    foreach: does not matter here.

    >>> torch.nn.utils.get_total_norm([torch.tensor([3.0]), torch.tensor([4.0])])
    tensor(5.)
    """
    tensors, order = _listed(tensors), float(norm_type)
    if not tensors:
        return scalar_tensor(0.0)
    norms = [vector_norm(each, order).to(tensors[0].device) for each in tensors]
    total = vector_norm(stack(norms), order)
    if error_if_nonfinite and (total.isnan() or total.isinf()):
        raise RuntimeError(
            f"The total norm of order {order} for gradients from `parameters` is non-finite, so it cannot be clipped. "
            "To disable this error and scale the gradients by the non-finite norm anyway, set "
            "`error_if_nonfinite=False`"
        )
    return total


@no_grad()
def clip_grads_with_norm_(
    parameters: Tensors, max_norm: float, total_norm: Tensor, foreach: bool | None = None
) -> None:
    """Scale the gradients of parameters by max_norm / total_norm, if that is less than one."""
    gradients = _gradients(parameters)
    if not gradients:
        return
    factor = clamp(float(max_norm) / (total_norm + 1e-6), max=1.0)  # no `if`: it would wait for a GPU
    for each in gradients:
        each.mul_(factor.to(each.device))


@no_grad()
def clip_grad_norm_(
    parameters: Tensors,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """Clip the gradients of all parameters together, and return the norm that they had.

    >>> w = torch.nn.Parameter(torch.zeros(2))
    >>> w.grad = torch.tensor([3.0, 4.0])
    >>> torch.nn.utils.clip_grad_norm_([w], max_norm=1.0)
    tensor(5.)
    >>> w.grad
    tensor([0.6000, 0.8000])
    """
    generator = isinstance(parameters, types.GeneratorType)
    parameters = _listed(parameters)  # they are gone through twice
    if generator and not parameters:
        warnings.warn(
            "`parameters` is an empty generator, no gradient clipping will occur.", stacklevel=outside()
        )
    total = get_total_norm(_gradients(parameters), norm_type, error_if_nonfinite, foreach)
    clip_grads_with_norm_(parameters, max_norm, total, foreach)
    return total


def clip_grad_norm(
    parameters: Tensors,
    max_norm: float,
    norm_type: float = 2.0,
    error_if_nonfinite: bool = False,
    foreach: bool | None = None,
) -> Tensor:
    """The name that `clip_grad_norm_` had before the underscore said that it writes."""
    warnings.warn(
        "`torch.nn.utils.clip_grad_norm` is now deprecated in favor of `torch.nn.utils.clip_grad_norm_`.",
        FutureWarning,
        stacklevel=outside(),
    )
    return clip_grad_norm_(parameters, max_norm, norm_type, error_if_nonfinite, foreach)


@no_grad()
def clip_grad_value_(parameters: Tensors, clip_value: float, foreach: bool | None = None) -> None:
    """Clip every number of the gradients to [-clip_value, clip_value].

    >>> w = torch.nn.Parameter(torch.zeros(2))
    >>> w.grad = torch.tensor([-3.0, 0.5])
    >>> torch.nn.utils.clip_grad_value_(w, 1.0)
    >>> w.grad
    tensor([-1.0000,  0.5000])
    """
    bound, gradients = float(clip_value), _gradients(parameters)
    if not gradients:
        error = RuntimeError(
            "Expected !nested_tensorlist[0].empty() to be true, but got false.  (Could this error message be "
            "improved?  If so, please report an enhancement request to PyTorch.)"
        )
        error.add_note("None of the parameters has a gradient: call backward() first.")
        raise error
    for each in gradients:
        each.clamp_(min=-bound, max=bound)
