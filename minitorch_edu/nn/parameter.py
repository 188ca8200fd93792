"""Parameters and buffers that are still to be given their shape, beside those that have one.

Note [Tensors without a shape]
A lazy module learns its sizes from its first input. Until then it has tensors that know their dtype and their device
but have nothing in them. Their class refuses whatever asks for the numbers or the shape; `materialize` makes them what
they are to become, by changing their class: an optimizer that holds one goes on with the same object.
"""

from __future__ import annotations

import sys
from operator import attrgetter
from typing import Any, NoReturn

from minitorch_edu import missing
from minitorch_edu.ops.creation import empty
from minitorch_edu.parameter import Parameter as Parameter
from minitorch_edu.tensor import Tensor, wrap


class _BufferMeta(type(Tensor)):  # type: ignore[misc]
    """Lets `isinstance(tensor, Buffer)` be true of any tensor that was made by `Buffer`."""

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, Tensor) and getattr(instance, "_is_buffer", False)


class Buffer(Tensor, metaclass=_BufferMeta):
    """A tensor that a module finds among its attributes as a buffer: saved with it where it is persistent.

    What comes out is a plain tensor that remembers it.

    >>> module = torch.nn.Module()
    >>> module.count = torch.nn.Buffer(torch.zeros(1))
    >>> list(module.state_dict())
    ['count']
    """

    __slots__ = ()
    _called = "torch.nn.parameter.Buffer"

    def __new__(cls, data: Any = None, *, persistent: bool = True) -> Any:
        data = empty(0) if data is None else data
        made: Any = data.detach().requires_grad_(data.requires_grad)
        made.persistent = persistent
        made._is_buffer = True
        return made


ARRAY: Any = vars(Tensor)["_array"]
STORAGE: Any = vars(Tensor)["_storage"]


class UninitializedTensorMixin:
    """What refuses to be used before it has a shape. See Note [Tensors without a shape]."""

    __slots__ = ()
    cls_to_become: Any

    def _refused(self) -> NoReturn:
        """Whoever looks at the numbers is told where they are missing."""
        asking = sys._getframe(1).f_code.co_name
        raise ValueError(
            f"Attempted to use an uninitialized parameter in <method '{asking}' of 'torch._C.TensorBase' objects>. "
            "This error happens when you are using a `LazyModule` or explicitly manipulating "
            f"`torch.nn.parameter.{type(self).__name__}` objects. When using LazyModules Call `forward` with a dummy "
            "batch to initialize the parameters before calling torch functions"
        )

    _array = property(_refused, ARRAY.__set__)
    _storage = property(_refused, STORAGE.__set__)

    @property
    def data(self) -> Tensor:
        """An empty tensor of the same dtype on the same device."""
        return wrap(ARRAY.__get__(self), STORAGE.__get__(self).backend)

    @data.setter
    def data(self, value: Any) -> None:
        value = value.data if is_lazy(value) else value
        self._array, self._storage = value._array, value._storage  # type: ignore[misc, attr-defined]

    @property
    def shape(self) -> NoReturn:
        raise RuntimeError(
            "Can't access the shape of an uninitialized parameter or buffer. This error usually happens in "
            "`load_state_dict` when trying to load an uninitialized parameter into an initialized one. Call `forward` "
            "to initialize the parameters before accessing their attributes."
        )

    def materialize(self, shape: Any, device: Any = None, dtype: Any = None) -> None:
        """Give it a shape, with whatever lies in memory: from now on it is a tensor like others."""
        here = self.data
        self.data = empty(
            shape,
            device=here.device if device is None else device,
            dtype=here.dtype if dtype is None else dtype,
        )
        self.__class__ = self.cls_to_become

    def share_memory_(self) -> NoReturn:
        raise RuntimeError(
            "Can't share memory on an uninitialized parameter or buffer. Call `forward` to initialize the parameters "
            "before calling `module.share_memory()`."
        )

    def requires_grad_(self, requires_grad: bool = True) -> NoReturn:
        self._refused()

    def copy_(self, src: Any, non_blocking: bool = False) -> Any:
        """Nothing can be written to nothing, but by what has nothing in it itself."""
        self.data.copy_(src.data if is_lazy(src) else src, non_blocking)
        return self

    def __repr__(self, **options: Any) -> str:
        return f"<{type(self).__name__}>"

    def __reduce_ex__(self, protocol: Any) -> Any:
        return type(self), (self.requires_grad,)  # type: ignore[attr-defined]

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if id(self) not in memo:
            here = self.data
            memo[id(self)] = type(self)(self.requires_grad, here.device, here.dtype)  # type: ignore[call-arg, attr-defined]
        return memo[id(self)]


def _of_the_data(name: str) -> Any:
    """A method that is allowed: it answers for the empty tensor; another tensor than that has no shape either."""

    def answer(self: Any, *args: Any, **options: Any) -> Any:
        here = self.data
        found = getattr(here, name)(*args, **options)
        if not isinstance(found, Tensor):
            return found
        return type(self)(self.requires_grad, found.device, found.dtype)

    answer.__name__ = name
    return answer


for _name in (
    "size is_complex is_floating_point half float double bfloat16 char short int long cuda cpu to type get_device dim"
).split():
    setattr(UninitializedTensorMixin, _name, _of_the_data(_name))
for _name in ("dtype", "device", "is_cuda", "is_cpu", "ndim"):
    setattr(UninitializedTensorMixin, _name, property(attrgetter(f"data.{_name}")))


def is_lazy(param: Any) -> bool:
    """Whether it is still to be given its shape."""
    return isinstance(param, UninitializedTensorMixin)


def _without_a_shape(kind: type, requires_grad: bool, device: Any, dtype: Any) -> Any:
    made: Any = empty(0, device=device, dtype=dtype)
    if requires_grad:
        made = Parameter(made)
    made.__class__ = kind
    return made


class UninitializedParameter(UninitializedTensorMixin, Parameter):
    """A parameter that is still to be given its shape.

    >>> weight = torch.nn.parameter.UninitializedParameter()
    >>> weight.materialize((2, 3))
    >>> weight.shape
    torch.Size([2, 3])
    """

    __slots__ = ()
    _called = "torch.nn.parameter.UninitializedParameter"
    cls_to_become = Parameter

    def __new__(cls, requires_grad: bool = True, device: Any = None, dtype: Any = None) -> Any:
        return _without_a_shape(cls, requires_grad, device, dtype)


class UninitializedBuffer(UninitializedTensorMixin, Tensor):
    """A buffer that is still to be given its shape."""

    __slots__ = ()
    _called = "torch.nn.parameter.UninitializedBuffer"
    cls_to_become = Tensor

    def __new__(
        cls, requires_grad: bool = False, device: Any = None, dtype: Any = None, persistent: bool = True
    ) -> Any:
        made = _without_a_shape(cls, requires_grad, device, dtype)
        made.persistent = persistent
        made._is_buffer = True
        return made


__getattr__ = missing.names_of(__name__)
