"""Binomial numbers: how often a coin that shows heads with a given chance does so in a given number of throws."""

from __future__ import annotations

import math

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.ops.generator import Generator, source_for
from minitorch_edu.ops.op import op
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.transforms import drawn
from minitorch_edu.shape import broadcast
from minitorch_edu.tensor import Tensor


@op
class binomial_of:
    r"""How many of $n_i$ throws show heads: $P(z_i = k) = \binom{n_i}{k} p_i^k (1 - p_i)^{n_i - k}$."""

    def forward(xp, count, prob, generator: object = None):
        source = source_for(count, generator).on_host()
        count, prob = xp.broadcast_arrays(count, prob)
        pairs = zip(count.ravel().tolist(), prob.ravel().tolist(), strict=True)
        drawn = [binomial_number(n, p, source) for n, p in pairs]
        return xp.asarray(np.array(drawn, np.float64).astype(count.dtype).reshape(count.shape))


@reads("Tensor count, Tensor prob, torch.Generator generator = None")
@drawn
def binomial(count: Tensor, prob: Tensor, generator: Generator | None = None) -> Tensor:
    """How many of `count` throws show heads, where each does with the chance `prob`.

    >>> generator = torch.manual_seed(0); torch.binomial(torch.full((3,), 10.0), torch.tensor([0.0, 0.5, 1.0]))
    tensor([ 0.,  7., 10.])
    """
    if count.dtype.category != 2:
        raise ValueError(
            f"binomial only supports floating-point dtypes for count, got: {count.dtype.scalar_name}"
        )
    broadcast(count.shape, prob.shape)
    if prob.dtype is not count.dtype:
        raise RuntimeError(f"Found dtype {prob.dtype.scalar_name} but expected {count.dtype.scalar_name}")
    if count.dtype not in (dtypes.float32, dtypes.float64):
        refuse_kernel("binomial_cpu", count.dtype)
    return binomial_of(count.detach(), prob.detach(), generator)


def binomial_number(count: float, prob: float, source: Generator) -> float:
    """One number: by the gaps between heads where there are few, else by transformed rejection."""
    if count <= 0 or prob <= 0:
        return 0.0
    if prob >= 1:
        return count
    if math.isnan(prob):
        return math.nan
    if prob > 0.5:  # tails are rarer
        return count - binomial_number(count, 1 - prob, source)
    return _by_rejection(count, prob, source) if count * prob >= 10 else _by_gaps(count, prob, source)


def _one(source: Generator) -> float:
    return float(source.uniform(1, dtypes.float64)[0])


def _by_gaps(count: float, prob: float, source: Generator) -> float:
    """Throws until the next heads are geometric numbers: add them up until all throws are used."""
    heads, throws, tails = 0, 0.0, math.log1p(-prob)
    while True:
        uniform = _one(source)
        throws += math.ceil(math.log(uniform) / tails) if uniform else math.inf
        if throws > count:
            return float(heads)
        heads += 1


def _by_rejection(count: float, prob: float, source: Generator) -> float:
    """BTRS (Hoermann, 1993): a curve that is easy to draw from, and a test that makes it the right one."""
    deviation = math.sqrt(count * prob * (1 - prob))
    b = 1.15 + 2.53 * deviation
    a = -0.0873 + 0.0248 * b + 0.01 * prob
    alpha, ratio = (2.83 + 5.1 / b) * deviation, prob / (1 - prob)
    mode = math.floor((count + 1) * prob)
    while True:
        u, v = _one(source) - 0.5, _one(source)
        room = 0.5 - abs(u)
        heads = math.floor((2 * a / room + b) * u + count * prob + 0.5)
        if heads < 0 or heads > count:
            continue
        if room >= 0.07 and v <= 0.92 - 4.2 / b:
            return float(heads)
        bound = (
            (mode + 0.5) * math.log((mode + 1) / (ratio * (count - mode + 1)))
            + (count + 1) * math.log((count - mode + 1) / (count - heads + 1))
            + (heads + 0.5) * math.log(ratio * (count - heads + 1) / (heads + 1))
            + (_tail(mode) + _tail(count - mode) - _tail(heads) - _tail(count - heads))
        )
        if v and math.log(v * alpha / (a / (room * room) + b)) <= bound:
            return float(heads)


def _tail(k: float) -> float:
    """What Stirling's formula lacks of ln k!."""
    return math.lgamma(k + 1) - (0.5 * math.log(2 * math.pi) + (k + 0.5) * math.log(k + 1) - (k + 1))
