"""Losses of classes: the chance that was given to the right one, and margins between it and the others.

Note [Picking the right class]
A target names one class for each sample, or for each place of an image. `picked_class` takes the number that stands
there, `placed_class` puts numbers back among zeros: each is the derivative of the other. An ignored target picks 0, and
nothing is placed for it.
"""

from __future__ import annotations

from typing import Any

from minitorch_edu.backends.gpus import seen
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.losses import MEAN, NO_FLOATS, NONE, SUM, reduced, share
from minitorch_edu.ops.op import op
from minitorch_edu.ops.reduction import sum
from minitorch_edu.ops.refusals import lacking
from minitorch_edu.ops.scans import open_grid, so_far
from minitorch_edu.ops.view import reshape_to


def all_below(target: Any, classes: int) -> bool:
    """Whether all targets are classes: a negative one is a great number without its sign, so one look will do."""
    return bool((target.view("u8") if target.itemsize == 8 else target).max() < classes)


def counted(target: Any, classes: int, ignore_index: int) -> Any:
    """The mask of targets that count, or None where all do. A target that is no class is refused."""
    known = seen(target)
    on_host = known is target
    if on_host and not 0 <= ignore_index < classes and (not target.size or all_below(target, classes)):
        return None
    if known is not None:
        refuse_strange(known[known != ignore_index], classes)
    return target != ignore_index


def refuse_strange(named: Any, classes: int) -> None:
    """A target that is no class is an error."""
    wrong = (named < 0) | (named >= classes)
    if wrong.any():
        error = IndexError(f"Target {named[wrong][0]} is out of bounds.")
        error.add_note(f"There are {classes} classes: a target is one of 0 to {classes - 1}.")
        raise error


def places(xp: Any, target: Any, shape: tuple[int, ...]) -> Any:
    """A NumPy index of the class each target names."""
    if len(shape) == 1:
        return (target.reshape(()),)
    if len(shape) == 2:
        return xp.arange(len(target)), target
    along = open_grid(xp, target.shape)
    return (along[0], target, *along[1:])


def picked(xp: Any, input: Any, target: Any, ignore_index: int) -> tuple[Any, Any, Any]:
    """(the number of each target's class, the classes, the mask of those that count or None)"""
    classes = input.shape[input.ndim > 1]
    mask = counted(target, classes, ignore_index)
    if mask is None:
        return input[places(xp, target, input.shape)], target, None
    target = xp.where(mask, target, 0)
    found = input[places(xp, target, input.shape)] if classes else xp.zeros(target.shape, input.dtype)
    mask = mask.reshape(found.shape)
    return xp.where(mask, found, 0).astype(input.dtype, copy=False), target, mask


@op
class picked_class:
    r"""The number that stands at each target's class: $z_n = x_{n, t_n}$."""

    def forward(xp, input, target, ignore_index: int):
        return xp.array(picked(xp, input, target, ignore_index)[0])

    def grad_input(grad, target, input_shape, ignore_index):
        r"$\partial L / \partial x_{n, t_n} = \bar z_n$"
        return placed_class(grad, target, input_shape, ignore_index)


@op
class placed_class:
    r"""Zeros, with each number at its target's class: $z_{n, t_n} = x_n$. One number may stand for all."""

    def forward(xp, input, target, shape: tuple, ignore_index: int):
        result = xp.zeros(shape, input.dtype)
        classes = shape[len(shape) > 1]
        mask = counted(target, classes, ignore_index)
        if mask is not None and classes:
            input = xp.where(mask, input, 0) if len(shape) > 1 else xp.where(mask.reshape(()), input, 0)
            target = xp.where(mask, target, 0)
        if classes:
            result[places(xp, target, shape)] = input
        return result

    def grad_input(grad, target, input_shape, ignore_index):
        r"$\partial L / \partial x_n = \bar z_{n, t_n}$"
        return as_given(picked_class(grad, target, ignore_index), input_shape)


def as_given(found, shape):
    """The gradient of one number that stood for all is the sum of theirs."""
    return sum(found, tuple(range(found.ndim)), False) if shape == () and found.shape != () else found


def nll(xp: Any, input: Any, target: Any, weight: Any, reduction: int, ignore_index: int) -> tuple[Any, Any]:
    """(the losses, the total weight) of the negative log likelihood."""
    found, target, mask = picked(xp, input, target, ignore_index)
    kind = input.dtype.type
    if weight is None:
        total = kind(found.size) if mask is None else mask.sum().astype(input.dtype)
    else:
        weights = weight[target].reshape(found.shape)
        weights = weights if mask is None else xp.where(mask, weights, 0)
        found, total = found * weights, xp.add.reduce(weights, axis=None)
    if reduction == NONE:
        return -found, kind(0)
    loss = -xp.add.reduce(found, axis=None)
    return (loss / total if reduction == MEAN else loss), total


