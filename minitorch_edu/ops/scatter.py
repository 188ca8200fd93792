"""Gathering and scattering: an index of its own for every element, along one dimension."""

from __future__ import annotations

import warnings
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.backends.gpus import seen
from minitorch_edu.callers import outside
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import refusal, same_device, strangers
from minitorch_edu.ops.choice import where
from minitorch_edu.ops.indexing import padded, part
from minitorch_edu.ops.op import op
from minitorch_edu.ops.overlap import refuse_write
from minitorch_edu.ops.refusals import refuse_kernel
from minitorch_edu.ops.rooms import number_in
from minitorch_edu.ops.scans import meet, open_grid
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.transforms import inside
from minitorch_edu.shape import broadcast, listed, wrap_dim
from minitorch_edu.tensor import Tensor, wrap

INDEX = (dtypes.int64, dtypes.int32)


def along(xp, index, dim):
    """A NumPy index that takes `index` along one dimension, and the place itself along all others."""
    places = open_grid(xp, index.shape)
    places[dim] = index
    return tuple(places)


def lined(array):
    """A zero-dim array as a line of one element, over the same bytes."""
    return array if array.ndim else array.reshape(1)


def within(index, src):
    """The part of an array that an index of fewer elements goes over."""
    return src if src.shape == index.shape else src[tuple(map(slice, index.shape))]


def same_size(part, shape):
    """A gradient for the part of `src` that an index went over, with zeros for the rest."""
    return part if part.shape == shape else padded(part, shape, tuple(map(slice, part.shape)))


@op
class gather_dim:
    r"""Elements picked along a dimension: $z_{ij} = x_{i, k_{ij}}$ for the last dimension."""

    kernel = "gather(self, index)"
    structured = True
    node = "GatherBackward0"
    widened_backward = True

    def forward(xp, input, index, dim: int):
        if not index.size:
            return xp.zeros(index.shape, input.dtype)
        return lined(input)[along(xp, lined(index), dim)].reshape(index.shape)

    def grad_input(grad, input_shape, index, dim):
        r"$\partial L / \partial x_{i k} = \sum_{j : k_{ij} = k} \bar z_{ij}$"
        return scattered_along(grad, index, input_shape, dim)


@op
class scattered_along:
    r"""Zeros to which each element is added at its index along a dimension."""

    def forward(xp, input, index, shape: tuple, dim: int):
        result = xp.zeros(shape, input.dtype)
        if index.size:
            meet(xp, xp.add, lined(result), along(xp, lined(index), dim), lined(input))
        return result

    def grad_input(grad, index, dim):
        r"$\partial L / \partial x_{ij} = \bar z_{i, k_{ij}}$"
        return gather_dim(grad, index, dim)


@registry.method
@reads("Tensor input, int dim, Tensor index, *, bool sparse_grad = False, Tensor out = None")
def gather(input: Tensor, dim: int, index: Tensor, *, sparse_grad: bool = False) -> Tensor:
    """Elements picked along `dim` by an integer index of the same rank.

    >>> torch.gather(torch.tensor([[1, 2], [3, 4]]), 1, torch.tensor([[0], [1]]))
    tensor([[1],
            [4]])
    """
    dim = wrap_dim(dim, input.ndim)
    if index._array.size:
        if index.dtype not in INDEX:
            raise RuntimeError("gather(): Expected dtype int32/int64 for index")
        if (index.ndim or 1) != (input.ndim or 1):
            raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
        for each, (have, size) in enumerate(zip(index.shape, input.shape, strict=False)):
            if each != dim and have > size:
                raise RuntimeError(
                    f"Size does not match at dimension {each} expected index {listed(index.shape)} to be no larger "
                    f"than self {listed(input.shape)} apart from dimension {dim}"
                )
        refuse_outside(index, dim, input)
    return gather_dim(input, index, dim)


def refuse_outside(index, dim, input):
    """Unlike NumPy's, these indices are never counted from the end."""
    size = input._array.shape[dim] if input._array.ndim else 1
    array = seen(inside(index)._array)
    if array is not None and (array.min() < 0 or array.max() >= size):
        outside = array[(array < 0) | (array >= size)][0]
        raise RuntimeError(f"index {int(outside)} is out of bounds for dimension {dim} with size {size}")


