"""Transforms: tensors that stand for more than they show, while a function is differentiated forward or mapped.

Note [Tensors that stand for more]
Inside `forward_ad.dual_level` a tensor may carry a tangent; inside `vmap` it stands for a whole batch. Such a tensor is
a `Transformed`: to whoever looks it is an ordinary one, with a shape, a dtype and a history. Ops take the quick way
only for what is a Tensor and nothing else, so they meet it where they look twice, and hand the call to the `Level` it
belongs to. The level undresses its own tensors, calls the op again on what is inside, and dresses the results. What is
inside may belong to another level: the innermost one, entered last, comes first.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from minitorch_edu.tensor import Tensor

if TYPE_CHECKING:
    from minitorch_edu.ops.signatures import Form

L = TypeVar("L", bound="Level")


class _Levels(threading.local):
    """The levels that the running thread is in, outermost first."""

    def __init__(self) -> None:
        self.entered: list[Level] = []


levels = _Levels()


class Level:
    """One transform while it is being applied: a with-block."""

    depth = 0

    def __enter__(self: L) -> L:
        levels.entered.append(self)
        self.depth = len(levels.entered)
        return self

    def __exit__(self, *_: Any) -> None:
        levels.entered.pop()

    def run(self, form: Form, inputs: tuple[Any, ...], arguments: dict[str, Any]) -> Any:
        """Answer the call of an op in which tensors of this level take part."""
        raise NotImplementedError

    def spread(self, tensor: Tensor) -> Tensor:
        """A tensor as one of this level, where there is something to spread it over."""
        return tensor

    def each(self, function: Callable[..., Any], *args: Any) -> Any:
        """A plain function that has to see numbers, for everything that a tensor of this level stands for."""
        raise NotImplementedError

    def draw(self, function: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """A draw of random numbers inside this level."""
        return function(*args, **named)

    def rebuilt(self, tensor: Any, function: Callable[[Tensor], Tensor]) -> Tensor:
        """A tensor of this level with `function` applied to what is inside."""
        raise NotImplementedError

    def pull(
        self, pairs: Sequence[tuple[Tensor, Tensor]], inputs: Sequence[Tensor], create_graph: bool
    ) -> list[Tensor | None]:
        """The gradients in `inputs` of outputs whose gradients are given, some of them of this level."""
        raise NotImplementedError


class Transformed(Tensor):
    """A tensor that stands for more. What it adds lies in the `__dict__`, so that a tensor can become one.

    _level  the transform it belongs to
    _value  the tensor inside
    """

    __slots__ = ()
    _level: Level
    _value: Tensor


def innermost(values: Iterable[Any]) -> Level | None:
    """The level that answers a call with these operands."""
    found = [value._level for value in values if isinstance(value, Transformed)]
    return max(found, key=lambda level: level.depth) if found else None


def inside(tensor: Tensor) -> Tensor:
    """What remains of a tensor when all levels have undressed it."""
    while isinstance(tensor, Transformed):
        tensor = tensor._value
    return tensor


def drawn(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let the innermost level decide for which examples a function draws random numbers."""

    @functools.wraps(function)
    def draw(*args: Any, **named: Any) -> Any:
        if levels.entered:
            return levels.entered[-1].draw(function, args, named)
        return function(*args, **named)

    return draw


def call(form: Form, inputs: tuple[Any, ...], arguments: dict[str, Any]) -> Any:
    """Call an op again, as the level that answered for it does."""
    card = form.card
    given = {card.many: inputs} if card.many is not None else dict(zip(card.inputs, inputs, strict=True))
    assert form.function is not None
    return form.function(**given, **arguments)
