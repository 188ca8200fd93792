"""Products of tensors of any rank: inner, tensordot, kron, cross, chains of matrices, and the bilinear form."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

from minitorch_edu.callers import outside
from minitorch_edu.ops import registry
from minitorch_edu.ops.apart import refusal, strangers
from minitorch_edu.ops.linalg import mm, same_dtype
from minitorch_edu.ops.op import op
from minitorch_edu.ops.outputs import C_NAMES, into
from minitorch_edu.ops.refusals import Unsupported, lacking
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import permute_dims, reshape_to, unsqueeze_dim
from minitorch_edu.ops.warned import warn_once
from minitorch_edu.shape import broadcast, wrap_dim
from minitorch_edu.tensor import Tensor

# --- over shared dimensions -----------------------------------------------------------------------------------------


@registry.method
@reads("Tensor input, Tensor other, *, Tensor out = None")
def inner(input: Tensor, other: Tensor) -> Tensor:
    """The inner products over the last dimensions: z_ij = sum_k x_ik y_jk; a number scales.

    >>> torch.inner(torch.tensor([1., 2.]), torch.tensor([3., 4.]))
    tensor(11.)
    """
    if input.device.type != other.device.type:
        kind, another = input.device.type, other.device.type
        raise refusal(
            f"Expected tensor to have {kind} DeviceType, but got tensor with {another} DeviceType (while checking "
            "arguments for inner())",
            input,
            other,
        )
    if not (input.ndim and other.ndim):
        return input * other
    if input.shape[-1] != other.shape[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(input.shape)} and {list(other.shape)}"
        )
    return contracted(input, other, [input.ndim - 1], [other.ndim - 1])


def contracted(a: Tensor, b: Tensor, dims_a: Sequence[int], dims_b: Sequence[int]) -> Tensor:
    """The sum of the products over pairs of dimensions: both become matrices, and those are multiplied."""
    if len(dims_a) != len(dims_b):
        raise RuntimeError("both dimension lists should have same length")
    if a.dtype is not b.dtype:
        raise RuntimeError("both inputs should have same dtype")
    ours, theirs = ([wrap_dim(dim, x.ndim) for dim in dims] for x, dims in ((a, dims_a), (b, dims_b)))
    for place, (one, other) in enumerate(zip(ours, theirs, strict=True)):
        size, wide = a.shape[one], b.shape[other]
        if size == 1 or wide == 1:  # a size of 1 broadcasts, so the other is summed first
            a, b = (a.sum(one, True), b) if wide == 1 else (a, b.sum(other, True))
        elif size != wide:
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {size} in dim {dims_a[place]} and second has "
                f"size {wide} in dim {dims_b[place]}"
            )
    for dims in (ours, theirs):
        for dim in dims:
            if dims.count(dim) > 1:
                raise RuntimeError(f"dim {dim} appears multiple times in the list of dims")
    kept_a = [dim for dim in range(a.ndim) if dim not in ours]
    kept_b = [dim for dim in range(b.ndim) if dim not in theirs]
    shape = (*(a.shape[dim] for dim in kept_a), *(b.shape[dim] for dim in kept_b))
    if not kept_a and not kept_b:
        one, other = (permute_dims(x, tuple(dims)).reshape(-1) for x, dims in ((a, ours), (b, theirs)))
        return reshape_to(registry.functions["dot"](one, other), ())
    size = _count(a, ours)
    rows = permute_dims(a, (*kept_a, *ours)).reshape(_count(a, kept_a), size)
    columns = permute_dims(b, (*theirs, *kept_b)).reshape(size, _count(b, kept_b))
    return reshape_to(mm(rows, columns), shape)


def _count(tensor: Tensor, dims: Sequence[int]) -> int:
    """How many elements some dimensions have."""
    count = 1
    for dim in dims:
        count *= tensor.shape[dim]
    return count


def tensordot(a: Tensor, b: Tensor, dims: Any = 2, out: Tensor | None = None) -> Tensor:
    """The sum of the products over some dimensions: the last `dims` of `a` with the first of `b`, or two lists.

    >>> torch.tensordot(torch.ones(2, 3, 4), torch.ones(3, 4, 5), 2).shape
    torch.Size([2, 5])
    """
    if not isinstance(dims, tuple | list | Tensor | int):
        raise RuntimeError(
            "tensordot expects dims to be int or tuple[list[int], list[int]] or list[list[int]] containing two lists, "
            f"but got dims={dims}"
        )
    if isinstance(dims, Tensor):
        if dims.numel() > 1 and len(dims) != 2:
            raise AssertionError(f"expected dims to have 2 elements when numel > 1, got {len(dims)}")
        dims = dims.tolist() if dims.numel() > 1 else int(dims.item())
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.ndim, b.ndim):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        dims = list(range(-dims, 0)), list(range(dims))
    dims_a, dims_b = dims
    for place, (name, each) in enumerate((("dims_self", dims_a), ("dims_other", dims_b))):
        if not isinstance(each, list | tuple):
            raise TypeError(
                f"tensordot(): argument '{name}' (position {place + 3}) must be tuple of ints, not "
                f"{type(each).__name__}"
            )
    if out is not None:
        return into("tensordot", out, contracted, (a, b, dims_a, dims_b), {})
    return contracted(a, b, dims_a, dims_b)


@registry.method
@reads("Tensor input, Tensor other, *, Tensor out = None")
def kron(input: Tensor, other: Tensor) -> Tensor:
    """The Kronecker product: each element of `input` times the whole of `other`.

    >>> torch.kron(torch.tensor([1, 10]), torch.tensor([1, 2]))
    tensor([ 1,  2, 10, 20])
    """
    rank = max(input.ndim, other.ndim)
    left, right = ((*[1] * (rank - each.ndim), *each.shape) for each in (input, other))
    spread = registry.functions["unsafe_view"]
    ours = spread(input.contiguous(), tuple(size for each in left for size in (each, 1)))
    theirs = spread(other.contiguous(), tuple(size for each in right for size in (1, each)))
    return spread(ours * theirs, tuple(one * two for one, two in zip(left, right, strict=True)))


# --- the cross product ----------------------------------------------------------------------------------------------


@op
class linalg_cross:
    r"""The cross product along a dimension of size 3: $z = x \times y$."""

    kernel = "linalg_cross(self, other)"
    structured = True
    node = "LinalgCrossBackward0"

    def forward(xp, input, other, dim: int):
        if input.dtype is not other.dtype or input.dtype.kind == "b":
            raise Unsupported
        x, y = xp.broadcast_arrays(input, other)
        before, after = (xp.take(x, [[1, 2, 0], [2, 0, 1]][k], dim) for k in (0, 1))
        return before * xp.take(y, [2, 0, 1], dim) - after * xp.take(y, [1, 2, 0], dim)

    def grad_input(grad, other, dim):
        r"$\partial L / \partial x = \mathrm{conj}(y) \times \bar z$"
        return linalg_cross(other.conj(), grad, dim)

    def grad_other(grad, input, dim):
        r"$\partial L / \partial y = \bar z \times \mathrm{conj}(x)$"
        return linalg_cross(grad, input.conj(), dim)

    def explain(input, other, dim):
        same_dtype(input, other, "expected scalar type {a} but found {b}")
        lacking("cross", "b")(input)


@reads("Tensor input, Tensor other, *, int dim = -1, Tensor out = None", name="linalg_cross")
def cross_along(input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """The cross product of vectors of three numbers, which lie along `dim`.

    >>> cross_along(torch.tensor([1., 0., 0.]), torch.tensor([0., 1., 0.]))
    tensor([0., 0., 1.])
    """
    if input.ndim != other.ndim:
        raise RuntimeError("linalg.cross: inputs must have the same number of dimensions.")
    if not input.ndim:
        raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
    place = wrap_dim(dim, input.ndim)
    if not input.shape[place] == other.shape[place] == 3:
        raise RuntimeError(
            f"linalg.cross: inputs dimension {dim} must have length 3. Got {input.shape[place]} and "
            f"{other.shape[place]}"
        )
    broadcast(input.shape, other.shape)
    return linalg_cross(input, other, place)


@registry.method
@reads("Tensor input, Tensor other, int dim = None, *, Tensor out = None")
def cross(input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """The cross product along `dim`, or the first dimension of size 3.

    >>> torch.cross(torch.tensor([1., 0., 0.]), torch.tensor([0., 1., 0.]), dim=0)
    tensor([0., 0., 1.])
    """
    if dim is None:
        warn_once(
            "Using torch.cross without specifying the dim arg is deprecated.\n"
            "Please either pass the dim explicitly or simply use torch.linalg.cross.\n"
            "The default value of dim will change to agree with that of linalg.cross in a future release.",
        )
        dim = next((place for place, size in enumerate(input.shape) if size == 3), None)
        if dim is None:
            raise RuntimeError("no dimension of size 3 in input")
    return cross_along(input, other, dim=dim)


@reads("Tensor x, Tensor y, *, int dim = -1, Tensor out = None", name="linalg_vecdot")
def vecdot(x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
    """The inner products of vectors along `dim`, the first of them conjugated.

    >>> vecdot(torch.tensor([[1., 2.], [3., 4.]]), torch.tensor([1., 1.]))
    tensor([3., 7.])
    """
    refuse_whole("linalg.vecdot", x)
    if x.dtype is not y.dtype:
        raise RuntimeError(
            "linalg.vecdot: Expected x and y to have the same dtype, but found x of type "
            f"{x.dtype.scalar_name} and y of type {y.dtype.scalar_name} instead"
        )
    if x.ndim == y.ndim == 1:
        return registry.functions["vdot"](x, y)
    return (x.conj() * y).sum(dim)


def refuse_whole(name: str, input: Tensor) -> None:
    """What takes floating point and complex numbers only."""
    if input.dtype.category < 2:
        raise RuntimeError(
            f"{name}: Expected a floating point or complex tensor as input. Got {input.dtype.scalar_name}"
        )


# --- chains of matrices ---------------------------------------------------------------------------------------------


@reads("tuple of Tensors tensors, *, Tensor out = None", name="linalg_multi_dot")
def multi_dot(tensors: Sequence[Tensor]) -> Tensor:
    """The product of a chain of matrices, in the order that takes the fewest multiplications; a vector at either end.

    >>> multi_dot([torch.ones(2, 9), torch.ones(9, 2), torch.ones(2, 1)])
    tensor([[18.],
            [18.]])
    """
    for place, tensor in enumerate(tensors):
        if not isinstance(tensor, Tensor):
            raise TypeError(
                f"expected Tensor as element {place} in argument 0, but got {type(tensor).__name__}"
            )
    for place, tensor in enumerate(tensors):
        if strangers(tensors[0], tensor) is not None:
            raise refusal(
                f"multi_dot(): all tensors must be on the same device but tensor 0 is on {tensors[0].device} and "
                f"tensor {place} on {tensor.device}",
                tensors[0],
                tensor,
            )
    matrices, shape = _as_matrices(list(tensors))
    for place, (one, other) in enumerate(zip(matrices, matrices[1:], strict=False)):
        if one.shape[1] != other.shape[0]:
            raise RuntimeError(
                f"multi_dot(): tensors {place} and {place + 1} with shapes [{listed_of(tensors[place])}] and "
                f"[{listed_of(tensors[place + 1])}] cannot be multiplied"
            )
        if one.dtype is not other.dtype:
            raise RuntimeError(
                "multi_dot(): all tensors must have be the same dtype but tensor 0 is "
                f"{C_NAMES[matrices[0].dtype]} and tensor {place + 1} {C_NAMES[other.dtype]}"
            )
    return reshape_to(_multiplied(matrices, _splits(matrices), 0, len(matrices) - 1), shape)


def listed_of(tensor: Tensor) -> str:
    return ", ".join(map(str, tensor.shape))


def _as_matrices(tensors: list[Tensor]) -> tuple[list[Tensor], tuple[int, ...]]:
    """The chain with vectors at its ends as matrices, and the shape of the product."""
    if len(tensors) < 2:
        raise RuntimeError(f"multi_dot(): expected at least 2 tensors but got {len(tensors)}")
    shape: list[int] = []
    for which, end in (("first", 0), ("last", -1)):
        tensor = tensors[end]
        if tensor.ndim not in (1, 2):
            raise RuntimeError(f"multi_dot(): the {which} tensor must be 1D or 2D but got {tensor.ndim}D")
        if tensor.ndim == 1:
            tensors[end] = unsqueeze_dim(tensor, -end)
        else:
            shape.append(tensor.shape[end])
    for place, tensor in enumerate(tensors[1:-1], 1):
        if tensor.ndim != 2:
            raise RuntimeError(f"multi_dot(): tensor {place} must be 2D but got {tensor.ndim}D")
    return tensors, tuple(shape)


def _splits(matrices: Sequence[Tensor]) -> dict[tuple[int, int], int]:
    """Where to split each part of the chain, so that the fewest numbers are multiplied."""
    sizes = [matrices[0].shape[0], *(each.shape[1] for each in matrices)]
    costs = {(place, place): 0 for place in range(len(matrices))}
    splits = {}
    for length in range(1, len(matrices)):
        for first in range(len(matrices) - length):
            last = first + length
            costs[first, last], splits[first, last] = min(
                (costs[first, k] + costs[k + 1, last] + sizes[first] * sizes[k + 1] * sizes[last + 1], k)
                for k in range(first, last)
            )
    return splits


def _multiplied(
    matrices: Sequence[Tensor], splits: dict[tuple[int, int], int], first: int, last: int
) -> Tensor:
    if first == last:
        return matrices[first]
    middle = splits[first, last]
    return mm(_multiplied(matrices, splits, first, middle), _multiplied(matrices, splits, middle + 1, last))


def chain_matmul(*matrices: Tensor, out: Tensor | None = None) -> Tensor:
    """The product of a chain of matrices; deprecated for `torch.linalg.multi_dot`.

    >>> torch.chain_matmul(torch.ones(2, 3), torch.ones(3, 1))
    tensor([[3.],
            [3.]])
    """
    warnings.warn(
        "torch.chain_matmul is deprecated and will be removed in a future PyTorch release. Use torch.linalg.multi_dot "
        "instead, which accepts a list of two or more tensors rather than multiple parameters.",
        UserWarning,
        stacklevel=outside(),
    )
    if len(matrices) == 1 and isinstance(matrices[0], list | tuple):
        raise TypeError(f"expected Tensor as element 0 in argument 0, but got {type(matrices[0]).__name__}")
    if out is not None:
        return into("chain_matmul", out, _chained, matrices, {})
    return _chained(*matrices)


def _chained(*matrices: Tensor) -> Tensor:
    for each in matrices:
        if each.ndim != 2:
            raise RuntimeError(f"Tensor dimension is {each.ndim}, expected 2 instead.")
    if not matrices:
        raise RuntimeError("chain_matmul(): Expected one or more matrices")
    return matrices[0] if len(matrices) == 1 else multi_dot(matrices)


# --- the bilinear form ----------------------------------------------------------------------------------------------


@op
class trilinear:
    r"""The bilinear forms of pairs of vectors: $z_{bo} = \sum_{ij} x_{bi} W_{oij} y_{bj}$."""

    node = "TrilinearBackward0"

    def forward(xp, input, weight, other):
        return xp.matmul(xp.tensordot(input, weight, ([1], [1])), other[:, :, None])[:, :, 0]

    def grad_input(grad, weight, other):
        r"$\partial L / \partial x_{bi} = \sum_{oj} \bar z_{bo} W_{oij} y_{bj}$"
        return trilinear(grad, permute_dims(weight, (1, 0, 2)).conj(), other.conj())

    def grad_weight(grad, input, other):
        r"$\partial L / \partial W_{oij} = \sum_b \bar z_{bo} x_{bi} y_{bj}$"
        pairs = unsqueeze_dim(input.conj(), 2) * unsqueeze_dim(other.conj(), 1)
        shape = (grad.shape[1], input.shape[1], other.shape[1])
        return reshape_to(
            permute_dims(grad, (1, 0)) @ reshape_to(pairs, (grad.shape[0], shape[1] * shape[2])), shape
        )

    def grad_other(grad, input, weight):
        r"$\partial L / \partial y_{bj} = \sum_{oi} \bar z_{bo} W_{oij} x_{bi}$"
        return trilinear(grad, permute_dims(weight, (2, 0, 1)).conj(), input.conj())


@reads("Tensor input1, Tensor input2, Tensor weight, Tensor? bias = None")
def bilinear(input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """The bilinear form of two vectors for each output: z_o = sum_ij x_i W_oij y_j + b_o.

    >>> torch.bilinear(torch.tensor([1., 2.]), torch.tensor([3., 4.]), torch.ones(1, 2, 2))
    tensor([21.])
    """
    _fit_together(input1, input2, weight, bias)
    shape = (*input1.shape[:-1], weight.shape[0])
    rows = (each.reshape(-1, each.shape[-1]) for each in (input1, input2))
    left, right = rows
    result = reshape_to(trilinear(left, weight, right), shape)
    return result if bias is None else result + bias


def _fit_together(one: Tensor, other: Tensor, weight: Tensor, bias: Tensor | None) -> None:
    """Refuse sizes that do not fit."""
    if one.ndim != other.ndim:
        raise RuntimeError(f"bilinear(): input dimensions do not match: got {one.ndim} and {other.ndim}")
    for dim, (size, wide) in enumerate(zip(one.shape[:-1], other.shape[:-1], strict=True)):
        if size != wide:
            raise RuntimeError(
                f"bilinear(): input batch dimensions do not match at dim {dim}: got {size} and {wide}"
            )
    for place, each in enumerate((one, other), 1):
        wanted = weight.size(place)
        if each.shape[-1] != wanted:
            raise RuntimeError(
                f"bilinear(): input{place} size does not match weight size: got {each.shape[-1]} but expected {wanted}"
            )
    if bias is not None and bias.shape[0] != weight.shape[0]:
        raise RuntimeError(
            f"bilinear(): bias size does not match weight size: got {bias.shape[0]} but expected {weight.shape[0]}"
        )
