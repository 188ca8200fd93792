"""Tensor: a way of looking at bytes. Above the few things it is stands the list of all it can do.

Note [Methods by name]
Most methods are ops, and ops take tensors: a knot. It is untied by name. `mul = method("mul")` is a descriptor that
asks the registry once, when the method is first used, and then leaves the op itself in its place.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minitorch_edu import dtypes, layouts
from minitorch_edu.devices import device
from minitorch_edu.ops import registry
from minitorch_edu.shape import Size, as_format, contiguous_strides, lies_in, wrap_dim
from minitorch_edu.storage import Storage, VersionCounter

if TYPE_CHECKING:
    from minitorch_edu.autograd.graph import AccumulateGrad, Hooks, Node
    from minitorch_edu.backends.backend import Backend


class AutogradMeta:
    """What only some tensors need: a gradient, hooks. Made at first use."""

    __slots__ = ("grad", "accumulate_grad", "hooks", "retains_grad")

    def __init__(self) -> None:
        self.grad: Tensor | None = None
        self.accumulate_grad: weakref.ref[AccumulateGrad] | None = None
        self.hooks: Hooks | None = None
        self.retains_grad = False


class method:
    """A method that is found in the registry when it is first used. See Note [Methods by name]."""

    def __init__(self, name: str, table: registry.Table | None = None) -> None:
        self.name = name
        self.table = registry.functions if table is None else table
        self.attributes: list[str] = []

    def __set_name__(self, owner: type, attribute: str) -> None:
        self.attributes.append(attribute)

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        function = self.table.get(self.name)
        if function is None:
            raise AttributeError(f"'Tensor' object has no attribute '{self.name}'")
        for attribute in self.attributes:
            setattr(Tensor, attribute, function)
        return function if instance is None else function.__get__(instance)


def operator(name: str) -> Any:
    """The form of an op behind `x + y`: it answers NotImplemented to what is not its own."""
    return method(name, registry.operators)


class Operations:
    """What a tensor can do: its table of contents."""

    __slots__ = ()

    add = method("add")
    add_, __iadd__ = method("add_"), operator("add_")
    sub = subtract = method("sub")
    sub_, __isub__ = method("sub_"), operator("sub_")
    mul = multiply = method("mul")
    mul_, __imul__ = method("mul_"), operator("mul_")
    div = divide = true_divide = method("div")
    div_, __itruediv__ = method("div_"), operator("div_")
    pow = method("pow")
    pow_, __ipow__ = method("pow_"), method("ipower")
    neg = negative = __neg__ = method("neg")
    positive = __pos__ = method("positive")
    abs = absolute = __abs__ = method("abs")
    exp, exp_, log, log_ = method("exp"), method("exp_"), method("log"), method("log_")
    sqrt, sqrt_ = method("sqrt"), method("sqrt_")
    square, reciprocal = method("square"), method("reciprocal")
    sin, sin_, cos, cos_ = method("sin"), method("sin_"), method("cos"), method("cos_")
    tanh, tanh_, sigmoid, sigmoid_ = method("tanh"), method("tanh_"), method("sigmoid"), method("sigmoid_")
    relu, relu_ = method("relu"), method("relu_")
    maximum, minimum = method("maximum"), method("minimum")
    clamp, clamp_ = method("clamp"), method("clamp_")
    where = method("where")
    masked_fill, masked_fill_ = method("masked_fill"), method("masked_fill_")

    __add__ = __radd__ = operator("add")
    __sub__ = operator("sub")
    __rsub__ = operator("rsub")
    __mul__ = __rmul__ = operator("mul")
    __truediv__ = operator("div")
    __rtruediv__ = method("over")
    __pow__, __rpow__ = method("power"), method("rpower")
    __matmul__, __rmatmul__ = operator("matmul"), method("rmatmul")

    eq, ne = method("eq"), method("ne")
    lt, le, gt, ge = method("lt"), method("le"), method("gt"), method("ge")
    __eq__, __ne__ = operator("eq"), operator("ne")  # type: ignore[assignment]
    __lt__, __le__, __gt__, __ge__ = operator("lt"), operator("le"), operator("gt"), operator("ge")
    logical_not, logical_not_ = method("logical_not"), method("logical_not_")
    logical_and, logical_and_ = method("logical_and"), method("logical_and_")
    logical_or, logical_or_ = method("logical_or"), method("logical_or_")
    logical_xor, logical_xor_ = method("logical_xor"), method("logical_xor_")
    bitwise_not, bitwise_not_, __invert__ = method("bitwise_not"), method("bitwise_not_"), method("inverted")
    bitwise_and, bitwise_and_ = method("bitwise_and"), method("bitwise_and_")
    bitwise_or, bitwise_or_ = method("bitwise_or"), method("bitwise_or_")
    bitwise_xor, bitwise_xor_ = method("bitwise_xor"), method("bitwise_xor_")
    bitwise_left_shift, bitwise_left_shift_ = method("bitwise_left_shift"), method("bitwise_left_shift_")
    bitwise_right_shift, bitwise_right_shift_ = method("bitwise_right_shift"), method("bitwise_right_shift_")
    __and__, __rand__, __iand__ = operator("bitwise_and"), method("rbitwise_and"), operator("bitwise_and_")
    __or__, __ror__, __ior__ = operator("bitwise_or"), method("rbitwise_or"), operator("bitwise_or_")
    __xor__, __rxor__, __ixor__ = operator("bitwise_xor"), method("rbitwise_xor"), operator("bitwise_xor_")
    __lshift__, __rlshift__ = operator("bitwise_left_shift"), method("rbitwise_left_shift")
    __rshift__, __rrshift__ = operator("bitwise_right_shift"), method("rbitwise_right_shift")
    __ilshift__, __irshift__ = operator("bitwise_left_shift_"), operator("bitwise_right_shift_")

    floor_divide, floor_divide_ = method("floor_divide"), method("floor_divide_")
    remainder, remainder_ = method("remainder"), method("remainder_")
    fmod, fmod_ = method("fmod"), method("fmod_")
    __floordiv__, __rfloordiv__ = operator("floor_divide"), method("rfloor_divide")
    __mod__, __rmod__ = method("modulo"), method("rmodulo")
    __ifloordiv__, __imod__ = operator("floor_divide_"), method("imodulo")
    floor, floor_, ceil, ceil_ = method("floor"), method("floor_"), method("ceil"), method("ceil_")
    trunc, trunc_, frac, frac_ = method("trunc"), method("trunc_"), method("frac"), method("frac_")
    fix, fix_, round, round_ = method("trunc"), method("trunc_"), method("round"), method("round_")
    allclose, equal, isclose = method("allclose"), method("equal"), method("isclose")
    isnan, isinf, isfinite = method("isnan"), method("isinf"), method("isfinite")

    sum, mean = method("sum"), method("mean")
    max, min, argmax, argmin = method("max"), method("min"), method("argmax"), method("argmin")
    any, all = method("any"), method("all")

    matmul, mm, mv, dot = method("matmul"), method("mm"), method("mv"), method("dot")
    bmm, addmm, outer = method("bmm"), method("addmm"), method("outer")
    softmax, log_softmax, logsumexp = method("softmax"), method("log_softmax"), method("logsumexp")

    view, view_as, reshape, flatten = method("view"), method("view_as"), method("reshape"), method("flatten")
    unflatten, ravel, reshape_as = method("unflatten"), method("ravel"), method("reshape_as")
    t, t_, transpose, transpose_ = method("t"), method("t_"), method("transpose"), method("transpose_")
    swapaxes, swapaxes_, swapdims, swapdims_ = (
        method("swapaxes"), method("swapaxes_"), method("swapdims"), method("swapdims_"),
    )  # fmt: skip
    adjoint, movedim, moveaxis = method("adjoint"), method("movedim"), method("moveaxis")
    permute, unsqueeze, unsqueeze_ = method("permute"), method("unsqueeze"), method("unsqueeze_")
    squeeze, squeeze_ = method("squeeze"), method("squeeze_")
    expand, expand_as, broadcast_to = method("expand"), method("expand_as"), method("broadcast_to")
    split, split_with_sizes, chunk = method("split"), method("split_with_sizes"), method("chunk")
    tensor_split, hsplit, vsplit = method("tensor_split"), method("hsplit"), method("vsplit")
    dsplit, unbind, unfold = method("dsplit"), method("unbind"), method("unfold")
    diagonal, diag, diag_embed = method("diagonal"), method("diag"), method("diag_embed")
    diagflat, as_strided_ = method("diagflat"), method("as_strided_")
    set_, resize_, resize_as_, storage = method("set_"), method("resize_"), method("resize_as_"), method("storage")
    select, narrow, as_strided = method("select"), method("narrow"), method("as_strided")
    contiguous = method("contiguous")
    gather, scatter, scatter_ = method("gather"), method("scatter"), method("scatter_")
    scatter_add, scatter_add_ = method("scatter_add"), method("scatter_add_")
    scatter_reduce, scatter_reduce_ = method("scatter_reduce"), method("scatter_reduce_")
    take_along_dim, index_select = method("take_along_dim"), method("index_select")
    index_add, index_add_ = method("index_add"), method("index_add_")
    index_copy, index_copy_ = method("index_copy"), method("index_copy_")
    index_fill, index_fill_ = method("index_fill"), method("index_fill_")
    index_put, index_put_ = method("index_put"), method("index_put_")
    take, put, put_ = method("take"), method("put"), method("put_")
    masked_select = method("masked_select")
    masked_scatter, masked_scatter_ = method("masked_scatter"), method("masked_scatter_")
    nonzero, argwhere = method("nonzero"), method("argwhere")
    tril, tril_, triu, triu_ = method("tril"), method("tril_"), method("triu"), method("triu_")
    flip, fliplr, flipud, rot90 = method("flip"), method("fliplr"), method("flipud"), method("rot90")
    roll, repeat, tile = method("roll"), method("repeat"), method("tile")
    repeat_interleave = method("repeat_interleave")
    sort, argsort, msort, topk = method("sort"), method("argsort"), method("msort"), method("topk")
    kthvalue, mode = method("kthvalue"), method("mode")
    median, nanmedian = method("median"), method("nanmedian")
    cummax, cummin = method("cummax"), method("cummin")
    unique, unique_consecutive = method("unique"), method("unique_consecutive")
    count_nonzero, bincount, histc = method("count_nonzero"), method("bincount"), method("histc")
    isin = method("isin")
    __getitem__, __setitem__ = method("getitem"), method("setitem")

    uniform_, normal_, random_ = method("uniform_"), method("normal_"), method("random_")
    bernoulli, bernoulli_, multinomial = method("bernoulli"), method("bernoulli_"), method("multinomial")
    exponential_, geometric_ = method("exponential_"), method("geometric_")
    cauchy_, log_normal_ = method("cauchy_"), method("log_normal_")

    clone, detach, detach_ = method("clone"), method("detach"), method("detach_")
    copy_, zero_, fill_ = method("copy_"), method("zero_"), method("fill_")
    to, cpu, cuda = method("to"), method("cpu"), method("cuda")
    float, double, half, bfloat16 = method("float"), method("double"), method("half"), method("bfloat16")
    long, int, short, bool = method("long"), method("int"), method("short"), method("bool")
    byte, char, cfloat, cdouble = method("byte"), method("char"), method("cfloat"), method("cdouble")
    type, type_as, new, new_tensor = method("type"), method("type_as"), method("new"), method("new_tensor")
    new_zeros, new_ones, new_full = method("new_zeros"), method("new_ones"), method("new_full")
    new_empty, new_empty_strided = method("new_empty"), method("new_empty_strided")
    is_signed, is_conj, is_neg = method("is_signed"), method("is_conj"), method("is_neg")
    is_inference, is_nonzero, is_same_size = method("is_inference"), method("is_nonzero"), method("is_same_size")
    get_device = method("get_device")
    numpy, tolist, item = method("numpy"), method("tolist"), method("item")
    __array__, __array_wrap__ = method("to_array"), method("array_wrap")
    __dlpack__, __dlpack_device__ = method("dlpack"), method("dlpack_device")
    __reversed__ = method("backwards")
    __len__, __iter__, __bool__ = method("length"), method("iterate"), method("truth")
    __float__, __int__, __index__ = method("to_float"), method("to_int"), method("to_index")
    __complex__, __contains__ = method("to_complex"), method("contains")
    __repr__, __format__ = method("repr"), method("format")
    __copy__, __deepcopy__, __reduce_ex__ = method("shallow_copy"), method("deepcopy"), method("reduce")

    backward, retain_grad = method("backward"), method("retain_grad")
    register_hook, _accumulate = method("register_hook"), method("accumulate")


class Tensor(Operations):
    """An n-dimensional view of a storage, with or without a history of how it was computed.

    Make one with `torch.tensor`, `torch.zeros`, ...; the strided array inside does the address arithmetic.
    `torch.Tensor(data)` is the old way: always of the default dtype, and of given sizes for `torch.Tensor(2, 3)`.
    """

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
        "_made",  # of a view: unset, or why it must not be written: Note [Views that must not be written]
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

    is_sparse = is_quantized = is_meta = is_mps = property(lambda self: False)

    def is_pinned(self) -> bool:
        return False

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
        if dim is None:
            return self.shape
        if not hasattr(dim, "__index__"):
            raise TypeError(f"size(): argument 'dim' (position 1) must be int, not {type(dim).__name__}")
        if not self._array.ndim:
            raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
        return self.shape[wrap_dim(dim, self._array.ndim)]

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
        return self._array.__array_interface__["data"][0] if self._array.size else 0

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
            raise TypeError(f"requires_grad_(): argument 'requires_grad' (position 1) must be bool, not {kind}")
        if self._grad_fn is not None and not requires_grad:
            raise RuntimeError(
                "you can only change requires_grad flags of leaf variables. If you want to use a computed "
                "variable in a "
                "subgraph that doesn't require differentiation use var_no_grad = var.detach()."
            )
        if requires_grad and self.dtype.category < 2:
            raise RuntimeError("only Tensors of floating point dtype can require gradients")
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
        return None if self._meta is None else self._meta.grad

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

    def _alias(self) -> Tensor:
        """The same bytes and the same versions, without history."""
        alias = object.__new__(Tensor)
        alias._array = self._array
        alias._storage = self._storage
        alias._version_counter = self._version_counter
        alias._requires_grad = False
        alias._grad_fn = None
        alias._output_nr = 0
        alias._base = None
        alias._meta = None
        return alias

    def _before_write(self) -> Tensor:
        """A copy with the history of this moment: what an in-place op saves of the input it is about to write."""
        kept = wrap(self._array.copy(), self._storage.backend)
        kept._grad_fn, kept._output_nr, kept._requires_grad = self._grad_fn, self._output_nr, self._requires_grad
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
        return alias

    @data.setter
    def data(self, value: Tensor) -> None:
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


def wrap(array: Any, backend: Backend) -> Tensor:
    """A new leaf that owns `array`."""
    tensor = object.__new__(Tensor)
    tensor._array = array
    tensor._storage = tensor._version_counter = Storage(array, backend)
    tensor._requires_grad = False
    tensor._grad_fn = None
    tensor._output_nr = 0
    tensor._base = None
    tensor._meta = None
    return tensor
