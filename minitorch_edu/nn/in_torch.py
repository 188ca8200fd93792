"""In torch: normalizations as PyTorch has them a second time, `torch.layer_norm` beside `nn.functional.layer_norm`.

The native ones hand on the statistics, too: (result, mean, 1 / deviation).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.nn import functional
from minitorch_edu.nn.functional.normalization import checked_shape, follow, refuse_shape
from minitorch_edu.ops import embedding, registry
from minitorch_edu.ops.counting import searchsorted
from minitorch_edu.ops.losses import refuse_learned
from minitorch_edu.ops.operands import may_write
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


def _or_none(values: Any, input: Tensor) -> Tensor:
    return input.new_empty(0) if values is None else values


@reads(
    "Tensor input, tuple of ints normalized_shape, Tensor? weight, Tensor? bias, float eps, *, "
    "tuple of Tensors out = None"
)
def native_layer_norm(
    input: Tensor, normalized_shape: Sequence[int], weight: Any, bias: Any, eps: float
) -> tuple[Tensor, ...]:
    """`layer_norm` with its statistics.

    >>> torch.native_layer_norm(torch.tensor([[1.0, 3.0]]), (2,), None, None, 0.0)
    (tensor([[-1.,  1.]]), tensor([[2.]]), tensor([[1.]]))
    """
    shape = checked_shape("layer_norm", input, normalized_shape, "*, ")
    for name, value in (("weight", weight), ("bias", bias)):
        refuse_shape(name, value, shape)
    scale, shift = _or_none(weight, input), _or_none(bias, input)
    found: Any = registry.functions["native_layer_norm"](input, scale, shift, shape, eps)
    return tuple(found)


@reads(
    "Tensor input, Tensor? weight, Tensor? bias, Tensor? running_mean, Tensor? running_var, bool training, "
    "float momentum, float eps, *, tuple of Tensors out = None"
)
def native_batch_norm(
    input: Tensor,
    weight: Any,
    bias: Any,
    running_mean: Any,
    running_var: Any,
    training: bool,
    momentum: float,
    eps: float,
) -> tuple[Tensor, ...]:
    """`batch_norm` with its statistics, which are empty when not training.

    >>> torch.native_batch_norm(torch.tensor([[1.0], [3.0]]), None, None, None, None, True, 0.1, 0.0)[1:]
    (tensor([2.]), tensor([1.]))
    """
    given = [_or_none(each, input) for each in (weight, bias, running_mean, running_var)]
    refuse_learned("native_batch_norm", running_mean=running_mean, running_var=running_var)
    found: Any = registry.functions["native_batch_norm"](input, *given, training, eps)
    if training and running_mean is not None and running_var is not None:
        follow(input, running_mean, running_var, momentum)
    return tuple(found)


BAGS = "Tensor weight, Tensor indices, Tensor offsets, bool scale_grad_by_freq{}, int mode{}, bool sparse{}, "


@reads(
    BAGS.format("", "", "") + "Tensor per_sample_weights, bool include_last_offset, int padding_idx",
    BAGS.format(" = False", " = 0", " = False")
    + "Tensor per_sample_weights = None, bool include_last_offset = False",
)
def embedding_bag(
    weight: Tensor,
    indices: Tensor,
    offsets: Tensor,
    scale_grad_by_freq: bool = False,
    mode: int = 0,
    sparse: bool = False,
    per_sample_weights: Any = None,
    include_last_offset: bool = False,
    padding_idx: Any = None,
) -> tuple[Tensor, ...]:
    """`nn.functional.embedding_bag` with what was found on the way: the bag of each index, sizes, and greatest rows.

    mode: 0 for the sum, which has no need of all that; 1 for the mean; 2 for the greatest.

    >>> torch.embedding_bag(torch.tensor([[1.0], [3.0]]), torch.tensor([0, 1, 1]), torch.tensor([0, 2]), False, 1)
    (tensor([[2.],
            [3.]]), tensor([0, 0, 1]), tensor([2, 1]), tensor([2, 1]))
    """
    if mode not in (0, 1, 2):
        raise RuntimeError("`mode` must be sum, mean, or max.")
    if mode and per_sample_weights is not None:
        raise RuntimeError("embedding_bag: per_sample_weights only supported with mode='sum'")
    name, given = ("sum", "mean", "max")[mode], (per_sample_weights, include_last_offset, padding_idx)
    result = functional.embedding_bag(
        indices, weight, offsets, None, 2, scale_grad_by_freq, name, sparse, *given
    )
    padding = -1 if padding_idx is None else padding_idx % len(weight)
    if include_last_offset:
        offsets, indices = offsets[:-1], indices[: int(offsets[-1])]
    numbers = indices.new_tensor(range(len(indices)))
    owners = searchsorted(offsets, numbers, right=True) - 1
    sizes = indices.new_tensor(
        [((owners == bag) & (indices != padding)).sum().item() for bag in range(len(offsets))]
    )
    if mode == 0:
        quick = padding == -1 and weight.dtype.itemsize < 8
        return result, numbers[:0] if quick else owners.to(indices.dtype), sizes * 0, sizes * 0
    greatest = sizes
    if mode == 2:
        found: Any = registry.functions["bag_maxima"](weight.detach(), indices, owners, len(offsets), padding)
        greatest = found[1].clamp_min(0).to(indices.dtype)
    return result, owners.to(indices.dtype), sizes, greatest


@reads("Tensor input, Tensor indices, float max_norm, float norm_type")
def embedding_renorm_(input: Tensor, indices: Tensor, max_norm: float, norm_type: float) -> Tensor:
    """The rows of a table that are looked up made no longer than `max_norm`, in place.

    >>> torch.embedding_renorm_(torch.tensor([[3.0, 4.0], [6.0, 8.0]]), torch.tensor([0]), 1.0, 2.0)
    tensor([[0.6000, 0.8000],
            [6.0000, 8.0000]])
    """
    if input.requires_grad and grad_mode.enabled:
        may_write(input)
    where = "(while checking arguments for embedding_renorm_)"
    if input.ndim != 2:
        raise RuntimeError(
            f"Expected 2-dimensional tensor, but got {input.ndim}-dimensional tensor for argument #1 'self' {where}"
        )
    if indices.dtype.name not in ("int64", "int32"):
        raise RuntimeError(
            "Expected tensor for argument #2 'indices' to have one of the following scalar types: Long, Int; but got "
            f"torch.{indices.dtype.scalar_name}Tensor instead {where}"
        )
    for row in indices.reshape(-1).tolist():
        if not 0 <= row < len(input):
            size = list(input.shape)
            raise IndexError(f"select(): index {row} out of range for tensor of size {size} at dimension 0")
    embedding.renorm_rows(input, indices, max_norm, norm_type)
    return input