# --- scatter: gather's counterpart ----------------------------------------------------------------------------------


@op
class scatter_src:
    r"""A copy with the elements of `src` at their indices: $z_{i, k_{ij}} = y_{ij}$, elsewhere $x$."""

    kernel = "scatter.src(self, index, src)"
    structured = True
    domain = "where no place is written twice"
    inplace = True
    node = "ScatterBackward0"

    def forward(xp, input, src, index, dim: int):
        result = xp.array(input)
        if index.size:
            lined(result)[along(xp, lined(index), dim)] = within(lined(index), lined(src))
        return result

    def grad_input(grad, index, dim):
        r"$\partial L / \partial x_{ik} = \bar z_{ik}$ where nothing was put, $0$ elsewhere"
        return scatter_value(grad, index, dim, 0)

    def grad_src(grad, src_shape, index, dim):
        r"$\partial L / \partial y_{ij} = \bar z_{i, k_{ij}}$"
        return same_size(gather_dim(grad, index, dim), src_shape)


@op
class scatter_value:
    r"""A copy with one value at indices: $z_{i, k_{ij}} = v$, elsewhere $x$."""

    kernel = "scatter.value(self, index)"
    structured = True
    inplace = True
    node = "ScatterBackward1"

    def forward(xp, input, index, dim: int, value: float):
        result = xp.array(input)
        if index.size:
            lined(result)[along(xp, lined(index), dim)] = value
        return result

    def grad_input(grad, index, dim):
        r"$\partial L / \partial x_{ik} = \bar z_{ik}$ where nothing was put, $0$ elsewhere"
        return scatter_value(grad, index, dim, 0)


def combined(xp, ufunc, result, src, index, dim):
    """`result` after the elements of `src` met it at their indices, one after the other."""
    if index.size:
        meet(xp, ufunc, lined(result), along(xp, lined(index), dim), within(lined(index), lined(src)))
    return result


@op
class scatter_add_dim:
    r"""A copy to which the elements of `src` are added: $z_{ik} = x_{ik} + \sum_{j : k_{ij} = k} y_{ij}$."""

    kernel = "scatter_add(self, index, src)"
    structured = True
    inplace = True
    node = "ScatterAddBackward0"
    widens = True

    def forward(xp, input, src, index, dim: int):
        return combined(xp, xp.add, xp.array(input), src, index, dim)

    def grad_input(grad):
        r"$\partial z / \partial x = 1$"
        return grad

    def grad_src(grad, src_shape, index, dim):
        r"$\partial L / \partial y_{ij} = \bar z_{i, k_{ij}}$"
        return same_size(gather_dim(grad, index, dim), src_shape)


UFUNCS = {"sum": "add", "mean": "add", "prod": "multiply", "amax": "maximum", "amin": "minimum"}

LACKS = {"sum": None, "mean": 0, "prod": None, "amax": 3, "amin": 3}
"""The category of dtypes that a reduction has no kernel for: the mean of bools, the greatest complex number."""


def neutral(xp, reduce, dtype):
    """The number that a reduction starts from where the input does not count."""
    if reduce in ("sum", "mean"):
        return 0
    if reduce == "prod" or dtype.kind == "b":
        return reduce != "amax"
    if dtype.kind in "fV":  # bfloat16 is no number to NumPy
        return xp.inf if reduce == "amin" else -xp.inf
    limits = xp.iinfo(dtype)
    return limits.max if reduce == "amin" else limits.min


