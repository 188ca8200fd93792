"""Copies of what views show: `transpose_copy` is `transpose` as a new tensor with memory of its own.

Note [Copies of views]
A view and its copy have the same derivative, and refuse the same arguments. So neither is written again: the card of a
copy is that of the view with another `forward`, and its function is the view's own Python code, in which the names of
cards stand for their copies. (PyTorch generates its `*_copy` functions as well.)
"""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Sequence
from typing import Any

from minitorch_edu import dtypes
from minitorch_edu.ops import registry, view
from minitorch_edu.ops.compiler import names_in
from minitorch_edu.ops.conversion import clone
from minitorch_edu.ops.diagonals import diagonal
from minitorch_edu.ops.indexing import select, slice_dim
from minitorch_edu.ops.op import Card, op
from minitorch_edu.ops.parts import view_as_complex, view_as_real
from minitorch_edu.ops.signatures import reads
from minitorch_edu.ops.slice_scatters import bounds
from minitorch_edu.ops.sliding import unfold
from minitorch_edu.ops.splitting import split, split_with_sizes, unbind
from minitorch_edu.ops.strided import as_strided
from minitorch_edu.ops.view import reshape_to
from minitorch_edu.shape import inferred
from minitorch_edu.tensor import Tensor

ONE = "Tensor input, *, Tensor out = None"


def copying_card(name: str, shows: Any, *signatures: str) -> Any:
    """The card of a view, but for its `forward`, which copies. See Note [Copies of views]."""
    card: Card = shows.card

    def forward(xp: Any, *given: Any) -> Any:
        shown = card.forward(xp, *given)
        return [xp.array(each, order="C") for each in shown] if card.listed else xp.array(shown, order="C")

    forward.__signature__ = inspect.signature(card.forward)  # type: ignore[attr-defined]
    body: dict[str, Any] = {
        "__doc__": f"A new tensor with what the view `{card.name}` shows. {card.doc}".partition("\n")[0],
        "__module__": __name__,
        "forward": forward,
        "node": f"{card.node_name}_copy",
        "outputs": "many" if card.listed else card.outputs,
        "signatures": signatures,
        **{
            name: each
            for name, each in vars(card.declaration).items()
            if name.startswith(("grad_", "explain"))
        },
    }
    return op(type(name, (), body))


alias_copy = copying_card("alias_copy", view.alias, ONE)
t_copy = copying_card("t_copy", view.t, ONE)
view_as_real_copy = copying_card("view_as_real_copy", view_as_real, ONE)


@functools.cache
def copying(function: Any) -> Callable[..., Any]:
    """A function of views as one of copies. See Note [Copies of views]."""
    inner = function.form.function if hasattr(function, "form") else function
    scope = dict(inner.__globals__)
    for name in sorted(names_in(inner.__code__)):
        card = getattr(scope.get(name), "card", None)
        if card is not None and card.is_view:
            scope[name] = copying_card(f"{card.name}_copy", scope[name])
    twin = types.FunctionType(inner.__code__, scope, inner.__name__, inner.__defaults__, inner.__closure__)
    twin.__kwdefaults__ = inner.__kwdefaults__
    return twin


_as_strided, _diagonal, _expand, _permute = map(copying, (as_strided, diagonal, view.expand, view.permute))
_select, _split, _split_at = copying(select), copying(split), copying(split_with_sizes)
_squeeze, _transpose, _unbind, _unfold = map(copying, (view.squeeze, view.transpose, unbind, unfold))
_unsqueeze = copying(view.unsqueeze)


@registry.method
@reads(
    "Tensor input, tuple of ints size, tuple of ints stride, int storage_offset = None, *, Tensor out = None"
)
def as_strided_copy(
    input: Tensor, size: Sequence[int], stride: Sequence[int], storage_offset: int | None = None
) -> Tensor:
    """`as_strided` as a new tensor.

    >>> torch.as_strided_copy(torch.arange(4), (2, 2), (1, 2))
    tensor([[0, 2],
            [1, 3]])
    """
    shown = _as_strided(input, size, stride, storage_offset)
    return clone(shown, order="C") if shown._is_view() else shown  # a view of the base, before this tensor


@registry.method
@reads("Tensor input, *, Tensor out = None")
def detach_copy(input: Tensor) -> Tensor:
    """`detach` as a new tensor: the same numbers, no history and no shared memory."""
    return clone(input.detach(), order="C")


