"""Variable: the old name of tensors that require grad, kept for old programs."""

from __future__ import annotations

from typing import Any

from minitorch_edu.tensor import Tensor


class _Kind(type):
    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor)


class Variable(metaclass=_Kind):
    """`Variable(data, requires_grad)` is a tensor over the same bytes; every tensor is a Variable.

    >>> torch.autograd.Variable(torch.ones(2), requires_grad=True)
    tensor([1., 1.], requires_grad=True)
    """

    def __new__(cls, data: Tensor, requires_grad: bool = False, volatile: bool = False) -> Any:
        variable = data.detach()
        return variable.requires_grad_() if requires_grad else variable
