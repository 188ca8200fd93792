"""Activations: functions of each element that keep layers from being one linear map, and softmax and its kin."""

from __future__ import annotations

import warnings
from typing import Any, ClassVar

from minitorch_edu.callers import outside
from minitorch_edu.nn import functional as functions
from minitorch_edu.nn.init import constant_
from minitorch_edu.nn.modules.attention import MultiheadAttention as MultiheadAttention
from minitorch_edu.nn.modules.module import Module
from minitorch_edu.nn.modules.utils import OwnConstructor
from minitorch_edu.ops.activation import sigmoid as sigmoid_op
from minitorch_edu.ops.activation import tanh as tanh_op
from minitorch_edu.ops.creation import empty
from minitorch_edu.parameter import Parameter
from minitorch_edu.tensor import Tensor

functional: Any = functions  # some are cards, which a type checker takes for classes
sigmoid: Any = sigmoid_op
tanh: Any = tanh_op


class _Activation(OwnConstructor, Module):
    """An activation says its numbers when it is printed, and `inplace=True` where it writes into its input."""

    _numbers: ClassVar[tuple[str, ...]] = ()

    def extra_repr(self) -> str:
        said = [f"{name}={getattr(self, name)}" for name in self._numbers]
        return ", ".join([*said, "inplace=True"] if vars(self).get("inplace") else said)


class _InPlace(_Activation):
    """An activation whose only choice is whether to write into its input."""

    def __init__(self, inplace: bool = False) -> None:
        super().__init__()
        self.inplace = inplace


# --- straight lines ---------------------------------------------------------------------------------------------------


class ReLU(_InPlace):
    """The positive part: $\\max(0, x)$.

    >>> torch.nn.ReLU()(torch.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.relu(input, self.inplace)


class Threshold(_Activation):
    """The input where it is greater than `threshold`, else `value`.

    >>> torch.nn.Threshold(0.5, 20)(torch.tensor([0.25, 0.75]))
    tensor([20.0000,  0.7500])
    """

    _numbers = ("threshold", "value")

    def __init__(self, threshold: float, value: float, inplace: bool = False) -> None:
        super().__init__()
        self.threshold = threshold
        self.value = value
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return functional.threshold(input, self.threshold, self.value, self.inplace)


class LeakyReLU(_Activation):
    """A small slope below zero: $\\max(0, x) + s \\min(0, x)$, $s$ the `negative_slope`.

    >>> torch.nn.LeakyReLU(0.1)(torch.tensor([-1.0, 2.0]))
    tensor([-0.1000,  2.0000])
    """

    _numbers = ("negative_slope",)

    def __init__(self, negative_slope: float = 1e-2, inplace: bool = False) -> None:
        super().__init__()
        self.negative_slope = negative_slope
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return functional.leaky_relu(input, self.negative_slope, self.inplace)


class PReLU(Module):
    """A leaky ReLU that learns its slope: $\\max(0, x) + a \\min(0, x)$.

    weight: the slopes $a$: one for all, or one for each channel (dimension 1 of the input); they begin as `init`.

    >>> torch.nn.PReLU()(torch.tensor([-1.0, 2.0]))
    tensor([-0.2500,  2.0000], grad_fn=<PreluKernelBackward0>)
    """

    def __init__(
        self, num_parameters: int = 1, init: float = 0.25, device: Any = None, dtype: Any = None
    ) -> None:
        super().__init__()
        self.num_parameters = num_parameters
        self.init = init
        self.weight = Parameter(empty(num_parameters, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        constant_(self.weight, self.init)

    def forward(self, input: Tensor) -> Tensor:
        return functional.prelu(input, self.weight)

    def extra_repr(self) -> str:
        return f"num_parameters={self.num_parameters}"


class RReLU(_Activation):
    """A leaky ReLU whose slopes are drawn from U(lower, upper) for each element; their mean when not training.

    >>> torch.nn.RReLU(0.25, 0.75).eval()(torch.tensor([-1.0, 2.0]))
    tensor([-0.5000,  2.0000])
    """

    _numbers = ("lower", "upper")

    def __init__(self, lower: float = 1.0 / 8, upper: float = 1.0 / 3, inplace: bool = False) -> None:
        super().__init__()
        self.lower = lower
        self.upper = upper
        self.inplace = inplace

    def forward(self, input: Tensor) -> Tensor:
        return functional.rrelu(input, self.lower, self.upper, self.training, self.inplace)


class Hardtanh(_Activation):
    """The identity between `min_val` and `max_val`, and these bounds beyond them.

    >>> torch.nn.Hardtanh()(torch.tensor([-3.0, 0.5]))
    tensor([-1.0000,  0.5000])
    """

    _numbers: ClassVar[tuple[str, ...]] = ("min_val", "max_val")

    def __init__(
        self,
        min_val: float = -1.0,
        max_val: float = 1.0,
        inplace: bool = False,
        min_value: float | None = None,
        max_value: float | None = None,
    ) -> None:
        super().__init__()
        self.min_val = self._renamed("min_val", min_val, min_value)
        self.max_val = self._renamed("max_val", max_val, max_value)
        self.inplace = inplace
        if self.max_val <= self.min_val:
            raise AssertionError(f"max_val ({self.max_val}) must be greater than min_val ({self.min_val})")

    @staticmethod
    def _renamed(name: str, value: float, old: float | None) -> float:
        if old is None:
            return value
        warnings.warn(
            f"keyword argument `{name}ue` is deprecated and renamed to `{name}`", FutureWarning, outside()
        )
        return old

    def forward(self, input: Tensor) -> Tensor:
        return functional.hardtanh(input, self.min_val, self.max_val, self.inplace)


class ReLU6(Hardtanh):
    """The positive part, at most 6: $\\min(\\max(0, x), 6)$.

    >>> torch.nn.ReLU6()(torch.tensor([-1.0, 2.0, 8.0]))
    tensor([0., 2., 6.])
    """

    _numbers = ()

    def __init__(self, inplace: bool = False) -> None:
        super().__init__(0.0, 6.0, inplace)


class Hardsigmoid(_InPlace):
    """A sigmoid of straight lines: $x / 6 + 1 / 2$ between 0 and 1.

    >>> torch.nn.Hardsigmoid()(torch.tensor([-4.0, 0.0]))
    tensor([0.0000, 0.5000])
    """

    extra_repr = Module.extra_repr  # these two keep silent about `inplace`

    def forward(self, input: Tensor) -> Tensor:
        return functional.hardsigmoid(input, self.inplace)


class Hardswish(_InPlace):
    """The input times its hard sigmoid: $x \\min(\\max(0, x + 3), 6) / 6$.

    >>> torch.nn.Hardswish()(torch.tensor([-4.0, 0.0, 3.0]))
    tensor([-0., 0., 3.])
    """

    extra_repr = Module.extra_repr

    def forward(self, input: Tensor) -> Tensor:
        return functional.hardswish(input, self.inplace)


class _Shrink(OwnConstructor, Module):
    def __init__(self, lambd: float = 0.5) -> None:
        super().__init__()
        self.lambd = lambd

    def extra_repr(self) -> str:
        return f"{self.lambd}"


class Hardshrink(_Shrink):
    """The input, but zero between `-lambd` and `lambd`.

    >>> torch.nn.Hardshrink()(torch.tensor([-0.25, 0.75]))
    tensor([0.0000, 0.7500])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.hardshrink(input, self.lambd)


