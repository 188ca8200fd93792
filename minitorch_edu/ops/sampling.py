"""Sampling: random tensors whose distribution is given by tensors, and dropout."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.cpu import cpu
from minitorch_edu.backends.fusing import Fused
from minitorch_edu.ops import registry
from minitorch_edu.ops.distributions import check_chance, coin_numbers, exponential_numbers
from minitorch_edu.ops.drawing import sketch
from minitorch_edu.ops.generator import Generator, Twister, source_for, source_on
from minitorch_edu.ops.op import op
from minitorch_edu.ops.refusals import Unsupported, refuse_cast, refuse_kernel
from minitorch_edu.ops.selection import first
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.transforms import drawn
from minitorch_edu.tensor import Tensor, wrap

# --- drawn with a tensor of parameters --------------------------------------------------------------------------------
# The numbers do not vary smoothly with them: the derivative is zero, here as in PyTorch.


@op
class coins_of:
    r"""Ones and zeros: $P(z_i = 1) = x_i$."""

    node = "BernoulliBackward0"

    def forward(xp, input, generator: object = None):
        return coin_numbers(np.empty(input.shape, input.dtype), input, source_for(input, generator))

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@op
class coins_like:
    r"""Ones with probability $p$, else zeros, in the shape of the input: $P(z_i = 1) = p$."""

    def forward(xp, input, p: object, generator: object = None):
        return coin_numbers(np.empty(input.shape, input.dtype), p, source_for(input, generator))


@registry.method
@reads(
    "Tensor input, *, torch.Generator generator = None, Tensor out = None",
    "Tensor input, float p, *, torch.Generator generator = None",
)
@drawn
def bernoulli(input: Tensor, p: Any = None, *, generator: Generator | None = None) -> Tensor:
    """Ones and zeros: ones with the probabilities in `input`, or everywhere with probability `p`.

    >>> generator = torch.manual_seed(0); torch.bernoulli(torch.full((4,), 0.5))
    tensor([1., 0., 1., 1.])
    """
    if p is None:
        return coins_of(input, generator)
    return coins_like(input, p._array if isinstance(p, Tensor) else p, generator)


@op
class poisson_of:
    r"""How many events there are where $x_i$ are expected: $P(z_i = k) = x_i^k e^{-x_i} / k!$."""

    node = "PoissonBackward0"

    def forward(xp, input, generator: object = None):
        kind, source = dtypes.BY_NUMPY[input.dtype], source_for(input, generator)
        if kind.category != 2:
            device = source.device.type
            raise NotImplementedError(f"\"poisson_{device}\" not implemented for '{kind.scalar_name}'")
        return source.events(input, poisson_number)

    def grad_input(grad):
        r"$\partial z / \partial x = 0$"
        return grad * 0


@registry.method
@reads("Tensor input, torch.Generator generator = None")
@drawn
def poisson(input: Tensor, generator: Generator | None = None) -> Tensor:
    """How many events there are in each place, where `input` is the mean.

    >>> generator = torch.manual_seed(0); torch.poisson(torch.full((3,), 4.0))
    tensor([7., 3., 5.])
    """
    return poisson_of(input, generator)


def poisson_number(rate: float, source: Twister) -> int:
    """One number, after NumPy's legacy sampler, from which PyTorch's is adapted too."""
    if not rate >= 0:
        raise RuntimeError("invalid Poisson rate, expected rate to be non-negative")
    if rate == 0:
        return 0
    if rate < 10:  # count how many uniform numbers can be multiplied
        count, product, end = 0, 1.0, math.exp(-rate)
        while True:
            product *= _one(source)
            if product <= end:
                return count
            count += 1
    # transformed rejection (Hoermann, 1993)
    b = 0.931 + 2.53 * math.sqrt(rate)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    accepted = 0.9277 - 3.6224 / (b - 2)
    while True:
        u, v = _one(source) - 0.5, _one(source)
        room = 0.5 - abs(u)
        count = math.floor((2 * a / room + b) * u + rate + 0.43)
        if room >= 0.07 and v <= accepted:
            return count
        if count < 0 or (room < 0.013 and v > room):
            continue
        left = math.log(v) + math.log(inverse_alpha) - math.log(a / (room * room) + b)
        if left <= -rate + count * math.log(rate) - math.lgamma(count + 1):
            return count


def _one(source: Twister) -> float:
    return float(source.uniform(1, dtypes.float64)[0])


# --- indices with given probabilities --------------------------------------------------------------------------------


@op
class picks:
    r"""Indices drawn from each row, $P(z = i) = x_i / \sum_j x_j$, each as often as it likes or once only."""

    def forward(xp, input, num_samples: int, replacement: bool, generator: object = None):
        if not input.size:
            return xp.empty((*input.shape[:-1], num_samples), xp.int64)
        source = source_for(input, generator)
        if replacement and num_samples > 1:
            drawn = source.picked(input.reshape(-1, input.shape[-1]), num_samples)
            return drawn.reshape(*input.shape[:-1], num_samples)
        # the largest quotients of a race of exponential numbers; also for a single sample, as in PyTorch
        quotients = _divided(input, exponential_numbers(sketch(input), 1.0, source))
        if num_samples == 1:
            return quotients.argmax(-1)[..., None]
        return first(xp, quotients, num_samples, input.ndim - 1, descending=True)


@registry.method
@reads(
    "Tensor input, int num_samples, bool replacement = False, *, torch.Generator generator = None, Tensor out = None",
)
@drawn
def multinomial(
    input: Tensor, num_samples: int, replacement: bool = False, *, generator: Generator | None = None
) -> Tensor:
    """Indices drawn with probabilities in proportion to each row of `input`.

    >>> generator = torch.manual_seed(0); torch.multinomial(torch.tensor([0.0, 10.0, 3.0]), 5, replacement=True)
    tensor([2, 1, 1, 2, 1])
    """
    _check_multinomial(input, num_samples, replacement)
    return picks(input, num_samples, replacement, generator)


def _divided(chances: np.ndarray, waiting: np.ndarray) -> np.ndarray:
    if chances.dtype.itemsize == 2:
        return (
            (chances.astype(np.float32) / waiting.astype(np.float32)).astype(chances.dtype).astype(np.float32)
        )
    return chances / waiting


def _check_multinomial(input: Tensor, count: int, replacement: bool) -> None:
    chances = input._array
    if chances.ndim not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if input.dtype.category != 2:
        raise RuntimeError(
            f"multinomial only supports floating-point dtypes for input, got: {input.dtype.scalar_name}"
        )
    if count <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and count > chances.shape[-1]:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if chances.shape[-1] > 2**24:
        raise RuntimeError("number of categories cannot exceed 2^24")
    if not chances.size:
        return
    wide = chances.astype(np.float64)
    if not ((wide >= 0) & input._storage.backend.xp.isfinite(wide)).all():
        if replacement and count > 1:
            entry = "< 0" if not (wide >= 0).all() else "= infinity or NaN"
            raise RuntimeError(f"invalid multinomial distribution (encountering probability entry {entry})")
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if (wide.sum(-1) == 0).any():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")


# --- dropout ----------------------------------------------------------------------------------------------------------


@op
class native_dropout:
    r"""Each number is kept with probability $1 - p$ and then scaled up: $z = x \odot m / (1 - p)$."""

    signatures = ("Tensor input, float p, bool? train, *, tuple of Tensors out = None",)

    outputs = ("result", "mask")
    differentiable = 1
    inplace = False

    def forward(xp, input, p: float, train: bool = True, generator: object = None):
        if train is False or not input.size:
            kept = xp.ones(input.shape, bool) if input.size else input.copy()
            return input.copy(), kept
        if p == 1 and xp is not np:
            return xp.zeros_like(input), xp.zeros(input.shape, bool)
        if input.dtype.kind in ("biu" if xp is np else "biuc"):
            raise Unsupported
        check_chance(1.0 - p)
        mask = source_for(input, generator).kept(input, 1.0 - p)
        return scaled_up(xp, input, mask, 1.0 - p), mask

    def grad_input(grad, mask, p, train):
        r"$\partial z / \partial x = m / (1 - p)$"
        if train is False:
            return grad
        return grad * mask * (0.0 if p == 1 else 1 / (1.0 - p))

    def explain(input, p, train, generator):
        if input._storage.backend is not cpu and not input.dtype.is_floating_point:
            refuse_kernel("fused_dropout", input.dtype)
        refuse_cast(dtypes.get_default_dtype(), input)


def scaled_up(xp: Any, input: Any, mask: Any, share: float) -> Any:
    """What dropout keeps, over the share that it keeps: on a GPU, narrow numbers are scaled in float32."""
    if xp is np:
        return input * mask * input.dtype.type(1 / share if share else 0.0)
    wide = np.float64 if input.dtype == np.float64 else np.float32
    scale = wide(1 / float(wide(share)))
    return _times(input, mask, scale)


def times(input, mask, scale):
    return (input.astype(scale.dtype, copy=False) * mask * scale).astype(input.dtype, copy=False)


_times = Fused("dropout", times)


def _noise(input: Tensor, p: float, shape: Any, divisor: float = 1.0) -> Tensor:
    """Zeros with probability p, else ones, or 1 / divisor."""
    array = sketch(input._array) if shape is None else np.empty(shape, input._array.dtype)
    coins = coin_numbers(array, 1.0 - p, source_on(input._storage.backend, None))
    if divisor != 1:
        wide = (
            np.float32 if array.itemsize == 2 else array.dtype.type
        )  # narrow numbers are divided in float32
        coins = (coins.astype(wide) / wide(divisor)).astype(array.dtype)
    return wrap(coins, input._storage.backend)


def _check_dropout(p: float) -> None:
    if not 0 <= p <= 1:
        raise RuntimeError(f"dropout probability has to be between 0 and 1, but got {p:g}")


def _by_channel(input: Tensor) -> tuple[int, ...]:
    if input.ndim < 2:
        raise RuntimeError("Feature dropout requires at least 2 dimensions in the input")
    return (*input.shape[:2], *[1] * (input.ndim - 2))


def _dropped(input: Tensor, p: float, train: bool, by_channel: bool, inplace: bool) -> Tensor:
    _check_dropout(p)
    if p == 0 or not train or not input.numel():
        return input
    backend = input._storage.backend
    if backend is not cpu and 0 < p < 1 and not by_channel and not inplace:
        return native_dropout(input, p, True)[0]  # one kernel, as PyTorch has it on a GPU
    if p < 1:
        refuse_cast(dtypes.get_default_dtype(), input)
    if p == 1:
        noise = wrap(backend.xp.zeros((), input._array.dtype), backend)
    else:
        noise = _noise(input, p, _by_channel(input) if by_channel else None, 1.0 - p)
    return input.mul_(noise) if inplace else input * noise


@reads("Tensor input, float p, bool train")
@drawn
def dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """Numbers set to zero with probability `p`, and the others scaled up so that the mean stays.

    >>> generator = torch.manual_seed(0); torch.dropout(torch.ones(4), 0.5, train=True)
    tensor([0., 0., 2., 0.])
    """
    return _dropped(input, p, train, False, False)


@reads("Tensor input, float p, bool train")
def dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """`dropout` in place."""
    return _dropped(input, p, train, False, True)


@reads("Tensor input, float p, bool train")
@drawn
def feature_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """`dropout` of whole channels: what dimensions after the second hold is kept or dropped together."""
    return _dropped(input, p, train, True, False)


@reads("Tensor input, float p, bool train")
def feature_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """`feature_dropout` in place."""
    return _dropped(input, p, train, True, True)


@reads("Tensor input, float p, bool train")
@drawn
def alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """Dropout for SELU: what is dropped becomes SELU's least value, and mean and variance stay."""
    return _alpha_dropped(input, p, train, False)


