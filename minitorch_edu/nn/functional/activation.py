"""Activations as nn.functional has them: with `inplace`, and PyTorch's words about it."""

from __future__ import annotations

import warnings
from typing import Any

from minitorch_edu.callers import outside
from minitorch_edu.ops import registry
from minitorch_edu.ops.activation import relu as relu_op
from minitorch_edu.ops.activation_more import SELU_ALPHA, SELU_SCALE
from minitorch_edu.ops.creation import empty_like, zeros_like
from minitorch_edu.ops.gated import glu as glu
from minitorch_edu.ops.gated import rrelu as rrelu_op
from minitorch_edu.ops.gated import rrelu_ as rrelu_
from minitorch_edu.tensor import Tensor

functions = registry.functions


def relu(input: Tensor, inplace: bool = False) -> Tensor:
    """The positive part: $z = \\max(x, 0)$.

    >>> torch.nn.functional.relu(torch.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return functions["relu_"](input) if inplace else relu_op(input)


def chosen(name: str, inplace: bool) -> Any:
    """An op, or its form that writes into the input."""
    return functions[f"{name}_" if inplace else name]


def relu6(input: Tensor, inplace: bool = False) -> Tensor:
    """The positive part, at most 6.

    >>> torch.nn.functional.relu6(torch.tensor([-1.0, 2.0, 8.0]))
    tensor([0., 2., 6.])
    """
    return chosen("hardtanh", inplace)(input, 0, 6)


def leaky_relu(input: Tensor, negative_slope: float = 0.01, inplace: bool = False) -> Tensor:
    """The identity, with a small slope below zero.

    >>> torch.nn.functional.leaky_relu(torch.tensor([-1.0, 2.0]), 0.1)
    tensor([-0.1000,  2.0000])
    """
    return chosen("leaky_relu", inplace)(input, negative_slope)


def elu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """The identity above zero, an exponential below.

    >>> torch.nn.functional.elu(torch.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """
    return chosen("elu", inplace)(input, alpha)


def selu(input: Tensor, inplace: bool = False) -> Tensor:
    """An ELU whose two numbers keep mean 0 and variance 1 from layer to layer.

    >>> torch.nn.functional.selu(torch.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """
    return chosen("elu", inplace)(input, SELU_ALPHA, SELU_SCALE)


def celu(input: Tensor, alpha: float = 1.0, inplace: bool = False) -> Tensor:
    """An ELU that is smooth for every alpha."""
    return chosen("celu", inplace)(input, alpha)


def rrelu(
    input: Tensor,
    lower: float = 1.0 / 8,
    upper: float = 1.0 / 3,
    training: bool = False,
    inplace: bool = False,
) -> Tensor:
    """A leaky ReLU whose slopes are drawn, and have their mean when not training.

    >>> torch.nn.functional.rrelu(torch.tensor([-1.0, 2.0]))
    tensor([-0.2292,  2.0000])
    """
    return (rrelu_ if inplace else rrelu_op)(input, lower, upper, training)


def hardtanh(input: Tensor, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Tensor:
    """The identity between two bounds.

    >>> torch.nn.functional.hardtanh(torch.tensor([-3.0, 0.5]))
    tensor([-1.0000,  0.5000])
    """
    if min_val > max_val:
        raise ValueError("min_val cannot be greater than max_val")
    return chosen("hardtanh", inplace)(input, min_val, max_val)


def _threshold(input: Tensor, threshold: float, value: float, inplace: bool = False) -> Tensor:
    """The input where it is above a threshold, else a value."""
    return chosen("threshold", inplace)(input, threshold, value)


threshold = _threshold  # messages name it so


def hardsigmoid(input: Tensor, inplace: bool = False) -> Tensor:
    """A sigmoid of straight lines.

    >>> torch.nn.functional.hardsigmoid(torch.tensor([-4.0, 0.0]))
    tensor([0.0000, 0.5000])
    """
    return chosen("hardsigmoid", inplace)(input)


def hardswish(input: Tensor, inplace: bool = False) -> Tensor:
    """The input times its hard sigmoid."""
    return chosen("hardswish", inplace)(input)


def silu(input: Tensor, inplace: bool = False) -> Tensor:
    """The input times its sigmoid.

    >>> torch.nn.functional.silu(torch.tensor([-1.0, 2.0]))
    tensor([-0.2689,  1.7616])
    """
    return chosen("silu", inplace)(input)


def mish(input: Tensor, inplace: bool = False) -> Tensor:
    """The input times the tanh of its softplus."""
    return chosen("mish", inplace)(input)


def tanhshrink(input: Tensor) -> Tensor:
    """What tanh takes away: $z = x - \\tanh x$."""
    return input - input.tanh()


def softsign(input: Tensor) -> Tensor:
    """$z = x / (|x| + 1)$."""
    return input / (input.abs() + 1)


def tanh(input: Tensor) -> Tensor:
    """The hyperbolic tangent; `torch.tanh` is the same."""
    return input.tanh()


def sigmoid(input: Tensor) -> Tensor:
    """The logistic function; `torch.sigmoid` is the same."""
    return input.sigmoid()


# --- softmax ----------------------------------------------------------------------------------------------------------


def implicit_dim(name: str, input: Tensor) -> int:
    """The dimension that old programs mean when they name none."""
    dimensions = input.dim()
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        stacklevel=outside(),
    )
    return 0 if dimensions in (0, 1, 3) else 1


def softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """Exponentials that sum to one along `dim`.

    >>> torch.nn.functional.softmax(torch.tensor([0.0, 0.0]), dim=0)
    tensor([0.5000, 0.5000])
    """
    if dim is None:
        dim = implicit_dim("softmax", input)
    return input.softmax(dim, dtype=dtype)


def softmin(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """The softmax of the negative: the smallest gets the most."""
    if dim is None:
        dim = implicit_dim("softmin", input)
    return (-input).softmax(dim, dtype=dtype)


def log_softmax(input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: Any = None) -> Tensor:
    """The logarithm of the softmax along `dim`."""
    if dim is None:
        dim = implicit_dim("log_softmax", input)
    return input.log_softmax(dim, dtype=dtype)


def gumbel_softmax(
    logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1
) -> Tensor:
    """A random choice that can be differentiated: the softmax of the logits plus Gumbel noise, at temperature `tau`.

    hard: ones and zeros, with the gradient of the softmax.
    """
    if eps != 1e-10:
        warnings.warn("`eps` parameter is deprecated and has no effect.", stacklevel=outside())
    noise = -empty_like(logits).exponential_().log()
    soft = ((logits + noise) / tau).softmax(dim)
    if not hard:
        return soft
    chosen = soft.max(dim, keepdim=True)[1]
    return zeros_like(logits).scatter_(dim, chosen, 1.0) - soft.detach() + soft


relu_, leaky_relu_, elu_, celu_, hardtanh_, threshold_ = (
    functions[name] for name in ("relu_", "leaky_relu_", "elu_", "celu_", "hardtanh_", "threshold_")
)
