"""More activations: smooth and piecewise linear functions, element by element."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minitorch_edu.backends.scientific import special
from minitorch_edu.dtypes import finfo
from minitorch_edu.ops import registry
from minitorch_edu.ops.activation import sigmoid, tanh
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.op import pointwise
from minitorch_edu.ops.operands import namespace_of
from minitorch_edu.ops.pointwise import exp
from minitorch_edu.ops.refusals import Unsupported, lacking, refuse_kernel
from minitorch_edu.ops.rows import chosen
from minitorch_edu.ops.signatures import reads
from minitorch_edu.tensor import Tensor

NO_FLOATS = "biuc"
"""The kinds of element that most of these functions have no kernel for."""


def only_floats(kernel: str) -> Any:
    """The `explain` of these functions."""
    return lacking(kernel, *NO_FLOATS)


# --- piecewise linear -------------------------------------------------------------------------------------------------


@pointwise
class leaky_relu:
    r"""The identity, with a small slope below zero: $z = \max(x, 0) + a \min(x, 0)$."""

    domain = r"where $x \ne 0$"
    signatures = ("Tensor input, Number negative_slope = 0.01, *, Tensor out = None",)
    refuses = NO_FLOATS
    explain = only_floats("leaky_relu_cpu")
    widens = True
    widened_backward = True

    def forward(xp, input, negative_slope: float = 0.01):
        return chosen(xp, input > 0, input, input * negative_slope)

    def grad_input(grad, input, negative_slope):
        r"$\partial z / \partial x = 1$ where $x > 0$, else $a$"
        return where(input > 0, grad, grad * negative_slope)


@pointwise
class hardtanh:
    r"""The identity between two bounds: $z = \min(\max(x, a), b)$."""

    domain = r"where $x \ne a$ and $x \ne b$"
    signatures = ("Tensor input, Number min_val = -1, Number max_val = 1, *, Tensor out = None",)

    widens = True

    def forward(xp, input, min_val: float = -1.0, max_val: float = 1.0):
        kind = input.dtype.kind
        if kind in "bc" or (kind == "u" and min_val < 0):
            raise Unsupported
        if kind in "iu":
            min_val, max_val = int(min_val), int(max_val)
        return xp.clip(input, min_val, max_val)

    def grad_input(grad, input, min_val, max_val):
        r"$\partial z / \partial x = [a < x < b]$"
        return where((input > min_val) & (input < max_val), grad, 0)

    def explain(input, min_val, max_val):
        if not input.dtype.category:
            raise RuntimeError("Bool inputs not supported for hardtanh")
        if input.is_complex():
            raise NotImplementedError("clamp is not supported for complex types")
        if not input.dtype.is_signed and min_val < 0:
            raise RuntimeError("cannot do hardtanh on an unsigned type with negative limits")


SIXTH = 0.1666666716337204
"""One sixth as a float32: so PyTorch has it in this derivative, of float64 too."""


@pointwise
class hardsigmoid:
    r"""A sigmoid of straight lines: $z = \min(\max(x + 3, 0), 6) / 6$."""

    domain = r"where $|x| \ne 3$"
    signatures = ("Tensor input, *, Tensor out = None",)
    refuses = NO_FLOATS
    explain = only_floats("hardsigmoid_cpu")
    widens = True
    widened_backward = True

    def forward(xp, input):
        return xp.clip(input + 3, 0, 6) / 6

    def grad_input(grad, input):
        r"$\partial z / \partial x = [-3 < x < 3] / 6$"
        return where((input > -3) & (input < 3), grad * SIXTH, 0)


@pointwise
class hardswish:
    r"""The input times its hard sigmoid: $z = x \min(\max(x + 3, 0), 6) / 6$."""

    domain = r"where $|x| \ne 3$"
    signatures = ("Tensor input, *, Tensor out = None",)
    refuses = NO_FLOATS
    explain = only_floats("hardswish_cpu")
    widens = True
    widened_backward = True

    def forward(xp, input):
        return input * xp.clip(input + 3, 0, 6) / 6

    def grad_input(grad, input):
        r"$\partial z / \partial x = x / 3 + 1 / 2$ between $-3$ and $3$; below $0$, above $1$"
        return where(input <= -3, 0, where(input < 3, grad * (input / 3 + 0.5), grad))


@pointwise
class hardshrink:
    r"""Zero where the input is small: $z = x \, [|x| > \lambda]$.

    >>> torch.hardshrink(torch.tensor([-2.0, 0.3, 1.0]))
    tensor([-2.,  0.,  1.])
    """

    domain = r"where $|x| \ne \lambda$"
    signatures = ("Tensor input, Number lambd = 0.5, *, Tensor out = None",)
    inplace = False
    refuses = NO_FLOATS
    explain = only_floats("hardshrink_cpu")

    def forward(xp, input, lambd: float = 0.5):
        return chosen(xp, (input >= -lambd) & (input <= lambd), 0, input).astype(input.dtype, copy=False)

    def grad_input(grad, input, lambd):
        r"$\partial z / \partial x = [|x| > \lambda]$"
        return where((input >= -lambd) & (input <= lambd), 0, grad)


@pointwise
class softshrink:
    r"""The input, nearer to zero: $z = \operatorname{sgn}(x) \max(|x| - \lambda, 0)$."""

    domain = r"where $|x| \ne \lambda$"
    signatures = ("Tensor input, Number lambd = 0.5, *, Tensor out = None",)
    inplace = False
    refuses = NO_FLOATS
    widens = True

    def forward(xp, input, lambd: float = 0.5):
        if not 0 <= lambd <= xp.finfo(input.dtype).max:
            raise ValueError("a range around zero")
        return chosen(xp, input > lambd, input - lambd, chosen(xp, input < -lambd, input + lambd, input * 0))

    def grad_input(grad, input, lambd):
        r"$\partial z / \partial x = [|x| > \lambda]$"
        return where((input >= -lambd) & (input <= lambd), 0, grad)

    def explain(input, lambd):
        if input.dtype.category != 2:
            refuse_kernel("softshrink_check", input.dtype)
        if not 0 <= lambd <= finfo(input.dtype).max:
            raise RuntimeError(
                f"lambda must be in range [0, {finfo(input.dtype).max:g}] for input dtype {input.dtype.scalar_name}, "
                f"but found {lambd:g}"
            )


@pointwise
class threshold:
    r"""The input where it is above a threshold, else a value: $z = x$ where $x > t$, else $v$.

    >>> torch.threshold(torch.tensor([0.5, 2.0]), 1.0, 9.0)
    tensor([9., 2.])
    """

    domain = r"where $x \ne t$"
    signatures = ("Tensor input, Number threshold, Number value, *, Tensor out = None",)
    refuses = "bc"
    explain = lacking("threshold_cpu", "b", "c")

    def forward(xp, input, threshold: float, value: float):
        if input.dtype.kind in "iu":
            threshold, value = int(threshold), int(value)
        return chosen(xp, input <= threshold, xp.asarray(value).astype(input.dtype), input)

    def grad_input(grad, input, threshold):
        r"$\partial z / \partial x = [x > t]$"
        return where(input <= threshold, 0, grad)


# --- smooth -----------------------------------------------------------------------------------------------------------


def below_zero(input):
    """The input where it is negative, else zero: an exponent that cannot overflow, nor can its derivatives."""
    return where(input > 0, 0, input)


@pointwise
class elu:
    r"""The identity above zero, an exponential below: $z = s x$ where $x > 0$, else $s a (e^{b x} - 1)$.

    $b$ is 1 but in PyTorch's own tests; $a$ and $s$ are the numbers of SELU.
    """

    domain = r"where $x \ne 0$"
    signatures = (
        "Tensor input, Number alpha = 1, Number scale = 1, Number input_scale = 1, *, Tensor out = None",
    )
    refuses = NO_FLOATS
    explain = only_floats("elu_cpu")
    widens = True
    widened_backward = True

    def forward(xp, input, alpha: float = 1.0, scale: float = 1, input_scale: float = 1):
        below = xp.expm1(xp.minimum(input, 0) * input_scale) * (alpha * scale)
        return chosen(xp, input > 0, input * scale, below)

    def grad_input(grad, input, alpha, scale, input_scale):
        r"$\partial z / \partial x = s$ where $x > 0$, else $s a b e^{b x}$"
        slope = exp(below_zero(input) * input_scale) * (alpha * scale * input_scale)
        return where(input > 0, grad * scale, grad * slope)


@pointwise
class celu:
    r"""An ELU that is smooth for every $a$: $z = x$ where $x > 0$, else $a (e^{x / a} - 1)$.

    >>> torch.celu(torch.tensor([-1.0, 1.0]), alpha=2.0)
    tensor([-0.7869,  1.0000])
    """

    domain = r"where $x \ne 0$"
    signatures = ("Tensor input, Number alpha = 1.0",)

    refuses = NO_FLOATS
    widens = True
    widened_backward = True

    def forward(xp, input, alpha: float = 1.0):
        return elu.card.forward(xp, input, alpha, 1, 1 / alpha)

    def grad_input(grad, input, alpha):
        r"$\partial z / \partial x = 1$ where $x > 0$, else $e^{x / a}$"
        return where(input > 0, grad, grad * exp(below_zero(input) / alpha))

    def explain(input, alpha):
        if alpha == 0:
            raise RuntimeError("ZeroDivisionError: alpha cannot be 0 for CELU")
        only_floats("elu_cpu")(input)


@pointwise
class silu:
    r"""The input times its sigmoid: $z = x \, \sigma(x)$."""

    signatures = ("Tensor input, *, Tensor out = None",)
    refuses = "biu"
    explain = lacking("silu_cpu", "b", "i", "u")
    holomorphic = widens = True
    widened_backward = True

    def forward(xp, input):
        divisor = xp.exp(-input)
        divisor += 1
        return input / divisor

    def grad_input(grad, input):
        r"$\partial z / \partial x = \sigma(x) \, (1 + x \, (1 - \sigma(x)))$"
        return grad * silu_slope(input, sigmoid(input))


def silu_slope(input, chance):
    """The derivative of silu, given the sigmoid of the input."""
    return chance * (1 + input * (1 - chance))


@pointwise
class softplus:
    r"""A smooth ReLU: $z = \ln(1 + e^{\beta x}) / \beta$, and $x$ itself where $\beta x$ is above a threshold."""

    domain = r"where $\beta x \ne t$"
    signatures = ("Tensor input, Number beta = 1, Number threshold = 20, *, Tensor out = None",)
    inplace = False
    refuses = NO_FLOATS
    explain = only_floats("softplus_cpu")
    widens = True
    widened_backward = True

    def forward(xp, input, beta: float = 1, threshold: float = 20):
        scaled = input * beta
        return chosen(xp, scaled > threshold, input, xp.log1p(xp.exp(scaled)) / xp.asarray(beta, input.dtype))

    def grad_input(grad, input, beta, threshold):
        r"$\partial z / \partial x = \sigma(\beta x)$"
        return where(input * beta > threshold, grad, grad * sigmoid(input * beta))


@pointwise
class mish:
    r"""The input times the tanh of its softplus: $z = x \tanh(\ln(1 + e^x))$."""

    signatures = ("Tensor input, *, Tensor out = None",)
    refuses = NO_FLOATS
    explain = only_floats("mish_cpu")
    widens = True
    widened_backward = True

    def forward(xp, input):
        return input * xp.tanh(xp.logaddexp(input, xp.zeros((), input.dtype)))

    def grad_input(grad, input):
        r"$\partial z / \partial x = t + x \, \sigma(x) \, (1 - t^2), \; t = \tanh(\ln(1 + e^x))$"
        return grad * mish_slope(input, tanh(softplus(input, 1, 20)))


def mish_slope(input, share):
    """The derivative of mish, given the tanh of the softplus of the input."""
    return share + input * sigmoid(input) * (1 - share * share)


@pointwise
class log_sigmoid:
    r"""The logarithm of the sigmoid: $z = -\ln(1 + e^{-x})$."""

    signatures = ("Tensor input, *, Tensor out = None",)
    inplace = False
    refuses = NO_FLOATS
    explain = only_floats("log_sigmoid_cpu")
    widens = True
    widened_backward = True

    def forward(xp, input):
        return xp.minimum(input, 0) - xp.log1p(xp.exp(-xp.absolute(input)))

    def grad_input(grad, input):
        r"$\partial z / \partial x = 1 - \sigma(x) = \sigma(-x)$"
        return grad * sigmoid(-input)


# --- GELU -------------------------------------------------------------------------------------------------------------

ROOT = math.sqrt(2 / math.pi)
CUBE = 0.044715
ERF = (1.58950641e-07, -5.98555895e-06, 8.97119451e-05, -6.25718203e-04, -1.84384975e-04, 1.02765482e-01, 1.12837971)
"""A polynomial P for which tanh(x P(x^2)) is erf x, but for the last bits of a float32."""


def erf_of(xp, array):
    """The error function. Of float32 by way of tanh, which NumPy has vectorised: SciPy's takes ten times as long."""
    if array.dtype != xp.float32 or xp is not np:
        return special(xp).erf(array)
    square = xp.minimum(array * array, 16)  # beyond 4 it is 1
    value = square * ERF[0]
    for coefficient in ERF[1:-1]:
        value += coefficient
        value *= square
    value += ERF[-1]
    value *= array
    return xp.tanh(value, out=value) if value.ndim else xp.tanh(value)