@op
class scatter_reduce_dim:
    r"""What meets at an index, reduced to one: $z_{ik} = R(x_{ik}, \{y_{ij} : k_{ij} = k\})$.

    $R$ is the sum, the product, the mean, the greatest or the smallest; `include_self` says whether $x$ counts.
    """

    kernel = "scatter_reduce.two(self, index, src)"
    structured = True
    domain = "where for `amax` or `amin` no two values are equal"
    inplace = True
    node = "ScatterReduceBackward0"

    def forward(xp, input, src, index, dim: int, reduce: str, include_self: bool = True):
        result = xp.array(input)
        if not index.size:
            return result
        if not include_self:
            lined(result)[along(xp, lined(index), dim)] = neutral(xp, reduce, input.dtype)
        combined(xp, getattr(xp, UFUNCS[reduce]), result, src, index, dim)
        if reduce == "mean":
            number = xp.full(input.shape, int(include_self), xp.int64)
            combined(xp, xp.add, number, xp.ones(index.shape, xp.int64), index, dim)
            divide = xp.floor_divide if input.dtype.kind in "iu" else xp.true_divide
            result = divide(result, xp.maximum(number, 1)).astype(input.dtype)
        return result

    def grad_input(grad, input, src, index, result, dim, reduce, include_self):
        r"$\partial L / \partial x = \bar z \, \partial R / \partial x$"
        return reduced_grads(grad, input, src, index, result, dim, reduce, include_self)[0]

    def grad_src(grad, input, src, index, result, dim, reduce, include_self):
        r"$\partial L / \partial y_{ij} = \bar z_{ik} \, \partial R / \partial y_{ij}, \; k = k_{ij}$"
        return reduced_grads(grad, input, src, index, result, dim, reduce, include_self)[1]


def reduced_grads(grad, input, src, index, result, dim, reduce, include_self):
    """The gradients of a reduction by index, for the input and for what was scattered."""
    used = src if src.shape == index.shape else corner(src, index.shape)
    counts = grad * 0 + 1  # 1 where the input takes part, 0 where it was left out
    if not include_self:
        counts = scatter_value(counts, index, dim, 0)
    if reduce == "sum":
        mine, theirs = grad * counts, gather_dim(grad, index, dim)
    elif reduce == "mean":
        number = scatter_add_dim(counts, used * 0 + 1, index, dim)
        number = where(number == 0, 1, number)
        mine, theirs = grad * counts / number, gather_dim(grad / number, index, dim)
        if not include_self:
            mine = scatter_value(grad, index, dim, 0)
    elif reduce == "prod":
        mine, theirs = product_grads(grad, input, used, index, result, dim, include_self)
    else:  # the greatest, or the smallest: equal ones share
        chosen = (input == result) * counts
        picked = (used == gather_dim(result, index, dim)) * (used * 0 + 1)
        share = grad / scatter_add_dim(chosen, picked, index, dim)
        mine, theirs = chosen * share, picked * gather_dim(share, index, dim)
    return mine, same_size(theirs, src.shape)


def product_grads(grad, input, src, index, result, dim, include_self):
    """Each factor's gradient is the product of all the others, which one factor of zero does not hide."""
    kept = where(input == 0, 1, input)
    mine = grad * scatter_reduce_dim(kept, src, index, dim, "prod", include_self) / kept
    if not include_self:
        mine = scatter_value(mine, index, dim, 0)
    zeros = scatter_add_dim(grad * 0, (src == 0) * (src * 0 + 1), index, dim)  # of the sources that meet
    alone = (src == 0) * (gather_dim(zeros, index, dim) == 1)
    others = scatter_reduce_dim(input, where(alone, 1, src), index, dim, "prod", include_self)
    quotient = gather_dim(grad * result, index, dim) / where(src == 0, 1, src)
    return mine, where(alone, gather_dim(grad * others, index, dim), quotient)


def corner(src, shape):
    """The part of a tensor that a smaller index goes over."""
    return part(src, tuple(map(slice, shape)))


