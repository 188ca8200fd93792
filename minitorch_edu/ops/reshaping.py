"""Reshaping: what a few views together say, and the in-place forms of views."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minitorch_edu.autograd.grad_mode import grad_mode
from minitorch_edu.ops import operands, registry
from minitorch_edu.ops import strided as _strided  # noqa: F401  # as_strided
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.view import (
    alias,
    expand,
    permute,
    reshape,
    squeeze,
    t,
    transpose,
    transpose_dims,
    unsqueeze,
    view,
)
from minitorch_edu.shape import Size, listed, wrap_dim
from minitorch_edu.tensor import Tensor

# --- dimensions moved -----------------------------------------------------------------------------------------------


@reads(
    "Tensor input, int source, int destination",
    "Tensor input, tuple of ints source, tuple of ints destination",
)
def movedim(input: Tensor, source: Any, destination: Any) -> Tensor:
    """Some dimensions moved to other places; the rest keep their order.

    >>> torch.movedim(torch.zeros(2, 3, 4), 0, 2).shape
    torch.Size([3, 4, 2])
    """
    if isinstance(source, int) and isinstance(destination, int):
        source, destination = (source,), (destination,)
    if not (isinstance(source, list | tuple) and isinstance(destination, list | tuple)):
        _refuse_moves(source, destination)
    if len(source) != len(destination):
        raise RuntimeError(
            f"movedim: Invalid source or destination dims: source ({listed(source)} dims) should contain the same "
            f"number of dims as destination ({listed(destination)} dims)"
        )
    ndim = input.ndim
    came = [wrap_dim(dim, ndim) for dim in source]
    goes = [wrap_dim(dim, ndim) for dim in destination]
    for name, dims, given in (("source", came, source), ("destination", goes, destination)):
        if len(set(dims)) != len(dims):
            raise RuntimeError(f"movedim: repeated dim in `{name}` ({listed(given)})")
    if not ndim:
        return alias(input)
    staying = iter(dim for dim in range(ndim) if dim not in came)
    order = [came[goes.index(dim)] if dim in goes else next(staying) for dim in range(ndim)]
    return permute(input, order)


def _refuse_moves(source: Any, destination: Any) -> None:
    def told(value: Any) -> str:
        if isinstance(value, list | tuple):
            kinds = ", ".join(type(each).__name__ for each in value)
            return f"{type(value).__name__} of ({kinds}{',' * (len(value) == 1)})"
        return type(value).__name__

    pair = (told(source), told(destination))
    numbers = [each if each == "int" else f"!{each}!" for each in pair]
    why = "      didn't match because some of the arguments have invalid types: "
    raise TypeError(
        "movedim() received an invalid combination of arguments - got "
        f"({type(source).__name__}, {type(destination).__name__}), but expected one of:\n"
        f" * (int source, int destination)\n{why}({', '.join(numbers)})\n"
        f" * (tuple of ints source, tuple of ints destination)\n{why}(!{pair[0]}!, !{pair[1]}!)\n"
    )


def unflatten(input: Tensor, dim: int, sizes: Sequence[int]) -> Tensor:
    """One dimension as several: the inverse of flatten. One size may be -1.

    >>> torch.unflatten(torch.zeros(6, 2), 0, (2, -1)).shape
    torch.Size([2, 3, 2])
    """
    wrapped = wrap_dim(dim, input.ndim)
    if not input.ndim:
        raise RuntimeError(
            f"unflatten got an unexpected error:\nDimension specified as {wrapped} but tensor has no dimensions"
        )
    if not isinstance(sizes, list | tuple):
        raise TypeError(
            f"unflatten(): argument 'sizes' (position 2) must be tuple of ints, not {type(sizes).__name__}"
        )
    if not sizes:
        raise RuntimeError("unflatten: sizes must be non-empty")
    have, known = input.shape[wrapped], Size(size for size in sizes if size != -1).numel()
    if sizes.count(-1) > 1:
        raise RuntimeError("unflatten got an unexpected error:\nonly one dimension can be inferred")
    if known != have if -1 not in sizes else not known or have % known:
        raise RuntimeError(
            f"unflatten: Provided sizes {listed(sizes)} don't multiply up to the size of dim {wrapped} ({have}) in the "
            "input tensor"
        )
    inner = tuple(have // known if size == -1 else size for size in sizes)
    return view(input, (*input.shape[:wrapped], *inner, *input.shape[wrapped + 1 :]))


@reads("Tensor input")
def ravel(input: Tensor) -> Tensor:
    """All elements in one dimension: a view where one is possible.

    >>> torch.ravel(torch.zeros(2, 3)).shape
    torch.Size([6])
    """
    return view(registry.functions["contiguous"](input), (-1,))


@reads("Tensor other", method=True)
def reshape_as(input: Tensor, other: Tensor) -> Tensor:
    """`reshape` to the shape of another tensor."""
    return reshape(input, other.shape)


# --- transposes -----------------------------------------------------------------------------------------------------


def _adjoint(input: Tensor, name: str) -> Tensor:
    if not input.ndim:
        return input
    if input.ndim < 2:
        raise RuntimeError(
            f"tensor.{name} is only supported on matrices or batches of matrices. Got {input.ndim}-D tensor."
        )
    turned = transpose_dims(input, input.ndim - 2, input.ndim - 1)
    return registry.functions["conj"](turned) if input.is_complex() else turned


@reads("Tensor input")
def adjoint(input: Tensor) -> Tensor:
    """Each matrix transposed and its elements conjugated.

    >>> torch.adjoint(torch.zeros(4, 2, 3)).shape
    torch.Size([4, 3, 2])
    """
    return _adjoint(input, "adjoint()")


def adjoint_mH(input: Tensor) -> Tensor:
    """`x.mH`: `adjoint`."""
    return _adjoint(input, "mH")


def matrix_H(input: Tensor) -> Tensor:
    """`x.H`: the adjoint of one matrix."""
    if input.ndim not in (0, 2):
        more = " For batches of matrices, consider using tensor.mH" if input.ndim > 2 else ""
        raise RuntimeError(
            f"tensor.H is only supported on matrices (2-D tensors). Got {input.ndim}-D tensor.{more}"
        )
    return _adjoint(input, "H")


# --- more dimensions ------------------------------------------------------------------------------------------------


def _at_least(change: Callable[[Tensor], Tensor]) -> Callable[..., Any]:
    name = change.__name__

    def at_least(*tensors: Any) -> Any:
        if len(tensors) == 1 and isinstance(tensors[0], Tensor):
            return change(tensors[0])
        if len(tensors) == 1 and isinstance(tensors[0], list | tuple):
            tensors = tuple(tensors[0])
        for tensor in tensors:
            if not isinstance(tensor, Tensor):
                kind = type(tensor).__name__
                raise TypeError(
                    f"{name}() received an invalid combination of arguments - got ({kind}), but expected one of:\n"
                    " * (Tensor input)\n      didn't match because some of the arguments have invalid types: "
                    f"(!{kind}!)\n * (tuple of Tensors tensors)\n      didn't match because some of the arguments have "
                    f"invalid types: (!{kind}!)\n"
                )
        return tuple(change(tensor) for tensor in tensors)

    at_least.__name__, at_least.__doc__ = name, change.__doc__
    return at_least


@_at_least
def atleast_1d(input: Tensor) -> Tensor:
    """With at least one dimension.

    >>> torch.atleast_1d(torch.tensor(1))
    tensor([1])
    """
    return input if input.ndim else reshape(input, 1)


@_at_least
def atleast_2d(input: Tensor) -> Tensor:
    """With at least two dimensions: a vector becomes a row.

    >>> torch.atleast_2d(torch.tensor([1, 2]))
    tensor([[1, 2]])
    """
    return input if input.ndim > 1 else unsqueeze(input, 0) if input.ndim else reshape(input, 1, 1)


@_at_least
def atleast_3d(input: Tensor) -> Tensor:
    """With at least three dimensions.

    >>> torch.atleast_3d(torch.tensor([1, 2])).shape
    torch.Size([1, 2, 1])
    """
    if input.ndim > 2:
        return input
    if not input.ndim:
        return reshape(input, 1, 1, 1)
    return unsqueeze(input if input.ndim == 2 else unsqueeze(input, 0), -1)


@reads("Tensor input, tuple of ints size")
def broadcast_to(input: Tensor, *size: Any) -> Tensor:
    """`expand` by another name.

    >>> torch.broadcast_to(torch.tensor([1, 2]), (2, 2))
    tensor([[1, 2],
            [1, 2]])
    """
    return expand(input, *size)


def broadcast_shapes(*shapes: Any) -> Size:
    """The shape in which tensors of these shapes would meet.

    >>> torch.broadcast_shapes((2, 1), (3,))
    torch.Size([2, 3])
    """
    given = [(shape,) if isinstance(shape, int) else tuple(shape) for shape in shapes]
    result = [1] * max(map(len, given), default=0)
    for number, shape in enumerate(given):
        for place in range(-1, -1 - len(shape), -1):
            if shape[place] in (1, result[place]):
                continue
            if result[place] != 1 or shape[place] < 0:
                raise RuntimeError(
                    f"Attempting to broadcast a dimension of length {shape[place]} at {place}! Mismatching argument at "
                    f"index {number} had {shape}; but expected shape should be broadcastable to {result}"
                )
            result[place] = shape[place]
    return Size(result)


# --- in place: the same tensor, seen in another way -----------------------------------------------------------------


IN_PLACE_NODES = {
    "AsStridedBackward0": "AsStridedBackward1",
    "SqueezeBackward0": "SqueezeBackward3",
    "SqueezeBackward1": "SqueezeBackward4",
    "SqueezeBackward2": "SqueezeBackward5",
    "TBackward0": "TBackward1",
    "TransposeBackward0": "TransposeBackward1",
    "UnsqueezeBackward0": "UnsqueezeBackward1",
}
"""What PyTorch calls the node of a view that was made in place."""
_node_classes: dict[type, type] = {}


def _renamed(node: Any) -> Any:
    """The node, with the name of its in-place form."""
    kind = type(node)
    if kind not in _node_classes and kind.__name__ in IN_PLACE_NODES:
        slots = {"__slots__": (), "__module__": kind.__module__}
        _node_classes[kind] = type(IN_PLACE_NODES[kind.__name__], (kind,), slots)
    node.__class__ = _node_classes.get(kind, kind)
    return node


def _in_place(name: str, change: Callable[..., Tensor]) -> None:
    """Declare `name`: the tensor itself takes the shape, the strides and the history of the view."""

    def seen_anew(input: Tensor, *args: Any, **options: Any) -> Tensor:
        if input._requires_grad and grad_mode.enabled:
            operands.may_write(input)
        result = change(input, *args, **options)
        input._array = result._array
        input._version_counter.value += 1
        if input._base is not None:
            input._seen_version = input._version_counter.value
        if result._grad_fn is not None:
            input._grad_fn, input._output_nr, input._requires_grad = _renamed(result._grad_fn), 0, True
        return input

    seen_anew.__name__ = seen_anew.__qualname__ = name
    seen_anew.__doc__ = f"`{name[:-1]}` in place: the tensor itself is seen in the new way; no byte moves."
    registry.functions[name] = seen_anew


@reads("Tensor input, int dim0, int dim1")
def swapdims(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """`transpose` by another name.

    >>> torch.swapdims(torch.zeros(2, 3), 0, 1).shape
    torch.Size([3, 2])
    """
    return transpose(input, dim0, dim1)


def _t(input: Tensor) -> Tensor:
    if input.ndim > 2:
        raise RuntimeError(f"t_() expects a tensor with <= 2 dimensions, but self is {input.ndim}D")
    return t(input)


@reads("Tensor input, int axis0, int axis1")
def swapaxes(input: Tensor, axis0: int, axis1: int) -> Tensor:
    """`transpose` by NumPy's name.

    >>> torch.swapaxes(torch.zeros(2, 3), 0, 1).shape
    torch.Size([3, 2])
    """
    return transpose(input, axis0, axis1)


for _name, _change in {
    "t_": _t, "transpose_": transpose, "swapaxes_": swapaxes, "swapdims_": swapdims, "unsqueeze_": unsqueeze,
    "squeeze_": squeeze, "as_strided_": registry.functions["as_strided"],
}.items():  # fmt: skip
    _in_place(_name, _change)

for _function in (
    movedim, unflatten, ravel, reshape_as, swapaxes, swapdims, adjoint, adjoint_mH, matrix_H, atleast_1d, atleast_2d,
    atleast_3d, broadcast_to, broadcast_shapes,
):  # fmt: skip
    registry.method(_function)
