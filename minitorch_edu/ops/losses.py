"""Losses between numbers: how far an input is from a target, element by element, and then the mean or the sum.

Note [Reduction]
`reduction` is 0 for each element's loss, 1 for the mean of all, and 2 for their sum: PyTorch's numbers. The gradient
of a mean or a sum is one number for all elements, so each formula multiplies the gradient, which broadcasts, with the
derivative of one element's loss; `share` is what the mean divides by.
"""

from __future__ import annotations

import math
from typing import Any

from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.backends.gpus import seen
from minitorch_edu.ops.activation import sigmoid
from minitorch_edu.ops.activation_more import log_sigmoid
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.op import op
from minitorch_edu.ops.pointwise import abs, exp, log, sgn
from minitorch_edu.ops.refusals import lacking
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor, wrap

NONE, MEAN, SUM = 0, 1, 2
NO_FLOATS = "biuc"

_nothing: dict[Any, Tensor] = {}


def or_nothing(weight: Tensor | None, beside: Tensor) -> Tensor:
    """A weight; without one, a tensor of no elements, which weighs nothing."""
    if weight is not None:
        return weight
    key = beside._storage.backend, beside._array.dtype
    found = _nothing.get(key)
    if found is None:
        found = _nothing[key] = wrap(key[0].xp.zeros(0, key[1]), key[0])
    return found


def refuse_learned(function: str, **arguments: Tensor | None) -> None:
    """What these losses are not differentiable in must not ask for gradients."""
    for name, value in arguments.items():
        if value is not None and value._requires_grad and grad_mode.enabled:
            raise RuntimeError(
                f"The function '{function}' is not differentiable with respect to argument '{name}'. This input cannot "
                "have requires_grad True."
            )


def reduced(xp: Any, losses: Any, reduction: int) -> Any:
    """The losses, their mean or their sum."""
    if reduction == NONE:
        return losses
    total = xp.add.reduce(losses, axis=None)
    return total if reduction == SUM else total / losses.dtype.type(losses.size)


def share(grad, shape, reduction):
    """The gradient for each of the losses."""
    return grad / max(math.prod(shape), 1) if reduction == MEAN else grad


def weighted(values, weight):
    """The values times their weights, if there are any."""
    return values * weight if math.prod(weight.shape) else values


@op(promotes="same")
class mse_loss:
    r"""The squared error: $\ell_i = (x_i - y_i)^2$, and the mean or the sum of it."""

    refuses = NO_FLOATS
    explain = lacking("mse_cpu", *NO_FLOATS)
    inplace = False
    widens = True

    def forward(xp, input, target, reduction: int = MEAN):
        error = xp.subtract(input, target)
        return reduced(xp, error * error, reduction)

    def grad_input(grad, input, target, reduction):
        r"$\partial \ell_i / \partial x_i = 2 \, (x_i - y_i)$; of a mean of $n$, $1 / n$ of that"
        return share(grad * 2, input.shape, reduction) * (input - target)

    def grad_target(grad, input, target, reduction):
        r"$\partial \ell_i / \partial y_i = 2 \, (y_i - x_i)$; of a mean of $n$, $1 / n$ of that"
        return share(grad * 2, input.shape, reduction) * (target - input)


@op(promotes="same")
class smooth_l1_loss:
    r"""The error $d = x - y$, squared where it is small.

    $\ell = d^2 / 2 \beta$ where $|d| < \beta$, else $|d| - \beta / 2$.
    """

    domain = r"where $|x - y| \ne \beta$"
    refuses = NO_FLOATS
    explain = lacking("smooth_l1_cpu", *NO_FLOATS)
    inplace = False
    widens = True
    widened_backward = True

    def forward(xp, input, target, reduction: int = MEAN, beta: float = 1.0):
        size = xp.absolute(input - target)
        small = 0.5 * size * size / beta
        return reduced(xp, xp.where(size < beta, small, size - 0.5 * beta), reduction)

    def grad_input(grad, input, target, reduction, beta):
        r"$\partial \ell / \partial x = d / \beta$ where $|d| < \beta$, else $\operatorname{sgn} d$"
        return share(grad, input.shape, reduction) * smooth_slope(input - target, beta)

    def grad_target(grad, input, target, reduction, beta):
        r"$\partial \ell / \partial y = -\partial \ell / \partial x$"
        return share(grad, input.shape, reduction) * smooth_slope(target - input, beta)


def smooth_slope(error, beta):
    """The derivative of a smooth absolute value."""
    return where(abs(error) < beta, error / beta, sgn(error))


@op(promotes="same")
class huber_loss:
    r"""The error $d = x - y$, squared where it is small.

    $\ell = d^2 / 2$ where $|d| \leq \delta$, else $\delta (|d| - \delta / 2)$.
    """

    domain = r"where $|x - y| \ne \delta$"
    refuses = NO_FLOATS
    explain = lacking("huber_cpu", *NO_FLOATS)
    inplace = False
    widens = True
    kernel = "huber_loss(self, target)"

    def forward(xp, input, target, reduction: int = MEAN, delta: float = 1.0):
        size = xp.absolute(input - target)
        large = delta * (size - 0.5 * delta)
        return reduced(xp, xp.where(size <= delta, 0.5 * size * size, large), reduction)

    def grad_input(grad, input, target, reduction, delta):
        r"$\partial \ell / \partial x = \min(\max(d, -\delta), \delta)$"
        return share(grad, input.shape, reduction) * huber_slope(input - target, delta)

    def grad_target(grad, input, target, reduction, delta):
        r"$\partial \ell / \partial y = -\partial \ell / \partial x$"
        return share(grad, input.shape, reduction) * huber_slope(target - input, delta)


