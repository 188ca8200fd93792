"""Inference mode: as `no_grad`, and what is made inside cannot come back into a graph.

Note [Tensors without versions]
A tensor that was made in inference mode counts no writes. Its version counter is `NEVER_COUNTED`, whose value is one
number whatever happens: it can be compared and handed to views, but it refuses to grow outside of inference mode, and
nobody may save it for a backward pass. Nothing of this costs anything until inference mode is entered first.
"""

from __future__ import annotations

import threading
from typing import Any

from minitorch_edu import events
from minitorch_edu.autograd import saved
from minitorch_edu.autograd.grad_mode import Decorating, grad_mode
from minitorch_edu.ops import registry
from minitorch_edu.storage import VersionCounter
from minitorch_edu.tensor import Tensor

UPDATED = (
    "Inplace update to inference tensor outside InferenceMode is not allowed.You can make a clone to get a normal "
    "tensor before doing inplace update.See https://github.com/pytorch/rfcs/pull/17 for more details."
)
SAVED = (
    "Inference tensors cannot be saved for backward. Please do not use Tensors created in inference mode in "
    "computation tracked by autograd. To work around this, you can make a clone to get a normal tensor and use it in "
    "autograd, or use `torch.no_grad()` instead of `torch.inference_mode()`."
)


class _Never(int):
    """The version of what has none."""

    def __add__(self, other: int) -> int:
        if not grad_mode.inference:
            raise RuntimeError(UPDATED)
        return self


class NeverCounted(VersionCounter):
    """See Note [Tensors without versions]."""

    __slots__ = ()
    counts = False
    never = _Never()

    @property
    def value(self) -> int:  # type: ignore[override]
        return self.never

    @value.setter
    def value(self, value: int) -> None:
        pass


NEVER_COUNTED = object.__new__(NeverCounted)


def _mark(card: Any, inputs: Any, result: Any) -> None:
    """What an op has made in inference mode counts no versions. Views go by what they look at."""
    if grad_mode.inference and not card.is_view:
        for tensor in result if isinstance(result, tuple | list) else (result,):
            if isinstance(tensor, Tensor) and not any(tensor is each for each in inputs):
                mark(tensor)


def mark(tensor: Tensor) -> None:
    """Make a new tensor an inference tensor, if this thread is in inference mode."""
    if grad_mode.inference:
        tensor._version_counter = NEVER_COUNTED


def _refuse(kept: Any) -> None:
    if kept.tensor._version_counter is NEVER_COUNTED:
        raise RuntimeError(SAVED)


class _Entered:
    """How many with-blocks of all threads are in force: what they make has to be looked at."""

    lock = threading.Lock()
    count = 0

    @classmethod
    def change(cls, by: int) -> None:
        with cls.lock:
            before, cls.count = cls.count, cls.count + by
            if before == 0:
                events.op_executed.append(_mark)
                events.tensor_made.append(mark)
                if _refuse not in saved.watchers:
                    saved.watchers.append(_refuse)  # for good: there are such tensors now
            elif cls.count == 0:
                events.op_executed.remove(_mark)
                events.tensor_made.remove(mark)


class inference_mode(Decorating):
    """Nothing is recorded inside, and tensors made inside can take no part in a graph later on.

    >>> with torch.inference_mode():
    ...     y = torch.ones(2) * 2
    >>> y.is_inference(), y.requires_grad
    (True, False)
    """

    def __new__(cls, mode: Any = True) -> Any:
        if isinstance(mode, bool):
            return super().__new__(cls)
        return cls()(mode)

    def __init__(self, mode: bool = True) -> None:
        self.mode = mode
        self.before: list[tuple[bool, bool, bool]] = []

    def clone(self) -> Any:
        return type(self)(self.mode)

    def __enter__(self) -> None:
        self.before.append((grad_mode.enabled, grad_mode.inference, grad_mode.asked))
        grad_mode.enabled, grad_mode.inference, grad_mode.asked = not self.mode, self.mode, False
        if self.mode:
            _Entered.change(1)

    def __exit__(self, *_: Any) -> None:
        grad_mode.enabled, grad_mode.inference, grad_mode.asked = self.before.pop()
        if self.mode:
            _Entered.change(-1)


def is_inference_mode_enabled() -> bool:
    """Whether this thread is in inference mode."""
    return grad_mode.inference


@registry.method
def may_require_grad(tensor: Tensor) -> None:
    """Refuse to ask for the gradient of an inference tensor, outside of inference mode."""
    if not grad_mode.inference:
        raise RuntimeError(
            "Setting requires_grad=True on inference tensor outside InferenceMode is not allowed."
        )