class Softshrink(_Shrink):
    """The input moved towards zero by `lambd`, no further than zero.

    >>> torch.nn.Softshrink()(torch.tensor([-0.25, 0.75]))
    tensor([-0.0000, 0.2500])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.softshrink(input, self.lambd)


# --- curves -----------------------------------------------------------------------------------------------------------


class Sigmoid(Module):
    """The logistic function: $1 / (1 + e^{-x})$.

    >>> torch.nn.Sigmoid()(torch.tensor([0.0, 100.0]))
    tensor([0.5000, 1.0000])
    """

    def forward(self, input: Tensor) -> Tensor:
        return sigmoid(input)


class LogSigmoid(Module):
    """The logarithm of the sigmoid, exact where the sigmoid is almost zero.

    >>> torch.nn.LogSigmoid()(torch.tensor([0.0, -200.0]))
    tensor([  -0.6931, -200.0000])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.logsigmoid(input)


class Tanh(Module):
    """The hyperbolic tangent: $(e^x - e^{-x}) / (e^x + e^{-x})$.

    >>> torch.nn.Tanh()(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7616])
    """

    def forward(self, input: Tensor) -> Tensor:
        return tanh(input)


class Tanhshrink(Module):
    """What tanh takes away: $x - \\tanh x$.

    >>> torch.nn.Tanhshrink()(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.2384])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.tanhshrink(input)


class Softsign(Module):
    """A tanh that is slower to saturate: $x / (1 + |x|)$.

    >>> torch.nn.Softsign()(torch.tensor([0.0, -3.0]))
    tensor([ 0.0000, -0.7500])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.softsign(input)