@pointwise
class normal_cdf:
    r"""The chance that a standard normal number is below: $\Phi(x) = (1 + \operatorname{erf}(x / \sqrt 2)) / 2$."""

    inplace = False
    widens = True

    def forward(xp, input):
        chance = erf_of(xp, input * math.sqrt(0.5))
        chance += 1
        chance *= 0.5
        return chance

    def grad_input(grad, input):
        r"$\partial z / \partial x = e^{-x^2 / 2} / \sqrt{2 \pi}$"
        return grad * (exp(input * input * -0.5) / math.sqrt(2 * math.pi))


@pointwise
class gelu:
    r"""The input times the chance that a normal number is below it: $z = x \, \Phi(x)$.

    approximate: "tanh" for $z = x \, (1 + \tanh(\sqrt{2 / \pi} \, (x + 0.044715 x^3))) / 2$.
    """

    signatures = ('Tensor input, *, str approximate = "none", Tensor out = None',)
    refuses = NO_FLOATS
    widens = True
    widened_backward = True

    def forward(xp, input, *, approximate: str = "none"):
        if approximate == "none":
            return input * normal_cdf.card.forward(xp, input)
        if approximate != "tanh":
            raise ValueError("a way to compute it")
        inner = xp.tanh(bent(input))
        inner += 1
        inner *= input
        inner *= 0.5
        return inner

    def grad_input(grad, input, approximate):
        r"$\partial z / \partial x = \Phi(x) + x \, e^{-x^2 / 2} / \sqrt{2 \pi}$"
        return grad * gelu_slope(input, approximate)

    def explain(input, approximate):
        if approximate not in ("none", "tanh"):
            raise RuntimeError("approximate argument must be either none or tanh.")
        only_floats("GeluKernelImpl")(input)