def huber_slope(error, delta):
    """The error, kept within bounds."""
    return where(abs(error) <= delta, error, sgn(error) * delta)


@op(promotes="same")
class soft_margin_loss:
    r"""The loss of a sign: $\ell = \ln(1 + e^{-y x})$, where $y$ is 1 or -1."""

    refuses = NO_FLOATS
    inplace = False
    widens = True
    meeting = ("input", "target")

    def forward(xp, input, target, reduction: int = MEAN):
        return reduced(xp, xp.log1p(xp.exp(-target * input)), reduction)

    def grad_input(grad, input, target, reduction):
        r"$\partial \ell / \partial x = -y \, e^{-y x} / (1 + e^{-y x})$"
        odds = exp(-target * input)
        return share(grad, input.shape, reduction) * (-target * odds / (odds + 1))

    def explain(input, target, reduction):
        if input.dtype.category < 2:
            raise RuntimeError(
                f"result type Float can't be cast to the desired output type {input.dtype.scalar_name}"
            )


# --- the loss of a chance ---------------------------------------------------------------------------------------------


@op
class binary_cross_entropy:
    r"""The surprise at a yes or no: $\ell = -w \, (y \ln x + (1 - y) \ln(1 - x))$. No logarithm is below -100.

    A weight without elements stands for none.
    """

    domain = "where $0 < x < 1$"
    meeting = ("input", "target")
    widens = True
    refuses = NO_FLOATS

    def forward(xp, input, target, weight, reduction: int = MEAN):
        if target.dtype is not input.dtype or not _are_chances(input) or not _are_chances(target):
            raise ValueError("chances")
        losses = (target - 1) * xp.maximum(xp.log1p(-input), -100) - target * xp.maximum(xp.log(input), -100)
        return reduced(xp, weighted(losses, weight), reduction)

    def grad_input(grad, input, target, weight, reduction):
        r"$\partial \ell / \partial x = w \, (x - y) / (x \, (1 - x))$"
        spread = (1 - input) * input
        slope = (input - target) / where(spread < 1e-12, 1e-12, spread)
        return weighted(share(grad, input.shape, reduction) * slope, weight)

    def grad_target(grad, input, weight, reduction):
        r"$\partial \ell / \partial y = w \, (\ln(1 - x) - \ln x)$"
        return weighted(share(grad, input.shape, reduction) * (log(1 - input) - log(input)), weight)

    def explain(input, target, weight, reduction):
        if input.dtype.category != 2:
            lacking("binary_cross_entropy", *NO_FLOATS)(input)
        if target.dtype is not input.dtype:
            raise RuntimeError(
                f"Found dtype {target.dtype.scalar_name} but expected {input.dtype.scalar_name}"
            )
        for name, chances in (("input", input), ("target", target)):
            if not _are_chances(chances._array):
                raise RuntimeError(f"all elements of {name} should be between 0 and 1")


def _are_chances(array: Any) -> bool:
    known = seen(array)
    return known is None or bool(((known >= 0) & (known <= 1)).all())


@op(promotes="same")
class binary_cross_entropy_with_logits:
    r"""The surprise at a yes or no whose chance is $\sigma(x)$: $\ell = w \, ((1 - y) \, x + p \ln(1 + e^{-x}))$.

    $p = 1 + (q - 1) \, y$, where $q$ is the weight of a yes. Weights without elements stand for none.
    """

    meeting = ("input", "target")
    inplace = False
    refuses = "biu"

    def forward(xp, input, target, weight, pos_weight, reduction: int = MEAN):
        loud = xp.log1p(xp.exp(-xp.absolute(input))) + xp.maximum(-input, 0)  # -ln of the chance
        if pos_weight.size:
            loud = loud * ((pos_weight - 1) * target + 1)
        return reduced(xp, weighted((1 - target) * input + loud, weight), reduction)

    def grad_input(grad, input, target, weight, pos_weight, reduction):
        r"$\partial \ell / \partial x = w \, (1 - y - p \, (1 - \sigma(x)))$, and without $p$, $\sigma(x) - y$"
        slope = logit_slope(input, target, pos_weight)
        return weighted(share(grad, input.shape, reduction) * slope, weight)

    def grad_target(grad, input, weight, pos_weight, reduction):
        r"$\partial \ell / \partial y = w \, (-x + (q - 1) \ln(1 + e^{-x}))$"
        slope = -input
        if math.prod(pos_weight.shape):
            slope = slope - (pos_weight - 1) * log_sigmoid(input)
        return weighted(share(grad, input.shape, reduction) * slope, weight)

    def explain(input, target, weight, pos_weight, reduction):
        lacking("log_sigmoid_cpu", "b", "i", "u")(input, target)
        for each in (pos_weight, weight):
            if each.numel():
                broadcast(each.shape, target.shape)


def logit_slope(input, target, pos_weight):
    """The derivative of the surprise in the logit."""
    if not math.prod(pos_weight.shape):
        return sigmoid(input) - target
    heavier = (pos_weight - 1) * target
    return 1 - target - (heavier + 1) * sigmoid(-input)
