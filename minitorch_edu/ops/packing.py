"""Packing: sequences of different lengths laid step by step, without their padding."""

from __future__ import annotations

from minitorch_edu.ops.op import op


@op
class pack_padded:
    r"""Of each step, the samples that have not ended, one step after the other: $z_{o_t + b} = x_{tb}$ for $b < n_t$.

    batch_sizes: the counts $n_t$, which only fall; $o_t = n_1 + \ldots + n_{t-1}$.
    """

    node = "PackPaddedSequenceBackward0"

    def forward(xp, input, batch_sizes: tuple, batch_first: bool):
        steps = xp.swapaxes(input, 0, 1) if batch_first else input
        return xp.concatenate([steps[step, :count] for step, count in enumerate(batch_sizes)])

    def grad_input(grad, input_shape, batch_sizes, batch_first):
        r"$\partial L / \partial x_{tb} = \bar z_{o_t + b}$ for $b < n_t$, else $0$"
        return unpacked(grad, input_shape, batch_sizes, batch_first)


@op
class unpacked:
    r"""Zeros, with what was packed at its places: $z_{tb} = x_{o_t + b}$ for $b < n_t$."""

    def forward(xp, input, shape: tuple, batch_sizes: tuple, batch_first: bool):
        result = xp.zeros(shape, input.dtype)
        steps, begin = xp.swapaxes(result, 0, 1) if batch_first else result, 0
        for step, count in enumerate(batch_sizes):
            steps[step, :count] = input[begin : begin + count]
            begin += count
        return result

    def grad_input(grad, batch_sizes, batch_first):
        r"$\partial L / \partial x_{o_t + b} = \bar z_{tb}$"
        return pack_padded(grad, batch_sizes, batch_first)
