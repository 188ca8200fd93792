"""Normalizations as nn.functional has them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from minitorch_edu import dtypes
from minitorch_edu.backends.fusing import Fused
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import same_device
from minitorch_edu.ops.losses import or_nothing, refuse_learned
from minitorch_edu.ops.normalization import native_batch_norm, native_group_norm, native_layer_norm
from minitorch_edu.ops.operands import namespace_of
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.ops.rows import products, sums
from minitorch_edu.ops.signatures import type_name
from minitorch_edu.shape import listed
from minitorch_edu.tensor import Tensor

functions = registry.functions


def batch_norm(
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Each channel with mean 0 and variance 1 over all samples and places.

    training: with the statistics of this batch, and the running ones follow them; else with the running ones.
    """
    if training:
        _refuse_one_value(input.size())
        if eps <= 0:
            raise ValueError(f"batch_norm eps must be positive during training, but got {eps}")
    elif eps < 0:
        raise ValueError(f"batch_norm eps must be non-negative, but got {eps}")
    _check_channels(input, running_mean, running_var, weight, bias, training)
    return _normalized(input, running_mean, running_var, weight, bias, training, momentum, eps)


def _normalized(
    input: Tensor, running_mean: Any, running_var: Any, weight: Any, bias: Any, training: bool, *rest: float
) -> Tensor:
    momentum, eps = rest
    if _is_mixed(input, weight, bias, running_mean, running_var):
        wide = _normalized(input.float(), running_mean, running_var, weight, bias, training, momentum, eps)
        return wide.to(input.dtype)
    if input.numel():
        refuse_learned("native_batch_norm", running_mean=running_mean, running_var=running_var)
    result = native_batch_norm(
        input,
        or_nothing(weight, input),
        or_nothing(bias, input),
        or_nothing(running_mean, input),
        or_nothing(running_var, input),
        training,
        eps,
    )[0]
    if training and running_mean is not None and running_var is not None and input.numel():
        follow(input, running_mean, running_var, momentum)
    return result


def follow(input: Tensor, running_mean: Tensor, running_var: Tensor, momentum: float) -> None:
    """Move the running statistics towards those of a batch. As in PyTorch, their version does not count it."""
    array, seen = input._array, (running_mean._array, running_var._array)
    if type(array) is not np.ndarray and _follow.into(seen, array, *seen, momentum):
        return
    for running, new in zip(seen, followed(array, *seen, momentum), strict=True):
        running[...] = new


def followed(array, mean, variance, momentum):
    """Running statistics after a batch."""
    array = array.astype("float32") if array.itemsize == 2 else array
    xp, dims, count = namespace_of(array), (0, *range(2, array.ndim)), array.size // array.shape[1]
    seen = sums(xp, array, dims)
    seen /= count
    centred = array - seen
    squares = products(xp, centred, centred, dims)
    kept, new = 1 - momentum, momentum / max(count - 1, 1)
    return mean * kept + seen.reshape(-1) * momentum, variance * kept + squares.reshape(-1) * new


_follow = Fused("batch_norm.follow", followed)


def _refuse_one_value(size: Sequence[int]) -> None:
    if math.prod(size[:1]) * math.prod(size[2:]) == 1:
        raise ValueError(f"Expected more than 1 value per channel when training, got input size {size}")


def _check_channels(
    input: Tensor, running_mean: Any, running_var: Any, weight: Any, bias: Any, training: bool
) -> None:
    channels = input.shape[1] if input.ndim > 1 else 0
    if not training:
        for name, given in (("running_mean", running_mean), ("running_var", running_var)):
            if given is None:
                raise RuntimeError(f"{name} must be defined in evaluation mode")
    given = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    for name, value in given.items():
        if value is not None and value.numel() != channels:
            raise RuntimeError(f"{name} should contain {channels} elements not {value.numel()}")
    if input.dtype.category != 2:
        refuse_kernel("batch_norm", input.dtype)
    _refuse_mixed(input, weight, bias, running_mean, running_var)


