"""Tensor: a way of looking at bytes. What it can do is listed in operations.py."""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minitorch_edu import dtypes, layouts, missing
from minitorch_edu.backends import gpus
from minitorch_edu.callers import outside
from minitorch_edu.devices import device
from minitorch_edu.events import history_cut, tensor_made
from minitorch_edu.naming import Named
from minitorch_edu.operations import Operations
from minitorch_edu.ops import registry
from minitorch_edu.shape import Size, as_format, contiguous_strides, lies_in, wrap_dim
from minitorch_edu.storage import Storage, VersionCounter

if TYPE_CHECKING:
    from minitorch_edu.autograd.graph import AccumulateGrad, Node
    from minitorch_edu.autograd.hooks import Hooks
    from minitorch_edu.backends.backend import Backend


NO_GRADIENT_HERE = (
    "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad attribute won't be "
    "populated during autograd.backward(). If you indeed want the .grad field to be populated for a non-leaf Tensor, "
    "use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make sure you access the "
    "leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information."
)


class AutogradMeta:
    """What only some tensors need: a gradient, hooks. Made at first use."""

    __slots__ = ("grad", "accumulate_grad", "hooks", "retains_grad")

    def __init__(self) -> None:
        self.grad: Tensor | None = None
        self.accumulate_grad: weakref.ref[AccumulateGrad] | None = None
        self.hooks: Hooks | None = None
        self.retains_grad = False