class Softplus(_Activation):
    """A smooth ReLU: $\\ln(1 + e^{\\beta x}) / \\beta$, and the identity where $\\beta x$ is above `threshold`.

    >>> torch.nn.Softplus()(torch.tensor([0.0, 30.0]))
    tensor([ 0.6931, 30.0000])
    """

    _numbers = ("beta", "threshold")

    def __init__(self, beta: float = 1.0, threshold: float = 20.0) -> None:
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def forward(self, input: Tensor) -> Tensor:
        return functional.softplus(input, self.beta, self.threshold)


class _Exponential(_Activation):
    _numbers = ("alpha",)

    def __init__(self, alpha: float = 1.0, inplace: bool = False) -> None:
        super().__init__()
        self.alpha = alpha
        self.inplace = inplace


class ELU(_Exponential):
    """The identity above zero, and $\\alpha (e^x - 1)$ below.

    >>> torch.nn.ELU()(torch.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.elu(input, self.alpha, self.inplace)


class CELU(_Exponential):
    """An ELU that is smooth for every alpha: $\\alpha (e^{x / \\alpha} - 1)$ below zero.

    >>> torch.nn.CELU(0.5)(torch.tensor([-1.0, 2.0]))
    tensor([-0.4323,  2.0000])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.celu(input, self.alpha, self.inplace)


class SELU(_InPlace):
    """An ELU whose two numbers keep mean 0 and variance 1 from layer to layer.

    >>> torch.nn.SELU()(torch.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.selu(input, self.inplace)


class SiLU(_InPlace):
    """The input times its sigmoid, also called swish: $x \\, \\sigma(x)$.

    >>> torch.nn.SiLU()(torch.tensor([-1.0, 2.0]))
    tensor([-0.2689,  1.7616])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.silu(input, self.inplace)


class Mish(_InPlace):
    """The input times the tanh of its softplus: $x \\tanh(\\ln(1 + e^x))$.

    >>> torch.nn.Mish()(torch.tensor([-1.0, 2.0]))
    tensor([-0.3034,  1.9440])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.mish(input, self.inplace)


class GELU(Module):
    """The input times the chance that a standard normal number is smaller: $x \\, \\Phi(x)$; `approximate="tanh"`.

    >>> torch.nn.GELU()(torch.tensor([-1.0, 2.0]))
    tensor([-0.1587,  1.9545])
    """

    def __init__(self, approximate: str = "none") -> None:
        super().__init__()
        self.approximate = approximate

    def forward(self, input: Tensor) -> Tensor:
        return functional.gelu(input, approximate=self.approximate)

    def extra_repr(self) -> str:
        return f"approximate={self.approximate!r}"


# --- along a dimension ------------------------------------------------------------------------------------------------


class GLU(_Activation):
    """The first half of a dimension, gated by the sigmoid of the second: $a \\, \\sigma(b)$.

    >>> torch.nn.GLU()(torch.tensor([4.0, 0.0]))
    tensor([2.])
    """

    _numbers = ("dim",)

    def __init__(self, dim: int = -1) -> None:
        super().__init__()
        self.dim = dim

    def forward(self, input: Tensor) -> Tensor:
        return functional.glu(input, self.dim)


class _AlongDim(_Activation):
    _numbers = ("dim",)

    def __init__(self, dim: int | None = None) -> None:
        super().__init__()
        self.dim = dim


class Softmax(_AlongDim):
    """Exponentials that sum to one along a dimension: $e^{x_i} / \\sum_j e^{x_j}$.

    >>> torch.nn.Softmax(dim=0)(torch.tensor([0.0, 0.0]))
    tensor([0.5000, 0.5000])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.softmax(input, self.dim)


class Softmin(_AlongDim):
    """The softmax of the negative: the smallest gets the most.

    >>> torch.nn.Softmin(dim=0)(torch.tensor([0.0, 100.0]))
    tensor([1.0000e+00, 3.7835e-44])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.softmin(input, self.dim)


class LogSoftmax(_AlongDim):
    """The logarithm of the softmax: $x_i - \\ln \\sum_j e^{x_j}$.

    >>> torch.nn.LogSoftmax(dim=0)(torch.tensor([0.0, 0.0]))
    tensor([-0.6931, -0.6931])
    """

    def forward(self, input: Tensor) -> Tensor:
        return functional.log_softmax(input, self.dim)


class Softmax2d(Module):
    """The softmax over the channels at each place of (N, C, H, W) or (C, H, W).

    >>> torch.nn.Softmax2d()(torch.zeros(2, 1, 1))
    tensor([[[0.5000]],
    <BLANKLINE>
            [[0.5000]]])
    """

    def forward(self, input: Tensor) -> Tensor:
        if input.dim() not in (3, 4):
            raise ValueError(f"Softmax2d: expected input to be 3D or 4D, got {input.dim()}D instead")
        return functional.softmax(input, -3)
