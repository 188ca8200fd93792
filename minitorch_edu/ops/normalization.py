r"""Normalization: mean 0 and variance 1 over some dimensions, then a scale and a shift.

Note [Through a normalization]
Batch, layer and group norm differ in the dimensions over which they look; all are $\hat x = (x - \mu) / \sigma$, where
mean and deviation depend on each x. With $h = \bar z w$, the gradient is $\bar x = (h - \langle h \rangle -
\hat x \langle h \hat x \rangle) / \sigma$, where $\langle \cdot \rangle$ is the mean over these dimensions. A backward
pass on arrays takes the saved mean and 1 / sigma; one that is differentiated again computes them from the input.
"""

from __future__ import annotations

import math
import operator
from typing import Any

from minitorch_edu.ops.apart import same_device
from minitorch_edu.ops.losses import NO_FLOATS, weighted
from minitorch_edu.ops.op import op
from minitorch_edu.ops.operands import namespace_of
from minitorch_edu.ops.reduction import mean_dim, sum_dim
from minitorch_edu.ops.refusals import Unsupported, lacking
from minitorch_edu.ops.rows import products, sums
from minitorch_edu.ops.view import reshape_to


def moments(xp: Any, input: Any, dims: tuple[int, ...], eps: float) -> tuple[Any, Any, Any]:
    """(the centred input, the mean, 1 / sigma) over some dimensions, which are kept."""
    if not input.size:
        shape = tuple(1 if dim in dims else size for dim, size in enumerate(input.shape))
        return input.copy(), xp.zeros(shape, input.dtype), xp.full(shape, math.nan, input.dtype)
    mean = sums(xp, input, dims)
    count = input.size // mean.size
    mean /= count
    centred = input - mean
    variance = products(xp, centred, centred, dims)
    variance /= count
    variance += eps
    return centred, mean, 1 / xp.sqrt(variance)


def inverse_deviation(centred, dims, eps):
    """1 / sigma of what is centred."""
    return (mean_dim(centred * centred, dims, True) + eps) ** -0.5


def standard(input, mean, rstd, dims, eps):
    """The input with mean 0 and variance 1: see Note [Through a normalization]."""
    centred = input - mean_dim(input, dims, True)
    return centred * inverse_deviation(centred, dims, eps)


def standard_on_arrays(input, mean, rstd, dims, eps):
    centred = input - mean
    centred *= rstd
    return centred


def through(grad, input, mean, rstd, dims, eps):
    """The gradient of what was normalized, given that of the result."""
    centred = input - mean_dim(input, dims, True)
    rstd = inverse_deviation(centred, dims, eps)
    centred = centred * rstd
    return rstd * (grad - mean_dim(grad, dims, True) - centred * mean_dim(grad * centred, dims, True))