def _checked(input: Tensor, dim: int, index: Tensor, src: Any) -> int:
    """What scatter and its kin ask of their arguments, in PyTorch's order; the dimension from the front."""
    dim = wrap_dim(dim, input.ndim)
    tensor = isinstance(src, Tensor)
    if index._array.size and index.dtype not in INDEX:
        raise RuntimeError("scatter(): Expected dtype int32/int64 for index")
    if tensor and src.dtype is not input.dtype:
        raise RuntimeError("scatter(): Expected self.dtype to be equal to src.dtype")
    if not index._array.size:
        return dim
    if (index.ndim or 1) != (input.ndim or 1):
        raise RuntimeError("Index tensor must have the same number of dimensions as self tensor")
    sizes, own = index.shape or (1,), input.shape or (1,)
    wrong = any(have > size for each, (have, size) in enumerate(zip(sizes, own, strict=True)) if each != dim)
    if tensor:
        for each in range(len(sizes)):
            wrap_dim(each, src.ndim)
        wrong = wrong or any(have > size for have, size in zip(sizes, src.shape or (1,), strict=False))
        if (index.ndim or 1) != (src.ndim or 1):
            raise RuntimeError("Index tensor must have the same number of dimensions as src tensor")
    if wrong:
        beside = f" and to be no larger size than src {listed(src.shape)}" if tensor else ""
        raise RuntimeError(
            f"Expected index {listed(index.shape)} to be no larger than self {listed(input.shape)} apart from "
            f"dimension {dim}{beside}"
        )
    refuse_outside(index, dim, input)
    return dim


def _scatter(form: str, input: Tensor, dim: int, index: Tensor, src: Any, reduce: str | None) -> Tensor:
    given = src
    if not isinstance(src, Tensor):
        src = number_in(src, input.dtype)
    if reduce is not None:
        if reduce not in ("add", "multiply"):
            raise RuntimeError("reduce argument must be either add or multiply.")
        if isinstance(src, Tensor):
            warnings.warn(
                "The reduce argument of torch.scatter with Tensor src is deprecated and will be removed in a future "
                "PyTorch release. Use torch.scatter_reduce instead for more reduction options.",
                stacklevel=outside(),
            )
        else:
            src = wrap(
                index._storage.backend.xp.full(index.shape, src, input._array.dtype), index._storage.backend
            )
        line = "reduce(self, index, src)" if given is src else "value_reduce(self, index)"
        tensors = {"input": input, "index": index, "src": src}
        same_device(f"scatter.{line}", tensors, structured=True, written=bool(form))
    dim = _checked(input, dim, index, src)
    if form:
        refuse_write(input, index, src)
    if reduce is not None:
        reduce = "sum" if reduce == "add" else "prod"
        return registry.functions[f"scatter_reduce_dim{form}"](input, src, index, dim, reduce, True)
    if isinstance(src, Tensor):
        return registry.functions[f"scatter_src{form}"](input, src, index, dim)
    return registry.functions[f"scatter_value{form}"](input, index, dim, src)


