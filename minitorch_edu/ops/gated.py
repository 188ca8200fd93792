"""Gated activations: those with a weight, with noise, or with a gate, and softmax with noise."""

from __future__ import annotations

from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.ops import registry
from minitorch_edu.ops.activation import sigmoid
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.generator import source_for
from minitorch_edu.ops.indexing import padded, part
from minitorch_edu.ops.op import op, pointwise
from minitorch_edu.ops.refusals import lacking
from minitorch_edu.ops.signatures import reads, type_name
from minitorch_edu.shape import wrap_dim
from minitorch_edu.tensor import Tensor, wrap

NO_FLOATS = "biuc"


@pointwise
class prelu_kernel:
    r"""A leaky ReLU whose slope is learned: $z = x$ where $x > 0$, else $w x$."""

    domain = r"where $x \ne 0$"
    inplace = False
    refuses = NO_FLOATS
    explain = lacking("prelu_cpu", *NO_FLOATS)
    widens = True
    kernel = "_prelu_kernel(self, weight)"

    def forward(xp, input, weight):
        return xp.where(input > 0, input, weight * input)

    def grad_input(grad, input, weight):
        r"$\partial z / \partial x = 1$ where $x > 0$, else $w$"
        return where(input > 0, grad, weight * grad)

    def grad_weight(grad, input):
        r"$\partial z / \partial w = \min(x, 0)$"
        return where(input > 0, 0, input * grad)


@registry.method
@reads("Tensor input, Tensor weight")
def prelu(input: Tensor, weight: Tensor) -> Tensor:
    """A leaky ReLU with a learned slope: one for all, or one for each channel (dimension 1).

    >>> torch.prelu(torch.tensor([-2.0, 2.0]), torch.tensor([0.25]))
    tensor([-0.5000,  2.0000])
    """
    if input.dtype is not weight.dtype:
        raise RuntimeError(
            f"prelu: Type promoting not supported. Got {input.dtype.scalar_name} and {weight.dtype.scalar_name}"
        )
    if weight.numel() != 1:
        if not input.ndim:
            raise RuntimeError("Not allow zero-dim input tensor.")
        channels = input.shape[1] if input.ndim > 1 else 1
        if channels != weight.numel():
            raise RuntimeError(
                f"Mismatch of parameter numbers and input channel size. Found parameter numbers = {weight.numel()} "
                f"and channel size = {channels}."
            )
    if weight.ndim > 1:
        raise RuntimeError(
            f"prelu: Expected `weight` to be a scalar or 1D tensor, but got: ndim = {weight.ndim}"
        )
    if input.ndim != weight.ndim:
        weight = weight.view([weight.numel() if place == 1 else 1 for place in range(input.ndim)])
    return prelu_kernel(input, weight)


def slopes_of(input: Any, lower: float, upper: float, generator: Any) -> Any:
    """A slope drawn for each number that is not positive, in their order; 1 for the others."""
    if input.dtype != np.float64:
        lower, upper = float(np.float32(lower)), float(np.float32(upper))
    return source_for(input, generator).slopes(input, lower, upper)


@pointwise
class rrelu_with_noise:
    r"""A leaky ReLU with the slopes in `noise`: $z = a x$; without training, their mean below zero."""

    domain = r"where $x \ne 0$"
    inplace = widens = True
    meeting = ("input",)
    refuses = NO_FLOATS
    explain = lacking("leaky_relu_cpu", *NO_FLOATS)

    def forward(xp, input, noise, lower: float, upper: float, training: bool):
        if training:
            return input * noise
        return xp.where(input > 0, input, input * ((lower + upper) / 2))

    def grad_input(grad, input, noise, lower, upper, training):
        r"$\partial z / \partial x = a$"
        return grad * noise if training else where(input > 0, grad, grad * ((lower + upper) / 2))


@op
class glu_halves:
    r"""Half of a tensor, gated by the other half: $z = x_1 \, \sigma(x_2)$, where $x = (x_1, x_2)$ along `dim`."""

    node = "GluBackward0"
    refuses = NO_FLOATS
    explain = lacking("glu_cpu", *NO_FLOATS)
    widens = True
    widened_backward = True

    def forward(xp, input, dim: int):
        first, second = halves(input.shape, dim)
        return input[first] * sigmoid.card.forward(xp, input[second])

    def grad_input(grad, input, dim):
        r"$\partial z / \partial x_1 = \sigma(x_2), \; \partial z / \partial x_2 = x_1 \sigma(x_2) (1 - \sigma(x_2))$"
        first, second = halves(input.shape, dim)
        gate = sigmoid(part(input, second))
        slope = part(input, first) * gate * (1 - gate)
        return padded(grad * gate, input.shape, first) + padded(grad * slope, input.shape, second)


def halves(shape, dim):
    """Where the two halves lie."""
    dim, middle = dim % len(shape), shape[dim] // 2
    before = (slice(None),) * dim
    return (*before, slice(0, middle)), (*before, slice(middle, None))


def glu(input: Tensor, dim: int = -1) -> Tensor:
    """Half of the input, gated by the other half."""
    if not input.dim():
        raise RuntimeError("glu does not support scalars because halving size must be even")
    if not isinstance(dim, int):
        raise TypeError(f"glu(): argument 'dim' (position 2) must be int, not {type_name(dim)}")
    place = wrap_dim(dim, input.ndim)
    if input.shape[place] % 2:
        raise RuntimeError(
            f"Halving dimension must be even, but dimension {place} is size {input.shape[place]}"
        )
    return glu_halves(input, dim)


@reads(
    "Tensor input, Number lower = 0.125, Number upper = 0.3333333333333333, bool training = False, "
    "torch.Generator generator = None"
)
def rrelu(
    input: Tensor, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, generator: Any = None
) -> Tensor:
    """A leaky ReLU whose slopes are drawn between two bounds, and are their mean when not training.

    >>> torch.rrelu(torch.tensor([-3.0, 3.0]), 0.1, 0.3)
    tensor([-0.6000,  3.0000])
    """
    return rrelu_with_noise(input, _noise(input, lower, upper, training, generator), lower, upper, training)


@reads(
    "Tensor input, Number lower = 0.125, Number upper = 0.3333333333333333, bool training = False, "
    "torch.Generator generator = None"
)
def rrelu_(
    input: Tensor, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, generator: Any = None
) -> Tensor:
    """`rrelu` in place."""
    noise = _noise(input, lower, upper, training, generator)
    return registry.functions["rrelu_with_noise_"](input, noise, lower, upper, training)


def _noise(input: Tensor, lower: float, upper: float, training: bool, generator: Any) -> Tensor:
    """The slopes; of no meaning when not training."""
    if lower > upper:
        raise RuntimeError("Lower bound should be less than or equal to the upper bound")
    array = input._array
    if training and (input.dtype.category != 2 or input.dtype is dtypes.float16):
        raise NotImplementedError(
            f"\"rrelu_with_noise_out_cpu\" not implemented for '{input.dtype.scalar_name}'"
        )
    if training:
        return wrap(slopes_of(array, lower, upper, generator), input._storage.backend)
    return wrap(input._storage.backend.xp.zeros_like(array), input._storage.backend)


registry.functions["rrelu_"] = rrelu_
