r"""Connectionist temporal classification: the chance of a sequence, whatever the steps at which it is said.

Note [All ways to say a sequence]
Between the labels, before and after, there may be blanks: states 0, 2, 4, ... of 2 S + 1. $\alpha_{ts}$ is the
logarithm of the chance to have come to state s at step t, and $\beta_{ts}$ that to say the rest from there: each
from its neighbours one step away. From s one may stay, go to the next state, or skip a blank between two different
labels. All in logarithms, for all samples and states at once, step by step.
"""

from __future__ import annotations

from typing import Any

from minitorch_edu.ops.op import op
from minitorch_edu.ops.refusals import lacking
from minitorch_edu.ops.view import reshape_to


def states_of(xp: Any, targets: Any, blank: int) -> tuple[Any, Any]:
    """(the label of each state, whether it may be reached from two states before)"""
    samples, length = targets.shape
    labels = xp.full((samples, 2 * length + 1), blank, xp.int64)
    labels[:, 1::2] = targets
    skips = xp.zeros(labels.shape, bool)
    skips[:, 3::2] = targets[:, 1:] != targets[:, :-1]
    return labels, skips


def arrived(xp: Any, before: Any, skips: Any) -> Any:
    """The logarithm of the chances to come to each state, from those one step before."""
    one, two = xp.full_like(before, -xp.inf), xp.full_like(before, -xp.inf)
    one[:, 1:] = before[:, :-1]
    two[:, 2:] = xp.where(skips[:, 2:], before[:, :-2], -xp.inf)
    return xp.logaddexp(xp.logaddexp(before, one), two)


def forwards(xp: Any, said: Any, skips: Any) -> Any:
    """Alpha: said (steps, samples, states) are the logarithms of the chance of each state's label."""
    alpha = xp.full(said.shape, -xp.inf, said.dtype)
    if len(said):
        alpha[0, :, :2] = said[0, :, :2]
    for step in range(1, len(said)):
        alpha[step] = arrived(xp, alpha[step - 1], skips) + said[step]
    return alpha


def spoken(xp: Any, log_probs: Any, labels: Any) -> Any:
    """The logarithms of the chance of each state's label at each step."""
    return xp.take_along_axis(log_probs, xp.broadcast_to(labels, (len(log_probs), *labels.shape)), 2)


@op
class ctc_losses:
    r"""Minus the logarithm of the chance of each target: $\ell = -\ln(\alpha_{T, 2S+1} + \alpha_{T, 2S})$."""

    node = "CtcLossBackward0"
    outputs = ("result", "log_alpha")
    differentiable = 1
    meeting = ("log_probs",)
    refuses = "biuc"
    explain = lacking("ctc_loss_cpu", *"biuc")

    def forward(xp, log_probs, targets, input_lengths, target_lengths, blank: int, zero_infinity: bool):
        labels, skips = states_of(xp, targets, blank)
        alpha = forwards(xp, spoken(xp, log_probs, labels), skips)
        return -total(xp, alpha, input_lengths, target_lengths), alpha.swapaxes(0, 1)

    def grad_log_probs(
        grad, log_probs, targets, input_lengths, target_lengths, result, log_alpha, blank, zero_infinity
    ):
        r"$\partial \ell / \partial x_{tk} = e^{x_{tk}} - \sum_{s : l_s = k} \alpha_{ts} \beta_{ts} / p e^{x_{tk}}$"
        slopes = ctc_slopes(
            log_probs, targets, input_lengths, target_lengths, result, log_alpha, blank, zero_infinity
        )
        return slopes * reshape_to(grad, (1, -1, 1))


def total(xp: Any, alpha: Any, input_lengths: Any, target_lengths: Any) -> Any:
    """The logarithm of the chance of each target: that of its last two states at its last step."""
    samples = xp.arange(alpha.shape[1])
    steps, states = input_lengths - 1, 2 * target_lengths
    if not len(alpha):
        return xp.where(target_lengths == 0, 0, -xp.inf).astype(alpha.dtype)
    last = alpha[xp.maximum(steps, 0), samples, states]
    before = alpha[xp.maximum(steps, 0), samples, xp.maximum(states - 1, 0)]
    found = xp.where(target_lengths > 0, xp.logaddexp(last, before), last)
    return xp.where(steps >= 0, found, xp.where(target_lengths == 0, 0, -xp.inf)).astype(alpha.dtype)


@op
class ctc_slopes:
    r"""The derivative of a CTC loss in the logarithms of the chances, which are taken for those of a softmax."""

    node = "CtcLossBackwardBackward0"

    def forward(
        xp,
        log_probs,
        targets,
        input_lengths,
        target_lengths,
        result,
        log_alpha,
        blank: int,
        zero_infinity: bool,
    ):
        labels, skips = states_of(xp, targets, blank)
        said = spoken(xp, log_probs, labels)
        steps, samples = log_probs.shape[:2]
        slopes = xp.exp(log_probs)
        alive = xp.arange(steps)[:, None] < input_lengths
        alpha = log_alpha.swapaxes(0, 1)
        beta = backwards(xp, said, skips, input_lengths, target_lengths)
        both = xp.full(log_probs.shape, -xp.inf, log_probs.dtype)
        rows = xp.arange(samples)
        for state in range(labels.shape[1]):
            at = (slice(None), rows, labels[:, state])
            both[at] = xp.logaddexp(both[at], alpha[:, :, state] + beta[:, :, state])
        with_label = xp.exp(both + result[None, :, None] - log_probs)
        slopes = xp.where(xp.isneginf(both), slopes, slopes - with_label)
        if zero_infinity:
            slopes = xp.where(xp.isinf(result)[None, :, None], 0, slopes)
        return xp.where(alive[:, :, None], slopes, 0).astype(log_probs.dtype)

    def grad_log_probs(grad):
        r"$\partial^2 \ell / \partial x^2$ is not implemented, here as in PyTorch"
        return refused(grad)


def refused(grad: Any) -> Any:
    raise RuntimeError("derivative for aten::_ctc_loss_backward is not implemented")


def backwards(xp: Any, said: Any, skips: Any, input_lengths: Any, target_lengths: Any) -> Any:
    """Beta: from each sample's last step and its last two states, back."""
    beta = xp.full(said.shape, -xp.inf, said.dtype)
    places = xp.arange(said.shape[2])
    ends = (places == 2 * target_lengths[:, None]) | (places == 2 * target_lengths[:, None] - 1)
    after = xp.full(said.shape[1:], -xp.inf, said.dtype)
    for step in range(len(said) - 1, -1, -1):
        one, two = xp.full_like(after, -xp.inf), xp.full_like(after, -xp.inf)
        one[:, :-1] = after[:, 1:]
        two[:, :-2] = xp.where(skips[:, 2:], after[:, 2:], -xp.inf)
        on = xp.logaddexp(xp.logaddexp(after, one), two) + said[step]
        last = (input_lengths - 1 == step)[:, None]
        after = xp.where(last, xp.where(ends, said[step], -xp.inf), on)
        beta[step] = after
    return beta