class Tensor(Operations, metaclass=Named):
    """An n-dimensional view of a storage, with or without a history of how it was computed.

    Make one with `torch.tensor`, `torch.zeros`, ...; the strided array inside does the address arithmetic.
    `torch.Tensor(data)` is the old way: always of the default dtype, and of given sizes for `torch.Tensor(2, 3)`.
    """

    _called = "torch.Tensor"

    def __new__(cls, *data: Any, **options: Any) -> Tensor:
        return registry.functions["legacy_tensor"](*data, **options)

    __slots__ = (
        "_array",  # how the bytes are seen: shape, strides, element type
        "_storage",  # whose bytes they are
        "_version_counter",  # how often they were written
        "_requires_grad",
        "_grad_fn",  # the node that made this tensor; None for a leaf
        "_output_nr",  # which of that node's outputs this is
        "_base",  # the tensor this is a view of
        "_made",  # unset, or why it must not be written: Note [Views that must not be written]; or "number"
        "_seen_version",  # of a view: the version of the bytes that its history accounts for
        "_meta",
        "__weakref__",
        "__dict__",  # what a student hangs on it; none is made until then
    )

    _array: Any
    _storage: Storage
    _version_counter: VersionCounter
    _requires_grad: bool
    _grad_fn: Node | None
    _output_nr: int
    _base: Tensor | None
    _made: str
    _seen_version: int
    _meta: AutogradMeta | None

    __array_priority__ = 1000  # NumPy asks the tensor first: array * tensor
    __hash__ = object.__hash__

    # --- looking at bytes -------------------------------------------------------------------------------------------

    @property
    def shape(self) -> Size:
        return Size(self._array.shape)

    @property
    def ndim(self) -> int:
        return self._array.ndim

    @property
    def dtype(self) -> dtypes.dtype:
        return dtypes.BY_NUMPY[self._array.dtype]

    @property
    def device(self) -> device:
        return self._storage.backend.device

    @property
    def layout(self) -> layouts.layout:
        return layouts.strided

    is_sparse = is_sparse_csr = is_quantized = is_nested = is_mkldnn = property(lambda self: False)
    is_meta = is_mps = is_xpu = is_xla = is_vulkan = is_ipu = is_maia = is_mtia = property(lambda self: False)
    name = property(lambda self: None)

    @property
    def is_cpu(self) -> bool:
        return self.device.type == "cpu"

    def is_pinned(self, device: Any = None) -> bool:
        """Whether a GPU can read the memory by itself: see `pin_memory`."""
        return self._storage in gpus.pinned

    @property
    def is_cuda(self) -> bool:
        return self.device.type == "cuda"

    @property
    def itemsize(self) -> int:
        return self._array.itemsize

    @property
    def nbytes(self) -> int:
        return self._array.nbytes

    def dim(self) -> int:
        return self._array.ndim

    ndimension = dim

    def numel(self) -> int:
        return self._array.size

    nelement = numel

    def element_size(self) -> int:
        """Bytes of one element."""
        return self._array.itemsize

    def size(self, dim: int | None = None) -> Any:
        """The shape, or the size of one dimension."""
        shape = self._array.shape
        if dim is None:
            return Size(shape)
        if type(dim) is int and -len(shape) <= dim < len(shape):
            return shape[dim]
        if not hasattr(dim, "__index__"):
            raise TypeError(f"size(): argument 'dim' (position 1) must be int, not {type(dim).__name__}")
        if not self._array.ndim:
            raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
        return shape[wrap_dim(dim, len(shape))]

    def stride(self, dim: int | None = None) -> Any:
        """How many elements of storage one step in each dimension skips."""
        itemsize = self._array.itemsize
        strides = tuple(step // itemsize for step in self._array.strides)
        if not self._array.size:  # NumPy's strides over nothing are zeros
            strides = contiguous_strides(self._array.shape)
        return strides if dim is None else strides[wrap_dim(dim, self._array.ndim)]

    def storage_offset(self) -> int:
        """Elements of storage before the first one of this tensor."""
        return (self.data_ptr() - self._storage.data_ptr()) // self._array.itemsize if self._array.size else 0

    def data_ptr(self) -> int:
        """The address of the first element; 0 where there is none."""
        return self._storage.backend.address(self._array)[0] if self._array.size else 0

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        """How CuPy, Numba and others find the bytes of a tensor on a GPU."""
        return registry.functions["cuda_array_interface"](self)

    def untyped_storage(self) -> Storage:
        return self._storage

    def is_contiguous(self, *, memory_format: Any = None) -> bool:
        """Whether the elements lie row after row in memory, or in the order of a memory format."""
        if memory_format is None:
            return self._array.flags.c_contiguous
        return lies_in(self._array.shape, self.stride(), as_format("is_contiguous", memory_format))

    def is_floating_point(self) -> bool:
        return self.dtype.is_floating_point

    def is_complex(self) -> bool:
        return self.dtype.is_complex

    @property
    def _version(self) -> int:
        if not self._version_counter.counts:
            raise RuntimeError("Inference tensors do not track version counter.")
        return self._version_counter.value

    def _is_view(self) -> bool:
        return self._base is not None

    # --- history ----------------------------------------------------------------------------------------------------

    @property
    def requires_grad(self) -> bool:
        if self._base is not None and not self._requires_grad:
            self._follow_base()
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value: bool) -> None:
        if not isinstance(value, bool):
            raise RuntimeError("requires_grad must be a bool")
        self.requires_grad_(value)

    def requires_grad_(self, requires_grad: bool = True) -> Tensor:
        """Ask for gradients of this leaf from now on, or no longer."""
        if requires_grad is not True and requires_grad is not False:
            kind = type(requires_grad).__name__
            raise TypeError(
                f"requires_grad_(): argument 'requires_grad' (position 1) must be bool, not {kind}"
            )
        if self._grad_fn is not None and not requires_grad:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a computed "
                "variable in a "
                "subgraph that doesn't require differentiation use var_no_grad = var.detach()."
            )
        if requires_grad and self.dtype.category < 2:
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
        if requires_grad and not self._version_counter.counts:
            registry.functions["may_require_grad"](self)
        self._requires_grad = requires_grad
        return self

    @property
    def is_leaf(self) -> bool:
        return self.grad_fn is None

    @property
    def grad_fn(self) -> Node | None:
        """The node that made this tensor; None for a leaf."""
        if self._base is not None:
            self._follow_base()
        return self._grad_fn

    @property
    def output_nr(self) -> int:
        return self._output_nr

    @property
    def grad(self) -> Tensor | None:
        meta = self._meta
        if meta is not None and meta.grad is not None:
            return meta.grad
        if self.grad_fn is not None and not self.retains_grad:
            warnings.warn(NO_GRADIENT_HERE, UserWarning, stacklevel=outside())
        return None

    @grad.setter
    def grad(self, value: Tensor | None) -> None:
        registry.functions["set_grad"](self, value)

    @grad.deleter
    def grad(self) -> None:
        if self._meta is not None:
            self._meta.grad = None

    @property
    def retains_grad(self) -> bool:
        return self._grad_fn is not None and self._meta is not None and self._meta.retains_grad

    def _meta_of(self) -> AutogradMeta:
        if self._meta is None:
            self._meta = AutogradMeta()
        return self._meta

    def _alias(self, output_nr: int = 0) -> Tensor:
        """The same bytes and the same versions, without history."""
        alias = object.__new__(Tensor)
        alias._array = self._array
        alias._storage = self._storage
        alias._version_counter = self._version_counter
        alias._requires_grad = False
        alias._grad_fn = None
        alias._output_nr = output_nr
        alias._base = None
        alias._meta = None
        return alias

    def _before_write(self) -> Tensor:
        """A copy with the history of this moment: what an in-place op saves of the input it is about to write."""
        kept = wrap(self._array.copy(), self._storage.backend)
        kept._grad_fn, kept._output_nr, kept._requires_grad = (
            self._grad_fn,
            self._output_nr,
            self._requires_grad,
        )
        return kept

    def _with_history(self, node: Node, output_nr: int = 0) -> Tensor:
        alias = self._alias()
        alias._grad_fn = node
        alias._output_nr = output_nr
        alias._requires_grad = True
        return alias

    def _follow_base(self) -> None:
        """Bring the history of a view up to date, if its base was written in place since."""
        if self._seen_version != self._version_counter.value:
            registry.functions["renew_view"](self)

    @property
    def data(self) -> Tensor:
        """The same bytes without history, and with versions that are counted apart: writes go unnoticed by autograd."""
        alias = self._alias()
        alias._version_counter = VersionCounter()
        if history_cut:
            history_cut("data", self, alias)
        return alias

    @data.setter
    def data(self, value: Tensor) -> None:
        if not isinstance(value, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {type(value).__name__}")
        if self._requires_grad and value.dtype.category < 2:
            raise RuntimeError(
                "data set to a tensor that requires gradients must be floating point or complex dtype"
            )
        self._array, self._storage = value._array, value._storage

    @property
    def T(self) -> Tensor:
        """The dimensions in reverse order."""
        return registry.functions["numpy_T"](self)

    @property
    def real(self) -> Tensor:
        """The real part; a real tensor is its own."""
        return registry.functions["real"](self)

    @property
    def imag(self) -> Tensor:
        """The imaginary part of a complex tensor."""
        return registry.functions["imag"](self)

    @property
    def H(self) -> Tensor:
        """The adjoint of a matrix: transposed and conjugated."""
        return registry.functions["matrix_H"](self)

    @property
    def mH(self) -> Tensor:
        """The adjoint of each matrix."""
        return registry.functions["adjoint_mH"](self)

    @property
    def mT(self) -> Tensor:
        """The last two dimensions exchanged: the transpose of each matrix."""
        return registry.functions["matrix_T"](self)

    def __dir__(self) -> list[str]:
        return missing.known_to_dir(type(self), super().__dir__())


for _name in (*missing.ABSENT_METHODS, *missing.METHODS_OF_OTHERS):
    if not hasattr(Operations, _name):
        setattr(Tensor, _name, missing.absent(_name))


def _not_writable(name: str) -> Callable[..., None]:
    def refuse(self: Tensor, *value: Any) -> None:
        raise AttributeError(f"attribute '{name}' of 'torch._C.TensorBase' objects is not writable")

    return refuse


for _name, _attribute in list(vars(Tensor).items()):
    if isinstance(_attribute, property):
        if _attribute.fset is None:
            _attribute = _attribute.setter(_not_writable(_name))
        if _attribute.fdel is None and _name != "requires_grad":
            _attribute = _attribute.deleter(_not_writable(_name))
        setattr(Tensor, _name, _attribute)


def is_number(tensor: Tensor) -> bool:
    """Whether it stands for a number of the program, as the 2 of `x * 2`: nobody may write to it."""
    array = tensor._array
    if array.ndim or tensor._requires_grad:
        return False
    return getattr(tensor, "_made", None) == "number" or not getattr(array.flags, "writeable", True)


def wrap(array: Any, backend: Backend) -> Tensor:
    """A new leaf that owns `array`."""
    tensor = object.__new__(Tensor)
    tensor._array = array
    storage = object.__new__(Storage)  # quicker than to call the class, and this is called for every number
    storage.buffer = array
    storage.backend = backend
    storage.value = 0
    tensor._storage = tensor._version_counter = storage
    tensor._requires_grad = False
    tensor._grad_fn = None
    tensor._output_nr = 0
    tensor._base = None
    tensor._meta = None
    if tensor_made:
        tensor_made(tensor)
    return tensor
