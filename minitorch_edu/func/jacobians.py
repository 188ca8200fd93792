"""Jacobians and Hessians, row by row (`jacrev`) or column by column (`jacfwd`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minitorch_edu.func.gradients import jvp, vjp
from minitorch_edu.func.tree import flattened
from minitorch_edu.ops.creation import zeros
from minitorch_edu.ops.joining import stack
from minitorch_edu.tensor import Tensor

Places = int | tuple[int, ...]


def _split(func: Callable[..., Any], argnums: Places, args: tuple[Any, ...], kwargs: Any) -> Any:
    """(a function of the chosen arguments alone, those arguments)."""
    places = argnums if isinstance(argnums, tuple) else (argnums,)
    for place in places:
        if not -len(args) <= place < len(args):
            raise RuntimeError(f"Got argnum={place}, but only {len(args)} positional inputs")

    def of_chosen(*chosen: Any) -> Any:
        given = list(args)
        for place, value in zip(places, chosen, strict=True):
            given[place] = value
        return func(*given, **kwargs)

    return of_chosen, tuple(args[place] for place in places)


def _basis(tensor: Tensor) -> list[Tensor]:
    """The unit vectors in the shape of a tensor: one 1 each, at every place in turn."""
    units = []
    for place in range(tensor.numel()):
        unit = zeros(tensor.numel(), dtype=tensor.dtype, device=tensor.device)
        unit[place] = 1
        units.append(unit.reshape(tensor.shape))
    return units


def jacrev(
    func: Callable[..., Any],
    argnums: Places = 0,
    *,
    has_aux: bool = False,
    chunk_size: int | None = None,
    _preallocate_and_copy: bool = False,
) -> Callable[..., Any]:
    """A function that returns the Jacobian of `func`, of shape (*result, *input), computed a row at a time.

    >>> torch.func.jacrev(lambda x: x ** 2)(torch.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    def jacobian(*args: Any, **kwargs: Any) -> Any:
        of_chosen, chosen = _split(func, argnums, args, kwargs)
        result, pull, *aux = vjp(of_chosen, *chosen, has_aux=has_aux)
        outputs, form = flattened(result)
        inputs, shape = flattened(chosen)
        blocks = []
        for number, output in enumerate(outputs):
            rows = []
            for unit in _basis(output):
                seeds = [unit if place == number else zeros_of(each) for place, each in enumerate(outputs)]
                rows.append(flattened(pull(form(seeds)))[0])
            block = [
                stack([row[place] for row in rows]).reshape(*output.shape, *each.shape)
                for place, each in enumerate(inputs)
            ]
            found = shape(block)
            blocks.append(found if isinstance(argnums, tuple) else found[0])
        answer = form(blocks)
        return (answer, *aux) if has_aux else answer

    return jacobian


def jacfwd(
    func: Callable[..., Any],
    argnums: Places = 0,
    has_aux: bool = False,
    *,
    randomness: str = "error",
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """A function that returns the Jacobian of `func`, of shape (*result, *input), computed a column at a time.

    >>> torch.func.jacfwd(lambda x: x ** 2)(torch.tensor([1.0, 2.0]))
    tensor([[2., 0.],
            [0., 4.]])
    """

    def jacobian(*args: Any, **kwargs: Any) -> Any:
        of_chosen, chosen = _split(func, argnums, args, kwargs)
        inputs, shape = flattened(chosen)
        columns: list[list[list[Tensor]]] = []
        aux: list[Any] = []
        form: Any = None
        outputs: list[Tensor] = []
        for number, tensor in enumerate(inputs):
            columns.append([])
            for unit in _basis(tensor):
                seeds = [unit if place == number else zeros_of(each) for place, each in enumerate(inputs)]
                result, change, *aux = jvp(of_chosen, chosen, shape(seeds), has_aux=has_aux)
                outputs, form = flattened(result)
                columns[-1].append(flattened(change)[0])
        blocks = []
        for place, output in enumerate(outputs):
            block = [
                stack([column[place] for column in several], -1).reshape(*output.shape, *each.shape)
                for several, each in zip(columns, inputs, strict=True)
            ]
            found = shape(block)
            blocks.append(found if isinstance(argnums, tuple) else found[0])
        answer = form(blocks)
        return (answer, *aux) if has_aux else answer

    return jacobian


def hessian(func: Callable[..., Any], argnums: Places = 0) -> Callable[..., Any]:
    """A function that returns the second derivatives of `func`: forward over backward.

    >>> torch.func.hessian(lambda x: (x ** 3).sum())(torch.tensor([1.0, 2.0]))
    tensor([[ 6.,  0.],
            [ 0., 12.]])
    """
    return jacfwd(jacrev(func, argnums), argnums)


def zeros_of(tensor: Tensor) -> Tensor:
    return zeros(tensor.shape, dtype=tensor.dtype, device=tensor.device)
