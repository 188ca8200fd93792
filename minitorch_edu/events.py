"""Events: what the engine announces to whoever listens.

A signal *is* a list of listeners. An announcement therefore stands behind one truth test,

    if op_executed:
        op_executed(card, inputs, result)

which costs a few nanoseconds while nobody listens. Nothing in the engine depends on a listener being there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class Signal(list[Callable[..., None]]):
    """The listeners of one kind of announcement, called in the order in which they came."""

    def __call__(self, *announcement: Any) -> None:
        for listener in tuple(self):  # a copy: a listener may leave while it is being told
            listener(*announcement)



op_executed = Signal()
"""(card, inputs, result): an op ran; `result` is a tensor, or a tuple of them."""
tensor_made = Signal()
"""(tensor,): an array became a tensor, other than as the result of an op."""
storage_written = Signal()
"""(tensor, card): the bytes that `tensor` looks at were written in place."""
storage_exported = Signal()
"""(tensor, array): `array` is a NumPy view of the tensor's bytes; writes through it are not tracked."""
device_copied = Signal()
"""(source, result): bytes moved from one device to another."""
history_cut = Signal()
"""(how, source, result): `result` holds what `source` does, without history: by detach, data, tensor or a cast."""
backward_started = Signal()
"""(task,): a GraphTask has collected and ordered its nodes."""
backward_stepped = Signal()
"""(task, step): one node has run; `step` is a BackwardStep."""
backward_finished = Signal()
"""(task, error): the walk is over; `error` is the exception that ended it, or None."""
gradient_accumulated = Signal()
"""(tensor, grad): `grad` was added to `tensor.grad`."""


@contextmanager
def listen(signal: Signal, listener: Callable[..., None]) -> Iterator[None]:
    """Call `listener` at every announcement of `signal` until the with-block ends.

    >>> heard = []
    >>> with listen(op_executed, lambda card, inputs, result: heard.append(card.name)):
    ...     op_executed(type("card", (), {"name": "mul"}), (), None)
    >>> heard
    ['mul']
    """
    signal.append(listener)
    try:
        yield
    finally:
        signal.remove(listener)