def nll_slopes(grad, target, shape, total_weight, reduction, ignore_index):
    """The gradient of a negative log likelihood without weights."""
    grad = -grad / total_weight if reduction == MEAN else -grad
    return placed_class(grad, target, shape, ignore_index)


def by_class(grad, weight):
    """A gradient times the weights of its classes."""
    return grad * (reshape_to(weight, (-1, *(1,) * (grad.ndim - 2))) if grad.ndim > 2 else weight)


class Likelihood:
    """What the cards of the negative log likelihood have in common."""

    outputs = ("result", "total_weight")
    differentiable = 1
    refuses = NO_FLOATS
    widens = True


@op
class nll_loss(Likelihood):
    r"""The negative log likelihood of the right classes: $\ell_n = -x_{n, t_n}$, and the mean or the sum of it."""

    kernel = "nll_loss_forward(self, target)"
    structured = True
    meeting = ("input",)
    explain = lacking("nll_loss_out_frame", *NO_FLOATS)

    def forward(xp, input, target, reduction: int = MEAN, ignore_index: int = -100):
        return nll(xp, input, target, None, reduction, ignore_index)

    def grad_input(grad, input_shape, target, total_weight, reduction, ignore_index):
        r"$\partial \ell_n / \partial x_{n, t_n} = -1$; of a mean of $N$, $-1 / N$"
        return nll_slopes(grad, target, input_shape, total_weight, reduction, ignore_index)


@op
class nll_loss_weighted(Likelihood):
    r"""The negative log likelihood, with a weight for each class: $\ell_n = -w_{t_n} x_{n, t_n}$.

    The mean is that of the samples as they are weighted: $\sum_n \ell_n / \sum_n w_{t_n}$.
    """

    kernel = "nll_loss_forward(self, target, weight)"
    structured = True
    node = "NllLossBackward0"
    meeting = ("input",)
    explain = lacking("nll_loss_out_frame", *NO_FLOATS)

    def forward(xp, input, target, weight, reduction: int = MEAN, ignore_index: int = -100):
        return nll(xp, input, target, weight, reduction, ignore_index)

    def grad_input(grad, input_shape, target, weight, total_weight, reduction, ignore_index):
        r"$\partial \ell_n / \partial x_{n, t_n} = -w_{t_n}$; of a mean, over $\sum_m w_{t_m}$"
        return by_class(nll_slopes(grad, target, input_shape, total_weight, reduction, ignore_index), weight)


@op
class nll_loss2d(Likelihood):
    r"""The negative log likelihood at each place of an image: $\ell_{np} = -x_{n, t_{np}, p}$."""

    kernel = "nll_loss2d_forward(self, target)"
    node = "NllLoss2DBackward0"
    meeting = ("input",)
    explain = lacking("nll_loss2d_forward_out_frame", *NO_FLOATS)

    def forward(xp, input, target, reduction: int = MEAN, ignore_index: int = -100):
        return nll(xp, input, target, None, reduction, ignore_index)

    def grad_input(grad, input_shape, target, total_weight, reduction, ignore_index):
        r"$\partial \ell_{np} / \partial x_{n, t_{np}, p} = -1$; of a mean of $N$, $-1 / N$"
        return nll_slopes(grad, target, input_shape, total_weight, reduction, ignore_index)


@op
class nll_loss2d_weighted(Likelihood):
    r"""The negative log likelihood at each place of an image, with a weight for each class."""

    kernel = "nll_loss2d_forward(self, target, weight)"
    node = "NllLoss2DBackward0"
    meeting = ("input",)
    explain = lacking("nll_loss2d_forward_out_frame", *NO_FLOATS)

    def forward(xp, input, target, weight, reduction: int = MEAN, ignore_index: int = -100):
        return nll(xp, input, target, weight, reduction, ignore_index)

    def grad_input(grad, input_shape, target, weight, total_weight, reduction, ignore_index):
        r"$\partial \ell_{np} / \partial x_{n, t_{np}, p} = -w_{t_{np}}$; of a mean, over the sum of the weights"
        return by_class(nll_slopes(grad, target, input_shape, total_weight, reduction, ignore_index), weight)


# --- margins ----------------------------------------------------------------------------------------------------------