def gelu_slope(input, approximate):
    """The derivative of gelu, or of its approximation."""
    if approximate == "none":
        return normal_cdf(input) + input * exp(input * input * -0.5) / math.sqrt(2 * math.pi)
    inner = tanh(ROOT * (input + CUBE * (input * input * input)))
    return 0.5 * (1 + inner) + 0.5 * input * (1 - inner * inner) * (ROOT * (1 + 3 * CUBE * (input * input)))


def gelu_slope_on_arrays(input, approximate):
    """The same with fewer arrays, which are large where this is used."""
    xp, slope = namespace_of(input), input * input
    if approximate == "none":
        slope *= -0.5
        slope = xp.exp(slope)
        slope *= input
        slope /= math.sqrt(2 * math.pi)
        slope += normal_cdf.card.forward(xp, input)
        return slope
    inner = xp.tanh(bent(input))
    slope *= 1.5 * ROOT * CUBE
    slope += 0.5 * ROOT
    slope *= input
    slope *= 1 - inner * inner
    inner += 1
    inner *= 0.5
    slope += inner
    return slope


gelu_slope.on_arrays = gelu_slope_on_arrays  # type: ignore[attr-defined]


def bent(input):
    """What the approximation takes the tanh of: a bit more than the input."""
    found = input * input
    found *= ROOT * CUBE
    found += ROOT
    found *= input
    return found


SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946


@reads("Tensor input")
def selu(input: Tensor) -> Tensor:
    """An ELU whose numbers keep mean and variance: see `elu`."""
    return elu(input, SELU_ALPHA, SELU_SCALE)


@reads("Tensor input")
def selu_(input: Tensor) -> Tensor:
    """`selu` in place."""
    return registry.functions["elu_"](input, SELU_ALPHA, SELU_SCALE)


registry.functions["selu_"] = selu_
logsigmoid = log_sigmoid
"""Its name among the functions."""