def _refuse_mixed(input: Tensor, *parameters: Tensor | None) -> None:
    """Parameters have the dtype of the input, or are float32 beside one of 16 bits. The first says which."""
    kinds = [each.dtype for each in parameters if each is not None]
    others = [kind for kind in kinds if kind is not input.dtype]
    if not others:
        return
    if kinds[0] is input.dtype:
        raise RuntimeError(
            f"expected scalar type {input.dtype.scalar_name} but found {others[0].scalar_name}"
        )
    if any(kind is not dtypes.float32 for kind in kinds):
        raise RuntimeError("mixed dtype (CPU): expect parameter to have scalar type of Float")
    if input.dtype.itemsize != 2:
        raise RuntimeError("mixed dtype (CPU): all inputs must share same datatype.")


def _is_mixed(input: Tensor, *parameters: Tensor | None) -> bool:
    """Whether parameters are float32 beside an input of 16 bits: then PyTorch computes in float32."""
    return input.dtype.itemsize == 2 and any(
        each is not None and each.dtype is dtypes.float32 for each in parameters
    )


def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Each sample with mean 0 and variance 1 over its last dimensions.

    >>> torch.nn.functional.layer_norm(torch.tensor([[1.0, 3.0]]), (2,))
    tensor([[-1.0000,  1.0000]])
    """
    if not isinstance(input, Tensor):
        raise TypeError(f"layer_norm(): argument 'input' (position 1) must be Tensor, not {type_name(input)}")
    shape = tuple(normalized_shape) if isinstance(normalized_shape, list | tuple) else ()
    array = input._array
    if shape and weight is not None and bias is not None and array.shape[-len(shape) :] == shape:
        one, other = weight._array, bias._array
        if one.shape == other.shape == shape and one.dtype is other.dtype is array.dtype:
            return native_layer_norm(input, weight, bias, shape, eps)[0]  # most calls
    _refuse_mixed(input, weight, bias)
    shape = checked_shape("layer_norm", input, normalized_shape, "*, ")
    for name, value in (("weight", weight), ("bias", bias)):
        refuse_shape(name, value, shape)
    if _is_mixed(input, weight, bias):
        return layer_norm(input.float(), shape, weight, bias, eps).to(input.dtype)
    return native_layer_norm(input, or_nothing(weight, input), or_nothing(bias, input), shape, eps)[0]


def checked_shape(name: str, input: Tensor, shape: Any, before: str) -> tuple[int, ...]:
    if not isinstance(shape, list | tuple):
        raise TypeError(
            f"{name}(): argument 'normalized_shape' (position 2) must be tuple of ints, not {type(shape).__name__}"
        )
    shape = tuple(shape)
    if not shape:
        raise RuntimeError(
            "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got "
            "normalized_shape = []"
        )
    if tuple(input.shape[-len(shape) :]) != shape:
        sizes = ", ".join(map(str, shape))
        raise RuntimeError(
            f"Given normalized_shape={listed(shape)}, expected input with shape [{before}{sizes}], but got input of "
            f"size{listed(input.shape)}"
        )
    return shape


def refuse_shape(name: str, value: Tensor | None, shape: tuple[int, ...]) -> None:
    if value is not None and tuple(value.shape) != shape:
        raise RuntimeError(
            f"Expected {name} to be of same shape as normalized_shape, but got {name} of shape {listed(value.shape)} "
            f"and normalized_shape = {listed(shape)}"
        )


def rms_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """Each sample with a mean square of 1 over its last dimensions.

    >>> torch.nn.functional.rms_norm(torch.tensor([[1.0, 7.0]]), (2,))
    tensor([[0.2000, 1.4000]])
    """
    if not isinstance(input, Tensor):
        raise TypeError(f"rms_norm(): argument 'input' (position 1) must be Tensor, not {type_name(input)}")
    if input.ndim < len(normalized_shape):
        raise ValueError(
            f"Input tensor must have at least {len(normalized_shape)} dimensions, but got {input.ndim}"
        )
    shape = checked_shape("rms_norm", input, normalized_shape, "*")
    refuse_shape("weight", weight, shape)
    if input.dtype.category < 2:
        refuse_kernel("rms_norm", input.dtype)
    kind = dtypes.float32 if input.dtype.itemsize == 2 and not input.is_complex() else input.dtype
    wide = input.to(kind)
    eps = dtypes.finfo(kind).eps if eps is None else eps
    dims = tuple(range(-len(shape), 0))
    result = wide * ((wide**2).mean(dims, keepdim=True) + eps).rsqrt()
    if weight is not None:
        result = result * weight
    return result.to(input.dtype)


def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """Each group of channels of a sample with mean 0 and variance 1."""
    if input.dim() < 2:
        raise RuntimeError(f"Expected at least 2 dimensions for input tensor but received {input.ndim}")
    _refuse_one_value([input.size(0) * input.size(1) // num_groups, num_groups, *input.size()[2:]])
    if input.shape[1] % num_groups:
        raise RuntimeError(
            "Expected number of channels in input to be divisible by num_groups, but got input of shape "
            f"{listed(input.shape)} and num_groups={num_groups}"
        )
    for name, value in (("weight", weight), ("bias", bias)):
        if value is not None and tuple(value.shape) != (input.shape[1],):
            raise RuntimeError(
                f"Expected {name} to be a vector of size equal to the number of channels in input, but got {name} of "
                f"shape {listed(value.shape)} and input of shape {listed(input.shape)}"
            )
    _refuse_mixed(input, weight, bias)
    if not input.numel():  # there is nothing to normalize, but the parameters have gradients
        same_device(
            "native_group_norm(input, weight, bias)", {"input": input, "weight": weight, "bias": bias}
        )
        shape = (1, -1, *(1,) * (input.ndim - 2))
        result = input * 1 if weight is None else input * weight.view(shape)
        return result if bias is None else result + bias.view(shape)
    if _is_mixed(input, weight, bias):
        return group_norm(input.float(), num_groups, weight, bias, eps).to(input.dtype)
    return native_group_norm(input, or_nothing(weight, input), or_nothing(bias, input), num_groups, eps)[0]


def instance_norm(
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """Each channel of each sample with mean 0 and variance 1: a batch norm for each sample alone."""
    if use_input_stats and math.prod(input.size()[2:]) == 1:
        raise ValueError(f"Expected more than 1 spatial element when training, got input size {input.size()}")
    if not use_input_stats and (running_mean is None or running_var is None):
        raise RuntimeError(
            "Expected running_mean and running_var to be defined when use_input_stats is false"
        )
    samples, channels = input.shape[:2]
    repeated = [
        None if each is None else each.repeat(samples) for each in (running_mean, running_var, weight, bias)
    ]
    mean, variance, scale, shift = repeated
    flat = input.contiguous().view(1, samples * channels, *input.shape[2:])
    _check_channels(flat, mean, variance, scale, shift, use_input_stats)
    result = _normalized(flat, mean, variance, scale, shift, use_input_stats, momentum, eps)
    for running, seen in ((running_mean, mean), (running_var, variance)):
        if use_input_stats and running is not None and seen is not None:
            running._array[...] = seen._array.reshape(samples, channels).mean(0)
    return result.view(input.shape)


def local_response_norm(
    input: Tensor, size: int, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """Each number over a power of the mean square of its neighbours in the channels beside it."""
    from minitorch_edu.nn.functional import avg_pool2d, avg_pool3d, pad

    if input.dim() < 3:
        raise ValueError(
            "Expected 3D or higher dimensionality                          input "
            f"(got {input.ndim} dimensions)"
        )
    if not input.numel():
        return input
    squares, around = input.mul(input), (size // 2, (size - 1) // 2)
    if input.ndim == 3:
        padded = pad(squares.unsqueeze(1), (0, 0, *around))
        nearby = avg_pool2d(padded, (size, 1), stride=1).squeeze(1)
    else:
        samples, channels, first = input.shape[:3]
        padded = pad(squares.view(samples, 1, channels, first, -1), (0, 0, 0, 0, *around))
        nearby = avg_pool3d(padded, (size, 1, 1), stride=1).squeeze(1).view(input.shape)
    return input / nearby.mul(alpha).add(k).pow(beta)
