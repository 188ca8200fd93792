"""Einstein's notation: products of tensors, summed over the letters that do not come back in the result.

Note [How a sum of products is computed]
Every operand gets the same dimensions in the same order: first those of the result, then those that are summed. A
dimension that an operand has not is one of size 1. Then the operands are multiplied from left to right, and what no
later operand needs is summed in the same step, as one product of batches of matrices.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from minitorch_edu.ops.diagonals import diagonal
from minitorch_edu.ops.linalg import bmm
from minitorch_edu.ops.view import permute_dims, reshape_to, unsqueeze_dim
from minitorch_edu.tensor import Tensor

ELLIPSIS = "..."


def einsum(*args: Any) -> Tensor:
    """Products of tensors, summed: a letter for each dimension, and after `->` those of the result.

    Without `->` the result has the letters that occur once, in alphabetical order. `...` stands for the dimensions
    without a letter, which broadcast. Instead of letters, numbers may follow each tensor: einsum(x, [0, 1], y, [1]).

    >>> torch.einsum("ij,j->i", torch.tensor([[1., 2.], [3., 4.]]), torch.tensor([1., 1.]))
    tensor([3., 7.])
    """
    if len(args) < 2:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or at least one operand and its "
            "subscripts list"
        )
    equation, operands = _from_lists(args) if isinstance(args[0], Tensor) else (args[0], args[1:])
    if len(operands) == 1 and isinstance(operands[0], list | tuple):
        return einsum(equation, *operands[0])
    if not isinstance(equation, str):
        raise TypeError(
            f"einsum(): argument 'equation' (position 1) must be str, not {type(equation).__name__}"
        )
    for place, each in enumerate(operands):
        if not isinstance(each, Tensor):
            raise TypeError(
                f"expected Tensor as element {place} in argument 1, but got {type(each).__name__}"
            )
    return _summed(_read(equation, operands), operands)


def _from_lists(args: Sequence[Any]) -> tuple[str, Sequence[Any]]:
    """The equation that lists of numbers mean, and the tensors between them."""
    equation = ",".join("".join(map(_letter, subscripts)) for subscripts in args[1::2])
    if len(args) % 2:
        return equation + "->" + "".join(map(_letter, args[-1])), args[:-1:2]
    return equation, args[::2]


def _letter(number: Any) -> str:
    if number == Ellipsis:
        return ELLIPSIS
    if number >= 0 and number < 52:
        return chr(ord("A") + number if number < 26 else ord("a") + number - 26)
    raise ValueError("einsum(): subscript in subscript list is not within the valid range [0, 52)")


class Equation(NamedTuple):
    """inputs, output: lists of letters and "..."; covered: how many dimensions "..." stands for."""

    inputs: list[list[str]]
    output: list[str]
    covered: int


def _read(equation: str, operands: Sequence[Tensor]) -> Equation:
    arrow = equation.find("->")
    inputs = _inputs(equation if arrow < 0 else equation[:arrow], len(operands))
    covered = 0
    for place, (labels, operand) in enumerate(zip(inputs, operands, strict=True)):
        letters = [each for each in labels if each != ELLIPSIS]
        start = f"einsum(): the number of subscripts in the equation ({len(letters)})"
        if ELLIPSIS not in labels and len(letters) != operand.ndim:
            raise RuntimeError(
                f"{start} does not match the number of dimensions ({operand.ndim}) for operand {place} and no ellipsis "
                "was given"
            )
        if len(letters) > operand.ndim:
            raise RuntimeError(
                f"{start} is more than the number of dimensions ({operand.ndim}) for operand {place}"
            )
        covered = max(covered, operand.ndim - len(letters))
    if arrow >= 0:
        return Equation(inputs, _output(equation, arrow + 2, inputs), covered)
    every = [letter for labels in inputs for letter in labels if letter != ELLIPSIS]
    return Equation(inputs, [ELLIPSIS, *sorted(each for each in every if every.count(each) == 1)], covered)


def _labels(text: str, start: int, of: str, found_already: str) -> Iterator[tuple[int, str]]:
    """The letters of a part of an equation, "..." as one; spaces mean nothing."""
    place, has_ellipsis = start, False
    while place < len(text):
        letter = text[place]
        if letter == "." and has_ellipsis:
            raise RuntimeError(f"einsum(): found '.' for {of} {found_already}")
        if letter == "." and text[place : place + 3] == ELLIPSIS:
            has_ellipsis = True
            yield place, ELLIPSIS
            place += 2
        elif letter == ".":
            dots = " (...)" if of == "output" else ""
            raise RuntimeError(f"einsum(): found '.' for {of} that is not part of any ellipsis{dots}")
        elif letter != " " and not (letter.isascii() and letter.isalpha()):
            raise RuntimeError(
                f"einsum(): invalid subscript given at index {place} in the equation string, subscripts must be in "
                "[a-zA-Z]"
            )
        elif letter != " ":
            yield place, letter
        place += 1


def _inputs(text: str, count: int) -> list[list[str]]:
    """The letters of each operand."""
    parts = text.split(",")
    start, inputs = 0, []
    for number, part in enumerate(parts):
        if number >= count:
            raise RuntimeError("einsum(): fewer operands were provided than specified in the equation")
        end = start + len(part)
        given = _labels(text[:end], start, f"operand {number}", "for which an ellipsis was already found")
        inputs.append([label for _, label in given])
        start = end + 1
    if len(parts) < count:
        raise RuntimeError("einsum(): more operands were provided than specified in the equation")
    return inputs


def _output(equation: str, start: int, inputs: list[list[str]]) -> list[str]:
    """The letters of the result."""
    output: list[str] = []
    for _, label in _labels(equation, start, "output", "but an ellipsis (...) was already found"):
        if label in output:
            raise RuntimeError(f"einsum(): output subscript {label} appears more than once in the output")
        if label != ELLIPSIS and all(label not in labels for labels in inputs):
            raise RuntimeError(
                f"einsum(): output subscript {label} does not appear in the equation for any input operand"
            )
        output.append(label)
    return output


# --- computing ------------------------------------------------------------------------------------------------------


def _summed(equation: Equation, operands: Sequence[Tensor]) -> Tensor:
    """See Note [How a sum of products is computed]."""
    dots = [f".{place}" for place in range(equation.covered)]
    kept = [name for label in equation.output for name in (dots if label == ELLIPSIS else [label])]
    every = [
        *dots,
        *dict.fromkeys(label for labels in equation.inputs for label in labels if label != ELLIPSIS),
    ]
    names = [*kept, *(name for name in every if name not in kept)]
    sizes: dict[str, int] = {}
    aligned = [
        _aligned(operand, labels, dots, names, sizes, place)
        for place, (operand, labels) in enumerate(zip(operands, equation.inputs, strict=True))
    ]
    first, *rest = aligned
    summed = range(len(kept), len(names))
    counts = {dim: sum(each.shape[dim] != 1 for each in aligned) for dim in summed}
    if not rest:
        return first.sum(tuple(summed)) if summed else first
    for other in rest:
        first = _multiplied(first, other, counts)
    return reshape_to(first, tuple(first.shape[: len(kept)])) if summed else first


def _aligned(
    operand: Tensor, labels: list[str], dots: list[str], names: list[str], sizes: dict[str, int], place: int
) -> Tensor:
    """An operand with all dimensions in the common order, those it has not of size 1."""
    covered = operand.ndim - sum(label != ELLIPSIS for label in labels)
    own = [
        name for label in labels for name in (dots[len(dots) - covered :] if label == ELLIPSIS else [label])
    ]
    for name in dict.fromkeys(own):
        while own.count(name) > 1:
            operand, own = _diagonal(operand, own, name, place)
    for name, size in zip(own, operand.shape, strict=True):
        seen = sizes.get(name, 1)
        if size not in (1, seen) and seen != 1:
            _refuse_size(name, size, seen, place)
        sizes[name] = max(size, seen) if size else 0
    missing = [name for name in names if name not in own]
    for _ in missing:
        operand = unsqueeze_dim(operand, operand.ndim)
    order = [*own, *missing]
    return permute_dims(operand, tuple(order.index(name) for name in names))


def _diagonal(operand: Tensor, own: list[str], name: str, place: int) -> tuple[Tensor, list[str]]:
    """A letter that an operand has twice means the diagonal."""
    first = own.index(name)
    second = own.index(name, first + 1)
    if operand.shape[first] != operand.shape[second]:
        raise RuntimeError(
            f"einsum(): subscript {name} is repeated for operand {place} but the sizes don't match, "
            f"{operand.shape[second]} != {operand.shape[first]}"
        )
    rest = [each for at, each in enumerate(own) if at not in (first, second)]
    return diagonal(operand, 0, first, second), [*rest, name]


def _refuse_size(name: str, size: int, seen: int, place: int) -> None:
    if name.startswith("."):
        raise RuntimeError(
            f"einsum(): dimension {name[1:]} covered by ellipsis in operand {place}has size {size} which does not "
            f"broadcast with previously seen ellipsis with size {seen} for the respective dimension"
        )
    raise RuntimeError(
        f"einsum(): subscript {name} has size {size} for operand {place} which does not broadcast with previously seen "
        f"size {seen}"
    )


def _multiplied(one: Tensor, other: Tensor, counts: dict[int, int]) -> Tensor:
    """A product, summed over the dimensions that no later operand has. counts: how many operands still have each."""
    together, alone = [], ([], [])  # type: ignore[var-annotated]
    for dim, count in counts.items():
        mine, yours = one.shape[dim] != 1, other.shape[dim] != 1
        if mine and yours:
            counts[dim] = count - 1
            if counts[dim] == 1:
                together.append(dim)
                counts[dim] = 0
        elif count == 1 and (mine or yours):
            alone[yours].append(dim)
            counts[dim] = 0
    one, other = (
        each.sum(tuple(dims), True) if dims else each for each, dims in zip((one, other), alone, strict=True)
    )
    return _as_matrices(one, other, together) if together else one * other


def _as_matrices(one: Tensor, other: Tensor, together: list[int]) -> Tensor:
    """A sum of products as products of matrices: batch, rows, columns, and the dimensions that are summed."""
    rest = [dim for dim in range(one.ndim) if dim not in together]
    both = [dim for dim in rest if one.shape[dim] != 1 and other.shape[dim] != 1]
    rows = [dim for dim in rest if dim not in both and one.shape[dim] != 1]
    columns = [dim for dim in rest if dim not in both and dim not in rows]
    batch, high, wide, deep = (
        math.prod(x.shape[dim] for dim in dims)
        for x, dims in ((one, both), (one, rows), (other, columns), (one, together))
    )
    left = permute_dims(one, (*both, *rows, *together, *columns)).reshape(batch, high, deep)
    right = permute_dims(other, (*both, *together, *columns, *rows)).reshape(batch, deep, wide)
    order = [*both, *rows, *columns, *together]
    sizes = [
        *(one.shape[dim] for dim in (*both, *rows)),
        *(other.shape[dim] for dim in columns),
        *[1] * len(together),
    ]
    product = reshape_to(bmm(left, right), tuple(sizes))
    return permute_dims(product, tuple(order.index(dim) for dim in range(one.ndim)))
