"""Parameters: tensors that belong to a module."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from minitorch_edu.ops import registry
from minitorch_edu.tensor import Tensor


class Parameter(Tensor):
    """A tensor that a module finds among its attributes, and an optimizer adjusts. It requires grad.

    Ops take it as quickly as a plain tensor; what they compute from it is a plain tensor.

    >>> torch.nn.Parameter(torch.zeros(2))
    Parameter containing:
    tensor([0., 0.], requires_grad=True)
    """

    __slots__ = ()
    _called = "torch.nn.parameter.Parameter"

    def __new__(cls, data: Any = None, requires_grad: bool = True) -> Parameter:
        if data is None:
            data = registry.functions["legacy_tensor"]()
        if not isinstance(data, Tensor):
            raise AttributeError(f"'{type(data).__name__}' object has no attribute 'detach'")
        if requires_grad is not True and requires_grad is not False:
            kind = type(requires_grad).__name__
            raise TypeError(
                f"_make_subclass(): argument 'require_grad' (position 3) must be bool, not {kind}"
            )
        if requires_grad and not (data.is_floating_point() or data.is_complex()):
            raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
        made: Any = data.detach()
        made.__class__ = cls
        return made.requires_grad_(requires_grad)

    def __repr__(self, **options: Any) -> str:
        return "Parameter containing:\n" + super().__repr__(**options)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if id(self) not in memo:
            memo[id(self)] = type(self)(self.data.clone(), self.requires_grad)
        return memo[id(self)]

    def __copy__(self) -> Any:
        return type(self)(self.data, self.requires_grad)

    def __reduce_ex__(self, protocol: Any) -> Any:
        place: tuple[Any, ...] = (self.data, self.requires_grad, OrderedDict())
        return (rebuilt_with_state, (*place, vars(self))) if vars(self) else (rebuilt_parameter, place)


def rebuilt_parameter(data: Tensor, requires_grad: bool, hooks: Any) -> Parameter:
    """What `torch.save` writes of a parameter, put together again."""
    return Parameter(data, requires_grad)


def rebuilt_with_state(data: Tensor, requires_grad: bool, hooks: Any, state: dict[str, Any]) -> Parameter:
    """The same, for one that had attributes of its own."""
    parameter = Parameter(data, requires_grad)
    vars(parameter).update(state)
    return parameter