def through_on_arrays(grad, input, mean, rstd, dims, eps):
    if not input.size:
        return grad * 0
    xp = namespace_of(grad)
    found = standard_on_arrays(input, mean, rstd, dims, eps)
    total = sums(xp, grad, dims)
    found *= products(xp, grad, found, dims)
    found += total
    found *= -1 / (input.size // total.size)
    found += grad
    found *= rstd
    return found


def last(input, shape):
    """The last dimensions, as many as the shape has."""
    return tuple(range(input.ndim - len(shape), input.ndim))


def channel_shape(ndim):
    """The shape in which a number for each channel meets an input of (N, C, ...)."""
    return (1, -1, *(1,) * (ndim - 2)) if ndim > 1 else (-1,)


def scaled(values: Any, weight: Any, bias: Any, shape: Any = None) -> Any:
    """Times the weight, plus the bias, if there are any; nobody else needs the values as they were."""
    if weight.size:
        weight = weight if shape is None else weight.reshape(shape)
        values = operator.imul(values, weight) if weight.dtype == values.dtype else values * weight
    if bias.size:
        bias = bias if shape is None else bias.reshape(shape)
        values = operator.iadd(values, bias) if bias.dtype == values.dtype else values + bias
    return values


def summed(values, dims):
    """The sum over some dimensions, which may be none."""
    return sum_dim(values, dims, False) if dims else values


def summed_on_arrays(values, dims):
    shape = tuple(size for dim, size in enumerate(values.shape) if dim not in dims)
    return sums(namespace_of(values), values, dims).reshape(shape) if dims else values


standard.on_arrays = standard_on_arrays  # type: ignore[attr-defined]
through.on_arrays = through_on_arrays  # type: ignore[attr-defined]
summed.on_arrays = summed_on_arrays  # type: ignore[attr-defined]


@op
class native_layer_norm:
    r"""Each sample with mean 0 and variance 1 over its last dimensions: $z = w \, (x - \mu) / \sqrt{v + \epsilon} + b$.

    A weight or a bias without elements stands for none.
    """

    kernel = "native_layer_norm(input, weight, bias)"
    outputs = ("result", "mean", "rstd")
    differentiable = 1
    refuses = NO_FLOATS
    explain = lacking("LayerNormKernelImpl", *NO_FLOATS)
    widens = True
    widened_backward = ("input",)

    def forward(xp, input, weight, bias, normalized_shape: tuple, eps: float):
        centred, mean, rstd = moments(xp, input, last(input, normalized_shape), eps)
        centred *= rstd
        return scaled(centred, weight, bias), mean, rstd

    def grad_input(grad, input, weight, mean, rstd, normalized_shape, eps):
        r"$\bar x = (h - \langle h \rangle - \hat x \langle h \hat x \rangle) / \sigma$, where $h = \bar z w$"
        return through(weighted(grad, weight), input, mean, rstd, last(input, normalized_shape), eps)

    def grad_weight(grad, input, mean, rstd, normalized_shape, eps):
        r"$\partial L / \partial w = \sum \bar z \hat x$, over all samples"
        dims = last(input, normalized_shape)
        return summed(grad * standard(input, mean, rstd, dims, eps), tuple(range(dims[0])))

    def grad_bias(grad, normalized_shape):
        r"$\partial L / \partial b = \sum \bar z$, over all samples"
        return summed(grad, tuple(range(grad.ndim - len(normalized_shape))))


def beside_channels(values, ndim):
    """A number for each channel, to meet an input of (N, C, ...)."""
    return reshape_to(values, channel_shape(ndim))


def all_but_channels(input):
    return (0, *range(2, input.ndim))


def by_channel(grad, weight):
    return grad * beside_channels(weight, grad.ndim) if math.prod(weight.shape) else grad


@op
class native_batch_norm:
    r"""Each channel with mean 0 and variance 1, of all samples: $z = w \, (x - \mu) / \sqrt{v + \epsilon} + b$.

    When not training, with the mean and the variance that were seen in training. Tensors without elements stand for
    none.
    """

    kernel = "native_batch_norm(input, weight, bias, running_mean, running_var)"

    def apart(input, weight, bias, running_mean, running_var):
        if input.is_cuda and input.ndim > 2 and weight.numel() and bias.numel():  # what PyTorch leaves to cuDNN
            given = {"input": input, "weight": weight, "bias": bias}
            given |= {"running_mean": running_mean, "running_var": running_var}
            same_device("cudnn_batch_norm(input, weight, bias, running_mean, running_var)", given)

    outputs = ("result", "mean", "rstd")
    differentiable = 1
    refuses = NO_FLOATS
    explain = lacking("batch_norm", *NO_FLOATS)
    widens = True
    widened_backward = True

    def forward(xp, input, weight, bias, running_mean, running_var, training: bool, eps: float):
        shape = channel_shape(input.ndim)
        if training:
            centred, mean, rstd = moments(xp, input, all_but_channels(input), eps)
            centred *= rstd
            return scaled(centred, weight, bias, shape), mean.reshape(-1), rstd.reshape(-1)
        rstd = 1 / xp.sqrt(running_var + eps)
        scale = rstd * weight if weight.size else rstd
        values = (input - running_mean.reshape(shape)) * scale.reshape(shape)
        none = xp.zeros(0, input.dtype)
        return scaled(values, none, bias, shape).astype(input.dtype, copy=False), none, none.copy()

    def grad_input(grad, input, weight, running_var, mean, rstd, training, eps):
        r"$\bar x = (h - \langle h \rangle - \hat x \langle h \hat x \rangle) / \sigma$; else $h / \sigma$"
        grad = by_channel(grad, weight)
        if training:
            mean, rstd = beside_channels(mean, grad.ndim), beside_channels(rstd, grad.ndim)
            return through(grad, input, mean, rstd, all_but_channels(input), eps)
        return grad * beside_channels((running_var + eps) ** -0.5, grad.ndim)

    def grad_weight(grad, input, running_mean, running_var, mean, rstd, training, eps):
        r"$\partial L / \partial w = \sum \bar z \hat x$, over all samples and places"
        dims = all_but_channels(input)
        if training:
            mean, rstd = beside_channels(mean, grad.ndim), beside_channels(rstd, grad.ndim)
            return summed(grad * standard(input, mean, rstd, dims, eps), dims)
        centred = input - beside_channels(running_mean, input.ndim)
        return summed(grad * centred, dims) * (running_var + eps) ** -0.5

    def grad_bias(grad):
        r"$\partial L / \partial b = \sum \bar z$, over all samples and places"
        return summed(grad, all_but_channels(grad))


@op
class native_group_norm:
    r"""Each group of channels of a sample with mean 0 and variance 1: $z = w \, (x - \mu) / \sqrt{v + \epsilon} + b$.

    A weight or a bias, one number for each channel, without elements stands for none.
    """

    kernel = "native_group_norm(input, weight, bias)"
    outputs = ("result", "mean", "rstd")
    differentiable = 1
    refuses = NO_FLOATS
    explain = lacking("GroupNormKernelImpl", *NO_FLOATS)
    widens = True
    widened_backward = True

    def forward(xp, input, weight, bias, group: int, eps: float):
        if not input.size:
            raise Unsupported
        grouped = input.reshape(len(input), group, -1)
        centred, mean, rstd = moments(xp, grouped, (2,), eps)
        values = (centred * rstd).reshape(input.shape)
        shape = channel_shape(input.ndim)
        return scaled(values, weight, bias, shape), mean[..., 0], rstd[..., 0]

    def grad_input(grad, input, weight, mean, rstd, group, eps):
        r"$\bar x = (h - \langle h \rangle - \hat x \langle h \hat x \rangle) / \sigma$, where $h = \bar z w$"
        shape = (input.shape[0], group, -1)
        grad = reshape_to(by_channel(grad, weight), shape)
        mean, rstd = reshape_to(mean, (*shape[:2], 1)), reshape_to(rstd, (*shape[:2], 1))
        return reshape_to(through(grad, reshape_to(input, shape), mean, rstd, (2,), eps), input.shape)

    def grad_weight(grad, input, mean, rstd, group, eps):
        r"$\partial L / \partial w = \sum \bar z \hat x$, over all samples and places"
        shape = (input.shape[0], group, -1)
        mean, rstd = reshape_to(mean, (*shape[:2], 1)), reshape_to(rstd, (*shape[:2], 1))
        values = reshape_to(standard(reshape_to(input, shape), mean, rstd, (2,), eps), input.shape)
        return summed(grad * values, all_but_channels(input))

    def grad_bias(grad):
        r"$\partial L / \partial b = \sum \bar z$, over all samples and places"
        return summed(grad, all_but_channels(grad))