@registry.method
@reads("Tensor input, int offset = 0, int dim1 = 0, int dim2 = 1, *, Tensor out = None")
def diagonal_copy(input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """`diagonal` as a new tensor.

    >>> torch.diagonal_copy(torch.tensor([[1, 2], [3, 4]]))
    tensor([1, 4])
    """
    return _diagonal(input, offset, dim1, dim2)


@registry.method
@reads("Tensor input, tuple of ints size, *, bool implicit = False, Tensor out = None")
def expand_copy(input: Tensor, size: Sequence[int], *, implicit: bool = False) -> Tensor:
    """`expand` as a new tensor, in which every element has a place of its own.

    >>> torch.expand_copy(torch.tensor([[1], [2]]), (2, 2))
    tensor([[1, 1],
            [2, 2]])
    """
    return _expand(input, size=size)


@registry.method
@reads("Tensor input, tuple of ints dims, *, Tensor out = None")
def permute_copy(input: Tensor, dims: Sequence[int]) -> Tensor:
    """`permute` as a new tensor, whose elements lie in the new order.

    >>> torch.permute_copy(torch.zeros(2, 3), (1, 0)).stride()
    (2, 1)
    """
    return _permute(input, dims=dims)


@registry.method
@reads("Tensor input, int dim, int index, *, Tensor out = None")
def select_copy(input: Tensor, dim: int, index: int) -> Tensor:
    """`select` as a new tensor.

    >>> torch.select_copy(torch.tensor([[1, 2], [3, 4]]), 1, 0)
    tensor([1, 3])
    """
    return _select(input, dim, index)


sliced_copy = copying_card("slice_dim_copy", slice_dim)


@registry.method
@reads("Tensor input, int dim = 0, int start = None, int end = None, int step = 1, *, Tensor out = None")
def slice_copy(
    input: Tensor, dim: int = 0, start: int | None = None, end: int | None = None, step: int = 1
) -> Tensor:
    """A range of a dimension, `x[start:end:step]` for the first one, as a new tensor.

    >>> torch.slice_copy(torch.arange(5), 0, 1, 4, 2)
    tensor([1, 3])
    """
    return sliced_copy(input, *bounds(input, dim, start, end, step), step)


@registry.method
@reads("Tensor input, int split_size, int dim = 0, *, tuple of Tensors out = None")
def split_copy(input: Tensor, split_size: int, dim: int = 0) -> tuple[Tensor, ...]:
    """`split` into new tensors.

    >>> torch.split_copy(torch.arange(3), 2)
    (tensor([0, 1]), tensor([2]))
    """
    return _split(input, split_size, dim)


@registry.method
@reads("Tensor input, tuple of ints split_sizes, int dim = 0, *, tuple of Tensors out = None")
def split_with_sizes_copy(input: Tensor, split_sizes: Sequence[int], dim: int = 0) -> tuple[Tensor, ...]:
    """`split_with_sizes` into new tensors.

    >>> torch.split_with_sizes_copy(torch.arange(3), (1, 2))
    (tensor([0]), tensor([1, 2]))
    """
    return _split_at(input, split_sizes, dim)


@registry.method
@reads(
    ONE,
    "Tensor input, int dim, *, Tensor out = None",
    "Tensor input, tuple of ints dim, *, Tensor out = None",
)
def squeeze_copy(input: Tensor, dim: Any = None) -> Tensor:
    """`squeeze` as a new tensor.

    >>> torch.squeeze_copy(torch.zeros(1, 2, 1)).shape
    torch.Size([2])
    """
    return _squeeze(input, dim)


@registry.method
@reads("Tensor input, int dim0, int dim1, *, Tensor out = None")
def transpose_copy(input: Tensor, dim0: int, dim1: int) -> Tensor:
    """`transpose` as a new tensor.

    >>> torch.transpose_copy(torch.tensor([[1, 2]]), 0, 1)
    tensor([[1],
            [2]])
    """
    return _transpose(input, dim0, dim1)


@registry.method
@reads("Tensor input, int dim = 0, *, tuple of Tensors out = None")
def unbind_copy(input: Tensor, dim: int = 0) -> tuple[Tensor, ...]:
    """`unbind` into new tensors.

    >>> torch.unbind_copy(torch.tensor([[1, 2], [3, 4]]))
    (tensor([1, 2]), tensor([3, 4]))
    """
    return _unbind(input, dim)


@registry.method
@reads("Tensor input, int dimension, int size, int step, *, Tensor out = None")
def unfold_copy(input: Tensor, dimension: int, size: int, step: int) -> Tensor:
    """All windows along a dimension as a new tensor, where those that overlap share nothing.

    >>> torch.unfold_copy(torch.arange(3), 0, 2, 1)
    tensor([[0, 1],
            [1, 2]])
    """
    return _unfold(input, dimension, size, step)


@registry.method
@reads("Tensor input, int dim, *, Tensor out = None")
def unsqueeze_copy(input: Tensor, dim: int) -> Tensor:
    """`unsqueeze` as a new tensor.

    >>> torch.unsqueeze_copy(torch.tensor([1, 2]), 1).shape
    torch.Size([2, 1])
    """
    return _unsqueeze(input, dim)


@registry.method
@reads(ONE)
def view_as_complex_copy(input: Tensor) -> Tensor:
    """`view_as_complex` as a new tensor.

    >>> torch.view_as_complex_copy(torch.tensor([[1., 2.]]))
    tensor([1.+2.j])
    """
    if input.requires_grad:
        raise RuntimeError(
            "view_as_complex_copy does not support automatic differentiation for outputs with complex dtype."
        )
    return clone(view_as_complex(input), order="C")


@op
class view_to_copy:
    r"""A new tensor with the same elements in another shape, also where no view could show them: $z_j = x_i$."""

    node = "ViewBackward0_copy"

    def forward(xp, input, shape: tuple):
        return xp.array(input.reshape(shape), order="C")

    def grad_input(grad, input_shape):
        r"$\partial L / \partial x = \bar z$ in the shape of $x$"
        return reshape_to(grad, input_shape)


@registry.method
@reads(
    "Tensor input, torch.dtype dtype, *, Tensor out = None",
    "Tensor input, tuple of ints size, *, Tensor out = None",
)
def view_copy(input: Tensor, size: Any = None, *, dtype: Any = None) -> Tensor:
    """`view` as a new tensor: in another shape, or the same bytes as other numbers.

    >>> torch.view_copy(torch.arange(4), (2, 2))
    tensor([[0, 1],
            [2, 3]])
    """
    asked = size if dtype is None else dtype
    if isinstance(asked, dtypes.dtype):
        return clone(registry.functions["view_dtype"](input, asked), order="C")
    return view_to_copy(input, inferred(tuple(asked), input.numel()))
