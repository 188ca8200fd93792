"""In torch: normalizations as PyTorch has them a second time, `torch.layer_norm` beside `nn.functional.layer_norm`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minitorch_edu.nn import functional
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor


@reads(
    "Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, "
    "float momentum, float eps, bool cudnn_enabled"
)
def batch_norm(
    input: Tensor,
    weight: Any,
    bias: Any,
    running_mean: Any,
    running_var: Any,
    training: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    """`nn.functional.batch_norm`, with its arguments in another order."""
    return functional.batch_norm(input, running_mean, running_var, weight, bias, training, momentum, eps)


@reads(
    "Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool use_input_stats, "
    "float momentum, float eps, bool cudnn_enabled"
)
def instance_norm(
    input: Tensor,
    weight: Any,
    bias: Any,
    running_mean: Any,
    running_var: Any,
    use_input_stats: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    """`nn.functional.instance_norm`, with its arguments in another order."""
    return functional.instance_norm(
        input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps
    )


@reads(
    "Tensor input, tuple of ints normalized_shape, Tensor weight = None, Tensor bias = None, float eps = 1e-05, "
    "bool cudnn_enable = True"
)
def layer_norm(
    input: Tensor,
    normalized_shape: Sequence[int],
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
    cudnn_enable: bool = True,
) -> Tensor:
    """`nn.functional.layer_norm`."""
    return functional.layer_norm(input, normalized_shape, weight, bias, eps)


@reads("Tensor input, tuple of ints normalized_shape, Tensor weight = None, float eps = None")
def rms_norm(input: Tensor, normalized_shape: Sequence[int], weight: Any = None, eps: Any = None) -> Tensor:
    """`nn.functional.rms_norm`."""
    return functional.rms_norm(input, normalized_shape, weight, eps)


@reads(
    "Tensor input, int num_groups, Tensor weight = None, Tensor bias = None, float eps = 1e-05, "
    "bool cudnn_enabled = True"
)
def group_norm(
    input: Tensor,
    num_groups: int,
    weight: Any = None,
    bias: Any = None,
    eps: float = 1e-5,
    cudnn_enabled: bool = True,
) -> Tensor:
    """`nn.functional.group_norm`."""
    return functional.group_norm(input, num_groups, weight, bias, eps)