@op
class class_mask:
    r"""Where each target's class is: $z_{nc} = [t_n = c]$."""

    def forward(xp, target, classes: int):
        return target.reshape(-1, 1) == xp.arange(classes)


def shortfall(input, mask, margin):
    """By how much each class comes too near to the right one; for that one itself, the margin."""
    return input - sum(where(mask, input, 0), (1,), True) + margin


@op
class multi_margin_loss:
    r"""How much the other classes come too near to the right one, by more than a margin.

    $\ell_n = \sum_{c \neq t_n} w_{t_n} \max(0, m - x_{n t_n} + x_{nc})^p / C$. The input is (samples, classes);
    a weight without elements stands for none.
    """

    kernel = "multi_margin_loss(self, target, weight)"
    domain = r"where $x_{nc} \ne x_{n t_n} - m$"
    meeting = ("input",)
    refuses = NO_FLOATS
    explain = lacking("multi_margin_loss_cpu_kernel", *NO_FLOATS)
    widens = True

    def forward(xp, input, target, weight, p: int, margin: float, reduction: int = MEAN):
        rows = xp.arange(len(input))
        short = xp.maximum(input - input[rows, target][:, None] + margin, 0)
        short[rows, target] = 0
        losses = (short if p == 1 else short * short).sum(1) / input.dtype.type(input.shape[1])
        return reduced(xp, losses * weight[target] if weight.size else losses, reduction)

    def grad_input(grad, input, target, weight, p, margin, reduction):
        r"$\partial \ell_n / \partial x_{nc} = w p \max(0, m - x_{n t_n} + x_{nc})^{p-1} / C$, for $t_n$ minus the sum"
        mask = class_mask(target, input.shape[1])
        short = shortfall(input, mask, margin)
        slope = where(mask | (short <= 0), 0, short * 2 if p == 2 else short * 0 + 1) / input.shape[1]
        if weight.shape != (0,):
            slope = slope * sum(where(mask, weight, 0), (1,), True)
        each = share(grad, input.shape[:1], reduction)
        return reshape_to(each, (-1, 1)) * where(mask, -sum(slope, (1,), True), slope)


@op
class multilabel_slopes:
    r"""How often each class is too near to, or falls too short of, another: $z = C \, \partial \ell / \partial x$."""

    def forward(xp, input, target):
        near, right, _ = too_near(xp, input, target)
        counts = (near > 0).astype(input.dtype)
        result = counts.sum(1)
        for place in range(target.shape[1]):
            result[xp.arange(len(input)), right[:, place]] -= counts[:, place].sum(1)
        return result


def too_near(xp: Any, input: Any, target: Any) -> tuple[Any, Any, Any]:
    """(by how much each class comes too near to each right one, the right ones, where they are)

    The right classes of a sample are those before the first -1.
    """
    given = so_far(xp, xp.logical_and, target >= 0, 1)
    right = xp.where(given, target, 0)
    is_right = xp.zeros(input.shape, bool)
    for place in range(target.shape[1]):
        is_right[xp.arange(len(input)), right[:, place]] |= given[:, place]
    chosen = xp.take_along_axis(input, right, 1)
    near = xp.maximum(1 - chosen[:, :, None] + input[:, None, :], 0)
    return near * (given[:, :, None] & ~is_right[:, None, :]), right, is_right


@op
class multilabel_margin_loss:
    r"""How much wrong classes come too near to right ones: $\ell_n = \sum_{t, c} \max(0, 1 - x_{nt} + x_{nc}) / C$."""

    kernel = "multilabel_margin_loss_forward(self, target)"
    domain = "where no $x_{nc} = x_{nt} - 1$"
    outputs = ("result", "is_target")
    differentiable = 1
    meeting = ("input",)
    refuses = NO_FLOATS
    explain = lacking("multilabel_margin_loss_forward_out_frame", *NO_FLOATS)

    def forward(xp, input, target, reduction: int = MEAN):
        near, _, is_right = too_near(xp, input, target)
        losses = near.sum((1, 2)) / input.dtype.type(input.shape[1] or 1)
        return reduced(xp, losses, reduction), is_right.astype(input.dtype)

    def grad_input(grad, input, target, reduction):
        r"$\partial \ell_n / \partial x_{nc} = \#\{t : x_{nc} > x_{nt} - 1\} / C$; for right ones minus such a count"
        each = share(grad, input.shape[:1], reduction)
        return reshape_to(each, (-1, 1)) * (multilabel_slopes(input, target) / input.shape[1])


__all__ = ["SUM", "class_mask", "multi_margin_loss", "multilabel_margin_loss", "nll_loss", "picked_class"]