@registry.method
@reads(
    "Tensor input, int dim, Tensor index, Tensor src, *, Tensor out = None",
    "Tensor input, int dim, Tensor index, Tensor src, *, str reduce, Tensor out = None",
    "Tensor input, int dim, Tensor index, Number value, *, Tensor out = None",
    "Tensor input, int dim, Tensor index, Number value, *, str reduce, Tensor out = None",
)
def scatter(
    input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> Tensor:
    """A copy with the elements of `src`, or one value, at indices along `dim`. Of two at one place, the last stays.

    >>> torch.scatter(torch.zeros(2, 3), 1, torch.tensor([[2], [0]]), 5.)
    tensor([[0., 0., 5.],
            [5., 0., 0.]])
    """
    return _scatter("", input, dim, index, _given("scatter", index, src, value), reduce)


@registry.method
@reads(
    "int dim, Tensor index, Tensor src",
    "int dim, Tensor index, Tensor src, *, str reduce",
    "int dim, Tensor index, Number value",
    "int dim, Tensor index, Number value, *, str reduce",
    method=True,
)
def scatter_(
    input: Tensor, dim: int, index: Tensor, src: Any = None, *, value: Any = None, reduce: str | None = None
) -> Tensor:
    """`scatter` in place."""
    return _scatter("_", input, dim, index, _given("scatter_", index, src, value), reduce)


def _given(name: str, index: Any, src: Any, value: Any) -> Any:
    src = value if src is None else src
    if src is None:
        raise TypeError(
            f"{name}() received an invalid combination of arguments - got (int, {type(index).__name__}), but expected "
            "one of:\n * (int dim, Tensor index, Tensor src)\n * (int dim, Tensor index, Tensor src, *, str reduce)\n"
            " * (int dim, Tensor index, Number value)\n * (int dim, Tensor index, Number value, *, str reduce)\n"
        )
    return src


@registry.method
@reads("Tensor input, int dim, Tensor index, Tensor src, *, Tensor out = None")
def scatter_add(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """A copy to which the elements of `src` are added at indices along `dim`.

    >>> torch.scatter_add(torch.zeros(3), 0, torch.tensor([0, 2, 2]), torch.ones(3))
    tensor([1., 0., 2.])
    """
    return scatter_add_dim(input, src, index, _checked(input, dim, index, src))


@registry.method
@reads("int dim, Tensor index, Tensor src", method=True)
def scatter_add_(input: Tensor, dim: int, index: Tensor, src: Tensor) -> Tensor:
    """`scatter_add` in place."""
    dim = _checked(input, dim, index, src)
    refuse_write(input, index, src)
    return registry.functions["scatter_add_dim_"](input, src, index, dim)


def _reduction(input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str) -> int:
    if reduce not in UFUNCS:
        raise RuntimeError(f"reduce argument must be either sum, prod, mean, amax or amin, got {reduce}")
    dim = _checked(input, dim, index, src)
    if LACKS[reduce] == input.dtype.category:
        refuse_kernel(f"scatter_gather_tensor_cpu_reduce_{reduce}", input.dtype)
    return dim


@registry.method
@reads(
    "Tensor input, int dim, Tensor index, Tensor src, str reduce, *, bool include_self = True, Tensor out = None",
)
def scatter_reduce(
    input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """The sum, prod, mean, amax or amin of what meets at each index along `dim`.

    >>> torch.scatter_reduce(torch.zeros(2), 0, torch.tensor([0, 0, 1]), torch.tensor([1., 4., 3.]), "amax")
    tensor([4., 3.])
    """
    dim = _reduction(input, dim, index, src, reduce)
    return scatter_reduce_dim(input, src, index, dim, reduce, include_self)


@registry.method
@reads("int dim, Tensor index, Tensor src, str reduce, *, bool include_self = True", method=True)
def scatter_reduce_(
    input: Tensor, dim: int, index: Tensor, src: Tensor, reduce: str, *, include_self: bool = True
) -> Tensor:
    """`scatter_reduce` in place."""
    dim = _reduction(input, dim, index, src, reduce)
    refuse_write(input, index, src)
    return registry.functions["scatter_reduce_dim_"](input, src, index, dim, reduce, include_self)


@registry.method
@reads("Tensor input, Tensor indices, int dim = None, *, Tensor out = None")
def take_along_dim(input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """Elements picked along `dim` by indices that broadcast against the input; without `dim`, of the flat input.

    >>> x = torch.tensor([[3, 1, 2]]); torch.take_along_dim(x, x.argsort(), 1)
    tensor([[1, 2, 3]])
    """
    if indices.dtype is not dtypes.int64:
        raise RuntimeError(
            f"torch.take_along_dim(): dtype of indices should be Long but got {indices.dtype.scalar_name}"
        )
    if (apart := strangers(input, indices)) is not None:
        raise refusal(
            f"Expected tensor to have {input.device} Device, but got tensor with {indices.device} Device (while "
            "checking arguments for torch.take_along_dim():)",
            *apart,
        )
    if dim is None:
        return gather(input.reshape(-1), 0, indices.reshape(-1))
    if input.ndim != indices.ndim:
        raise RuntimeError(
            "torch.take_along_dim(): input and indices should have the same number of dimensions, but got "
            f"{input.ndim} dimensions for input, and {indices.ndim} dimensions for indices"
        )
    dim = wrap_dim(dim, input.ndim)
    if not input.ndim:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    shape = list(_met(input, indices, dim))
    wide = [*shape[:dim], *input.shape[dim : dim + 1], *shape[dim + 1 :]]
    tall = [*shape[:dim], *indices.shape[dim : dim + 1], *shape[dim + 1 :]]
    return gather(input.expand(wide), dim, indices.expand(tall))


def _met(input: Tensor, indices: Tensor, dim: int) -> tuple[int, ...]:
    """The shape that two tensors broadcast to in all dimensions but one."""
    ones = [
        tuple(1 if at == dim else size for at, size in enumerate(each.shape)) for each in (input, indices)
    ]
    return broadcast(ones[0], ones[1])
