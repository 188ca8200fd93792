"""By element: what optimizers have in common that move each element of a parameter by itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.devices import device
from minitorch_edu.ops.data import tensor
from minitorch_edu.optim.optimizer import Optimizer, loss_of, unrecorded
from minitorch_edu.tensor import Tensor

CAPTURABLE = ["cuda", "xpu", "hpu", "privateuseone", "xla"]
FUSED = ["mps", "cuda", "xpu", "hpu", "cpu", "mtia", "privateuseone"]
"""The kinds of device that PyTorch names when it refuses another."""


class ByElement(Optimizer):
    """An optimizer whose step is a formula for one element: `_begin` makes the state, `_move` writes what is new.

    The options that choose among PyTorch's ways to compute the same are taken, and change nothing: foreach, fused,
    capturable. With `differentiable` autograd sees the step, too.
    """

    _counters: tuple[str, ...] = ("step",)
    """What of the state is one number for the whole parameter,"""
    _beside: str = "params and state_steps"
    """what PyTorch calls it and the parameters,"""
    _capturable: list[str] = CAPTURABLE
    """and where all of that may be, for a graph of CUDA's to be captured."""
    _unknown: dict[str, Any] = {
        "foreach": None, "maximize": False, "differentiable": False, "capturable": False,
    }  # fmt: skip
    """Options that older files do not have, and what they have to be then."""

    def _begin(self, param: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        """What is remembered of a parameter from its first step on."""
        raise NotImplementedError

    def _move(self, param: Tensor, grad: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
        """Take one step of one parameter."""
        raise NotImplementedError

    @unrecorded
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move all parameters that have a gradient. closure: computes the loss again, and the gradients."""
        loss = loss_of(closure)
        for group in self.param_groups:
            capturable = group.get("capturable")
            for param in group["params"]:
                grad = param.grad
                if grad is None:
                    continue
                state = self._state_of(param, group)
                if capturable:
                    self._expect_capturable(param, state)
                self._move(param, grad, state, group)
        return loss

    def _state_of(self, param: Tensor, group: dict[str, Any]) -> dict[str, Any]:
        state = self.state[param]
        if not state:
            self._begin(param, state, group)
        return state

    def _expect_capturable(self, param: Tensor, state: dict[str, Any]) -> None:
        kind = param.device.type
        if kind not in self._capturable or any(state[name].device.type != kind for name in self._counters):
            raise AssertionError(
                f"If capturable=True, {self._beside} must be on supported devices: {self._capturable}."
            )

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        for group in self.param_groups:
            for name, value in self._unknown.items():
                group.setdefault(name, value)
            for param in group["params"]:
                kept = self.state.get(param) or {}
                for name in self._counters:
                    if name in kept and not isinstance(kept[name], Tensor):
                        kept[name] = number(float(kept[name]), param, group)


def number(value: float, param: Tensor, group: dict[str, Any]) -> Tensor:
    """A counter: on the CPU, where it can be read at once, unless the options want it beside the parameter."""
    beside = group.get("capturable") or group.get("fused")
    double = dtypes.get_default_dtype() is dtypes.float64 and not group.get("fused")
    return tensor(
        value,
        dtype=dtypes.float64 if double else dtypes.float32,
        device=param.device if beside else device("cpu"),
    )


def scalar(value: Any) -> Any:
    """An option that may be a tensor of one element: without dimensions then."""
    return value.squeeze() if isinstance(value, Tensor) and value.ndim else value


def expect_rate(lr: Any, text: str = "Invalid learning rate: {}") -> None:
    """Refuse a learning rate that no optimizer takes."""
    if isinstance(lr, Tensor) and lr.numel() != 1:
        raise ValueError("Tensor lr must be 1-element")
    if not lr >= 0.0:
        raise ValueError(text.format(lr))


def expect_fused(param: Tensor) -> None:
    """Refuse what PyTorch's fused kernels do not take."""
    if param.device.type not in FUSED or not param.is_floating_point():
        raise RuntimeError(
            "`fused=True` requires all the params to be floating point Tensors of supported devices: "
            f"{FUSED} but {param.dtype} and {param.device.type}"
        )


def expect_one_way(fused: Any, differentiable: bool, foreach: Any) -> None:
    """Refuse options that exclude each other."""
    if fused and differentiable:
        raise RuntimeError("`fused` does not support `differentiable`")
    if fused and foreach:
        raise RuntimeError("`fused` and `foreach` cannot be `True` together.")