@reads("Tensor input, float p, bool train")
@drawn
def feature_alpha_dropout(input: Tensor, p: float, train: bool) -> Tensor:
    """`alpha_dropout` of whole channels."""
    return _alpha_dropped(input, p, train, True)


@reads("Tensor input, float p, bool train")
def alpha_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """`alpha_dropout` in place."""
    return _alpha_dropped(input, p, train, False, True)


@reads("Tensor input, float p, bool train")
def feature_alpha_dropout_(input: Tensor, p: float, train: bool) -> Tensor:
    """`feature_alpha_dropout` in place."""
    return _alpha_dropped(input, p, train, True, True)


def _alpha_dropped(input: Tensor, p: float, train: bool, by_channel: bool, inplace: bool = False) -> Tensor:
    _check_dropout(p)
    if not input.numel() or p == 0 or not train:
        return input
    if p == 1:
        backend = input._storage.backend
        nothing = wrap(backend.xp.zeros((), input._array.dtype), backend)
        return input.mul_(nothing) if inplace else input * nothing
    noise = _noise(input, p, _by_channel(input) if by_channel else None)
    alpha = 1.7580993408473766
    scale = 1 / math.sqrt((alpha * alpha * p + 1) * (1 - p))
    shift = noise.add(-1).mul_(alpha * scale).add_(alpha * scale * p)
    if inplace:
        return input.mul_(noise.mul_(scale)).add_(shift)
    return input * noise.mul_(scale) + shift
