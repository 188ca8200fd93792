"""Linear maps: of one input, and of two."""

from __future__ import annotations

import math

from minitorch_edu.ops import registry
from minitorch_edu.ops.linalg import addmm, matmul
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import t
from minitorch_edu.tensor import Tensor


@reads("Tensor input, Tensor weight, Tensor bias = None, *, Tensor out = None")
def linear(input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """A linear map of the last dimension: $z = x W^T + b$. The rows of `weight` belong to the outputs.

    >>> torch.nn.functional.linear(torch.tensor([1.0, 2.0]), torch.tensor([[3.0, 4.0]]), torch.tensor([0.5]))
    tensor([11.5000])
    """
    dimensions = input._array.ndim
    if dimensions == 2 and bias is not None:
        return addmm(bias, input, t(weight))
    if not dimensions or not weight._array.ndim:
        raise RuntimeError(
            f"both arguments to linear need to be at least 1D, but they are {dimensions}D and {weight.ndim}D"
        )
    if bias is None:
        return matmul(input, t(weight))
    if bias.ndim == 1 and weight.ndim == 2 and input._array.flags.c_contiguous:
        rows = input.view(math.prod(input.shape[:-1]), input.shape[-1])
        return addmm(bias, rows, t(weight)).view(*input.shape[:-1], weight.shape[0])
    return registry.functions["add"](matmul(input, t(weight)), bias)


@reads("Tensor input1, Tensor input2, Tensor weight, Tensor bias = None")
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """A map that is linear in each of two inputs: $z_k = x^T W_k y + b_k$.

    >>> torch.nn.functional.bilinear(torch.tensor([2.0]), torch.tensor([3.0]), torch.ones(1, 1, 1))
    tensor([6.])
    """
    if input1.ndim != input2.ndim:
        raise RuntimeError(f"bilinear(): input dimensions do not match: got {input1.ndim} and {input2.ndim}")
    for dim, (one, other) in enumerate(zip(input1.shape[:-1], input2.shape[:-1], strict=True)):
        if one != other:
            raise RuntimeError(
                f"bilinear(): input batch dimensions do not match at dim {dim}: got {one} and {other}"
            )
    for name, each, size in (("input1", input1, weight.shape[1]), ("input2", input2, weight.shape[2])):
        if each.shape[-1] != size:
            raise RuntimeError(
                f"bilinear(): {name} size does not match weight size: got {each.shape[-1]} but expected {size}"
            )
    if bias is not None and bias.shape[0] != weight.shape[0]:
        raise RuntimeError(
            f"bilinear(): bias size does not match weight size: got {bias.shape[0]} but expected {weight.shape[0]}"
        )
    pairs = (input1.unsqueeze(-1) * input2.unsqueeze(-2)).flatten(-2)
    product = matmul(pairs, t(weight.reshape(weight.shape[0], weight.shape[1] * weight.shape[2])))
    return product if bias is None else product + bias
