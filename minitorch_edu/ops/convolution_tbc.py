"""conv_tbc: the convolution of sequences that lie time first, as models of speech and translation keep them."""

from __future__ import annotations

from minitorch_edu.ops.op import op
from minitorch_edu.ops.padding import constant_pad
from minitorch_edu.ops.refusals import Unsupported
from minitorch_edu.ops.rooms import no_room
from minitorch_edu.ops.splitting import stacked


@op
class conv_tbc:
    r"""Convolution over time: $z_{tbo} = \beta_o + \sum_{ki} x_{t+k-p,bi} \, w_{kio}$, with zeros around $x$.

    input: $(T, B, C)$, padded with $p$ = `pad` zeros at both ends; weight: $(K, C, O)$; bias: $(O)$.
    The result is $(T + 2p - K + 1, B, O)$.

    >>> steps = torch.tensor([1., 2., 4.]).reshape(3, 1, 1)
    >>> torch.conv_tbc(steps, torch.tensor([[[1.]], [[10.]]]), torch.tensor([0.5]), pad=1).flatten()
    tensor([10.5000, 21.5000, 42.5000,  4.5000])
    """

    signatures = ("Tensor input, Tensor weight, Tensor bias, int pad = 0, *, Tensor out = None",)
    public = True
    widens = widened_backward = True

    def forward(xp, input, weight, bias, pad: int = 0):
        if not fits(input, weight, bias) or len(input) + 2 * pad < len(weight):
            raise Unsupported
        padded = constant_pad.card.forward(xp, input, (0, 0, 0, 0, pad, pad), 0)
        return xp.ascontiguousarray(correlated(padded, weight) + bias)

    def grad_input(grad, weight, pad):
        r"$\partial z_{tbo} / \partial x_{sbi} = w_{s-t+p,io}$"
        room = len(weight) - 1 - pad
        return correlated(
            constant_pad(grad, (0, 0, 0, 0, room, room), 0), [matrix.T for matrix in weight][::-1]
        )

    def grad_weight(grad, input, weight, pad):
        r"$\partial z_{tbo} / \partial w_{kio} = x_{t+k-p,bi}$"
        padded = constant_pad(input, (0, 0, 0, 0, pad, pad), 0)
        rows = grad.reshape(len(grad) * grad.shape[1], grad.shape[2])
        return stacked([columns(padded, k, len(grad)).T @ rows for k in range(len(weight))], 0)

    def grad_bias(grad):
        r"$\partial z_{tbo} / \partial \beta_o = 1$"
        return grad.sum((0, 1))

    def explain(input, weight, bias, pad):
        if input.ndim != 3:
            raise RuntimeError("Input must have 3 dims: time, batch, in_channel")
        if weight.ndim != 3:
            raise RuntimeError("Weight tensor must have 3 dims: kernel_width, in_channels, out_channels.")
        if bias.ndim != 1:
            raise RuntimeError("Bias must be 1-D")
        if input.shape[2] != weight.shape[1]:
            raise RuntimeError("Input dim 2 (input channels) is not == dim 1 in the weight tensor")
        if bias.shape[0] != weight.shape[2]:
            raise RuntimeError("Bias size must equal dim 2 in the weight tensor (output channels).")
        raise no_room((len(input) + 2 * pad - len(weight) + 1, input.shape[1], weight.shape[2]), input.dtype)


def fits(input, weight, bias):
    """Whether the shapes are those of a sequence, a kernel and a bias of as many channels."""
    return (
        input.ndim == weight.ndim == 3
        and input.shape[2:] == weight.shape[1:2]
        and bias.shape == weight.shape[2:]
    )


def correlated(padded, matrices):
    """Each stretch of the sequence that a kernel covers, times the kernel's matrices, in one sum."""
    length = len(padded) - len(matrices) + 1
    total = padded[:length] @ matrices[0]
    for k in range(1, len(matrices)):
        total = total + padded[k : k + length] @ matrices[k]
    return total


def columns(padded, k, length):
    """What meets the kernel's matrix `k`: a row for each time and sequence."""
    return padded[k : k + length].reshape(length * padded.shape[1], padded.shape[2])
